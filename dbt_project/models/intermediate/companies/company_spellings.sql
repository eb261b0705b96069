-- Grain: one row per company as written and VAT number beside it.
{{ config(
    materialized='table',
    indexes=[
        {'columns': ['company_value_id', 'vat_number'], 'unique': True},
        {'columns': ['company_id']},
    ],
) }}

with

uniform_contacts as {{ inlined() }} (
    select * from {{ ref('uniform_contacts') }}
),

value_companies as {{ inlined() }} (
    select * from {{ source('values', 'value_companies') }}
),

value_emails as {{ inlined() }} (
    select * from {{ source('values', 'value_emails') }}
),

company_aliases as {{ inlined() }} (
    select * from {{ ref('company_aliases') }}
),

-- A VAT number beside no name belongs to a company only if somebody writes it beside one.
contacts as (
    select
        coalesce(company_value_id, '') as company_value_id,
        {{ company_vat() }} as vat_number,
        email_id
    from uniform_contacts
    where company_key is not null or {{ company_vat() }} <> ''
),

written as (
    select
        company_value_id,
        vat_number,
        count(*) as contacts_count
    from contacts
    group by company_value_id, vat_number
),

aliases as (
    select
        lower({{ tidy('spelling') }}) as spelling,
        min({{ tidy('company') }}) as company
    from company_aliases
    where {{ tidy('spelling') }} is not null and {{ tidy('company') }} is not null
    group by lower({{ tidy('spelling') }})
),

-- An alias is said of the name as written, or of the one shown in its place.
named as (
    select
        written.company_value_id,
        written.vat_number,
        written.contacts_count,
        value_companies.company_name as written_name,
        value_companies.display_name,
        value_companies.name_key,
        coalesce(value_companies.legal_form, '') as legal_form,
        coalesce(value_companies.owner_key, '') as owner_key,
        value_companies.loose_key,
        value_companies.status,
        coalesce(of_written.company, of_shown.company) as alias
    from written
    left join value_companies
        on
            written.company_value_id = value_companies.value_id
            and value_companies.name_key is not null
    left join aliases as of_written
        on lower({{ tidy('value_companies.company_name') }}) = of_written.spelling
    left join aliases as of_shown
        on lower(value_companies.display_name) = of_shown.spelling
),

-- Owners tell firms of one name and form apart when there are two of them: Bar Sole s.a.s. di Riva,
-- Bar Sole s.a.s. di Serra. Who writes no form is compared with all forms of the name.
owners_of_forms as (
    select
        name_key,
        legal_form,
        count(distinct nullif(owner_key, '')) as owners_count
    from named
    where alias is null and name_key is not null
    group by name_key, legal_form
),

owners_of_names as (
    select
        name_key,
        count(distinct nullif(owner_key, '')) as owners_count
    from named
    where alias is null and name_key is not null
    group by name_key
),

parted as (
    select
        {{ qualified('named', [
            'company_value_id', 'vat_number', 'contacts_count', 'written_name', 'display_name',
            'name_key', 'legal_form', 'loose_key', 'status', 'alias',
        ]) }},
        case
            when named.legal_form <> '' and owners_of_forms.owners_count > 1 then named.owner_key
            when named.legal_form = '' and owners_of_names.owners_count > 1 then named.owner_key
            else ''
        end as owner_key
    from named
    left join owners_of_forms
        on {{ same_key('named', 'owners_of_forms', ['name_key', 'legal_form']) }}
    left join owners_of_names
        on named.name_key = owners_of_names.name_key
),

-- 1. A VAT number is a company. A name, its form and (where it matters) its owner are the company
--    of the one VAT number written beside them; beside several, whoever writes none stays apart.
units as (
    select
        name_key,
        legal_form,
        owner_key,
        min(nullif(vat_number, '')) as first_vat,
        max(nullif(vat_number, '')) as last_vat
    from parted
    where alias is null and name_key is not null
    group by name_key, legal_form, owner_key
),

