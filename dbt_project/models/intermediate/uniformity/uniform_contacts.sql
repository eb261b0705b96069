-- Grain: one row per source and contact: what its latest version writes, made uniform.
{{ config(
    unique_key=['source', 'contact_key'],
    indexes=[
        {'columns': ['source', 'contact_key'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}
{%- set key = ['source', 'contact_key'] %}
{%- set ids = {
    'email_id': 'email', 'phone_id': 'phone', 'mobile_id': 'mobile', 'name_id': 'name',
    'company_value_id': 'company', 'fiscal_code_id': 'fiscal_code',
    'vat_number_id': 'vat_number', 'address_id': 'address',
} %}
{%- set read = [
    'email', 'email_key', 'email_reason', 'is_role_email', 'is_disposable_email', 'suggested_email',
    'phone', 'phone_type', 'phone_reason', 'mobile', 'mobile_reason', 'title', 'first_name',
    'last_name', 'first_key', 'last_key', 'name_key', 'name_reason', 'is_swapped_name',
    'company_name', 'company_key', 'legal_form', 'company_vat_number', 'company_reason',
    'vat_number', 'vat_reason', 'fiscal_code', 'fiscal_code_reason', 'loyalty_card', 'street',
    'street_number', 'address_key', 'postal_code', 'city', 'province', 'region', 'country',
    'address_reason', 'birth_date', 'birth_date_origin', 'gender', 'gender_origin',
] %}
{%- set stated = [
    'owner_name', 'registered_on', 'registration_source', 'registration_channel', 'email_consent',
    'email_consent_at', 'updated_at', '_opted_out_at',
] %}
{%- set columns = ids.keys() | list + read + stated %}

-- depends_on: {{ ref('written_values') }}

with

contacts as {{ inlined() }} (
    select * from {{ ref('contacts') }}
),

emails as {{ inlined() }} (
    select * from {{ source('values', 'value_emails') }}
),

phones as {{ inlined() }} (
    select * from {{ source('values', 'value_phones') }}
),

names as {{ inlined() }} (
    select * from {{ source('values', 'value_names') }}
),

companies as {{ inlined() }} (
    select * from {{ source('values', 'value_companies') }}
),

tax_codes as {{ inlined() }} (
    select * from {{ source('values', 'value_tax_codes') }}
),

addresses as {{ inlined() }} (
    select * from {{ source('values', 'value_addresses') }}
),

{% if is_incremental() %}
touched as (
    {% call set_aside('touched') %}
    select
        source,
        contact_key
    from {{ news(ref('contacts')) }} as contacts
    union
    select
        source,
        contact_key
    from ({{ rows_read_anew(key, ids) }}) as readings
    {% endcall %}
),

known as (
    {{ known_rows(key, key + columns + ['_build_id']) }}
),

{% endif %}
identified as (
    select
        {{ value_ids(ids, 'contacts') }},
        contacts.birth_date as stated_birth_date,
        contacts.gender as stated_gender,
        upper(replace(contacts.loyalty_card, ' ', '')) as loyalty_card,
        {{ qualified('contacts', key + stated) }}
    from contacts
    {% if is_incremental() -%}
    inner join touched
        on {{ same_key('contacts', 'touched', key) }}
    {%- endif %}
),

-- A fiscal code in the column of VAT numbers, or the other way round, is taken for what it is.
uniform as (
    select
        {{ qualified('identified', key + ids.keys() | list + stated) }},
        identified.loyalty_card,
        emails.clean as email,
        emails.match_key as email_key,
        emails.reason as email_reason,
        emails.is_role as is_role_email,
        emails.is_disposable as is_disposable_email,
        emails.suggested as suggested_email,
        phones.clean as phone,
        phones.line_type as phone_type,
        phones.reason as phone_reason,
        mobiles.clean as mobile,
        mobiles.reason as mobile_reason,
        names.title,
        names.clean_first_name as first_name,
        names.clean_last_name as last_name,
        names.first_key,
        names.last_key,
        names.name_key,
        names.reason as name_reason,
        names.is_swapped as is_swapped_name,
        companies.display_name as company_name,
        companies.name_key as company_key,
        companies.legal_form,
        companies.vat_number as company_vat_number,
        companies.reason as company_reason,
        case
            when vat_numbers.code_type = 'vat' then vat_numbers.clean
            when fiscal_codes.code_type = 'vat' then fiscal_codes.clean
        end as vat_number,
        vat_numbers.reason as vat_reason,
        case
            when fiscal_codes.code_type <> 'vat' then fiscal_codes.clean
            when vat_numbers.code_type <> 'vat' then vat_numbers.clean
        end as fiscal_code,
        fiscal_codes.reason as fiscal_code_reason,
        addresses.clean_street as street,
        addresses.street_number,
        addresses.address_key,
        addresses.clean_postal_code as postal_code,
        addresses.clean_city as city,
        addresses.clean_province as province,
        addresses.region,
        addresses.clean_country as country,
        addresses.reason as address_reason,
        identified.stated_birth_date,
        coalesce(fiscal_codes.birth_date, vat_numbers.birth_date) as coded_birth_date,
        identified.stated_gender,
        coalesce(fiscal_codes.gender, vat_numbers.gender) as coded_gender
    from identified
    left join emails
        on identified.email_id = emails.value_id
    left join phones
        on identified.phone_id = phones.value_id
    left join phones as mobiles
        on identified.mobile_id = mobiles.value_id
    left join names
        on identified.name_id = names.value_id
    left join companies
        on identified.company_value_id = companies.value_id
    left join tax_codes as fiscal_codes
        on identified.fiscal_code_id = fiscal_codes.value_id
    left join tax_codes as vat_numbers
        on identified.vat_number_id = vat_numbers.value_id
    left join addresses
        on identified.address_id = addresses.value_id
),

whole as (
    select
        uniform.*,
        coalesce(stated_birth_date, coded_birth_date) as birth_date,
        case
            when stated_birth_date is not null then 'stated'
            when coded_birth_date is not null then 'fiscal_code'
        end as birth_date_origin,
        coalesce(stated_gender, coded_gender) as gender,
        case
            when stated_gender is not null then 'stated'
            when coded_gender is not null then 'fiscal_code'
        end as gender_origin
    from uniform
),

final as (
    select
        {{ qualified('whole', key + columns) }},
        {% if is_incremental() -%}
        {{ build_of_change('whole', 'known', 'source', columns) }} as _build_id
        {%- else -%}
        {{ build_id() }} as _build_id
        {%- endif %}
    from whole
    {% if is_incremental() -%}
    left join known
        on {{ same_key('whole', 'known', key) }}
    {%- endif %}
)

select * from final
