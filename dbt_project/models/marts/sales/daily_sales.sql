-- Grain: one row per business day, source, shop, channel and currency with sales or refunds.
{{ config(unique_key=['sold_on', 'source', 'shop', 'channel', 'currency']) }}
{%- set key = ['sold_on', 'source', 'shop', 'channel', 'currency'] %}

with

order_values as {{ inlined() }} (
    select * from {{ ref('order_values') }}
),

refund_values as {{ inlined() }} (
    select * from {{ ref('refund_values') }}
),

sales as (
    select
        ordered_on as sold_on,
        source,
        coalesce(shop, 'unknown') as shop,
        coalesce(channel, 'unknown') as channel,
        currency,
        count(case when is_valid then 1 end) as orders_count,
        count(case when is_purchase then 1 end) as purchases_count,
        sum(case when is_valid then quantity else 0 end) as quantity,
        sum(case when is_valid then gross_merch_cents else 0 end) as gross_cents,
        sum(case when is_valid then discount_cents else 0 end) as discount_cents,
        sum(case when is_return then net_merch_cents else 0 end) as returns_cents,
        sum(case when is_valid then refunded_merch_cents else 0 end) as refunded_cents,
        sum(net_merch_cents) as net_cents,
        sum(net_merch_business_cents) as net_business_cents,
        sum(case when is_valid then refunded_merch_business_cents else 0 end)
            as refunded_business_cents,
        sum(case when is_valid then gift_card_cents else 0 end) as gift_card_cents,
        sum(case when is_valid then shipping_cents else 0 end) as shipping_cents,
        sum(case when is_valid then tax_cents else 0 end) as tax_cents,
        sum(case when is_valid then tip_cents else 0 end) as tip_cents,
        sum(case when is_valid then paid_total_cents else 0 end) as paid_cents
    from order_values
    where is_valid or is_return
    group by
        ordered_on, source, coalesce(shop, 'unknown'), coalesce(channel, 'unknown'), currency
),

-- Finance sees a refund on the day it was given, whenever the order was placed.
given_back as (
    select
        refunded_on as sold_on,
        source,
        coalesce(shop, 'unknown') as shop,
        coalesce(channel, 'unknown') as channel,
        currency,
        count(*) as refunds_count,
        sum(merchandise_cents) as given_back_cents,
        sum(merchandise_business_cents) as given_back_business_cents
    from refund_values
    where is_valid
    group by
        refunded_on, source, coalesce(shop, 'unknown'), coalesce(channel, 'unknown'), currency
),

final as (
    select
        {% for column in key -%}
        coalesce(sales.{{ column }}, given_back.{{ column }}) as {{ column }},
        {% endfor -%}
        coalesce(sales.orders_count, 0) as orders_count,
        coalesce(sales.purchases_count, 0) as purchases_count,
        coalesce(given_back.refunds_count, 0) as refunds_count,
        coalesce(sales.quantity, 0) as quantity,
        {{ amount('coalesce(sales.gross_cents, 0)') }} as gross_merchandise,
        {{ amount('coalesce(sales.discount_cents, 0)') }} as discounts,
        {{ amount('coalesce(sales.returns_cents, 0)') }} as returns_value,
        {{ amount('coalesce(sales.refunded_cents, 0)') }} as refunded_by_order_day,
        {{ amount('coalesce(given_back.given_back_cents, 0)') }} as refunded_by_refund_day,
        {{ amount('coalesce(sales.net_cents, 0)') }} as net_by_order_day,
        {{ amount(
            'coalesce(sales.net_cents + sales.refunded_cents, 0)'
            ~ ' - coalesce(given_back.given_back_cents, 0)'
        ) }} as net_by_refund_day,
        {{ amount('coalesce(sales.net_business_cents, 0)') }} as net_by_order_day_business,
        {{ amount(
            'coalesce(sales.net_business_cents + sales.refunded_business_cents, 0)'
            ~ ' - coalesce(given_back.given_back_business_cents, 0)'
        ) }} as net_by_refund_day_business,
        {{ amount('coalesce(sales.gift_card_cents, 0)') }} as gift_cards,
        {{ amount('coalesce(sales.shipping_cents, 0)') }} as shipping,
        {{ amount('coalesce(sales.tax_cents, 0)') }} as tax,
        {{ amount('coalesce(sales.tip_cents, 0)') }} as tips,
        {{ amount('coalesce(sales.paid_cents, 0)') }} as paid_total
    from sales
    full outer join given_back
        on {{ same_key('sales', 'given_back', key) }}
)

select * from final
