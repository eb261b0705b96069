-- Grain: one row per customer.
{{ config(unique_key=['customer_id'], lookup_by=['email']) }}

with

profiles as {{ inlined() }} (
    select * from {{ ref('customer_profiles') }}
),

purchases as {{ inlined() }} (
    select * from {{ ref('customer_purchases') }}
),

engagement as {{ inlined() }} (
    select * from {{ ref('customer_engagement') }}
),

shared_addresses as (
    select email
    from profiles
    where email is not null
    group by email
    having count(*) > 1
),

cards as (
    select
        profiles.customer_id,
        profiles.title,
        profiles.first_name,
        profiles.last_name,
        profiles.company_id,
        profiles.company_name,
        profiles.vat_number,
        profiles.fiscal_code,
        profiles.email,
        shared_addresses.email is not null as is_shared_email,
        profiles.phone,
        profiles.phone_type,
        profiles.mobile,
        profiles.street,
        profiles.postal_code,
        profiles.city,
        profiles.province,
        profiles.region,
        profiles.country,
        profiles.birth_date,
        profiles.gender,
        profiles.loyalty_card,
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
    left join shared_addresses
        on profiles.email = shared_addresses.email
),

final as (
    select
        cards.*,
        {{ completeness('cards') }} as completeness
    from cards
)

select * from final
