-- Grain: one row per source, shop, day and currency with orders whose stated total is not that of
-- their parts (law 7). None is expected.
{{ config(meta={'shows_rows': true}) }}

with

order_values as (
    select * from {{ ref('order_values') }}
),

unexplained as (
    select
        source,
        shop,
        ordered_on,
        currency,
        order_number,
        order_key,
        unexplained_cents
    from order_values
    where
        is_visible
        and not is_test
        and not is_deleted
        and abs(unexplained_cents) > {{ var('reconcile_tolerance_cents') }}
),

final as (
    select
        source,
        shop,
        ordered_on,
        currency,
        count(*) as orders,
        cast(sum(unexplained_cents) as numeric(14, 2)) / 100 as stated_more_than_parts,
        min(coalesce(order_number, order_key)) as first_order,
        max(coalesce(order_number, order_key)) as last_order
    from unexplained
    group by source, shop, ordered_on, currency
)

select * from final
