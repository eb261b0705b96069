-- Grain: one row per line of a list of existing orders, mapped to the contract of order keys.

with

raw_rows as (
    select * from {{ source('files', 'order_keys') }}
),

typed as (
    select
        typed.*,
        raw_rows.since as written_since,
        raw_rows._load_id,
        raw_rows._row_number
    from raw_rows
    {% call computed('typed') %}
    select
        'files' as source,
        coalesce({{ filled('order_source') }}, 'files') as order_source,
        {{ filled('order_key') }} as order_key,
        {{ instant('swept_at') }} as swept_at,
        {{ day('since') }} as since
    {% endcall %}
),

final as (
    select
        {{ contract_select('order_keys') }},
        swept_at as _version_at,
        false as _is_document,
        _load_id,
        _row_number,
        {{ reasons([
            missing('order_key', 'order_key'),
            forbidden('swept_at is null', 'swept_at', 'not an instant'),
            absurd_day(business_date('swept_at'), 'swept_at'),
            unreadable('written_since', 'since', 'since', 'a date'),
        ]) }} as _reasons
    from typed
)

select * from final
