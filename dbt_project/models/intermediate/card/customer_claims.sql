-- Grain: one row per customer and record (contact point): what it says, and how far it is believed.
{{ config(
    unique_key=['customer_id'],
    on_schema_change='append_new_columns',
    indexes=[
        {'columns': ['customer_id']},
        {'columns': ['_build_id']},
    ],
) }}
{%- set groups = survivorship() %}
{%- set places = [] %}
{%- for group in groups %}
{%- do places.extend([group.name ~ '_place', group.name ~ '_records']) %}
{%- endfor %}
{%- set said = [
    'priority', 'has_contact_row', 'email', 'is_role_email', 'is_disposable_email', 'has_consent',
    'title', 'first_name', 'last_name', 'is_full_name', 'company_id', 'card_company_id',
    'company_name', 'vat_number', 'fiscal_code', 'phone', 'phone_type', 'mobile', 'street',
    'postal_code', 'city', 'province', 'region', 'country', 'birth_date', 'birth_date_origin',
    'gender', 'gender_origin', 'loyalty_card', 'owner_name', 'owner_is_active', 'registered_on',
    'registration_source', 'registration_channel', 'updated_at', 'said_on',
] %}

-- depends_on: {{ ref('identity_assignments') }}
-- depends_on: {{ ref('salespeople') }}

with

identity_map as {{ inlined() }} (
    select * from {{ ref('identity_map') }}
),

contact_points as {{ inlined() }} (
    select * from {{ ref('contact_points') }}
),

uniform_contacts as {{ inlined() }} (
    select * from {{ ref('uniform_contacts') }}
),

company_members as {{ inlined() }} (
    select * from {{ ref('company_members') }}
),

tenures as (
    {{ tenures() }}
),

{% if is_incremental() %}
-- Records that say something else, and those that are judged by other rules than last time: a
-- salesperson came or went, a priority or a rule was changed.
mentioned as (
    {% call set_aside('mentioned') %}
    select
        source,
        contact_key
    from {{ news(ref('contact_points')) }} as points
    union
    select
        source,
        contact_key
    from {{ news(ref('uniform_contacts')) }} as contacts
    union
    select
        source,
        contact_key
    from {{ news(ref('company_members')) }} as members
    union
    select
        source,
        contact_key
    from {{ withdrawn_news(ref('company_members')) }} as gone
    union
    select
        present.source,
        present.contact_key
    from {{ this }} as present
    left join ({{ tenures() }}) as standing
        on lower(present.owner_name) = standing.owner_key
    where
        present._rules <> '{{ rules_in_force() }}'
        or (
            present.owner_name is not null
            and present.owner_is_active <> coalesce(standing.is_active, true)
        )
    {% endcall %}
),

touched as (
    select identity_map.customer_id
    from mentioned
    inner join identity_map
        on
            mentioned.source = identity_map.source
            and mentioned.contact_key = identity_map.contact_key
    union
    {{ reassigned_customers() }}
),

{% endif %}
points as (
    select
        identity_map.source,
        identity_map.contact_key,
        identity_map.customer_id
    from identity_map
    {% if is_incremental() -%}
    inner join touched
        on identity_map.customer_id = touched.customer_id
    {%- endif %}
),

