-- Grain: one row per customer.
{{ config(unique_key=['customer_id']) }}

with

cards as {{ inlined() }} (
    select * from {{ ref('customer_card') }}
),

profiles as {{ inlined() }} (
    select * from {{ ref('customer_profiles') }}
),

purchases as {{ inlined() }} (
    select * from {{ ref('customer_purchase_state') }}
),

messages as {{ inlined() }} (
    select * from {{ ref('customer_message_state') }}
),

known as (
    select
        cards.customer_id,
        cards.completeness as score,
        {{ known_fields('cards') }} as known_fields,
        {{ missing_fields('cards') }} as missing_fields,
        cards.registered_on,
        cards.registration_source,
        cards.registration_channel,
        cards.acquired_on,
        purchases.orders_count,
        purchases.returns_count,
        case
            when profiles.contacts_count > 0 then 'no source says'
            when messages.customer_id is null then 'known from orders only'
            when purchases.customer_id is null then 'known from e-mails only'
            else 'known from orders and e-mails only'
        end as silence
    from cards
    inner join profiles
        on cards.customer_id = profiles.customer_id
    left join purchases
        on cards.customer_id = purchases.customer_id
    left join messages
        on cards.customer_id = messages.customer_id
),

final as (
    select
        customer_id,
        score,
        known_fields,
        missing_fields,
        registered_on,
        case when registered_on is null then silence end as registered_on_reason,
        registration_source,
        case when registration_source is null then silence end as registration_source_reason,
        registration_channel,
        case when registration_channel is null then silence end as registration_channel_reason,
        acquired_on,
        case
            when acquired_on is not null then null
            when orders_count > 0 then 'every order was refunded or free'
            when returns_count > 0 then 'returned only'
            else 'no purchase yet'
        end as acquired_on_reason
    from known
)

select * from final
