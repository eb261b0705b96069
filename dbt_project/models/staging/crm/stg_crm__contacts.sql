-- Grain: one row per line of the CRM's export, mapped to the contract of contacts.

with

raw_rows as (
    select * from {{ source('crm', 'contacts') }}
),

typed as (
    select
        typed.*,
        raw_rows.data_di_nascita,
        raw_rows.data_registrazione,
        raw_rows.consenso_email,
        raw_rows.data_consenso,
        raw_rows.ultima_modifica,
        raw_rows._load_id,
        raw_rows._row_number
    from raw_rows
    {% call computed('typed') %}
    select
        'crm' as source,
        upper({{ filled('codice_cliente') }}) as contact_key,
        {{ tidy('email') }} as email,
        {{ tidy('nome') }} as first_name,
        {{ tidy('cognome') }} as last_name,
        {{ tidy('ragione_sociale') }} as company_name,
        {{ tidy('telefono') }} as phone,
        {{ tidy('cellulare') }} as mobile,
        {{ tidy('indirizzo') }} as street,
        {{ tidy('cap') }} as postal_code,
        {{ tidy('citta') }} as city,
        {{ tidy('provincia') }} as province,
        coalesce({{ tidy('nazione') }}, '{{ var("home_country") }}') as country,
        {{ tidy('codice_fiscale') }} as fiscal_code,
        {{ tidy('partita_iva') }} as vat_number,
        cast(null as text) as loyalty_card,
        {{ day_or_serial('data_di_nascita') }} as birth_date,
        {{ gender_code('sesso') }} as gender,
        {{ person_name('agente') }} as owner_name,
        {{ day_or_serial('data_registrazione') }} as registered_on,
        {{ tidy('fonte') }} as registration_source,
        {{ channel_name('canale') }} as registration_channel,
        {{ yes_no('consenso_email') }} as email_consent,
        {{ instant('data_consenso') }} as email_consent_at,
        {{ instant('ultima_modifica') }} as updated_at
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
            missing('contact_key', 'codice_cliente'),
            unreadable('data_di_nascita', 'birth_date', 'data_di_nascita', 'a date'),
            absurd_day('birth_date', 'data_di_nascita', var('earliest_birth_date')),
            unreadable('data_registrazione', 'registered_on', 'data_registrazione', 'a date'),
            absurd_day('registered_on', 'data_registrazione'),
            unreadable('consenso_email', 'email_consent', 'consenso_email', 'yes or no'),
            unreadable('data_consenso', 'email_consent_at', 'data_consenso', 'a date'),
            unreadable('ultima_modifica', 'updated_at', 'ultima_modifica', 'an instant'),
        ]) }} as _reasons
    from typed
)

select * from final
