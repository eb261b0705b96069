-- Grain: one row per acquisition month, acquisition source and month since.
{{ config(unique_key=['acquired_month', 'acquisition_source', 'months_since']) }}

with

purchase_days as (
    select * from {{ ref('purchase_days') }}
),

cards as {{ inlined() }} (
    select * from {{ ref('customer_card') }}
),

numbers as (
    {{ numbers(1024) }}
),

members as (
    select
        purchase_days.customer_id,
        {{ month_of('purchase_days.purchased_on') }} as acquired_month,
        coalesce(cards.registration_source, 'unknown') as acquisition_source
    from purchase_days
    left join cards
        on purchase_days.customer_id = cards.customer_id
    where purchase_days.occasion = 1
),

cohorts as (
    select
        acquired_month,
        acquisition_source,
        count(*) as customers
    from members
    group by acquired_month, acquisition_source
),

-- First per customer and month, then per cohort: counting distinct customers would sort them all.
active_months as (
    select
        customer_id,
        {{ month_of('purchased_on') }} as active_month,
        sum(net_cents) as net_cents
    from purchase_days
    group by customer_id, {{ month_of('purchased_on') }}
),

activity as (
    select
        members.acquired_month,
        members.acquisition_source,
        {{ months_between('members.acquired_month', 'active_months.active_month') }}
            as months_since,
        count(*) as active_customers,
        sum(active_months.net_cents) as net_cents
    from active_months
    inner join members
        on active_months.customer_id = members.customer_id
    group by
        members.acquired_month,
        members.acquisition_source,
        {{ months_between('members.acquired_month', 'active_months.active_month') }}
),

-- A month in which nobody of the cohort bought is a row too.
months as (
    select
        cohorts.acquired_month,
        cohorts.acquisition_source,
        cohorts.customers,
        numbers.number as months_since
    from cohorts
    inner join numbers
        on numbers.number <= {{ months_between('cohorts.acquired_month', as_of()) }}
),

final as (
    select
        months.acquired_month,
        months.acquisition_source,
        months.months_since,
        months.months_since < {{ months_between('months.acquired_month', plus_days(as_of(), 1)) }}
            as is_complete,
        months.customers,
        coalesce(activity.active_customers, 0) as active_customers,
        {{ rate('coalesce(activity.active_customers, 0)', 'months.customers') }} as retention_rate,
        {{ amount('coalesce(activity.net_cents, 0)') }} as net_value,
        {{ amount('sum(coalesce(activity.net_cents, 0)) over cumulated') }} as cumulative_value,
        {{ rate(
            amount('sum(coalesce(activity.net_cents, 0)) over cumulated'), 'months.customers', 2
        ) }} as cumulative_value_per_customer
    from months
    left join activity
        on
            months.acquired_month = activity.acquired_month
            and months.acquisition_source = activity.acquisition_source
            and months.months_since = activity.months_since
    window cumulated as (
        partition by months.acquired_month, months.acquisition_source
        order by months.months_since
    )
)

select * from final
