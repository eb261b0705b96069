-- Grain: one row per company.
{{ config(unique_key=['company_id']) }}

with

company_spellings as {{ inlined() }} (
    select * from {{ ref('company_spellings') }}
),

company_members as {{ inlined() }} (
    select * from {{ ref('company_members') }}
),

uniform_contacts as {{ inlined() }} (
    select * from {{ ref('uniform_contacts') }}
),

identity_map as {{ inlined() }} (
    select * from {{ ref('identity_map') }}
),

spelt as (
    select
        company_id,
        {{ tidy('written_name') }} as spelling,
        sum(contacts_count) as contacts_count
    from company_spellings
    where written_name is not null
    group by company_id, {{ tidy('written_name') }}
),

listed as (
    select
        company_id,
        count(*) as spellings_count,
        {{ distinct_list("spelling || ' (' || contacts_count || ')'", "' | '") }} as spellings
    from spelt
    group by company_id
),

-- Of several legal forms (a firm that changed it, a slip) the commonest.
forms as (
    select
        company_id,
        legal_form,
        sum(contacts_count) as contacts_count
    from company_spellings
    where legal_form is not null
    group by company_id, legal_form
),

commonest_form as (
    {{ first_per_key(
        'forms', ['company_id'], ['company_id', 'legal_form'],
        ['contacts_count desc', 'legal_form']
    ) }}
),

states as (
    select
        company_id,
        min(nullif(vat_number, '')) as vat_number,
        {{ distinct_list("nullif(vat_number, '')", "', '") }} as vat_numbers,
        case
            when max(case when status = 'closed' then 1 end) = 1 then 'closed'
            when max(case when status = 'bankruptcy' then 1 end) = 1 then 'bankruptcy'
            when max(case when status = 'liquidation' then 1 end) = 1 then 'liquidation'
            when max(case when status = 'administration' then 1 end) = 1 then 'administration'
            when max(case when status = 'composition' then 1 end) = 1 then 'composition'
        end as status,
        max(case when alias is not null then 1 else 0 end) = 1 as is_decided
    from company_spellings
    group by company_id
),

members as (
    select
        company_members.company_id,
        company_members.company_name,
        company_members.source,
        company_members.contact_key,
        uniform_contacts.country,
        uniform_contacts.registered_on,
        identity_map.customer_id
    from company_members
    inner join uniform_contacts
        on {{ same_key('company_members', 'uniform_contacts', ['source', 'contact_key']) }}
    left join identity_map
        on {{ same_key('company_members', 'identity_map', ['source', 'contact_key']) }}
),

countries as (
    select
        company_id,
        country,
        count(*) as contacts_count
    from members
    where country is not null
    group by company_id, country
),

commonest_country as (
    {{ first_per_key(
        'countries', ['company_id'], ['company_id', 'country'], ['contacts_count desc', 'country']
    ) }}
),

counted as (
    select
        company_id,
        min(company_name) as company_name,
        count(*) as contacts_count,
        count(distinct customer_id) as customers_count,
        {{ distinct_list('source', "', '") }} as sources,
        min(registered_on) as first_registered_on,
        max(registered_on) as last_registered_on
    from members
    group by company_id
),

final as (
    select
        counted.company_id,
        counted.company_name,
        commonest_form.legal_form,
        case
            when {{ matches('states.vat_number', '^[0-9]+$') }} then 'IT'
            when {{ matches('states.vat_number', '^[A-Z][A-Z]') }}
                then replace(substr(states.vat_number, 1, 2), 'EL', 'GR')
            -- Home is what a contact without a country is taken for: a foreign form knows better.
            when
                commonest_country.country = '{{ var("home_country") }}'
                and commonest_form.legal_form not like 'EU:%'
                then substr(commonest_form.legal_form, 1, 2)
            else commonest_country.country
        end as country,
        states.vat_number,
        states.vat_numbers,
        states.status,
        listed.spellings,
        coalesce(listed.spellings_count, 0) as spellings_count,
        states.is_decided,
        counted.contacts_count,
        counted.customers_count,
        counted.sources,
        counted.first_registered_on,
        counted.last_registered_on
    from counted
    inner join states
        on counted.company_id = states.company_id
    left join listed
        on counted.company_id = listed.company_id
    left join commonest_form
        on counted.company_id = commonest_form.company_id
    left join commonest_country
        on counted.company_id = commonest_country.company_id
)

select * from final
