-- Grain: one row per customer.
{{ config(unique_key=['customer_id'], lookup_by=['email']) }}

with

identity_map as {{ inlined() }} (
    select * from {{ ref('identity_map') }}
),

contact_points as {{ inlined() }} (
    select * from {{ ref('contact_points') }}
),

contacts as {{ inlined() }} (
    select * from {{ ref('uniform_contacts') }}
),

purchases as {{ inlined() }} (
    select * from {{ ref('customer_purchases') }}
),

engagement as {{ inlined() }} (
    select * from {{ ref('customer_engagement') }}
),

-- Who is known only from an order or a message has a contact point, but no contact.
known as (
    select
        identity_map.customer_id,
        identity_map.source,
        identity_map.contact_key,
        {{ source_priority('identity_map.source') }} as priority,
        contact_points.email,
        contacts.registered_on,
        contacts.registration_source,
        contacts.registration_channel,
        contacts.updated_at
        {%- for group in survivorship().values() %}
        {%- for field in group.fields %},
        contacts.{{ field }}
        {%- endfor %}
        {%- endfor %}
    from identity_map
    inner join contact_points
        on
            identity_map.source = contact_points.source
            and identity_map.contact_key = contact_points.contact_key
    left join contacts
        on
            identity_map.source = contacts.source
            and identity_map.contact_key = contacts.contact_key
),

-- Two orders of belief: whom to ask first in general, and who registered first.
ranked as (
    select
        known.*,
        row_number() over (
            partition by customer_id
            order by priority, updated_at desc nulls last, source, contact_key
        ) as place,
        row_number() over (
            partition by customer_id
            order by registered_on nulls last, priority, source, contact_key
        ) as registration_place
    from known
),

-- A group of fields comes whole from the first contact that knows any of it.
believed as (
    select
        ranked.*,
        {{ first_place(['email']) }} as email_place
        {%- for name, group in survivorship().items() %},
        coalesce(
            {{ first_place(group.known_by or group.fields) }},
            {{ first_place(group.fields) }}
        ) as {{ name }}_place
        {%- endfor %}
    from ranked
),

profiles as (
    select
        customer_id,
        {{ distinct_list('source', "', '") }} as sources,
        max(case when place = email_place then email end) as email,
        {%- for name, group in survivorship().items() %}
        {%- for field in group.fields %}
        max(case when place = {{ name }}_place then {{ field }} end) as {{ field }},
        {%- endfor %}
        {%- endfor %}
        max(case when registration_place = 1 then registered_on end) as registered_on,
        max(case when registration_place = 1 then registration_source end)
            as registration_source,
        max(case when registration_place = 1 then registration_channel end)
            as registration_channel
    from believed
    group by customer_id
),

cards as (
    select
        profiles.customer_id,
        profiles.first_name,
        profiles.last_name,
        profiles.company_name,
        profiles.email,
        profiles.phone,
        profiles.street,
        profiles.postal_code,
        profiles.city,
        profiles.province,
        profiles.country,
        profiles.birth_date,
        profiles.gender,
        profiles.owner_name,
        profiles.registered_on,
        profiles.registration_source,
        profiles.registration_channel,
        purchases.first_purchase_on as acquired_on,
        engagement.email_consent,
        case
            when engagement.email_consent then engagement.opted_in_at
            else nullif(
                engagement.opted_out_at, cast('{{ var("latest_date") }}' as timestamptz)
            )
        end as email_consent_at,
        purchases.total_spend,
        purchases.orders_count,
        purchases.products_count,
        purchases.first_purchase_on,
        purchases.last_purchase_on,
        purchases.purchase_days,
        purchases.mean_days_between_purchases,
        purchases.orders_per_year,
        purchases.average_order_value,
        engagement.messages_sent,
        engagement.messages_delivered,
        engagement.messages_bounced,
        engagement.messages_opened,
        engagement.messages_clicked,
        engagement.messages_human_opened,
        engagement.messages_human_clicked,
        greatest(purchases.last_purchase_on, engagement.last_commercial_on) as last_contact_on,
        profiles.sources
    from profiles
    left join purchases
        on profiles.customer_id = purchases.customer_id
    left join engagement
        on profiles.customer_id = engagement.customer_id
),

final as (
    select
        cards.*,
        {{ completeness('cards') }} as completeness
    from cards
)

select * from final
