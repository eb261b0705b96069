-- Grain: one row per record, mapped to the contract of contacts.
{%- set said = {
    'source': "'fake_1000'",
    'contact_key': filled('unique_id'),
    'email': tidy('email'),
    'first_name': tidy('first_name'),
    'last_name': tidy('surname'),
    'city': tidy('city'),
    'country': "'GB'",
    'birth_date': day('dob'),
} %}

with

raw_rows as (
    select * from {{ source('fake_1000', 'people') }}
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
        {{ reasons([missing('contact_key', 'unique_id')]) }} as _reasons
    from typed
)

select * from final
