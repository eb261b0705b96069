-- Grain: one row per customer.
{{ config(materialized='view', contract={'enforced': false}) }}

with

cards as {{ inlined() }} (
    select * from {{ ref('customer_card') }}
),

purchases as {{ inlined() }} (
    select * from {{ ref('customer_purchases') }}
),

engagement as {{ inlined() }} (
    select * from {{ ref('customer_engagement') }}
),

orders as {{ inlined() }} (
    select * from {{ ref('mart_orders') }}
),

recent_online as (
    select
        customer_id,
        sum(net_merchandise_business) as online_spend_30_days
    from orders
    where
        is_purchase
        and channel = 'online'
        and {{ days_between('ordered_on', as_of()) }} < 30
    group by customer_id
),

-- Among buyers only: 0.1 means that one buyer in ten spent as much or more.
spenders as (
    select
        customer_id,
        cume_dist() over (order by total_spend desc) as spend_rank
    from purchases
    where purchases_count > 0
),

final as (
    select
        cards.customer_id,
        cards.first_name,
        cards.last_name,
        cards.company_id,
        cards.company_name,
        cards.email,
        cards.phone,
        cards.postal_code,
        cards.city,
        cards.province,
        cards.region,
        cards.country,
        cards.birth_date,
        cards.gender,
        cards.owner_name,
        cards.registered_on,
        cards.registration_source,
        cards.registration_channel,
        cards.acquired_on,
        cards.email_consent,
        cards.total_spend,
        cards.orders_count,
        cards.products_count,
        cards.purchase_days,
        cards.orders_per_year,
        cards.average_order_value,
        cards.messages_sent,
        cards.messages_delivered,
        cards.messages_human_opened,
        cards.messages_human_clicked,
        cards.completeness,
        cards.sources,
        purchases.purchases_count,
        purchases.is_one_time,
        purchases.online_spend,
        purchases.overdue_index,
        purchases.days_since_last_purchase,
        purchases.channels,
        purchases.categories,
        engagement.is_undeliverable,
        engagement.consent_reason,
        {{ days_between('cards.registered_on', as_of()) }} as days_since_registration,
        {{ days_between('cards.acquired_on', as_of()) }} as days_since_acquisition,
        {{ days_between('engagement.last_human_clicked_on', as_of()) }} as days_since_click,
        {{ days_between('cards.last_contact_on', as_of()) }} as days_since_contact,
        extract(year from {{ as_of() }})
        - extract(year from cards.birth_date)
        - case
            when
                extract(month from cards.birth_date) * 100 + extract(day from cards.birth_date)
                > extract(month from {{ as_of() }}) * 100 + extract(day from {{ as_of() }})
                then 1
            else 0
        end as age,
        extract(month from cards.birth_date) = extract(month from {{ as_of() }})
            as is_birthday_month,
        coalesce(recent_online.online_spend_30_days, 0) as online_spend_30_days,
        spenders.spend_rank
    from cards
    left join purchases
        on cards.customer_id = purchases.customer_id
    left join engagement
        on cards.customer_id = engagement.customer_id
    left join recent_online
        on cards.customer_id = recent_online.customer_id
    left join spenders
        on cards.customer_id = spenders.customer_id
)

select * from final
