-- Grain: one row per order document with a customer's account, mapped to the contract of contacts.

with

raw_rows as (
    select * from {{ source('shop', 'orders') }}
),

fields as (
    select
        {{ filled('customer.id') }} as contact_key,
        customer.email,
        customer.first_name,
        customer.last_name,
        customer.phone,
        customer.accepts_marketing,
        customer.accepts_marketing_updated_at,
        customer.created_at,
        address.company,
        address.street,
        address.postal_code,
        address.city,
        address.province,
        address.country,
        document.store,
        document.channel,
        document.updated_at,
        raw_rows._load_id,
        raw_rows._row_number
    from raw_rows
    {{ join_json_document(
        'raw_rows.payload', 'document', ['store', 'channel', 'updated_at'], nested=['customer']
    ) }}
    {{ join_json_object('document.customer', 'customer', [
        'id', 'email', 'first_name', 'last_name', 'phone', 'accepts_marketing',
        'accepts_marketing_updated_at', 'created_at',
    ], nested=['address']) }}
    {{ join_json_object('customer.address', 'address', [
        'company', 'street', 'postal_code', 'city', 'province', 'country',
    ]) }}
),

-- A guest leaves no account: the order itself names the address.
accounts as (
    select * from fields
    where contact_key is not null
),

typed as (
    select
        typed.*,
        accounts.created_at as written_created_at,
        accounts.accepts_marketing_updated_at as written_consent_at,
        accounts.updated_at as written_updated_at,
        accounts._load_id,
        accounts._row_number
    from accounts
    {% call computed('typed') %}
    select
        'shop' as source,
        contact_key,
        {{ tidy('email') }} as email,
        {{ tidy('first_name') }} as first_name,
        {{ tidy('last_name') }} as last_name,
        {{ tidy('company') }} as company_name,
        {{ tidy('phone') }} as phone,
        cast(null as text) as mobile,
        {{ tidy('street') }} as street,
        {{ tidy('postal_code') }} as postal_code,
        {{ tidy('city') }} as city,
        {{ tidy('province') }} as province,
        {{ tidy('country') }} as country,
        cast(null as text) as fiscal_code,
        cast(null as text) as vat_number,
        cast(null as text) as loyalty_card,
        cast(null as date) as birth_date,
        cast(null as text) as gender,
        cast(null as text) as owner_name,
        {{ business_date(instant('created_at')) }} as registered_on,
        {{ tidy('store') }} as registration_source,
        'online' as registration_channel,
        {{ yes_no('accepts_marketing') }} as email_consent,
        {{ instant('accepts_marketing_updated_at') }} as email_consent_at,
        {{ instant('updated_at') }} as updated_at
    {% endcall %}
),

final as (
    select
        {{ contract_select('contacts') }},
        updated_at as _version_at,
        true as _is_document,
        _load_id,
        _row_number,
        {{ reasons([
            unreadable('written_created_at', 'registered_on', 'customer.created_at', 'an instant'),
            absurd_day('registered_on', 'customer.created_at'),
            unreadable(
                'written_consent_at', 'email_consent_at', 'customer.accepts_marketing_updated_at',
                'an instant'
            ),
            unreadable('written_updated_at', 'updated_at', 'updated_at', 'an instant'),
        ]) }} as _reasons
    from typed
)

select * from final
