-- Grain: one row per customer and business day with a purchase, at as_of.
{{ config(
    unique_key=['customer_id'],
    indexes=[
        {'columns': ['customer_id', 'purchased_on'], 'unique': True},
        {'columns': ['purchased_on']},
        {'columns': ['_build_id']},
    ],
) }}

-- depends_on: {{ ref('identity_assignments') }}
-- depends_on: {{ ref('orders') }}

with

order_values as {{ inlined() }} (
    select * from {{ ref('order_values') }}
),

identity_map as {{ inlined() }} (
    select * from {{ ref('identity_map') }}
),

{% if is_incremental() %}
touched as (
    {{ touched_buyers(watermark()) }}
),

{% endif %}
points as (
    select
        identity_map.source,
        identity_map.contact_key,
        identity_map.customer_id
    from identity_map
    {% if is_incremental() -%}
    inner join touched
        on identity_map.customer_id = touched.customer_id
    {%- endif %}
),

-- Two orders on one business day are one occasion.
days as (
    select
        points.customer_id,
        order_values.ordered_on as purchased_on,
        count(*) as orders_count,
        sum(order_values.quantity) as products_quantity,
        cast(sum(order_values.net_merch_business_cents) as bigint) as net_cents
    from points
    inner join order_values
        on
            points.source = order_values.source
            and points.contact_key = order_values.contact_key
    where order_values.is_purchase
    group by points.customer_id, order_values.ordered_on
),

numbered as (
    select
        days.*,
        row_number() over (partition by customer_id order by purchased_on) as occasion,
        {{ days_between(
            'lag(purchased_on) over (partition by customer_id order by purchased_on)',
            'purchased_on'
        ) }} as gap_days
    from days
),

{% if is_incremental() %}
-- A customer who was touched and has bought nothing any more loses the rows.
final as (
    select
        touched.customer_id,
        numbered.purchased_on,
        numbered.occasion,
        numbered.gap_days,
        numbered.orders_count,
        numbered.products_quantity,
        numbered.net_cents,
        case when numbered.customer_id is not null then {{ build_id() }} end as _build_id
    from touched
    left join numbered
        on touched.customer_id = numbered.customer_id
)
{% else %}
final as (
    select
        customer_id,
        purchased_on,
        occasion,
        gap_days,
        orders_count,
        products_quantity,
        net_cents,
        {{ build_id() }} as _build_id
    from numbered
)
{% endif %}

select * from final
