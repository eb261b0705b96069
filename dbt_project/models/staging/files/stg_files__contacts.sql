-- Grain: one row per line of a file of contacts, mapped to the contract of contacts.

with

raw_rows as (
    select * from {{ source('files', 'contacts') }}
),

typed as (
    select
        typed.*,
        raw_rows.birth_date as written_birth_date,
        raw_rows.registered_on as written_registered_on,
        raw_rows.email_consent as written_email_consent,
        raw_rows.email_consent_at as written_email_consent_at,
        raw_rows.updated_at as written_updated_at,
        raw_rows._load_id,
        raw_rows._row_number
    from raw_rows
    {% call computed('typed') %}
    select
        'files' as source,
        {{ filled('contact_key') }} as contact_key,
        {{ tidy('email') }} as email,
        {{ tidy('first_name') }} as first_name,
        {{ tidy('last_name') }} as last_name,
        {{ tidy('company_name') }} as company_name,
        {{ tidy('phone') }} as phone,
        {{ tidy('mobile') }} as mobile,
        {{ tidy('street') }} as street,
        {{ tidy('postal_code') }} as postal_code,
        {{ tidy('city') }} as city,
        {{ tidy('province') }} as province,
        {{ tidy('country') }} as country,
        {{ tidy('fiscal_code') }} as fiscal_code,
        {{ tidy('vat_number') }} as vat_number,
        {{ tidy('loyalty_card') }} as loyalty_card,
        {{ day_or_serial('birth_date') }} as birth_date,
        {{ gender_code('gender') }} as gender,
        {{ person_name('owner_name') }} as owner_name,
        {{ day_or_serial('registered_on') }} as registered_on,
        {{ tidy('registration_source') }} as registration_source,
        {{ channel_name('registration_channel') }} as registration_channel,
        {{ yes_no('email_consent') }} as email_consent,
        {{ instant('email_consent_at') }} as email_consent_at,
        {{ instant('updated_at') }} as updated_at
    {% endcall %}
),

final as (
    select
        {{ contract_select('contacts') }},
        updated_at as _version_at,
        false as _is_document,
        _load_id,
        _row_number,
        {{ reasons([
            missing('contact_key', 'contact_key'),
            unreadable('written_birth_date', 'birth_date', 'birth_date', 'a date'),
            absurd_day('birth_date', 'birth_date', var('earliest_birth_date')),
            unreadable('written_registered_on', 'registered_on', 'registered_on', 'a date'),
            absurd_day('registered_on', 'registered_on'),
            unreadable('written_email_consent', 'email_consent', 'email_consent', 'yes or no'),
            unreadable(
                'written_email_consent_at', 'email_consent_at', 'email_consent_at', 'an instant'
            ),
            unreadable('written_updated_at', 'updated_at', 'updated_at', 'an instant'),
        ]) }} as _reasons
    from typed
)

select * from final
