-- Grain: one row per value, decision or proposal and pair of contact points that it puts together.
{{ config(
    unique_key=['kind', 'value'],
    remembers=['left_source', 'left_key', 'right_source', 'right_key', 'kind', 'value', 'rule'],
    post_hook="{{ keep_withdrawn() }}",
    indexes=[
        {'columns': ['kind', 'value']},
        {'columns': ['left_source', 'left_key']},
        {'columns': ['_build_id']},
    ],
) }}
{%- set group = ['kind', 'value'] %}
{%- set pair = ['left_source', 'left_key', 'right_source', 'right_key'] %}
{%- set columns = ['rule', 'tier', 'guard', 'people_count', 'origin'] %}

-- depends_on: {{ ref('identifiers') }}
-- depends_on: {{ ref('compared_names') }}

with

uniform_contacts as {{ inlined() }} (
    select * from {{ ref('uniform_contacts') }}
),

proposed_pairs as {{ inlined() }} (
    select * from {{ source('values', 'proposed_pairs') }}
),

decisions as (
    select * from {{ ref('human_decisions') }}
),

blocked_values as (
    select * from {{ ref('blocked_values') }}
),

{% if is_incremental() %}
touched as (
    {% call set_aside('touched') %}
    select
        kind,
        value
    from ({{ touched_values() }}) as moved
    union
    select
        kind,
        value
    from ({{ values_judged_anew() }}) as judged
    union
    select
        kind,
        value
    from ({{ values_blocked_anew() }}) as blocked
    union
    select
        kind,
        value
    from ({{ values_decided_anew() }}) as decided
    {% endcall %}
),

touched_decisions as (
    {% call set_aside('touched_decisions') %}
    select
        {{ qualified('decided', pair) }}
    from ({{ touched_decisions() }}) as decided
    {% endcall %}
),

touched_proposals as (
    {% call set_aside('touched_proposals') %}
    select
        {{ qualified('proposed', ['matcher'] + pair) }}
    from ({{ touched_proposals() }}) as proposed
    {% endcall %}
),

{% endif %}
numbered as (
    {% call set_aside('numbered', always=true) %}
    {{ numbered_values(aside('touched')) }}
    {% endcall %}
),

holders as (
    {% call set_aside('holders', always=true) %}
    {{ holders_of_values(aside('numbered')) }}
    {% endcall %}
),

members as (
    {% call set_aside('members', always=true) %}
    {{ members_of_values(aside('holders')) }}
    {% endcall %}
),

-- Holders of whom the same is known are one class, and its first point speaks for it: a value that
-- a thousand share costs a thousand rows, not half a million.
classes as (
    {% call set_aside('classes', always=true) %}
    select
        g,
        is_meant,
        name,
        is_whole_name,
        code,
        birth_date,
        alone,
        min(point) as first_point,
        max(point) as last_point,
        count(*) as points_count,
        min(min(name_id)) over (partition by g, name) as name_id
    from {{ aside('members') }}
    group by g, is_meant, name, is_whole_name, code, birth_date, alone
    {% endcall %}
),

shared as (
    select
        numbered.g,
        numbered.kind,
        min(classes.first_point) as first_point,
        max(classes.last_point) as last_point,
        cast(sum(classes.points_count) as bigint) as points_count,
        count(distinct classes.name) as names_count,
        min(case when classes.is_whole_name then 1 else 0 end) = 1 as is_all_named,
        coalesce(max(blocked_values.value), max(blocked_days.value)) is not null as is_blocked
    from classes
    inner join numbered
        on classes.g = numbered.g
    left join blocked_values
        on
            numbered.value = blocked_values.value
            and blocked_values.kind = case
                when numbered.kind in ('role_mailbox', 'throwaway_mailbox') then 'email'
                else numbered.kind
            end
    left join blocked_values as blocked_days
        on
            blocked_days.kind = 'birth_date'
            and blocked_days.value = case
                when numbered.kind = 'name_birth'
                    then substr(numbered.value, length(numbered.value) - 9)
            end
    group by numbered.g, numbered.kind
    having sum(classes.points_count) > 1
),

