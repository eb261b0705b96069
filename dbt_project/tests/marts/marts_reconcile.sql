-- Grain: one row per truth that does not hold between two tables. None is expected.
{{ config(meta={'shows_rows': true}) }}

with

orders as (
    select * from {{ ref('mart_orders') }}
),

order_lines as (
    select * from {{ ref('mart_order_lines') }}
),

purchases as (
    select * from {{ ref('customer_purchases') }}
),

engagement as (
    select * from {{ ref('customer_engagement') }}
),

messages as (
    select * from {{ ref('messages') }}
),

campaigns as (
    select * from {{ ref('campaign_results') }}
),

segments as (
    select * from {{ ref('segments') }}
),

audiences as (
    select * from {{ ref('audiences') }}
),

customers_own_every_order as (
    select
        'orders_count of the customers = valid orders with a customer' as truth,
        (select coalesce(sum(orders_count), 0) from purchases) as one_side,
        (
            select count(*)
            from orders
            where is_valid and customer_id is not null
        ) as other_side
),

customers_spend_what_orders_bring as (
    select
        'total_spend of the customers = net merchandise of their orders and returns' as truth,
        (select coalesce(sum(total_spend), 0) from purchases) as one_side,
        (
            select coalesce(sum(net_merchandise_business), 0)
            from orders
            where (is_valid or is_return) and customer_id is not null
        ) as other_side
),

lines_make_orders as (
    select
        'gross merchandise of the lines = gross merchandise of the orders' as truth,
        (
            select coalesce(sum(gross_merchandise), 0)
            from order_lines
            where not is_gift_card
        ) as one_side,
        (
            select coalesce(sum(gross_merchandise), 0)
            from orders
            where lines_count > 0
        ) as other_side
),

campaigns_hold_every_message as (
    select
        'messages sent and delivered by campaign = messages sent and delivered' as truth,
        (select coalesce(sum(messages_sent + messages_delivered), 0) from campaigns) as one_side,
        (
            select
                count(case when is_sent then 1 end) + count(case when is_delivered then 1 end)
            from messages
            where is_visible
        ) as other_side
),

customers_received_every_message as (
    select
        'messages sent and bounced by customer = messages sent and bounced' as truth,
        (select coalesce(sum(messages_sent + messages_bounced), 0) from engagement) as one_side,
        (
            select count(case when is_sent then 1 end) + count(case when is_bounced then 1 end)
            from messages
            where is_visible
        ) as other_side
),

audiences_hold_their_segment as (
    select
        'people of audience ' || audiences.audience || ' = customers of its segment' as truth,
        cast(audiences.people_in_segment as numeric) as one_side,
        coalesce(segments.customers, 0) as other_side
    from audiences
    left join segments
        on audiences.segment = segments.segment
),

audiences_add_up as (
    select
        'included and excluded people of audience ' || audience || ' = its people' as truth,
        cast(
            people_included
            + people_without_email
            + people_bounced
            + people_complained
            + people_opted_out
            + people_without_consent
            + people_sharing_address as numeric
        ) as one_side,
        people_in_segment as other_side
    from audiences
),

truths as (
    select * from customers_own_every_order
    union all
    select * from customers_spend_what_orders_bring
    union all
    select * from lines_make_orders
    union all
    select * from campaigns_hold_every_message
    union all
    select * from customers_received_every_message
    union all
    select * from audiences_hold_their_segment
    union all
    select * from audiences_add_up
),

final as (
    select *
    from truths
    where one_side is distinct from other_side
)

select * from final
