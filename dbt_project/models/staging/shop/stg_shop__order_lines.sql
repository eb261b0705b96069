-- Grain: one row per line of an order document of the shop, mapped to the contract of order lines.

with

raw_rows as (
    select * from {{ source('shop', 'orders') }}
),

fields as (
    select
        {{ filled('document.id') }} as order_key,
        coalesce({{ filled('line.id') }}, '#' || cast(items.position as text)) as line_key,
        line.sku,
        line.title,
        line.category,
        line.quantity,
        line.price,
        line.discount,
        line.tax,
        line.gift_card,
        document.updated_at,
        raw_rows._load_id,
        raw_rows._row_number
    from raw_rows
    {{ join_json_document(
        'raw_rows.payload', 'document', ['id', 'updated_at'], nested=['lines']
    ) }}
    {{ join_json_items('document.lines', 'items') }}
    {{ join_json_object('items.item', 'line', [
        'id', 'sku', 'title', 'category', 'quantity', 'price', 'discount', 'tax', 'gift_card',
    ]) }}
),

typed as (
    select
        typed.*,
        fields.discount as written_discount,
        fields.tax as written_tax,
        fields._load_id,
        fields._row_number
    from fields
    {% call computed('typed') %}
    select
        'shop' as source,
        order_key,
        line_key,
        {{ tidy('sku') }} as product_key,
        {{ tidy('title') }} as product_name,
        {{ tidy('category') }} as category,
        {{ decimal_number('quantity') }} as quantity,
        cast({{ decimal_number('price') }} as numeric(18, 4)) as unit_price,
        {{ cents('discount') }} as discount_cents,
        {{ cents('tax') }} as tax_cents,
        {{ yes_no('gift_card') }} as is_gift_card,
        {{ instant('updated_at') }} as updated_at
    {% endcall %}
),

final as (
    select
        {{ contract_select('order_lines', {
            'gross_cents': 'cast(round(quantity * unit_price * 100) as bigint)',
            'discount_cents': 'coalesce(discount_cents, 0)',
            'tax_cents': 'coalesce(tax_cents, 0)',
            'is_gift_card': 'coalesce(is_gift_card, false)',
        }) }},
        updated_at as _version_at,
        true as _is_document,
        _load_id,
        _row_number,
        {{ reasons([
            missing('order_key', 'id'),
            forbidden('quantity is null', 'lines.quantity', 'not a number'),
            forbidden('unit_price is null', 'lines.price', 'not a number'),
            unreadable('written_discount', 'discount_cents', 'lines.discount', 'a number'),
            unreadable('written_tax', 'tax_cents', 'lines.tax', 'a number'),
            forbidden('quantity * unit_price < 0', 'lines', 'negative total on a sale'),
        ]) }} as _reasons
    from typed
)

select * from final
