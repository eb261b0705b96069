-- Grain: one row per line of a file of order lines, mapped to the contract of order lines.

with

raw_rows as (
    select * from {{ source('files', 'order_lines') }}
),

typed as (
    select
        typed.*,
        raw_rows.gross as written_gross,
        raw_rows.discount as written_discount,
        raw_rows.tax as written_tax,
        raw_rows.updated_at as written_updated_at,
        raw_rows._load_id,
        raw_rows._row_number
    from raw_rows
    {% call computed('typed') %}
    select
        'files' as source,
        {{ filled('order_key') }} as order_key,
        {{ filled('line_key') }} as line_key,
        {{ tidy('product_key') }} as product_key,
        {{ tidy('product_name') }} as product_name,
        {{ tidy('category') }} as category,
        {{ decimal_number('quantity') }} as quantity,
        cast({{ decimal_number('unit_price') }} as numeric(18, 4)) as unit_price,
        {{ cents('gross') }} as gross_cents,
        {{ cents('discount') }} as discount_cents,
        {{ cents('tax') }} as tax_cents,
        {{ yes_no('is_gift_card') }} as is_gift_card,
        {{ instant('updated_at') }} as updated_at
    {% endcall %}
),

final as (
    select
        {{ contract_select('order_lines', {
            'gross_cents':
                'coalesce(gross_cents, cast(round(quantity * unit_price * 100) as bigint))',
            'discount_cents': 'coalesce(discount_cents, 0)',
            'tax_cents': 'coalesce(tax_cents, 0)',
            'is_gift_card': 'coalesce(is_gift_card, false)',
        }) }},
        updated_at as _version_at,
        false as _is_document,
        _load_id,
        _row_number,
        {{ reasons([
            missing('order_key', 'order_key'),
            missing('line_key', 'line_key'),
            forbidden('quantity is null', 'quantity', 'not a number'),
            forbidden('unit_price is null', 'unit_price', 'not a number'),
            unreadable('written_gross', 'gross_cents', 'gross', 'a number'),
            unreadable('written_discount', 'discount_cents', 'discount', 'a number'),
            unreadable('written_tax', 'tax_cents', 'tax', 'a number'),
            unreadable('written_updated_at', 'updated_at', 'updated_at', 'an instant'),
        ]) }} as _reasons
    from typed
)

select * from final
