-- Grain: one row per file and customer number, mapped to the contract of contacts.

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
        {{ filled('customer_id') }} as contact_key,
        {{ tidy('country') }} as country
    {% endcall %}
),

customers as (
    select
        _load_id,
        contact_key,
        min(_row_number) as _row_number,
        max(country) as country
    from typed
    where contact_key is not null
    group by _load_id, contact_key
),

mapped as (
    select
        'online_retail' as source,
        contact_key,
        {% for name, type in contract('contacts') if name not in ('source', 'contact_key', 'country') -%}
        cast(null as {{ type }}) as {{ name }},
        {% endfor -%}
        country,
        _load_id,
        _row_number
    from customers
),

final as (
    select
        {{ contract_columns('contacts') | join(',\n        ') }},
        updated_at as _version_at,
        false as _is_document,
        _load_id,
        _row_number,
        {{ reasons([missing('contact_key', 'customer_id')]) }} as _reasons
    from mapped
)

select * from final
