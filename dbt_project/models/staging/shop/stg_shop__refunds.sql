-- Grain: one row per refund of an order document from the shop, mapped to the contract of refunds.

with

raw_rows as (
    select * from {{ source('shop', 'orders') }}
),

fields as (
    select
        {{ filled('document.id') }} as order_key,
        coalesce({{ filled('refund.id') }}, '#' || cast(items.position as text)) as refund_key,
        refund.created_at,
        refund.merchandise,
        refund.tax,
        refund.shipping,
        document.updated_at,
        raw_rows._load_id,
        raw_rows._row_number
    from raw_rows
    {{ join_json_document(
        'raw_rows.payload', 'document', ['id', 'updated_at'], nested=['refunds']
    ) }}
    {{ join_json_items('document.refunds', 'items') }}
    {{ join_json_object('items.item', 'refund', [
        'id', 'created_at', 'merchandise', 'tax', 'shipping',
    ]) }}
),

typed as (
    select
        typed.*,
        fields.tax as written_tax,
        fields.shipping as written_shipping,
        fields._load_id,
        fields._row_number
    from fields
    {% call computed('typed') %}
    select
        'shop' as source,
        order_key,
        refund_key,
        {{ instant('created_at') }} as refunded_at,
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
        true as _is_document,
        _load_id,
        _row_number,
        {{ reasons([
            missing('order_key', 'id'),
            forbidden('refunded_at is null', 'refunds.created_at', 'not an instant'),
            absurd_day(business_date('refunded_at'), 'refunds.created_at'),
            forbidden('merchandise_cents is null', 'refunds.merchandise', 'not a number'),
            forbidden('merchandise_cents < 0', 'refunds.merchandise', 'below zero'),
            unreadable('written_tax', 'tax_cents', 'refunds.tax', 'a number'),
            unreadable('written_shipping', 'shipping_cents', 'refunds.shipping', 'a number'),
        ]) }} as _reasons
    from typed
)

select * from final
