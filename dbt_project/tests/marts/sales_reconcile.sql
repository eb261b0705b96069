-- Grain: one row per sum over sales that is not the sum over orders. None is expected.
{{ config(meta={'shows_rows': true}) }}

with

orders as (
    select * from {{ ref('mart_orders') }}
    where is_valid or is_return
),

order_lines as (
    select * from {{ ref('mart_order_lines') }}
    where is_valid or is_return
),

daily_sales as (
    select * from {{ ref('daily_sales') }}
),

product_sales as (
    select * from {{ ref('product_sales') }}
),

customer_products as (
    select * from {{ ref('customer_products') }}
),

ordered as (
    select
        source,
        currency,
        sum(net_merchandise) as net,
        sum(case when is_valid then refunded_merchandise else 0 end) as refunded,
        sum(net_merchandise_business) as net_business
    from orders
    group by source, currency
),

days as (
    select
        source,
        currency,
        sum(net_by_order_day) as net,
        sum(refunded_by_order_day) as refunded,
        sum(refunded_by_refund_day) as given_back,
        sum(net_by_order_day_business) as net_business,
        sum(net_by_refund_day_business) as kept_business
    from daily_sales
    group by source, currency
),

days_hold_every_order as (
    select
        'net by order day = net merchandise of the orders, ' || ordered.source || ' '
        || ordered.currency as truth,
        days.net as one_side,
        ordered.net as other_side
    from ordered
    left join days
        on ordered.source = days.source and ordered.currency = days.currency
),

both_views_hold_every_refund as (
    select
        'refunds by refund day = refunds by order day, ' || source || ' ' || currency as truth,
        given_back as one_side,
        refunded as other_side
    from days
),

products_bring_what_orders_bring as (
    select
        'net of the products = net of the orders, in the business currency' as truth,
        (select coalesce(sum(net_by_order_month), 0) from product_sales) as one_side,
        (select coalesce(sum(net_business), 0) from ordered) as other_side
),

products_give_back_what_days_give_back as (
    select
        'net of the products by refund month = net of the days by refund day' as truth,
        (select coalesce(sum(net_by_refund_month), 0) from product_sales) as one_side,
        (select coalesce(sum(kept_business), 0) from days) as other_side
),

customers_bought_every_line as (
    select
        'net of the products of customers = net of their lines' as truth,
        (select coalesce(sum(net_merchandise), 0) from customer_products) as one_side,
        (
            select coalesce(sum(net_merchandise_business), 0)
            from order_lines
            where customer_id is not null
        ) as other_side
),

truths as (
    select * from days_hold_every_order
    union all
    select * from both_views_hold_every_refund
    union all
    select * from products_bring_what_orders_bring
    union all
    select * from products_give_back_what_days_give_back
    union all
    select * from customers_bought_every_line
),

final as (
    select *
    from truths
    where one_side is distinct from other_side
)

select * from final
