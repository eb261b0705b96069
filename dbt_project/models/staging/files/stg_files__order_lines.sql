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
        coalesce(
            {{ cents('gross') }},
            cast(
                round({{ decimal_number('quantity') }} * {{ decimal_number('unit_price') }} * 100)
                as bigint
            )
        ) as gross_cents,
        coalesce({{ cents('discount') }}, 0) as discount_cents,
        coalesce({{ cents('tax') }}, 0) as tax_cents,
        coalesce({{ yes_no('is_gift_card') }}, false) as is_gift_card,
        {{ instant('updated_at') }} as updated_at
    {% endcall %}
),

final as (
    select
        {{ contract_columns('order_lines') | join(',\n        ') }},
        updated_at as _version_at,
        false as _is_document,
        _load_id,
        _row_number,
        {{ reasons([
            missing('order_key', 'order_key'),
            missing('line_key', 'line_key'),
            forbidden('quantity is null', 'quantity', 'not a number'),
            forbidden('unit_price is null', 'unit_price', 'not a number'),
            unreadable('written_gross', cents('written_gross'), 'gross', 'a number'),
            unreadable('written_discount', cents('written_discount'), 'discount', 'a number'),
            unreadable('written_tax', cents('written_tax'), 'tax', 'a number'),
            unreadable('written_updated_at', 'updated_at', 'updated_at', 'an instant'),
        ]) }} as _reasons
    from typed
)

select * from final
