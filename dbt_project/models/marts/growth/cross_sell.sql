-- Grain: one row per level (category, product), source, item and other item bought together.
{{ config(unique_key=['level', 'source', 'item', 'other_item']) }}
{%- set within = 'level || ' ~ key_separator() ~ ' || source || ' ~ key_separator() %}

with

states as {{ inlined() }} (
    select * from {{ ref('customer_purchase_state') }}
),

order_lines as {{ inlined() }} (
    select * from {{ ref('mart_order_lines') }}
),

-- Categories are paired by customer, over all that they ever bought. Customers with the same
-- categories are one basket that counts as often as there are of them.
category_sets as (
    select
        categories as basket,
        count(*) as baskets
    from states
    where categories is not null
    group by categories
),

category_items as (
    select
        'category' as level,
        'all' as source,
        category_sets.basket,
        category_sets.baskets,
        parts.part as item,
        parts.part as item_name
    from category_sets
    {{ join_parts("trim(both '|' from category_sets.basket)", "'|'", 'parts') }}
),

-- Products are paired by order, and only lately: assortments change.
product_items as (
    select
        'product' as level,
        source,
        order_key as basket,
        1 as baskets,
        {{ product_of('order_lines') }} as item,
        max(product_name) as item_name
    from order_lines
    where
        is_purchase
        and not is_gift_card
        and ordered_on > {{ plus_days(as_of(), -(var('cross_sell_days') | int)) }}
    group by source, order_key, {{ product_of('order_lines') }}
),

-- An order of hundreds of products (a reseller's) says nothing of any pair, and has too many pairs.
product_orders as (
    select
        product_items.*,
        count(*) over (partition by source, basket) as items_count
    from product_items
),

-- Whole keys in one column each: the planner multiplies what columns joined together let through.
items as (
    select
        level,
        source,
        {{ within }} || basket as basket_key,
        {{ within }} || item as item_key,
        item,
        item_name,
        baskets
    from category_items
    union all
    select
        level,
        source,
        {{ within }} || basket as basket_key,
        {{ within }} || item as item_key,
        item,
        item_name,
        baskets
    from product_orders
    where items_count <= {{ var('cross_sell_largest_order') }}
),

distinct_baskets as (
    select
        basket_key,
        max(level) as level,
        max(source) as source,
        max(baskets) as baskets
    from items
    group by basket_key
),

totals as (
    select
        level,
        source,
        sum(baskets) as baskets
    from distinct_baskets
    group by level, source
),

singles as (
    select
        item_key,
        max(level) as level,
        max(source) as source,
        max(item) as item,
        max(item_name) as item_name,
        sum(baskets) as baskets
    from items
    group by item_key
    having sum(baskets) >= {{ var('cross_sell_least_each') }}
),

frequent as (
    select
        items.basket_key,
        items.baskets,
        items.item_key
    from items
    inner join singles
        on items.item_key = singles.item_key
),

pairs as (
    select
        one.item_key,
        other.item_key as other_key,
        sum(one.baskets) as together
    from frequent as one
    inner join frequent as other
        on one.basket_key = other.basket_key
    where one.item_key <> other.item_key
    group by one.item_key, other.item_key
    having sum(one.baskets) >= {{ var('cross_sell_least_together') }}
),

final as (
    select
        one.level,
        one.source,
        one.item,
        one.item_name,
        other.item as other_item,
        other.item_name as other_item_name,
        case one.level when 'category' then 'customers' else 'orders' end as counted,
        cast(totals.baskets as bigint) as baskets,
        cast(one.baskets as bigint) as item_baskets,
        cast(other.baskets as bigint) as other_item_baskets,
        cast(pairs.together as bigint) as together,
        {{ rate('pairs.together', 'totals.baskets') }} as support,
        {{ rate('pairs.together', 'one.baskets') }} as confidence,
        {{ rate('pairs.together * totals.baskets', 'one.baskets * other.baskets', 3) }} as lift
    from pairs
    inner join singles as one
        on pairs.item_key = one.item_key
    inner join singles as other
        on pairs.other_key = other.item_key
    inner join totals
        on one.level = totals.level and one.source = totals.source
)

select * from final
