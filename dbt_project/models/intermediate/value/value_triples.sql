-- Grain: one row per reading and distinct history (x, t_x_days, age_days), at as_of.
{{ config(materialized='table') }}

with

histories as (
    select * from {{ ref('value_histories') }}
),

readings as (
    {{ value_readings() }}
),

aged as (
    select
        histories.reading,
        histories.x,
        histories.t_x_days,
        {{ days_between('histories.first_purchase_on', 'readings.seen_on') }} as age_days,
        count(*) as customers
    from histories
    inner join readings
        on histories.reading = readings.reading
    group by
        histories.reading,
        histories.x,
        histories.t_x_days,
        {{ days_between('histories.first_purchase_on', 'readings.seen_on') }}
),

-- Where days would make too many histories, whole weeks tell nearly as much.
resolutions as (
    select
        reading,
        case when count(*) > {{ var('value_histories_limit') }} then 7 else 1 end
            as resolution_days
    from aged
    group by reading
),

rounded as (
    select
        aged.reading,
        aged.x,
        {{ at_resolution('aged.t_x_days', 'resolutions.resolution_days') }} as t_x_days,
        {{ at_resolution('aged.age_days', 'resolutions.resolution_days') }} as age_days,
        resolutions.resolution_days,
        aged.customers
    from aged
    inner join resolutions
        on aged.reading = resolutions.reading
),

final as (
    select
        reading,
        x,
        t_x_days,
        age_days,
        resolution_days,
        cast(sum(customers) as bigint) as customers
    from rounded
    group by reading, x, t_x_days, age_days, resolution_days
)

select * from final