known_units as (
    select
        name_key,
        legal_form,
        owner_key,
        first_vat,
        case
            when first_vat = last_vat then 'vat:' || first_vat
            else 'name:' || {{ company_unit() }}
        end as anchor,
        first_vat is not null as has_vat,
        first_vat = last_vat as has_one_vat
    from units
),

-- 2. Without the owner: the one firm of that name and form, if there is only one.
same_forms as (
    select
        name_key,
        legal_form,
        min(anchor) as first_anchor,
        max(anchor) as last_anchor
    from known_units
    where owner_key <> '' and (not has_vat or has_one_vat)
    group by name_key, legal_form
),

formed as (
    select
        {{ qualified('known_units', ['name_key', 'legal_form', 'owner_key', 'has_vat']) }},
        case
            when known_units.has_vat or known_units.owner_key <> '' then known_units.anchor
            when same_forms.first_anchor = same_forms.last_anchor then same_forms.first_anchor
            else known_units.anchor
        end as anchor
    from known_units
    left join same_forms
        on {{ same_key('known_units', 'same_forms', ['name_key', 'legal_form']) }}
),

-- 3. Without the form: the one company of that name, if there is only one. Companies of a name are
--    those with a form, and those whose VAT number stands beside the bare name.
candidates as (
    select
        name_key,
        anchor,
        legal_form = '' as is_bare
    from formed
    where legal_form <> ''
    union
    select
        name_key,
        'vat:' || vat_number as anchor,
        legal_form = '' as is_bare
    from parted
    where alias is null and name_key is not null and vat_number <> ''
),

companies_of_a_name as (
    select
        name_key,
        min(anchor) as first_anchor,
        max(anchor) as last_anchor,
        count(distinct case when not is_bare then anchor end) as formed_count,
        min(case when not is_bare then anchor end) as formed_anchor,
        count(distinct case when is_bare then anchor end) as bare_count,
        min(case when is_bare then anchor end) as bare_anchor
    from candidates
    group by name_key
),

-- One firm with a form and no VAT number, one VAT number beside the bare name: the same.
anchored_units as (
    select
        {{ qualified('formed', ['name_key', 'legal_form', 'owner_key']) }},
        case
            -- An owner without a form, where others own firms of that name.
            when formed.legal_form = '' and formed.owner_key <> '' then formed.anchor
            when
                named.formed_count = 1 and named.bare_count = 1
                and named.formed_anchor like 'name:%'
                and (formed.legal_form = '' or formed.anchor = named.formed_anchor)
                then named.bare_anchor
            when
                formed.legal_form = '' and not formed.has_vat
                and named.first_anchor = named.last_anchor then named.first_anchor
            when formed.legal_form = '' and not formed.has_vat
                then 'name:' || {{ company_unit('formed.') }}
            else formed.anchor
        end as anchor
    from formed
    left join companies_of_a_name as named
        on formed.name_key = named.name_key
),

anchored as (
    select
        {{ qualified('parted', [
            'company_value_id', 'vat_number', 'contacts_count', 'written_name', 'display_name',
            'name_key', 'legal_form', 'loose_key', 'status', 'alias',
        ]) }},
        case
            when parted.vat_number <> '' then 'vat:' || parted.vat_number
            else anchored_units.anchor
        end as anchor
    from parted
    left join anchored_units
        on {{ same_key('parted', 'anchored_units', ['name_key', 'legal_form', 'owner_key']) }}
),

-- 4. A slip of the pen (Rosi for Rossi) is the company's whose mail domain its people have.
mailed as (
    select distinct
        value_emails.domain,
        anchored.loose_key,
        anchored.legal_form,
        anchored.anchor
    from contacts
    inner join value_emails
        on contacts.email_id = value_emails.value_id
    inner join anchored
        on {{ same_key('contacts', 'anchored', ['company_value_id', 'vat_number']) }}
    where
        value_emails.domain is not null
        and not coalesce(value_emails.is_free_mail, true)
        and not coalesce(value_emails.is_disposable, true)
        and anchored.loose_key is not null
        and anchored.alias is null
),

