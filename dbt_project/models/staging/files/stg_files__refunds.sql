-- Grain: one row per line of a file of refunds, mapped to the contract of refunds.

with

raw_rows as (
    select * from {{ source('files', 'refunds') }}
),

typed as (
    select
        typed.*,
        raw_rows.refunded_at as written_refunded_at,
        raw_rows.tax as written_tax,
        raw_rows.shipping as written_shipping,
        raw_rows.updated_at as written_updated_at,
        raw_rows._load_id,
        raw_rows._row_number
    from raw_rows
    {% call computed('typed') %}
    select
        'files' as source,
        {{ filled('order_key') }} as order_key,
        {{ filled('refund_key') }} as refund_key,
        {{ instant('refunded_at') }} as refunded_at,
        {{ cents('merchandise') }} as merchandise_cents,
        {{ cents('tax') }} as tax_cents,
        {{ cents('shipping') }} as shipping_cents,
        {{ instant('updated_at') }} as updated_at
    {% endcall %}
),

final as (
    select
        {{ contract_select('refunds', {
            'refunded_on': business_date('refunded_at'),
            'tax_cents': 'coalesce(tax_cents, 0)',
            'shipping_cents': 'coalesce(shipping_cents, 0)',
        }) }},
        updated_at as _version_at,
        false as _is_document,
        _load_id,
        _row_number,
        {{ reasons([
            missing('order_key', 'order_key'),
            missing('refund_key', 'refund_key'),
            forbidden('refunded_at is null', 'refunded_at', 'not an instant'),
            absurd_day(business_date('refunded_at'), 'refunded_at'),
            forbidden('merchandise_cents is null', 'merchandise', 'not a number'),
            forbidden('merchandise_cents < 0', 'merchandise', 'below zero'),
            unreadable('written_tax', 'tax_cents', 'tax', 'a number'),
            unreadable('written_shipping', 'shipping_cents', 'shipping', 'a number'),
            unreadable('written_updated_at', 'updated_at', 'updated_at', 'an instant'),
        ]) }} as _reasons
    from typed
)

select * from final
