-- Grain: one row per month, breakdown (all, cohort, rfm_segment) and member of it.
{{ config(unique_key=['month', 'breakdown', 'member']) }}

with

purchase_days as (
    select * from {{ ref('purchase_days') }}
),

rfm_scores as (
    select * from {{ ref('rfm_scores') }}
),

firsts as (
    select
        customer_id,
        {{ month_of('purchased_on') }} as acquired_month
    from purchase_days
    where occasion = 1
),

-- A gap belongs to the month of the purchase that closes it.
gaps as (
    select
        {{ month_of('purchase_days.purchased_on') }} as month,
        purchase_days.customer_id,
        purchase_days.gap_days,
        firsts.acquired_month,
        rfm_scores.segment
    from purchase_days
    inner join firsts
        on purchase_days.customer_id = firsts.customer_id
    left join rfm_scores
        on purchase_days.customer_id = rfm_scores.customer_id
    where
        purchase_days.occasion > 1
        and purchase_days.purchased_on
        >= {{ months_later(month_of(as_of()), 1 - (var('rhythm_months') | int)) }}
),

placed as (
    select
        month,
        'all' as breakdown,
        'all' as member,
        customer_id,
        gap_days
    from gaps
    union all
    select
        month,
        'cohort' as breakdown,
        substr(cast(acquired_month as {{ dbt.type_string() }}), 1, 7) as member,
        customer_id,
        gap_days
    from gaps
    union all
    select
        month,
        'rfm_segment' as breakdown,
        coalesce(segment, 'none') as member,
        customer_id,
        gap_days
    from gaps
),

final as (
    select
        month,
        breakdown,
        member,
        count(*) as gaps_count,
        count(distinct customer_id) as repeat_buyers,
        cast(avg(gap_days) as numeric(12, 2)) as mean_days_between,
        cast(cast({{ percentile('gap_days', 0.5) }} as numeric) as numeric(12, 2))
            as median_days_between
    from placed
    group by month, breakdown, member
)

select * from final
