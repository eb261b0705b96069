-- Grain: one row per line of a file of orders, mapped to the contract of orders.

with

raw_rows as (
    select * from {{ source('files', 'orders') }}
),

typed as (
    select
        typed.*,
        raw_rows.ordered_at as written_ordered_at,
        raw_rows.cancelled_at as written_cancelled_at,
        raw_rows.fulfilled_at as written_fulfilled_at,
        raw_rows.fx_rate as written_fx_rate,
        raw_rows.discount as written_discount,
        raw_rows.shipping as written_shipping,
        raw_rows.tax as written_tax,
        raw_rows.tip as written_tip,
        raw_rows.total as written_total,
        raw_rows.updated_at as written_updated_at,
        raw_rows._load_id,
        raw_rows._row_number
    from raw_rows
    {% call computed('typed') %}
    select
        'files' as source,
        {{ filled('order_key') }} as order_key,
        {{ filled('contact_key') }} as contact_key,
        {{ tidy('order_number') }} as order_number,
        {{ tidy('shop') }} as shop,
        coalesce({{ channel_name('channel') }}, 'store') as channel,
        coalesce(lower({{ filled('order_type') }}), 'sale') as order_type,
        {{ instant('ordered_at') }} as ordered_at,
        coalesce(lower({{ filled('financial_status') }}), 'paid') as financial_status,
        {{ instant('cancelled_at') }} as cancelled_at,
        {{ instant('fulfilled_at') }} as fulfilled_at,
        {{ yes_no('is_test') }} as is_test,
        {{ yes_no('is_deleted') }} as is_deleted,
        case
            when {{ filled('currency') }} is null then '{{ var("business_currency") }}'
            else {{ currency_code('currency') }}
        end as currency,
        {{ decimal_number('fx_rate') }} as fx_rate,
        {{ yes_no('prices_include_vat') }} as prices_include_vat,
        {{ cents('discount') }} as discount_cents,
        {{ cents('shipping') }} as shipping_cents,
        {{ cents('tax') }} as tax_cents,
        {{ cents('tip') }} as tip_cents,
        {{ cents('total') }} as total_cents,
        {{ instant('updated_at') }} as updated_at
    {% endcall %}
),

final as (
    select
        {{ contract_select('orders', {
            'ordered_on': business_date('ordered_at'),
            'is_test': 'coalesce(is_test, false)',
            'is_deleted': 'coalesce(is_deleted, false)',
            'prices_include_vat': 'coalesce(prices_include_vat, true)',
            'discount_cents': 'coalesce(discount_cents, 0)',
            'shipping_cents': 'coalesce(shipping_cents, 0)',
            'tip_cents': 'coalesce(tip_cents, 0)',
        }) }},
        updated_at as _version_at,
        false as _is_document,
        _load_id,
        _row_number,
        {{ reasons([
            missing('order_key', 'order_key'),
            missing(filled('written_ordered_at'), 'ordered_at'),
            unreadable('written_ordered_at', 'ordered_at', 'ordered_at', 'an instant'),
            absurd_day(business_date('ordered_at'), 'ordered_at'),
            not_among('channel', known_values('channel'), 'channel'),
            not_among('order_type', known_values('order_type'), 'order_type'),
            not_among('financial_status', known_values('financial_status'), 'financial_status'),
            unreadable('written_cancelled_at', 'cancelled_at', 'cancelled_at', 'an instant'),
            unreadable('written_fulfilled_at', 'fulfilled_at', 'fulfilled_at', 'an instant'),
            forbidden('currency is null', 'currency', 'not a currency'),
            unreadable('written_fx_rate', 'fx_rate', 'fx_rate', 'a number'),
            forbidden('fx_rate <= 0', 'fx_rate', 'not above zero'),
            unreadable('written_discount', 'discount_cents', 'discount', 'a number'),
            unreadable('written_shipping', 'shipping_cents', 'shipping', 'a number'),
            unreadable('written_tax', 'tax_cents', 'tax', 'a number'),
            unreadable('written_tip', 'tip_cents', 'tip', 'a number'),
            unreadable('written_total', 'total_cents', 'total', 'a number'),
            forbidden("order_type = 'sale' and total_cents < 0", 'total', 'below zero on a sale'),
            unreadable('written_updated_at', 'updated_at', 'updated_at', 'an instant'),
        ]) }} as _reasons
    from typed
)

select * from final