-- Every two classes of a value: what their names are to each other, and what forbids to join them.
judged as (
    {% call set_aside('judged', always=true) %}
    {{ judged_pairs(aside('classes'), aside('numbered')) }}
    {% endcall %}
),

peopled as (
    {{ people_of_values('classes', 'judged') }}
),

ambiguous as (
    {{ ambiguous_pairs('judged') }}
),

-- A value that says nothing is one row, whoever shares it.
closed as (
    select
        shared.g,
        case when shared.is_blocked then 'blocked_value' else 'value_over_cap' end as guard,
        coalesce(peopled.people_count, nullif(shared.names_count, 0), shared.points_count)
            as people_count
    from shared
    left join peopled
        on shared.g = peopled.g
    where
        shared.is_blocked
        or shared.names_count > {{ var('identity_names_limit') }}
        or peopled.people_count > {{ most_people('shared.kind') }}
),

-- So is a role's mailbox that more than one name uses: only who has the same name there is joined.
loose as (
    select
        shared.g,
        coalesce(closed.guard, shared.kind) as guard,
        coalesce(closed.people_count, shared.points_count) as people_count,
        shared.first_point as left_point,
        shared.last_point as right_point
    from shared
    left join closed
        on shared.g = closed.g
    where
        (closed.g is not null and {{ is_told('shared.kind') }})
        or (
            shared.kind in ('role_mailbox', 'throwaway_mailbox')
            and (shared.names_count > 1 or not shared.is_all_named)
        )
),

-- Within a class every point is joined to the first one, across classes the first ones.
joined as (
    select
        members.g,
        classes.first_point as left_point,
        members.point as right_point,
        {{ rule_of('numbered.kind', names_of_pair('classes', 'classes', 'null')) }} as rule,
        cast(null as {{ dbt.type_string() }}) as guard
    from classes
    inner join members
        on
            classes.g = members.g
            and classes.name is not distinct from members.name
            and classes.is_whole_name = members.is_whole_name
            and classes.code is not distinct from members.code
            and classes.birth_date is not distinct from members.birth_date
            and classes.first_point <> members.point
            and not classes.is_meant
            and not members.is_meant
    inner join numbered
        on classes.g = numbered.g
    where classes.points_count > 1 and members.alone is null
    union all
    select
        judged.g,
        judged.left_point,
        judged.right_point,
        judged.rule,
        coalesce(judged.guard, case when ambiguous.g is not null then 'ambiguous' end) as guard
    from judged
    left join ambiguous
        on {{ same_key('judged', 'ambiguous', ['g', 'left_point', 'right_point']) }}
),

found as (
    select
        joined.g,
        joined.left_point,
        joined.right_point,
        case when joined.guard is null then joined.rule end as rule,
        joined.guard,
        case when joined.guard = 'different_names' then peopled.people_count end as people_count
    from joined
    inner join numbered
        on joined.g = numbered.g
    left join closed
        on joined.g = closed.g
    left join loose
        on joined.g = loose.g
    left join peopled
        on joined.g = peopled.g
    where
        closed.g is null
        and case
            when joined.guard is null then joined.rule is not null
            else loose.g is null and {{ is_told('numbered.kind') }}
        end
    union all
    select
        g,
        left_point,
        right_point,
        cast(null as {{ dbt.type_string() }}) as rule,
        guard,
        people_count
    from loose
),

shared_evidence as (
    select
        numbered.kind,
        numbered.value,
        {{ source_of_point('found.left_point') }} as left_source,
        {{ key_of_point('found.left_point') }} as left_key,
        {{ source_of_point('found.right_point') }} as right_source,
        {{ key_of_point('found.right_point') }} as right_key,
        found.rule,
        found.guard,
        found.people_count,
        'values' as origin
    from found
    inner join numbered
        on found.g = numbered.g
),

