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

-- An edge stands when it appeared once more than it was withdrawn.
noted as (
    select
        {{ qualified('touched', edge) }},
        max(ledger.tier) as tier,
        max(ledger.origin) as origin,
        sum(case ledger.change when 'appeared' then 1 when 'withdrawn' then -1 else 0 end) > 0
            as is_standing
    from touched
    left join {{ this }} as ledger
        on
            {{ same_key('touched', 'ledger', edge) }}
            and ledger._build_id < {{ build_id() }}
    group by {{ qualified('touched', edge) }}
),

changes as (
    select
        {{ qualified('noted', edge) }},
        coalesce(edges.tier, noted.tier) as tier,
        coalesce(edges.origin, noted.origin) as origin,
        case when edges.rule is not null then 'appeared' else 'withdrawn' end as change
    from noted
    left join edges
        on {{ same_key('noted', 'edges', edge) }}
    where (edges.rule is not null) <> noted.is_standing
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
