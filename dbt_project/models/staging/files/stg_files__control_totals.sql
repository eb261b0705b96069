-- Grain: one row per line of a file of control totals, mapped to the contract of control totals.

with

raw_rows as (
    select * from {{ source('files', 'control_totals') }}
),

typed as (
    select
        typed.*,
        raw_rows.sold_on as written_sold_on,
        raw_rows.currency as written_currency,
        raw_rows.orders_count as written_orders_count,
        raw_rows.total as written_total,
        raw_rows.updated_at as written_updated_at,
        raw_rows._load_id,
        raw_rows._row_number
    from raw_rows
    {% call computed('typed') %}
    select
        'files' as source,
        coalesce({{ filled('order_source') }}, 'files') as order_source,
        {{ tidy('shop') }} as shop,
        {{ day('sold_on') }} as sold_on,
        case
            when {{ filled('currency') }} is null then '{{ var("business_currency") }}'
            else {{ currency_code('currency') }}
        end as currency,
        {{ decimal_number('orders_count') }} as orders_number,
        {{ cents('total') }} as total_cents,
        {{ instant('updated_at') }} as updated_at
    {% endcall %}
),

final as (
    select
        {{ contract_select('control_totals', {
            'total_key': "order_source || ' ' || coalesce(shop, '') || ' '"
                ~ " || coalesce(cast(sold_on as text), '') || ' ' || coalesce(currency, '')",
            'orders_count': 'cast(orders_number as bigint)',
        }) }},
        updated_at as _version_at,
        false as _is_document,
        _load_id,
        _row_number,
        {{ reasons([
            missing('sold_on', 'sold_on'),
            absurd_day('sold_on', 'sold_on'),
            forbidden('currency is null', 'currency', 'not a currency'),
            unreadable('written_orders_count', 'orders_number', 'orders_count', 'a number'),
            forbidden(
                'orders_number < 0 or orders_number <> round(orders_number)', 'orders_count',
                'not a count'
            ),
            missing('total_cents', 'total'),
            unreadable('written_updated_at', 'updated_at', 'updated_at', 'an instant'),
        ]) }} as _reasons
    from typed
)

select * from final
