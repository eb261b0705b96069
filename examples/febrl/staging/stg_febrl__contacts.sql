-- Grain: one row per record, mapped to the contract of contacts.
{%- set said = {
    'source': "'febrl'",
    'contact_key': filled('rec_id'),
    'first_name': tidy('given_name'),
    'last_name': tidy('surname'),
    'street': "nullif(concat_ws(' ', " ~ tidy('street_number') ~ ', ' ~ tidy('address_1') ~ "), '')",
    'postal_code': tidy('postcode'),
    'city': tidy('suburb'),
    'province': 'upper(' ~ tidy('state') ~ ')',
    'country': "'AU'",
    'fiscal_code': tidy('soc_sec_id'),
    'birth_date': day('date_of_birth'),
} %}

with

raw_rows as (
    select * from {{ source('febrl', 'people') }}
),

typed as (
    select
        {%- for name, type in contract('contacts') %}
        cast({{ said.get(name, 'null') }} as {{ type }}) as {{ name }},
        {%- endfor %}
        _load_id,
        _row_number
    from raw_rows
),

final as (
    select
        {{ contract_select('contacts') }},
        updated_at as _version_at,
        false as _is_document,
        _load_id,
        _row_number,
        {{ reasons([missing('contact_key', 'rec_id')]) }} as _reasons
    from typed
)

select * from final