-- A mobile number answers as a telephone too; a telephone number may be that of a mobile.
records as (
    select
        points.customer_id,
        points.source,
        points.contact_key,
        {{ source_priority('points.source') }} as priority,
        coalesce(contact_points.has_contact_row, false) as has_contact_row,
        contact_points.email,
        coalesce(contact_points.is_role_email, false) as is_role_email,
        coalesce(contact_points.is_disposable_email, false) as is_disposable_email,
        coalesce(
            uniform_contacts.email_consent
            and (
                uniform_contacts._opted_out_at is null
                or uniform_contacts.email_consent_at > uniform_contacts._opted_out_at
            ),
            false
        ) as has_consent,
        uniform_contacts.title,
        uniform_contacts.first_name,
        uniform_contacts.last_name,
        uniform_contacts.name_key is not null as is_full_name,
        company_members.company_id,
        company_members.company_name,
        coalesce(uniform_contacts.company_vat_number, uniform_contacts.vat_number) as vat_number,
        uniform_contacts.fiscal_code,
        coalesce(uniform_contacts.phone, uniform_contacts.mobile) as phone,
        case
            when uniform_contacts.phone is not null then uniform_contacts.phone_type
            when uniform_contacts.mobile is not null then 'mobile'
        end as phone_type,
        coalesce(
            uniform_contacts.mobile,
            case when uniform_contacts.phone_type = 'mobile' then uniform_contacts.phone end
        ) as mobile,
        case
            when uniform_contacts.street_number is null then uniform_contacts.street
            else uniform_contacts.street || ', ' || uniform_contacts.street_number
        end as street,
        uniform_contacts.postal_code,
        uniform_contacts.city,
        uniform_contacts.province,
        uniform_contacts.region,
        uniform_contacts.country,
        uniform_contacts.birth_date,
        uniform_contacts.birth_date_origin,
        uniform_contacts.gender,
        uniform_contacts.gender_origin,
        uniform_contacts.loyalty_card,
        uniform_contacts.owner_name,
        coalesce(tenures.is_active, true) as owner_is_active,
        uniform_contacts.registered_on,
        uniform_contacts.registration_source,
        uniform_contacts.registration_channel,
        uniform_contacts.updated_at,
        {{ business_date('uniform_contacts.updated_at') }} as said_on
    from points
    inner join contact_points
        on
            points.source = contact_points.source
            and points.contact_key = contact_points.contact_key
    left join uniform_contacts
        on
            points.source = uniform_contacts.source
            and points.contact_key = uniform_contacts.contact_key
    left join company_members
        on
            points.source = company_members.source
            and points.contact_key = company_members.contact_key
    left join tenures
        on lower(uniform_contacts.owner_name) = tenures.owner_key
),

ordered as (
    select
        records.*
        {%- for name, terms in final_orders().items() %},
        row_number() over (partition by customer_id order by {{ terms }}) as {{ name }}
        {%- endfor %}
    from records
),

-- Other groups may ask which company the card shows.
accompanied as (
    select
        ordered.*
        {%- for group in groups if group.name == 'company' %},
        first_value(company_id) over (
            partition by customer_id
            order by {{ belief(group) }} nulls last
        ) as card_company_id
        {%- endfor %}
    from ordered
),

weighed as (
    select
        accompanied.*
        {%- for group in groups %},
        {{ belief(group) }} as {{ group.name }}_belief
        {%- endfor %}
    from accompanied
),

judged as (
    select
        weighed.*
        {%- for group in groups %},
        case
            when {{ group.name }}_belief = min({{ group.name }}_belief) over (
                partition by customer_id
            ) then 1
            else {{ group.name }}_belief + 1
        end as {{ group.name }}_place,
        count({{ group.name }}_belief) over (partition by customer_id)
            as {{ group.name }}_records
        {%- endfor %}
    from weighed
),

final as (
    {% if is_incremental() -%}
    -- A customer who was touched and has no record any more loses the rows.
    select
        touched.customer_id,
        {{ qualified('judged', ['source', 'contact_key'] + said + places) }},
        '{{ rules_in_force() }}' as _rules,
        case when judged.customer_id is not null then {{ build_id() }} end as _build_id
    from touched
    left join judged
        on touched.customer_id = judged.customer_id
    {%- else -%}
    select
        {{ (['customer_id', 'source', 'contact_key'] + said + places) | join(',\n        ') }},
        '{{ rules_in_force() }}' as _rules,
        {{ build_id() }} as _build_id
    from judged
    {%- endif %}
)

select * from final
