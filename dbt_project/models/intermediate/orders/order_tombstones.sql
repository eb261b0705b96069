-- Grain: one row per source and order that some list of existing orders lacked.
{{ config(
    unique_key=['source', 'order_key'],
    indexes=[
        {'columns': ['source', 'order_key'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}

with

order_keys as {{ inlined() }} (
    select * from {{ ref('order_keys') }}
),

orders as {{ inlined() }} (
    select * from {{ ref('orders') }}
),

sweeps as (
    select
        order_source,
        max(swept_at) as swept_at
    from order_keys
    group by order_source
),

-- One list may come in several files: the earliest day that any of them covers.
last_sweeps as (
    select
        sweeps.order_source,
        sweeps.swept_at,
        min(coalesce(order_keys.since, cast('{{ var("earliest_date") }}' as date))) as since
    from sweeps
    inner join order_keys
        on sweeps.order_source = order_keys.order_source and sweeps.swept_at = order_keys.swept_at
    group by sweeps.order_source, sweeps.swept_at
),

{% if is_incremental() %}
-- A new list may concern any order of its source; an order that came again, only itself.
touched as (
    {% call set_aside('touched') %}
    select
        orders.source,
        orders.order_key
    from {{ ref('orders') }} as orders
    inner join (
        select distinct order_source from {{ news(ref('order_keys')) }} as order_keys
    ) as swept
        on orders.source = swept.order_source
    union
    select
        source,
        order_key
    from {{ news(ref('orders')) }} as orders
    {% endcall %}
),

{% endif %}
chosen as (
    select
        orders.source,
        orders.order_key,
        orders.ordered_on,
        coalesce(orders._version_at, orders.ordered_at) as said_at
    from orders
    {% if is_incremental() -%}
    inner join touched
        on orders.source = touched.source and orders.order_key = touched.order_key
    {%- endif %}
),

missing as (
    select
        chosen.source,
        chosen.order_key,
        last_sweeps.swept_at
    from chosen
    inner join last_sweeps
        on
            chosen.source = last_sweeps.order_source
            and chosen.ordered_on >= last_sweeps.since
            and chosen.said_at < last_sweeps.swept_at
    where not exists (
        select 1
        from order_keys
        where
            order_keys.order_source = chosen.source
            and order_keys.order_key = chosen.order_key
            and order_keys.swept_at = last_sweeps.swept_at
    )
),

-- Who was missing and is listed again keeps his row: the orders' values must hear of it.
final as (
    {% if is_incremental() -%}
    select
        touched.source,
        touched.order_key,
        missing.order_key is not null as is_missing,
        missing.swept_at as missed_at,
        case
            when known.order_key is null and missing.order_key is null then null
            when known.is_missing = (missing.order_key is not null) then known._build_id
            else {{ build_id() }}
        end as _build_id
    from touched
    left join missing
        on touched.source = missing.source and touched.order_key = missing.order_key
    left join {{ this }} as known
        on touched.source = known.source and touched.order_key = known.order_key
    {%- else -%}
    select
        source,
        order_key,
        true as is_missing,
        swept_at as missed_at,
        {{ build_id() }} as _build_id
    from missing
    {%- endif %}
)

select * from final