decided_evidence as (
    select
        'human' as kind,
        {{ pair_text('decisions') }} as value,
        {{ qualified('decisions', pair) }},
        'human_same' as rule,
        cast(null as {{ dbt.type_string() }}) as guard,
        cast(null as bigint) as people_count,
        decisions.origin
    from decisions
    {% if is_incremental() -%}
    inner join touched_decisions
        on {{ same_key('decisions', 'touched_decisions', pair) }}
    {%- endif %}
    where decisions.decision = 'same' and decisions.is_known
),

proposed as (
    select
        {{ qualified('proposed_pairs', ['matcher'] + pair) }},
        {{ clash_of_pair('one', 'other', 'decisions.decision is not null', is_weighed=true) }}
            as guard
    from proposed_pairs
    {% if is_incremental() -%}
    inner join touched_proposals
        on {{ same_key('proposed_pairs', 'touched_proposals', ['matcher'] + pair) }}
    {%- endif %}
    inner join (
        select
            source,
            contact_key,
            {{ guarding_columns('uniform_contacts') }}
        from uniform_contacts
    ) as one
        on proposed_pairs.left_source = one.source and proposed_pairs.left_key = one.contact_key
    inner join (
        select
            source,
            contact_key,
            {{ guarding_columns('uniform_contacts') }}
        from uniform_contacts
    ) as other
        on
            proposed_pairs.right_source = other.source
            and proposed_pairs.right_key = other.contact_key
    left join decisions
        on
            {{ same_key('proposed_pairs', 'decisions', pair) }}
            and decisions.decision = 'different'
    where
        proposed_pairs.is_present
        and proposed_pairs.probability >= {{ var('matcher_link_probability') }}
),

proposed_evidence as (
    select
        'matcher' as kind,
        matcher || ' ' || {{ pair_text('proposed') }} as value,
        {{ qualified('proposed', pair) }},
        case when guard is null then 'matcher' end as rule,
        guard,
        cast(null as bigint) as people_count,
        matcher as origin
    from proposed
),

evidence as (
    {%- for part in ['shared_evidence', 'decided_evidence', 'proposed_evidence'] %}
    {{ 'union all' if not loop.first }}
    select
        {{ qualified(part, group + pair + ['rule', 'guard', 'people_count', 'origin']) }},
        {{ tier_of('rule') }} as tier
    from {{ part }}
    {%- endfor %}
),

{% if is_incremental() %}
regarded as (
    select
        kind,
        value
    from numbered
    union
    select
        'human' as kind,
        {{ pair_text('touched_decisions') }} as value
    from touched_decisions
    union
    select
        'matcher' as kind,
        matcher || ' ' || {{ pair_text('touched_proposals') }} as value
    from touched_proposals
),

known as (
    select
        present.kind,
        present.value,
        {{ qualified('present', pair + columns + ['_build_id']) }}
    from {{ this }} as present
    inner join regarded
        on {{ same_key('present', 'regarded', group) }}
),

-- A value that puts nobody together any more loses its rows. The row of a role's mailbox may name
-- the same pair as an edge of it.
final as (
    select
        {{ qualified('regarded', group) }},
        {{ qualified('evidence', pair + columns) }},
        case
            when evidence.kind is not null
                then {{ build_of_change('evidence', 'known', 'kind', columns) }}
        end as _build_id
    from regarded
    left join evidence
        on {{ same_key('regarded', 'evidence', group) }}
    left join known
        on
            {{ same_key('evidence', 'known', group + pair) }}
            and evidence.rule is not distinct from known.rule
)
{% else %}
final as (
    select
        {{ qualified('evidence', group + pair + columns) }},
        {{ build_id() }} as _build_id
    from evidence
)
{% endif %}

select * from final
