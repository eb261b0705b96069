-- Grain: one row per customer.
{{ config(unique_key=['customer_id']) }}

with

identity_map as {{ inlined() }} (
    select * from {{ ref('identity_map') }}
),

states as {{ inlined() }} (
    select * from {{ ref('customer_message_state') }}
),

consents as {{ inlined() }} (
    select * from {{ ref('email_consents') }}
),

customers as (
    select distinct customer_id
    from identity_map
),

final as (
    select
        customers.customer_id,
        coalesce(states.messages_sent, 0) as messages_sent,
        coalesce(states.messages_delivered, 0) as messages_delivered,
        coalesce(states.messages_bounced, 0) as messages_bounced,
        coalesce(states.messages_hard_bounced, 0) as messages_hard_bounced,
        coalesce(states.messages_opened, 0) as messages_opened,
        coalesce(states.messages_human_opened, 0) as messages_human_opened,
        coalesce(states.messages_clicked, 0) as messages_clicked,
        coalesce(states.messages_human_clicked, 0) as messages_human_clicked,
        coalesce(states.messages_replied, 0) as messages_replied,
        coalesce(states.messages_unsubscribed, 0) as messages_unsubscribed,
        coalesce(states.messages_complained, 0) as messages_complained,
        {{ rate('states.messages_bounced', 'states.messages_sent') }} as bounce_rate,
        {{ rate('states.messages_opened', 'states.messages_delivered') }} as open_rate_reported,
        {{ rate('states.messages_human_clicked', 'states.messages_delivered') }} as click_rate,
        states.first_sent_on,
        states.last_sent_on,
        states.last_commercial_on,
        {{ business_date('states.last_human_opened_at') }} as last_human_opened_on,
        {{ business_date('states.last_human_clicked_at') }} as last_human_clicked_on,
        {{ business_date('states.last_replied_at') }} as last_replied_on,
        coalesce(states.is_undeliverable, false) as is_undeliverable,
        states.undeliverable_since_on,
        states.undeliverable_reason,
        consents.email_consent,
        consents.opted_in_at,
        consents.opted_out_at,
        consents.reason as consent_reason
    from customers
    left join states
        on customers.customer_id = states.customer_id
    left join consents
        on customers.customer_id = consents.customer_id
)

select * from final
