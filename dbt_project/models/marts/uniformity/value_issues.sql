-- Grain: one row per contact and field whose written value could not be used as it was.
{{ config(unique_key=['source', 'contact_key', 'field']) }}
{%- set fields = {
    'email': ['contacts.email', 'uniform.email', 'uniform.email_reason'],
    'phone': ['contacts.phone', 'uniform.phone', 'uniform.phone_reason'],
    'mobile': ['contacts.mobile', 'uniform.mobile', 'uniform.mobile_reason'],
    'name': [
        "concat_ws(' ', contacts.first_name, contacts.last_name)",
        "concat_ws(' ', uniform.first_name, uniform.last_name)", 'uniform.name_reason',
    ],
    'company_name': ['contacts.company_name', 'uniform.company_name', 'uniform.company_reason'],
    'fiscal_code': ['contacts.fiscal_code', 'uniform.fiscal_code', 'uniform.fiscal_code_reason'],
    'vat_number': ['contacts.vat_number', 'uniform.vat_number', 'uniform.vat_reason'],
    'address': [
        "concat_ws(', ', contacts.street, contacts.postal_code, contacts.city, contacts.province, "
        "contacts.country)",
        "concat_ws(', ', uniform.street, uniform.postal_code, uniform.city, uniform.province, "
        "uniform.country)", 'uniform.address_reason',
    ],
} %}

with

contacts as {{ inlined() }} (
    select * from {{ ref('contacts') }}
),

uniform as {{ inlined() }} (
    select * from {{ ref('uniform_contacts') }}
),

identity_map as {{ inlined() }} (
    select * from {{ ref('identity_map') }}
),

owners as (
    select
        source,
        contact_key,
        owner_name
    from uniform
),

issues as (
    {%- for field, (written, clean, reason) in fields.items() %}
    {{ "union all" if not loop.first }}
    select
        uniform.source,
        uniform.contact_key,
        '{{ field }}' as field,
        {{ written }} as written,
        nullif({{ clean }}, '') as clean,
        {{ 'uniform.suggested_email' if field == 'email' else 'cast(null as text)' }} as proposed,
        {{ reason }} as reason
    from uniform
    inner join contacts
        on uniform.source = contacts.source and uniform.contact_key = contacts.contact_key
    where {{ reason }} is not null
    {%- endfor %}
),

final as (
    select
        issues.source,
        issues.contact_key,
        issues.field,
        identity_map.customer_id,
        owners.owner_name,
        issues.written,
        issues.clean,
        issues.proposed,
        issues.reason
    from issues
    inner join owners
        on issues.source = owners.source and issues.contact_key = owners.contact_key
    left join identity_map
        on
            issues.source = identity_map.source
            and issues.contact_key = identity_map.contact_key
)

select * from final
