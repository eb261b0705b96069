-- Grain: one row per line of a file of payments, mapped to the contract of payments.

with

raw_rows as (
    select * from {{ source('files', 'payments') }}
),

typed as (
    select
        typed.*,
        raw_rows.updated_at as written_updated_at,
        raw_rows._load_id,
        raw_rows._row_number
    from raw_rows
    {% call computed('typed') %}
    select
        'files' as source,
        {{ filled('order_key') }} as order_key,
        {{ filled('payment_key') }} as payment_key,
        coalesce(lower({{ filled('kind') }}), 'sale') as kind,
        coalesce(lower({{ filled('status') }}), 'success') as status,
        lower({{ tidy('gateway') }}) as gateway,
        {{ yes_no('is_gift_card') }} as is_gift_card,
        {{ cents('amount') }} as amount_cents,
        {{ instant('paid_at') }} as paid_at,
        {{ instant('updated_at') }} as updated_at
    {% endcall %}
),

final as (
    select
        {{ contract_select('payments', {
            'is_gift_card': "coalesce(is_gift_card, gateway = 'gift_card', false)",
            'paid_on': business_date('paid_at'),
        }) }},
        updated_at as _version_at,
        false as _is_document,
        _load_id,
        _row_number,
        {{ reasons([
            missing('order_key', 'order_key'),
            missing('payment_key', 'payment_key'),
            not_among('kind', known_values('payment_kind'), 'kind'),
            not_among('status', known_values('payment_status'), 'status'),
            forbidden('amount_cents is null', 'amount', 'not a number'),
            forbidden('amount_cents < 0', 'amount', 'below zero'),
            forbidden('paid_at is null', 'paid_at', 'not an instant'),
            absurd_day(business_date('paid_at'), 'paid_at'),
            unreadable('written_updated_at', 'updated_at', 'updated_at', 'an instant'),
        ]) }} as _reasons
    from typed
)

select * from final
