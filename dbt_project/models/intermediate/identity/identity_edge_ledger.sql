-- Grain: one row per edge and change of it, never rewritten.
{%- set edge = ['left_source', 'left_key', 'right_source', 'right_key', 'rule', 'kind', 'value'] %}
{{ config(
    unique_key=edge + ['_build_id'],
    full_refresh=false,
    on_schema_change='append_new_columns',
    indexes=[
        {'columns': ['left_source', 'left_key']},
        {'columns': ['_build_id']},
    ],
) }}

-- depends_on: {{ ref('identity_evidence') }}

with

edges as {{ inlined() }} (
    select * from {{ ref('identity_edges') }}
),

{% if is_incremental() %}
touched as (
    {% call set_aside('touched') %}
    select
        {{ qualified('come', edge) }}
    from {{ news(ref('identity_edges')) }} as come
    union
    select
        {{ qualified('gone', edge) }}
    from {{ withdrawn_news(ref('identity_evidence')) }} as gone
    where gone.rule is not null
    union
    select
        {{ qualified('noted', edge) }}
    from {{ this }} as noted
    where {{ is_rebuilt(ref('identity_evidence')) }} and noted.change = 'appeared'
    {% endcall %}
),

noted as (
    select
        {{ qualified('ledger', edge) }},
        ledger.change,
        ledger.tier,
        ledger.origin,
        ledger._build_id
    from {{ this }} as ledger
    inner join touched
        on {{ same_key('ledger', 'touched', edge) }}
    where ledger._build_id < {{ build_id() }}
),

standing as (
    {{ first_per_key(
        'noted', edge, edge + ['change', 'tier', 'origin'], ['_build_id desc']
    ) }}
),

present as (
    select
        {{ qualified('edges', edge) }},
        edges.tier,
        edges.origin
    from edges
    inner join touched
        on {{ same_key('edges', 'touched', edge) }}
),

changes as (
    select
        {{ qualified('touched', edge) }},
        coalesce(present.tier, standing.tier) as tier,
        coalesce(present.origin, standing.origin) as origin,
        case when present.rule is not null then 'appeared' else 'withdrawn' end as change
    from touched
    left join present
        on {{ same_key('touched', 'present', edge) }}
    left join standing
        on {{ same_key('touched', 'standing', edge) }}
    where
        case when present.rule is not null then 'appeared' else 'withdrawn' end
        <> coalesce(standing.change, 'withdrawn')
),
{% else %}
changes as (
    select
        {{ qualified('edges', edge) }},
        edges.tier,
        edges.origin,
        'appeared' as change
    from edges
),
{% endif %}

final as (
    select
        {{ qualified('changes', edge) }},
        changes.tier,
        changes.origin,
        changes.change,
        {{ as_of() }} as as_of,
        {{ build_id() }} as _build_id
    from changes
)

select * from final
