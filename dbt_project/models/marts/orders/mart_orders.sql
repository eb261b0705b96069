-- Grain: one row per source and order.
{{ config(
    alias='orders',
    unique_key=['source', 'order_key'],
    scope='touched',
    present_by='ordered_on',
    lookup_by=['customer_id'],
) }}
{%- set partial = is_partial() %}

with

order_values as {{ inlined() }} (
    select * from {{ ref('order_values') }}
),

identity_map as {{ inlined() }} (
    select * from {{ ref('identity_map') }}
),

{% if partial %}
touched as (
    {{ touched_orders() }}
),

{% endif %}
-- An order dated after as_of is not there yet: it comes without its day, which takes it out.
final as (
    select
        order_values.source,
        order_values.order_key,
        order_values.order_number,
        identity_map.customer_id,
        order_values.shop,
        order_values.channel,
        order_values.order_type,
        order_values.ordered_at,
        case when order_values.is_visible then order_values.ordered_on end as ordered_on,
        order_values.financial_status,
        order_values.cancelled_at,
        order_values.fulfilled_at,
        order_values.is_valid,
        order_values.is_purchase,
        order_values.is_return,
        order_values.is_fully_refunded,
        order_values.is_cancelled,
        order_values.is_test,
        order_values.is_deleted,
        order_values.lines_count,
        order_values.quantity,
        order_values.refunds_count,
        order_values.last_refunded_on,
        order_values.prices_include_vat,
        order_values.currency,
        order_values.fx_rate,
        order_values.fx_on,
        {{ amount('order_values.gross_merch_cents') }} as gross_merchandise,
        {{ amount('order_values.discount_cents') }} as discounts,
        {{ amount('order_values.refunded_merch_cents') }} as refunded_merchandise,
        {{ amount('order_values.net_merch_cents') }} as net_merchandise,
        {{ amount('order_values.gift_card_cents') }} as gift_cards,
        {{ amount('order_values.gift_card_spent_cents') }} as gift_cards_spent,
        {{ amount('order_values.collected_cents') }} as collected,
        {{ amount('order_values.shipping_cents') }} as shipping,
        {{ amount('order_values.tax_cents') }} as tax,
        {{ amount('order_values.tip_cents') }} as tips,
        {{ amount('order_values.paid_total_cents') }} as paid_total,
        {{ amount('order_values.gross_merch_business_cents') }} as gross_merchandise_business,
        {{ amount('order_values.discount_business_cents') }} as discounts_business,
        {{ amount('order_values.refunded_merch_business_cents') }}
            as refunded_merchandise_business,
        {{ amount('order_values.net_merch_business_cents') }} as net_merchandise_business,
        {{ amount('order_values.paid_total_business_cents') }} as paid_total_business
    from order_values
    {% if partial -%}
    inner join touched
        on
            order_values.source = touched.source
            and order_values.order_key = touched.order_key
    {% endif -%}
    left join identity_map
        on
            order_values.source = identity_map.source
            and order_values.contact_key = identity_map.contact_key
)

select * from final
