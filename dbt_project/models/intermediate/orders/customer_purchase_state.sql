-- Grain: one row per customer with at least one valid order or return, at as_of.
{{ config(
    unique_key=['customer_id'],
    indexes=[
        {'columns': ['customer_id'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}

-- depends_on: {{ ref('identity_assignments') }}
-- depends_on: {{ ref('orders') }}

with

order_values as {{ inlined() }} (
    select * from {{ ref('order_values') }}
),

identity_map as {{ inlined() }} (
    select * from {{ ref('identity_map') }}
),

purchase_days as {{ inlined() }} (
    select * from {{ ref('purchase_days') }}
),

{% if is_incremental() %}
touched as (
    {{ touched_buyers(watermark()) }}
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

bought as (
    select
        points.customer_id,
        order_values.ordered_on,
        order_values.channel,
        order_values.shop,
        order_values.categories,
        order_values.quantity,
        order_values.gross_merch_business_cents - order_values.discount_business_cents
            as sold_cents,
        order_values.refunded_merch_business_cents as refunded_cents,
        order_values.net_merch_business_cents as net_cents,
        order_values.is_valid,
        order_values.is_purchase,
        order_values.is_return,
        order_values.is_fully_refunded
    from points
    inner join order_values
        on
            points.source = order_values.source
            and points.contact_key = order_values.contact_key
    where order_values.is_valid or order_values.is_return
),

rhythm as (
    select
        purchase_days.customer_id,
        count(*) as purchase_days,
        {{ percentile('purchase_days.gap_days', 0.5) }} as median_days_between,
        {{ percentile('purchase_days.gap_days', 0.9) }} as p90_days_between
    from purchase_days
    {% if is_incremental() -%}
    inner join touched
        on purchase_days.customer_id = touched.customer_id
    {% endif -%}
    group by purchase_days.customer_id
),

tastes as (
    select
        bought.customer_id,
        parts.part as category,
        count(*) as orders_count,
        max(bought.ordered_on) as last_bought_on
    from bought
    {{ join_parts("trim(both '|' from bought.categories)", "'|'", 'parts') }}
    where bought.is_purchase
    group by bought.customer_id, parts.part
),

favourites as (
    {{ first_per_key(
        'tastes', ['customer_id'], ['customer_id', 'category'],
        ['orders_count desc', 'last_bought_on desc', 'category']
    ) }}
),

ranges as (
    select
        customer_id,
        '|' || {{ distinct_list('category', "'|'") }} || '|' as categories
    from tastes
    group by customer_id
),

totals as (
    select
        customer_id,
        count(case when is_valid then 1 end) as orders_count,
        count(case when is_purchase then 1 end) as purchases_count,
        count(case when is_fully_refunded then 1 end) as fully_refunded_count,
        count(case when is_return then 1 end) as returns_count,
        min(case when is_purchase then ordered_on end) as first_purchase_on,
        max(case when is_purchase then ordered_on end) as last_purchase_on,
        cast(sum(net_cents) as bigint) as total_spend_cents,
        cast(sum(case when is_purchase then net_cents else 0 end) as bigint)
            as purchases_net_cents,
        cast(sum(case when is_return then net_cents else 0 end) as bigint) as returns_net_cents,
        cast(sum(case when is_valid then sold_cents else 0 end) as bigint) as sold_cents,
        cast(sum(case when is_valid then refunded_cents else 0 end) as bigint) as refunded_cents,
        cast(sum(case when is_purchase and channel = 'online' then net_cents else 0 end) as bigint)
            as online_net_cents,
        sum(case when is_purchase then quantity else 0 end) as products_quantity,
        {{ distinct_list('case when is_purchase then channel end', "'|'") }} as channels,
        max(
            case
                when is_purchase and channel = 'store'
                    then cast(ordered_on as {{ dbt.type_string() }}) || shop
            end
        ) as last_store
    from bought
    group by customer_id
),

computed as (
    select
        totals.customer_id,
        totals.orders_count,
        totals.purchases_count,
        coalesce(rhythm.purchase_days, 0) as purchase_days,
        totals.fully_refunded_count,
        totals.returns_count,
        totals.first_purchase_on,
        totals.last_purchase_on,
        totals.total_spend_cents,
        totals.purchases_net_cents,
        totals.returns_net_cents,
        totals.sold_cents,
        totals.refunded_cents,
        totals.online_net_cents,
        totals.products_quantity,
        rhythm.median_days_between,
        rhythm.p90_days_between,
        case
            when totals.channels is not null then '|' || totals.channels || '|'
        end as channels,
        substr(totals.last_store, 11) as last_store,
        ranges.categories,
        favourites.category as favourite_category
    from totals
    left join rhythm
        on totals.customer_id = rhythm.customer_id
    left join ranges
        on totals.customer_id = ranges.customer_id
    left join favourites
        on totals.customer_id = favourites.customer_id
),

-- A customer who was touched and has nothing to show any more loses the row.
customers as (
    select customer_id
    from {{ 'touched' if is_incremental() else 'computed' }}
),

final as (
    select
        customers.customer_id,
        computed.orders_count,
        computed.purchases_count,
        computed.purchase_days,
        computed.fully_refunded_count,
        computed.returns_count,
        computed.first_purchase_on,
        computed.last_purchase_on,
        computed.total_spend_cents,
        computed.purchases_net_cents,
        computed.returns_net_cents,
        computed.sold_cents,
        computed.refunded_cents,
        computed.online_net_cents,
        computed.products_quantity,
        computed.median_days_between,
        computed.p90_days_between,
        computed.channels,
        computed.last_store,
        computed.categories,
        computed.favourite_category,
        case when computed.customer_id is not null then {{ build_id() }} end as _build_id
    from customers
    left join computed
        on customers.customer_id = computed.customer_id
)

select * from final
