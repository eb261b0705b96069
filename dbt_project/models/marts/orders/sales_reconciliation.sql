-- Grain: one row per source, shop, business day and currency whose total the seller states.
{{ config(unique_key=['source', 'shop', 'sold_on', 'currency']) }}

with

control_totals as (
    select * from {{ ref('control_totals') }}
),

order_values as {{ inlined() }} (
    select * from {{ ref('order_values') }}
),

-- Two reports of one day: the one that its source changed last counts.
stated as (
    {{ first_per_key(
        'control_totals', ['order_source', 'shop', 'sold_on', 'currency'],
        ['order_source', 'shop', 'sold_on', 'currency', 'orders_count', 'total_cents'],
        ['_version_at desc nulls last', '_file_name desc', 'source']
    ) }}
),

visible as (
    select *
    from stated
    where sold_on <= {{ as_of() }}
),

days as (
    select distinct
        order_source,
        sold_on
    from visible
),

counted as (
    select
        order_values.source,
        order_values.shop,
        order_values.ordered_on,
        order_values.currency,
        count(*) as orders_count,
        sum(order_values.paid_total_cents) as total_cents,
        min(coalesce(order_values.order_number, order_values.order_key)) as first_order,
        max(coalesce(order_values.order_number, order_values.order_key)) as last_order
    from order_values
    inner join days
        on order_values.source = days.order_source and order_values.ordered_on = days.sold_on
    where order_values.is_valid or order_values.is_return
    group by
        order_values.source,
        order_values.shop,
        order_values.ordered_on,
        order_values.currency
),

compared as (
    select
        visible.order_source as source,
        coalesce(visible.shop, '') as shop,
        visible.sold_on,
        visible.currency,
        visible.orders_count as stated_orders,
        coalesce(counted.orders_count, 0) as orders_count,
        visible.total_cents as stated_cents,
        coalesce(counted.total_cents, 0) as total_cents,
        counted.first_order,
        counted.last_order
    from visible
    left join counted
        on
            visible.order_source = counted.source
            and coalesce(visible.shop, '') = coalesce(counted.shop, '')
            and visible.sold_on = counted.ordered_on
            and visible.currency = counted.currency
),

final as (
    select
        source,
        shop,
        sold_on,
        currency,
        stated_orders,
        orders_count,
        {{ amount('stated_cents') }} as stated_total,
        {{ amount('total_cents') }} as total,
        {{ amount('stated_cents - total_cents') }} as difference,
        abs(stated_cents - total_cents) <= {{ var('reconcile_tolerance_cents') }}
        and coalesce(stated_orders = orders_count, true) as is_reconciled,
        first_order,
        last_order
    from compared
)

select * from final
