-- Grain: one row per source, shop, day and currency whose orders do not sum up to what the seller
-- states (law 7). None is expected.
{{ config(meta={'shows_rows': true}) }}

with

sales_reconciliation as (
    select * from {{ ref('sales_reconciliation') }}
),

final as (
    select
        source,
        shop,
        sold_on,
        currency,
        stated_orders,
        orders_count,
        stated_total,
        total,
        difference,
        first_order,
        last_order
    from sales_reconciliation
    where not is_reconciled
)

select * from final
