-- Grain: one row per source and contact that has a company.
{%- set key = ['source', 'contact_key'] %}
{%- set columns = ['company_id', 'company_name'] %}
{{ config(
    unique_key=key,
    remembers=key,
    post_hook="{{ keep_withdrawn() }}",
    indexes=[
        {'columns': ['source', 'contact_key'], 'unique': True},
        {'columns': ['company_id']},
        {'columns': ['_build_id']},
    ],
) }}

with

uniform_contacts as {{ inlined() }} (
    select * from {{ ref('uniform_contacts') }}
),

company_spellings as {{ inlined() }} (
    select * from {{ ref('company_spellings') }}
),

-- The name of a company: as a person decided, or its commonest spelling, with a legal form if any.
-- Whoever writes an accent knows it; whoever writes none may have no key for it.
counted as (
    select
        company_id,
        display_name,
        legal_form,
        sum(contacts_count)
        * case when {{ matches('display_name', '[^ -~]') }} then 3 else 1 end as weight
    from company_spellings
    where display_name is not null and alias is null
    group by company_id, display_name, legal_form
),

decided as (
    select
        company_id,
        min(alias) as company_name
    from company_spellings
    where alias is not null and not {{ matches('alias', '^[A-Z]{0,2}[0-9]+$') }}
    group by company_id
),

commonest as (
    {{ first_per_key(
        'counted', ['company_id'], ['company_id', 'display_name'],
        [
            'case when legal_form is null then 1 else 0 end', 'weight desc',
            'length(display_name)', 'display_name',
        ]
    ) }}
),

names as (
    select distinct
        company_spellings.company_id,
        coalesce(decided.company_name, commonest.display_name) as company_name
    from company_spellings
    left join decided
        on company_spellings.company_id = decided.company_id
    left join commonest
        on company_spellings.company_id = commonest.company_id
),

present as (
    select
        uniform_contacts.source,
        uniform_contacts.contact_key,
        names.company_id,
        names.company_name
    from uniform_contacts
    inner join company_spellings
        on
            coalesce(uniform_contacts.company_value_id, '') = company_spellings.company_value_id
            and {{ company_vat('uniform_contacts.') }} = company_spellings.vat_number
    inner join names
        on company_spellings.company_id = names.company_id
    where
        uniform_contacts.company_key is not null
        or {{ company_vat('uniform_contacts.') }} <> ''
),

{% if is_incremental() %}
known as (
    select * from {{ this }}
),

-- Companies are few, and one spelling more may move any of them: all are compared, and only what
-- changed is written. A row without a build is a contact that has no company any more.
final as (
    select
        coalesce(present.source, known.source) as source,
        coalesce(present.contact_key, known.contact_key) as contact_key,
        {{ qualified('present', columns) }},
        case when present.source is not null then {{ build_id() }} end as _build_id
    from present
    full outer join known
        on {{ same_key('present', 'known', key) }}
    where
        present.source is null or known.source is null
        or {{ differs('present', 'known', columns) }}
)
{% else %}
final as (
    select
        {{ qualified('present', key + columns) }},
        {{ build_id() }} as _build_id
    from present
)
{% endif %}

select * from final
