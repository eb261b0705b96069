-- Grain: one row per customer.
{{ config(unique_key=['customer_id']) }}
{%- set days_active -%}
greatest(
    {{ days_between('states.first_purchase_on', as_of()) }}, {{ var('frequency_floor_days') }}
)
{%- endset %}

with

identity_map as {{ inlined() }} (
    select * from {{ ref('identity_map') }}
),

states as {{ inlined() }} (
    select * from {{ ref('customer_purchase_state') }}
),

customers as (
    select distinct customer_id
    from identity_map
),

-- Who bought too rarely to have a rhythm of their own is expected to follow everybody's.
population as (
    select {{ percentile('median_days_between', 0.5) }} as gap_days
    from states
    where purchase_days >= 3
),

rhythms as (
    select
        states.customer_id,
        states.purchase_days >= 3 as is_expected_gap_personal,
        cast(
            case
                when states.purchase_days >= 3 then states.median_days_between
                when states.purchase_days >= 1 then population.gap_days
            end as numeric
        ) as expected_gap_days
    from states
    cross join population
),

final as (
    select
        customers.customer_id,
        coalesce(states.orders_count, 0) as orders_count,
        coalesce(states.purchases_count, 0) as purchases_count,
        coalesce(states.fully_refunded_count, 0) as fully_refunded_count,
        coalesce(states.returns_count, 0) as returns_count,
        coalesce(states.purchase_days, 0) as purchase_days,
        coalesce(states.purchase_days, 0) = 1 as is_one_time,
        coalesce(states.products_quantity, 0) as products_count,
        {{ amount('coalesce(states.total_spend_cents, 0)') }} as total_spend,
        {{ amount('coalesce(states.returns_net_cents, 0)') }} as returns_value,
        {{ amount('coalesce(states.online_net_cents, 0)') }} as online_spend,
        {{ rate('states.online_net_cents', 'states.purchases_net_cents') }} as online_share,
        -- More may come back than was bought here: goods of before the first order we know.
        {{ rate(
            'least(states.refunded_cents - states.returns_net_cents, states.sold_cents)',
            'states.sold_cents'
        ) }} as returns_rate,
        {{ rate(amount('states.purchases_net_cents'), 'states.purchases_count', 2) }}
            as average_order_value,
        states.first_purchase_on,
        states.last_purchase_on,
        {{ days_between('states.last_purchase_on', as_of()) }} as days_since_last_purchase,
        -- The first day opens no gap: two days have one, one day has none.
        {{ rate(
            days_between('states.first_purchase_on', 'states.last_purchase_on'),
            'states.purchase_days - 1',
            2
        ) }} as mean_days_between_purchases,
        cast(states.median_days_between as numeric) as median_days_between_purchases,
        cast(states.p90_days_between as numeric) as p90_days_between_purchases,
        case
            when states.purchases_count > 0
                then {{ rate('states.purchases_count * 365.25', days_active, 2) }}
            else 0
        end as orders_per_year,
        rhythms.expected_gap_days,
        coalesce(rhythms.is_expected_gap_personal, false) as is_expected_gap_personal,
        {{ plus_days(
            'states.last_purchase_on', 'cast(round(rhythms.expected_gap_days) as integer)'
        ) }}
            as expected_next_purchase_on,
        {{ rate(days_between('states.last_purchase_on', as_of()), 'rhythms.expected_gap_days', 3) }}
            as overdue_index,
        states.channels,
        states.categories,
        states.favourite_category
    from customers
    left join states
        on customers.customer_id = states.customer_id
    left join rhythms
        on customers.customer_id = rhythms.customer_id
)

select * from final
