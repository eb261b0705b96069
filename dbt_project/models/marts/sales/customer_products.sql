-- Grain: one row per customer, source and product that the customer bought or brought back.
{{ config(
    unique_key=['customer_id', 'source', 'product_key'],
    scope='touched',
    replace_by=['customer_id'],
) }}
{%- set partial = is_partial() %}

-- depends_on: {{ ref('identity_assignments') }}
-- depends_on: {{ ref('identity_map') }}
-- depends_on: {{ ref('orders') }}
-- depends_on: {{ ref('order_values') }}

with

order_lines as {{ inlined() }} (
    select * from {{ ref('mart_order_lines') }}
),

{% if partial %}
touched as (
    {{ touched_buyers(mart_watermark()) }}
),

{% endif %}
lines as (
    select
        order_lines.customer_id,
        order_lines.source,
        {{ product_of('order_lines') }} as product_key,
        order_lines.product_name,
        order_lines.category,
        order_lines.order_key,
        order_lines.ordered_on,
        order_lines.is_valid,
        order_lines.quantity,
        order_lines.net_merchandise_business
    from order_lines
    {% if partial -%}
    inner join touched
        on order_lines.customer_id = touched.customer_id
    {% endif -%}
    where
        order_lines.customer_id is not null
        and (order_lines.is_valid or order_lines.is_return)
),

products as (
    select
        customer_id,
        source,
        product_key,
        max(product_name) as product_name,
        max(category) as category,
        count(distinct case when is_valid then order_key end) as orders_count,
        sum(quantity) as quantity,
        sum(net_merchandise_business) as net_merchandise,
        min(case when is_valid then ordered_on end) as first_bought_on,
        max(case when is_valid then ordered_on end) as last_bought_on
    from lines
    group by customer_id, source, product_key
),

-- A touched customer without a product any more loses the rows.
final as (
    select
        {{ 'touched' if partial else 'products' }}.customer_id,
        products.source,
        products.product_key,
        products.product_name,
        products.category,
        products.orders_count,
        products.quantity,
        products.net_merchandise,
        products.first_bought_on,
        products.last_bought_on
    from {{ 'touched' if partial else 'products' }}
    {% if partial -%}
    left join products
        on touched.customer_id = products.customer_id
    {%- endif %}
)

select * from final
