{#- The parts of an order (lines, refunds) in their latest valid version; `key` tells them apart within it. -#}
{% macro order_parts(entity, key) %}
{%- set columns = contract_columns(entity) + version_columns() %}

with

orders as {{ inlined() }} (
    select * from {{ ref('orders') }}
),

stated as (
    {% call set_aside('stated') %}
    {{ union_entity(entity) }}
    {% endcall %}
),

{% if is_incremental() %}
-- An order is replaced whole: a document that came again may have lost some of its parts.
touched as (
    select
        source,
        order_key
    from stated
    union
    select
        restated.source,
        restated.order_key
    from {{ news(ref('orders')) }} as restated
    where restated._is_document
),

known as (
    {{ known_rows(['source', 'order_key'], columns + ['_build_id']) }}
),

{% endif %}
versions as (
    select {{ columns | join(', ') }}
    from stated
    {% if is_incremental() %}
    union all
    select {{ columns | join(', ') }}
    from known
    {% endif %}
),

-- What came inside an order's document counts while that version of the order counts.
current_versions as (
    select
        {{ qualified('versions', columns) }}
    from versions
    left join orders
        on versions.source = orders.source and versions.order_key = orders.order_key
    where
        not versions._is_document
        or (
            versions._load_id = orders._load_id
            and versions._row_number = orders._row_number
        )
),

latest as (
    {{ latest_version('current_versions', ['source', 'order_key', key], columns) }}
),

final as (
    {% if is_incremental() -%}
    select
        touched.source,
        touched.order_key,
        {{ qualified('latest', columns | reject('in', ['source', 'order_key'])) }},
        case
            when latest.order_key is null then null
            else {{ build_of_change('latest', 'known', 'source', contract_columns(entity)) }}
        end as _build_id
    from touched
    left join latest
        on touched.source = latest.source and touched.order_key = latest.order_key
    left join known
        on
            latest.source = known.source
            and latest.order_key = known.order_key
            and latest.{{ key }} = known.{{ key }}
    {%- else -%}
    select
        {{ columns | join(',\n        ') }},
        {{ build_id() }} as _build_id
    from latest
    {%- endif %}
)

select * from final
{% endmacro %}
