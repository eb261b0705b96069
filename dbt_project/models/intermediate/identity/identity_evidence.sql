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

with

identifiers as {{ inlined() }} (
    select * from {{ ref('identifiers') }}
),

uniform_contacts as {{ inlined() }} (
    select * from {{ ref('uniform_contacts') }}
),

verdicts as {{ inlined() }} (
    select * from {{ source('values', 'name_verdicts') }}
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
    {{ touched_values() }}
    union
    ({{ values_judged_anew() }})
    union
    ({{ values_blocked_anew() }})
    union
    ({{ values_decided_anew() }})
    {% endcall %}
),

touched_decisions as (
    {% call set_aside('touched_decisions') %}
    {{ touched_decisions() }}
    {% endcall %}
),

touched_proposals as (
    {% call set_aside('touched_proposals') %}
    {{ touched_proposals() }}
    {% endcall %}
),

{% endif %}
parted as (
    select
        {{ point('left_source', 'left_key') }} as left_point,
        {{ point('right_source', 'right_key') }} as right_point
    from decisions
    where decision = 'different'
),

parted_points as (
    select left_point as point
    from parted
    union
    select right_point as point
    from parted
),

holders as (
    {{ shared_holders() }}
),

-- What is known of each holder that a guard may ask. Whom a person parted from somebody stands alone.
members as (
    select
        holders.kind,
        holders.value,
        {{ point('holders.source', 'holders.contact_key') }} as point,
        case when {{ asks_names('holders.kind') }} then {{ compared_name('uniform_contacts') }} end
            as name,
        uniform_contacts.name_id,
        {{ asks_names('holders.kind') }} and uniform_contacts.name_key is not null
            as is_whole_name,
        {{ guarding_columns('uniform_contacts') }},
        parted_points.point as alone
    from holders
    left join uniform_contacts
        on {{ same_key('holders', 'uniform_contacts', ['source', 'contact_key']) }}
    left join parted_points
        on {{ point('holders.source', 'holders.contact_key') }} = parted_points.point
),

-- Holders of whom the same is known are one class, and its first point speaks for it: a value that a
-- thousand share costs a thousand rows, not half a million.
classes as (
    select
        kind,
        value,
        name,
        is_whole_name,
        code,
        birth_date,
        alone,
        min(point) as first_point,
        max(point) as last_point,
        count(*) as points_count,
        min(min(name_id)) over (partition by kind, value, name) as name_id
    from members
    group by kind, value, name, is_whole_name, code, birth_date, alone
),

shared as (
    select
        classes.kind,
        classes.value,
        min(classes.first_point) as first_point,
        max(classes.last_point) as last_point,
        sum(classes.points_count) as points_count,
        count(distinct classes.name) as names_count,
        min(case when classes.is_whole_name then 1 else 0 end) = 1 as is_all_named,
        max(blocked_values.value) is not null as is_blocked
    from classes
    left join blocked_values
        on
            classes.value = blocked_values.value
            and blocked_values.kind = case
                when classes.kind in ('role_mailbox', 'throwaway_mailbox') then 'email'
                else classes.kind
            end
    group by classes.kind, classes.value
    having sum(classes.points_count) > 1
),

open_values as (
    select
        kind,
        value
    from shared
    where not is_blocked and names_count <= {{ var('identity_names_limit') }}
),

-- Every two classes of a value: what their names are to each other, and what forbids to join them.
related as (
    select
        one.kind,
        one.value,
        one.first_point as left_point,
        other.first_point as right_point,
        one.name as left_name,
        other.name as right_name,
        {{ names_of_pair('one', 'other', 'verdicts.verdict') }} as names,
        {{ clash_of_pair('one', 'other', 'parted.left_point is not null') }} as clash
    from classes as one
    inner join classes as other
        on {{ same_key('one', 'other', group) }} and one.first_point < other.first_point
    inner join open_values
        on {{ same_key('one', 'open_values', group) }}
    left join parted
        on one.first_point = parted.left_point and other.first_point = parted.right_point
    left join verdicts
        on
            verdicts.left_id = least(one.name_id, other.name_id)
            and verdicts.right_id = greatest(one.name_id, other.name_id)
),

