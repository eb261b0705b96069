-- Grain: one row per order document received from the shop, mapped to the contract of orders.

with

raw_rows as (
    select * from {{ source('shop', 'orders') }}
),

fields as (
    select
        {{ filled('document.id') }} as order_key,
        {{ filled('customer.id') }} as customer_id,
        {{ email_address('document.email') }} as email,
        document.number as order_number,
        document.store as shop,
        document.channel,
        document.created_at,
        document.updated_at,
        document.cancelled_at,
        document.fulfilled_at,
        document.financial_status,
        document.test as is_test,
        document.deleted as is_deleted,
        document.currency,
        document.exchange_rate,
        document.taxes_included,
        document.discount_total,
        document.shipping,
        document.tax,
        document.tip,
        document.total,
        raw_rows._load_id,
        raw_rows._row_number
    from raw_rows
    {{ join_json_document('raw_rows.payload', 'document', [
        'id', 'number', 'store', 'channel', 'created_at', 'updated_at', 'cancelled_at',
        'fulfilled_at', 'financial_status', 'test', 'deleted', 'currency', 'exchange_rate',
        'taxes_included', 'discount_total', 'shipping', 'tax', 'tip', 'total', 'email',
    ], nested=['customer']) }}
    {{ join_json_object('document.customer', 'customer', ['id']) }}
),

typed as (
    select
        typed.*,
        fields.created_at as written_created_at,
        fields.updated_at as written_updated_at,
        fields.cancelled_at as written_cancelled_at,
        fields.fulfilled_at as written_fulfilled_at,
        fields.currency as written_currency,
        fields.exchange_rate as written_exchange_rate,
        fields.discount_total as written_discount_total,
        fields.shipping as written_shipping,
        fields.tax as written_tax,
        fields.tip as written_tip,
        fields.total as written_total,
        fields._load_id,
        fields._row_number
    from fields
    {% call computed('typed') %}
    select
        'shop' as source,
        order_key,
        coalesce(customer_id, {{ email_key('email') }}) as contact_key,
        {{ tidy('order_number') }} as order_number,
        {{ tidy('shop') }} as shop,
        coalesce({{ channel_name('channel') }}, 'online') as channel,
        'sale' as order_type,
        {{ instant('created_at') }} as ordered_at,
        lower({{ filled('financial_status') }}) as financial_status,
        {{ instant('cancelled_at') }} as cancelled_at,
        {{ instant('fulfilled_at') }} as fulfilled_at,
        {{ yes_no('is_test') }} as is_test,
        {{ yes_no('is_deleted') }} as is_deleted,
        {{ currency_code('currency') }} as currency,
        {{ decimal_number('exchange_rate') }} as fx_rate,
        {{ yes_no('taxes_included') }} as prices_include_vat,
        {{ cents('discount_total') }} as discount_cents,
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
        true as _is_document,
        _load_id,
        _row_number,
        {{ reasons([
            missing('order_key', 'id'),
            missing(filled('written_created_at'), 'created_at'),
            unreadable('written_created_at', 'ordered_at', 'created_at', 'an instant'),
            absurd_day(business_date('ordered_at'), 'created_at'),
            unreadable('written_updated_at', 'updated_at', 'updated_at', 'an instant'),
            unreadable('written_cancelled_at', 'cancelled_at', 'cancelled_at', 'an instant'),
            unreadable('written_fulfilled_at', 'fulfilled_at', 'fulfilled_at', 'an instant'),
            missing('financial_status', 'financial_status'),
            not_among('financial_status', known_values('financial_status'), 'financial_status'),
            not_among('channel', known_values('channel'), 'channel'),
            forbidden('currency is null', 'currency', 'not a currency'),
            unreadable('written_exchange_rate', 'fx_rate', 'exchange_rate', 'a number'),
            forbidden('fx_rate <= 0', 'exchange_rate', 'not above zero'),
            unreadable('written_discount_total', 'discount_cents', 'discount_total', 'a number'),
            unreadable('written_shipping', 'shipping_cents', 'shipping', 'a number'),
            unreadable('written_tip', 'tip_cents', 'tip', 'a number'),
            unreadable('written_tax', 'tax_cents', 'tax', 'a number'),
            unreadable('written_total', 'total_cents', 'total', 'a number'),
            forbidden('total_cents < 0', 'total', 'below zero on a sale'),
        ]) }} as _reasons
    from typed
)

select * from final