formed_mail as (
    select
        domain,
        loose_key,
        legal_form,
        anchor,
        min(nullif(legal_form, '')) over (partition by domain, loose_key)
        < max(nullif(legal_form, '')) over (partition by domain, loose_key) as has_forms
    from mailed
),

-- Two forms under one domain are two companies; who writes none is then neither's.
neighbours as (
    select distinct
        domain || ' ' || loose_key
        || case when has_forms then ' ' || legal_form else '' end as hub,
        anchor
    from formed_mail
    where legal_form <> '' or not coalesce(has_forms, false)
),

spread_0 as (
    select
        hub,
        anchor,
        anchor as label,
        min(case when anchor like 'vat:%' then anchor end) over (partition by hub) as first_vat,
        max(case when anchor like 'vat:%' then anchor end) over (partition by hub) as last_vat
    from neighbours
),

{# A name seen under several domains joins them: each round goes one domain further, and three are
   more than a name has in two spellings. -#}
-- The names of a domain without a VAT number are one company, the first of them.
{% for round in range(1, 4) %}
shared_{{ round }} as (
    select
        hub,
        anchor,
        first_vat,
        last_vat,
        case
            when first_vat is null then min(label) over (partition by hub) else label
        end as label
    from spread_{{ round - 1 }}
),

spread_{{ round }} as (
    select
        hub,
        anchor,
        first_vat,
        last_vat,
        min(label) over (partition by anchor) as label
    from shared_{{ round }}
),

{% endfor %}
-- It is the company of the VAT number that it meets under its domains, if that is one.
met as (
    select
        anchor,
        label,
        min(first_vat) over (partition by label) as first_vat,
        max(last_vat) over (partition by label) as last_vat
    from spread_3
    where anchor like 'name:%'
),

corrected as (
    select
        anchor,
        min(case when first_vat = last_vat then first_vat else label end) as corrected_anchor
    from met
    group by anchor
),

settled as (
    select
        {{ qualified('anchored', [
            'company_value_id', 'vat_number', 'contacts_count', 'written_name', 'display_name',
            'name_key', 'legal_form', 'status', 'alias',
        ]) }},
        coalesce(corrected.corrected_anchor, anchored.anchor) as anchor
    from anchored
    left join corrected
        on anchored.anchor = corrected.anchor
),

-- 5. A decision of a person wins: the company that the alias names, by its name or its VAT number.
targets as (
    select
        lower(display_name) as target,
        min(anchor) as first_anchor,
        max(anchor) as last_anchor
    from settled
    where alias is null and display_name is not null
    group by lower(display_name)
    union all
    select distinct
        vat_number as target,
        'vat:' || vat_number as first_anchor,
        'vat:' || vat_number as last_anchor
    from settled
    where vat_number <> ''
),

decided as (
    select
        {{ qualified('settled', [
            'company_value_id', 'vat_number', 'contacts_count', 'written_name', 'display_name',
            'name_key', 'legal_form', 'status', 'alias',
        ]) }},
        case
            when settled.alias is null then settled.anchor
            when targets.first_anchor = targets.last_anchor then targets.first_anchor
            else 'alias:' || lower(settled.alias)
        end as anchor
    from settled
    left join targets
        on lower(settled.alias) = targets.target
),

-- A VAT number that stands beside no name anywhere names no company.
identified as (
    select
        decided.*,
        count(display_name) over (partition by anchor) > 0 as is_named,
        'k' || substr({{ fingerprint('anchor') }}, 1, 15) as company_id
    from decided
),

final as (
    select
        company_value_id,
        vat_number,
        written_name,
        display_name,
        name_key,
        nullif(legal_form, '') as legal_form,
        status,
        alias,
        contacts_count,
        anchor,
        company_id
    from identified
    where is_named
)

select * from final