judged as (
    select
        kind,
        value,
        left_point,
        right_point,
        left_name,
        right_name,
        names,
        case
            when clash = 'human_different' then clash
            when names = 'different' then 'different_names'
            else clash
        end as guard,
        {{ rule_of('kind', 'names') }} as rule,
        case names when 'same' then 3 when 'compatible' then 2 else 1 end as strength
    from related
),

peopled as (
    {{ people_of_values() }}
),

ambiguous as (
    {{ ambiguous_pairs() }}
),

-- A value that says nothing is one row, whoever shares it.
closed as (
    select
        shared.kind,
        shared.value,
        case when shared.is_blocked then 'blocked_value' else 'value_over_cap' end as guard,
        coalesce(peopled.people_count, nullif(shared.names_count, 0), shared.points_count)
            as people_count
    from shared
    left join peopled
        on {{ same_key('shared', 'peopled', group) }}
    where
        shared.is_blocked
        or shared.names_count > {{ var('identity_names_limit') }}
        or peopled.people_count > {{ most_people('shared.kind') }}
),

-- So is a role's mailbox that more than one name uses: only who has the same name there is joined.
loose as (
    select
        shared.kind,
        shared.value,
        coalesce(closed.guard, shared.kind) as guard,
        coalesce(closed.people_count, shared.points_count) as people_count,
        shared.first_point as left_point,
        shared.last_point as right_point
    from shared
    left join closed
        on {{ same_key('shared', 'closed', group) }}
    where
        closed.kind is not null
        or (
            shared.kind in ('role_mailbox', 'throwaway_mailbox')
            and (shared.names_count > 1 or not shared.is_all_named)
        )
),

-- Within a class every point is joined to the first one, across classes the first ones.
joined as (
    select
        classes.kind,
        classes.value,
        classes.first_point as left_point,
        members.point as right_point,
        {{ rule_of('classes.kind', names_of_pair('classes', 'classes', 'null')) }} as rule,
        cast(null as {{ dbt.type_string() }}) as guard
    from classes
    inner join members
        on
            {{ same_key('classes', 'members', group) }}
            and classes.name is not distinct from members.name
            and classes.is_whole_name = members.is_whole_name
            and classes.code is not distinct from members.code
            and classes.birth_date is not distinct from members.birth_date
            and classes.first_point <> members.point
    where classes.points_count > 1 and members.alone is null
    union all
    select
        judged.kind,
        judged.value,
        judged.left_point,
        judged.right_point,
        judged.rule,
        coalesce(judged.guard, case when ambiguous.kind is not null then 'ambiguous' end) as guard
    from judged
    left join ambiguous
        on {{ same_key('judged', 'ambiguous', group + ['left_point', 'right_point']) }}
),

found as (
    select
        joined.kind,
        joined.value,
        joined.left_point,
        joined.right_point,
        case when joined.guard is null then joined.rule end as rule,
        joined.guard,
        peopled.people_count
    from joined
    left join closed
        on {{ same_key('joined', 'closed', group) }}
    left join peopled
        on
            {{ same_key('joined', 'peopled', group) }}
            and joined.guard = 'different_names'
    where
        closed.kind is null
        and (
            (joined.guard is null and joined.rule is not null)
            or (
                joined.guard is not null
                and joined.kind not in ('role_mailbox', 'throwaway_mailbox')
            )
        )
    union all
    select
        kind,
        value,
        left_point,
        right_point,
        cast(null as {{ dbt.type_string() }}) as rule,
        guard,
        people_count
    from loose
),

shared_evidence as (
    select
        kind,
        value,
        {{ source_of_point('left_point') }} as left_source,
        {{ key_of_point('left_point') }} as left_key,
        {{ source_of_point('right_point') }} as right_source,
        {{ key_of_point('right_point') }} as right_key,
        rule,
        guard,
        people_count,
        'values' as origin
    from found
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
        {{ clash_of_pair('one', 'other', 'decisions.decision is not null') }} as guard
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
    from touched
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
        {{ qualified('present', group + pair + columns + ['_build_id']) }}
    from {{ this }} as present
    inner join regarded
        on {{ same_key('present', 'regarded', group) }}
),

-- A value that puts nobody together any more loses its rows.
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
        on {{ same_key('evidence', 'known', group + pair) }}
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
