-- Grain: one row per month, source, shop, channel and product sold or given back in it.
{%- set key = ['sold_month', 'source', 'shop', 'channel', 'product_key'] %}
{{ config(unique_key=key) }}

with

orders as {{ inlined() }} (
    select * from {{ ref('mart_orders') }}
),

order_lines as {{ inlined() }} (
    select * from {{ ref('mart_order_lines') }}
),

refund_values as {{ inlined() }} (
    select * from {{ ref('refund_values') }}
),

-- An order that states a total and no lines sold something that nobody named.
lines as (
    select
        source,
        order_key,
        line_key,
        ordered_on,
        shop,
        channel,
        {{ product_of('order_lines') }} as product_key,
        product_name,
        category,
        is_valid,
        is_purchase,
        quantity,
        refunded_merchandise_business as refunded,
        net_merchandise_business as net
    from order_lines
    where is_valid or is_return
    union all
    select
        source,
        order_key,
        '' as line_key,
        ordered_on,
        shop,
        channel,
        'unknown' as product_key,
        cast(null as {{ dbt.type_string() }}) as product_name,
        cast(null as {{ dbt.type_string() }}) as category,
        is_valid,
        is_purchase,
        quantity,
        refunded_merchandise_business as refunded,
        net_merchandise_business as net
    from orders
    where (is_valid or is_return) and lines_count = 0
),

sales as (
    select
        {{ month_of('ordered_on') }} as sold_month,
        source,
        coalesce(shop, 'unknown') as shop,
        coalesce(channel, 'unknown') as channel,
        product_key,
        max(product_name) as product_name,
        max(category) as category,
        count(distinct case when is_purchase then order_key end) as purchases_count,
        sum(quantity) as quantity,
        sum(case when is_valid then refunded else 0 end) as refunded,
        sum(net) as net
    from lines
    group by
        {{ month_of('ordered_on') }}, source, coalesce(shop, 'unknown'),
        coalesce(channel, 'unknown'), product_key
),

-- A refund names no lines: they share it as they share the order.
refunded_lines as (
    select
        refund_values.source,
        refund_values.refunded_on,
        refund_values.shop,
        refund_values.channel,
        lines.product_key,
        lines.product_name,
        lines.category,
        refund_values.merchandise_business_cents,
        {{ running_weights(
            'lines.net + lines.refunded',
            ['refund_values.source', 'refund_values.order_key', 'refund_values.refund_key'],
            'lines.line_key'
        ) }}
    from refund_values
    inner join lines
        on refund_values.source = lines.source and refund_values.order_key = lines.order_key
    where refund_values.is_valid
),

shares as (
    select
        refunded_lines.*,
        {{ shared_cents('merchandise_business_cents') }} as given_back_cents
    from refunded_lines
),

given_back as (
    select
        {{ month_of('refunded_on') }} as sold_month,
        source,
        coalesce(shop, 'unknown') as shop,
        coalesce(channel, 'unknown') as channel,
        product_key,
        max(product_name) as product_name,
        max(category) as category,
        sum(given_back_cents) as given_back_cents
    from shares
    group by
        {{ month_of('refunded_on') }}, source, coalesce(shop, 'unknown'),
        coalesce(channel, 'unknown'), product_key
),

final as (
    select
        {% for column in key -%}
        coalesce(sales.{{ column }}, given_back.{{ column }}) as {{ column }},
        {% endfor -%}
        coalesce(sales.product_name, given_back.product_name) as product_name,
        coalesce(sales.category, given_back.category) as category,
        coalesce(sales.purchases_count, 0) as purchases_count,
        coalesce(sales.quantity, 0) as quantity,
        coalesce(sales.refunded, 0) as refunded_by_order_month,
        {{ amount('coalesce(given_back.given_back_cents, 0)') }} as refunded_by_refund_month,
        coalesce(sales.net, 0) as net_by_order_month,
        coalesce(sales.net + sales.refunded, 0)
        - {{ amount('coalesce(given_back.given_back_cents, 0)') }} as net_by_refund_month
    from sales
    full outer join given_back
        on {{ same_key('sales', 'given_back', key) }}
)

select * from final
