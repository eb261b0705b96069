{#- Parts of identity_evidence. They read its CTEs by their names. -#}

{#- More clearly different names than this, and a value of the kind is nobody's own. -#}
{% macro most_people(kind) -%}
    case {{ kind }}
        {%- for name, people in var('identity_most_people').items() %}
        when '{{ name }}' then {{ people }}
        {%- endfor %}
        else {{ var('identity_names_limit') }}
    end
{%- endmacro %}


{#- Is it worth telling that a guard keeps people apart on a value of this kind? Not of the neighbours at an
    address. -#}
{% macro is_told(kind) -%}
    {{ kind }} <> 'name_part_address'
{%- endmacro %}


{#- What the guards may ask of a contact (an alias of uniform_contacts, null without a contact row). -#}
{% macro guarding_columns(contacts) -%}
    {{ guarding_code(contacts ~ '.fiscal_code') }} as code,
        {{ guarding_birth_date(contacts ~ '.birth_date') }} as birth_date
{%- endmacro %}


{#- Holders with what is known of them that a rule or a guard may ask. Whom a person parted from somebody
    stands alone. -#}
{% macro members_of_values(holders) -%}
    select
        holders.g,
        holders.is_meant,
        {{ point('holders.source', 'holders.contact_key') }} as point,
        case when {{ asks_names('holders.kind') }} then {{ compared_name('contacts') }} end as name,
        {{ asks_names('holders.kind') }} and contacts.name_key is not null as is_whole_name,
        case when {{ asks_names('holders.kind') }} then contacts.name_id end as name_id,
        {{ guarding_columns('contacts') }},
        parted.point as alone
    from {{ holders }} as holders
    left join {{ ref('uniform_contacts') }} as contacts
        on {{ same_key('holders', 'contacts', ['source', 'contact_key']) }}
    left join (
        select {{ point('left_source', 'left_key') }} as point
        from {{ ref('human_decisions') }}
        where decision = 'different'
        union
        select {{ point('right_source', 'right_key') }} as point
        from {{ ref('human_decisions') }}
        where decision = 'different'
    ) as parted
        on {{ point('holders.source', 'holders.contact_key') }} = parted.point
{%- endmacro %}


{#- Every two classes of a value that has not too many names: what their names are to each other, the rule
    that would join them, and the guard that forbids it. -#}
{% macro judged_pairs(classes, numbered) -%}
    {%- set parting = clash_of_pair('one', 'other', 'parted.decision is not null') -%}
    select
        related.*,
        {{ rule_of('related.kind', 'related.names') }} as rule,
        {{ strength_of('related.names') }} as strength,
        case
            when related.clash = 'human_different' then related.clash
            when related.names = 'different' then 'different_names'
            else related.clash
        end as guard
    from (
        select
            one.g,
            numbered.kind,
            one.first_point as left_point,
            other.first_point as right_point,
            one.name as left_name,
            other.name as right_name,
            {{ names_of_pair('one', 'other', 'verdicts.verdict') }} as names,
            {{ parting }} as clash
        from {{ classes }} as one
        inner join {{ classes }} as other
            on
                one.g = other.g
                and one.first_point < other.first_point
                and not (one.is_meant and other.is_meant)
        inner join (
            select g
            from {{ classes }}
            group by g
            having count(*) > 1 and count(distinct name) <= {{ var('identity_names_limit') }}
        ) as countable
            on one.g = countable.g
        inner join {{ numbered }} as numbered
            on one.g = numbered.g
        left join {{ ref('human_decisions') }} as parted
            on
                parted.decision = 'different'
                and {{ point('parted.left_source', 'parted.left_key') }} = one.first_point
                and {{ point('parted.right_source', 'parted.right_key') }} = other.first_point
        left join {{ source('values', 'name_verdicts') }} as verdicts
            on
                verdicts.left_id = least(one.name_id, other.name_id)
                and verdicts.right_id = greatest(one.name_id, other.name_id)
    ) as related
{%- endmacro %}


{#- How many people share a value at the very least: its names that differ from every name before
    them. Only values with names that differ are counted. -#}
{% macro people_of_values(classes, judged) -%}
    select
        names.g,
        greatest(count(*), 2) as people_count
    from (
        select
            classes.g,
            classes.name,
            dense_rank() over (partition by classes.g order by classes.name) - 1 as names_before
        from {{ classes }} as classes
        inner join (select distinct g from {{ judged }} where names = 'different') as mixed
            on classes.g = mixed.g
        where classes.name is not null
        group by classes.g, classes.name
    ) as names
    left join (
        select
            g,
            greatest(left_name, right_name) as name,
            count(distinct least(left_name, right_name)) as differing_count
        from {{ judged }}
        where names = 'different'
        group by g, greatest(left_name, right_name)
    ) as differing
        on {{ same_key('names', 'differing', ['g', 'name']) }}
    where names.names_before = coalesce(differing.differing_count, 0)
    group by names.g
{%- endmacro %}


{#- Pairs on a value of which one side fits a third as well, and the other side and the third are not
    one person. Who fits one of the two better (a greater strength) is no doubtful case. -#}
{% macro ambiguous_pairs(judged) -%}
    with sides as (
        {%- for one, other in [('left_point', 'right_point'), ('right_point', 'left_point')] %}
        {{ 'union all' if not loop.first }}
        select
            judged.g,
            judged.{{ one }} as one,
            judged.{{ other }} as other,
            judged.guard is null and judged.rule is not null as is_fit,
            judged.guard is not null as is_apart,
            judged.strength
        from {{ judged }} as judged
        inner join (select distinct g from {{ judged }} where guard is not null) as mixed
            on judged.g = mixed.g
        {%- endfor %}
    )

    select distinct
        fit.g,
        least(fit.one, fit.other) as left_point,
        greatest(fit.one, fit.other) as right_point
    from sides as fit
    inner join sides as third
        on
            {{ same_key('fit', 'third', ['g', 'one']) }}
            and fit.other <> third.other
            and fit.strength <= third.strength
    inner join sides as parting
        on
            fit.g = parting.g
            and fit.other = parting.one
            and third.other = parting.other
    where fit.is_fit and third.is_fit and parting.is_apart
{%- endmacro %}


{#- Values with two names that are judged otherwise than at this model's last build. Names asked for the
    first time belong to values that are touched by themselves. -#}
{% macro values_judged_anew() -%}
    select
        one.kind,
        one.value
    from {{ news(source('values', 'name_verdicts')) }} as verdicts
    inner join {{ ref('compared_names') }} as asked
        on {{ same_key('verdicts', 'asked', ['left_id', 'right_id']) }}
    inner join {{ ref('uniform_contacts') }} as left_contacts
        on verdicts.left_id = left_contacts.name_id
    inner join {{ ref('uniform_contacts') }} as right_contacts
        on verdicts.right_id = right_contacts.name_id
    inner join {{ ref('identifiers') }} as one
        on {{ same_key('left_contacts', 'one', ['source', 'contact_key']) }}
    inner join {{ ref('identifiers') }} as other
        on
            {{ same_key('right_contacts', 'other', ['source', 'contact_key']) }}
            and one.value = other.value
    where asked._build_id < verdicts._build_id
{%- endmacro %}


{#- Values that a seed blocks or frees since this model's last build, and those of whoever was born on a
    day that it blocks or frees. -#}
{% macro values_blocked_anew() -%}
    {%- set mailboxes = ['email', 'role_mailbox', 'throwaway_mailbox'] -%}
    with changed as (
        select
            kind,
            value
        from {{ news(ref('blocked_values')) }} as come
        union
        select
            kind,
            value
        from {{ withdrawn_news(ref('blocked_values')) }} as gone
    )

    select
        held.kind,
        held.value
    from changed
    inner join {{ ref('identifiers') }} as held
        on changed.value = held.value
    where
        changed.kind = held.kind
        or (changed.kind = 'email' and held.kind in ('{{ mailboxes | join("', '") }}'))
    union
    select
        held.kind,
        held.value
    from changed
    inner join {{ ref('uniform_contacts') }} as contacts
        on changed.value = cast(contacts.birth_date as {{ dbt.type_string() }})
    inner join {{ ref('identifiers') }} as held
        on {{ same_key('contacts', 'held', ['source', 'contact_key']) }}
    where changed.kind = 'birth_date'
{%- endmacro %}


{#- Pairs of records about which a person decided, or took a decision back, since the last build. -#}
{% macro touched_decisions() -%}
    {%- set key = ['left_source', 'left_key', 'right_source', 'right_key'] -%}
    select
        {{ qualified('come', key) }}
    from {{ news(ref('human_decisions')) }} as come
    union
    select
        {{ qualified('gone', key) }}
    from {{ withdrawn_news(ref('human_decisions')) }} as gone
{%- endmacro %}


{#- The values that such a pair shares. -#}
{% macro values_decided_anew() -%}
    select
        one.kind,
        one.value
    from ({{ touched_decisions() }}) as decided
    inner join {{ ref('identifiers') }} as one
        on decided.left_source = one.source and decided.left_key = one.contact_key
    inner join {{ ref('identifiers') }} as other
        on
            decided.right_source = other.source
            and decided.right_key = other.contact_key
            and one.value = other.value
{%- endmacro %}


{#- Proposals that are new or changed, or whose records or decisions changed, since the last build. -#}
{% macro touched_proposals() -%}
    {%- set key = ['matcher', 'left_source', 'left_key', 'right_source', 'right_key'] -%}
    select
        {{ qualified('come', key) }}
    from {{ news(source('values', 'proposed_pairs')) }} as come
    {%- for side in ['left', 'right'] %}
    union
    select
        {{ qualified('proposed', key) }}
    from {{ news(ref('uniform_contacts')) }} as contacts
    inner join {{ source('values', 'proposed_pairs') }} as proposed
        on
            contacts.source = proposed.{{ side }}_source
            and contacts.contact_key = proposed.{{ side }}_key
    {%- endfor %}
    union
    select
        {{ qualified('proposed', key) }}
    from ({{ touched_decisions() }}) as decided
    inner join {{ source('values', 'proposed_pairs') }} as proposed
        on {{ same_key('decided', 'proposed', key[1:]) }}
{%- endmacro %}
