-- Grain: one row per source, order and line.
{{ config(
    alias='order_lines',
    unique_key=['source', 'order_key', 'line_key'],
    scope='touched',
    replace_by=['source', 'order_key'],
    lookup_by=['customer_id', 'ordered_on'],
) }}
{%- set partial = is_partial() %}

with

order_values as {{ inlined() }} (
    select * from {{ ref('order_values') }}
),

order_lines as {{ inlined() }} (
    select * from {{ ref('order_lines') }}
),

identity_map as {{ inlined() }} (
    select * from {{ ref('identity_map') }}
),

{% if partial %}
touched as (
    {{ touched_orders() }}
),

{% endif %}
-- An order without lines, or dated after as_of, gives one row without a line: it clears the order.
priced as (
    select
        order_values.source,
        order_values.order_key,
        order_lines.line_key,
        identity_map.customer_id,
        order_values.ordered_on,
        order_values.shop,
        order_values.channel,
        order_values.is_valid,
        order_values.is_purchase,
        order_values.is_return,
        order_lines.product_key,
        order_lines.product_name,
        order_lines.category,
        order_lines.is_gift_card,
        order_lines.quantity,
        order_lines.unit_price,
        order_values.currency,
        order_values.fx_rate,
        order_values.gross_merch_business_cents - order_values.discount_business_cents
            as order_sold_cents,
        order_values.refunded_merch_business_cents as order_refunded_cents,
        order_lines.tax_cents,
        {{ line_gross_cents(
            'order_lines.gross_cents', 'order_lines.discount_cents', 'order_lines.tax_cents',
            'order_values.prices_include_vat'
        ) }} as gross_cents,
        {{ line_net_cents(
            'order_lines.gross_cents', 'order_lines.discount_cents', 'order_lines.tax_cents',
            'order_values.prices_include_vat'
        ) }} as net_cents
    from order_values
    {% if partial -%}
    inner join touched
        on
            order_values.source = touched.source
            and order_values.order_key = touched.order_key
    {% endif -%}
    left join order_lines
        on
            order_values.source = order_lines.source
            and order_values.order_key = order_lines.order_key
            and order_values.is_visible
    left join identity_map
        on
            order_values.source = identity_map.source
            and order_values.contact_key = identity_map.contact_key
),

-- What an order is worth is its lines' in proportion to their totals, to the cent; a gift card is
-- no merchandise.
weighed as (
    select
        priced.*,
        {{ running_weights(
            'case when is_gift_card then 0 else net_cents end',
            ['source', 'order_key'],
            'line_key'
        ) }}
    from priced
),

shared as (
    select
        weighed.*,
        {{ shared_cents('order_sold_cents') }} as sold_cents,
        {{ shared_cents('order_refunded_cents') }} as refunded_cents
    from weighed
),

final as (
    select
        source,
        order_key,
        line_key,
        customer_id,
        ordered_on,
        shop,
        channel,
        is_valid,
        is_purchase,
        is_return,
        product_key,
        product_name,
        category,
        is_gift_card,
        quantity,
        unit_price,
        currency,
        {{ amount('gross_cents') }} as gross_merchandise,
        {{ amount('gross_cents - net_cents') }} as line_discount,
        {{ amount('net_cents') }} as line_total,
        {{ amount('tax_cents') }} as tax,
        {{ amount(converted_cents('net_cents', 'fx_rate')) }} as line_total_business,
        {{ amount('refunded_cents') }} as refunded_merchandise_business,
        {{ amount('sold_cents - refunded_cents') }} as net_merchandise_business
    from shared
)

select * from final
