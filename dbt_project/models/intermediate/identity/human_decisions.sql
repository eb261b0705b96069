-- Grain: one row per pair of records on which a person's decision holds.
{{ config(
    unique_key=['left_source', 'left_key', 'right_source', 'right_key'],
    remembers=['left_source', 'left_key', 'right_source', 'right_key'],
    post_hook="{{ keep_withdrawn() }}",
    indexes=[{'columns': ['_build_id']}],
) }}
{%- set key = ['left_source', 'left_key', 'right_source', 'right_key'] %}
{%- set columns = ['decision', 'decided_by', 'decided_on', 'note', 'origin', 'is_known'] %}

with

seeded as (
    select * from {{ ref('identity_decisions') }}
),

commanded as (
    select * from {{ source('ops', 'commanded_decisions') }}
),

contact_points as {{ inlined() }} (
    select * from {{ ref('contact_points') }}
),

said as (
    select
        trim(left_source) as one_source,
        trim(left_key) as one_key,
        trim(right_source) as other_source,
        trim(right_key) as other_key,
        lower(trim(decision)) as decision,
        decided_by,
        decided_on,
        cast(decided_on as timestamptz) as decided_at,
        note,
        'seed' as origin
    from seeded
    union all
    select
        left_source as one_source,
        left_key as one_key,
        right_source as other_source,
        right_key as other_key,
        decision,
        decided_by,
        {{ business_date('decided_at') }} as decided_on,
        decided_at,
        note,
        'command' as origin
    from commanded
    where undone_at is null
),

turned as (
    select
        said.*,
        {{ point('one_source', 'one_key') }} < {{ point('other_source', 'other_key') }}
            as is_straight
    from said
    where
        decision in ('same', 'different')
        and {{ point('one_source', 'one_key') }} <> {{ point('other_source', 'other_key') }}
),

stated as (
    select
        case when is_straight then one_source else other_source end as left_source,
        case when is_straight then one_key else other_key end as left_key,
        case when is_straight then other_source else one_source end as right_source,
        case when is_straight then other_key else one_key end as right_key,
        decision,
        decided_by,
        decided_on,
        decided_at,
        note,
        origin
    from turned
),

-- Of two decisions about one pair the later holds; undoing it brings the earlier one back.
latest as (
    {{ first_per_key(
        'stated', key, key + ['decision', 'decided_by', 'decided_on', 'note', 'origin'],
        ['decided_at desc nulls last', 'origin', 'decision', 'decided_by', 'note']
    ) }}
),

holding as (
    select
        {{ qualified('latest', key + columns[:-1]) }},
        one.source is not null and other.source is not null as is_known
    from latest
    left join contact_points as one
        on latest.left_source = one.source and latest.left_key = one.contact_key
    left join contact_points as other
        on latest.right_source = other.source and latest.right_key = other.contact_key
),

{% if is_incremental() %}
known as (
    select * from {{ this }}
),

{% endif %}
-- Only what changed is written; a row without a build is a decision that holds no more.
final as (
    {% if is_incremental() -%}
    select
        {% for column in key -%}
        coalesce(holding.{{ column }}, known.{{ column }}) as {{ column }},
        {% endfor -%}
        {{ qualified('holding', columns) }},
        case when holding.left_source is not null then {{ build_id() }} end as _build_id
    from holding
    full outer join known
        on {{ same_key('holding', 'known', key) }}
    where
        holding.left_source is null
        or known.left_source is null
        or {{ differs('holding', 'known', columns) }}
    {%- else -%}
    select
        {{ qualified('holding', key + columns) }},
        {{ build_id() }} as _build_id
    from holding
    {%- endif %}
)

select * from final
