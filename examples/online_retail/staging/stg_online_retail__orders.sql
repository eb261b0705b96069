-- Grain: one row per file and invoice, mapped to the contract of orders.

with

raw_rows as (
    select * from {{ source('online_retail', 'lines') }}
),

typed as (
    select
        typed.*,
        raw_rows.invoice_date,
        raw_rows._load_id,
        raw_rows._row_number
    from raw_rows
    {% call computed('typed') %}
    select
        {{ filled('invoice_no') }} as order_key,
        {{ filled('customer_id') }} as contact_key,
        {{ instant('invoice_date') }} as ordered_at
    {% endcall %}
),

-- The file has only lines: an invoice is what its lines say together.
invoices as (
    select
        _load_id,
        order_key,
        min(_row_number) as _row_number,
        max(contact_key) as contact_key,
        min(ordered_at) as ordered_at,
        min(case when ordered_at is null then 'not an instant' end) as unreadable_date
    from typed
    group by _load_id, order_key
),

mapped as (
    select
        'online_retail' as source,
        order_key,
        contact_key,
        order_key as order_number,
        'online retail' as shop,
        'online' as channel,
        case
            when order_key like 'C%' then 'return'
            when order_key like 'A%' then 'adjustment'
            else 'sale'
        end as order_type,
        ordered_at,
        {{ business_date('ordered_at') }} as ordered_on,
        'paid' as financial_status,
        cast(null as timestamptz) as cancelled_at,
        cast(null as timestamptz) as fulfilled_at,
        false as is_test,
        false as is_deleted,
        'GBP' as currency,
        cast(null as numeric) as fx_rate,
        false as prices_include_vat,
        cast(0 as bigint) as discount_cents,
        cast(0 as bigint) as shipping_cents,
        cast(null as bigint) as tax_cents,
        cast(0 as bigint) as tip_cents,
        cast(null as bigint) as total_cents,
        cast(null as timestamptz) as updated_at,
        unreadable_date,
        _load_id,
        _row_number
    from invoices
),

final as (
    select
        {{ contract_columns('orders') | join(',\n        ') }},
        updated_at as _version_at,
        false as _is_document,
        _load_id,
        _row_number,
        {{ reasons([
            missing('order_key', 'invoice_no'),
            forbidden('unreadable_date is not null', 'invoice_date', 'not an instant'),
            absurd_day('ordered_on', 'invoice_date'),
        ]) }} as _reasons
    from mapped
)

select * from final
