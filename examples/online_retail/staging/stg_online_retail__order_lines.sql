-- Grain: one row per invoice line of the file, mapped to the contract of order lines.

with

raw_rows as (
    select * from {{ source('online_retail', 'lines') }}
),

typed as (
    select
        typed.*,
        raw_rows._load_id,
        raw_rows._row_number
    from raw_rows
    {% call computed('typed') %}
    select
        'online_retail' as source,
        {{ filled('invoice_no') }} as order_key,
        -- The file has no line number and repeats whole lines: only the row tells them apart.
        cast(_row_number as text) as line_key,
        {{ filled('stock_code') }} as product_key,
        {{ tidy('description') }} as product_name,
        cast(null as text) as category,
        {{ decimal_number('quantity') }} as quantity,
        cast({{ decimal_number('unit_price') }} as numeric(18, 4)) as unit_price,
        cast(
            round({{ decimal_number('quantity') }} * {{ decimal_number('unit_price') }} * 100)
            as bigint
        ) as gross_cents,
        cast(0 as bigint) as discount_cents,
        cast(0 as bigint) as tax_cents,
        false as is_gift_card
    {% endcall %}
),

final as (
    select
        {{ contract_columns('order_lines') | join(',\n        ') }},
        cast(null as timestamptz) as _version_at,
        false as _is_document,
        _load_id,
        _row_number,
        {{ reasons([
            missing('order_key', 'invoice_no'),
            forbidden('quantity is null', 'quantity', 'not a number'),
            forbidden('unit_price is null', 'unit_price', 'not a number'),
        ]) }} as _reasons
    from typed
)

select * from final
