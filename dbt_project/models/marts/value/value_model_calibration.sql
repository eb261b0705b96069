-- Grain: one row per tenth of the customers by predicted purchases, and one for all of them.
{{ config(unique_key=['decile']) }}

with

histories as (
    select * from {{ ref('value_histories') }}
    where reading = 'hold_out'
),

resolutions as (
    select distinct resolution_days
    from {{ ref('value_triples') }}
    where reading = 'hold_out'
),

scores as (
    select * from {{ source('lifetime', 'value_scores') }}
    where reading = 'hold_out'
),

models as (
    select * from {{ source('lifetime', 'value_models') }}
    where reading = 'hold_out'
),

readings as (
    {{ value_readings() }}
),

forecasts as (
    select
        histories.customer_id,
        scores.purchases_hold_out as predicted,
        scores.purchases_hold_out * ({{ expected_purchase_value('histories', 'models') }})
            as predicted_value,
        histories.purchase_days_before as naive,
        histories.value_before_cents / 100.0 as naive_value,
        histories.purchase_days_after as actual,
        histories.value_after_cents / 100.0 as actual_value
    from histories
    cross join resolutions
    inner join readings
        on histories.reading = readings.reading
    left join models
        on histories.reading = models.reading
    left join scores
        on
            histories.x = scores.x
            and {{ at_resolution('histories.t_x_days', 'resolutions.resolution_days') }}
            = scores.t_x_days
            and {{ at_resolution(
                days_between('histories.first_purchase_on', 'readings.seen_on'),
                'resolutions.resolution_days'
            ) }} = scores.age_days
),

-- Customers with one forecast are never dealt into two tenths; equal values share a mean rank.
ranked as (
    select
        forecasts.*,
        {{ equal_share('predicted', 10) }} as tenth,
        {{ mean_rank('predicted') }} as predicted_rank,
        {{ mean_rank('naive') }} as naive_rank,
        {{ mean_rank('actual') }} as actual_rank
    from forecasts
),

placed as (
    select
        ranked.*,
        'all' as decile
    from ranked
    union all
    select
        ranked.*,
        case when tenth = 10 then '10' else '0' || cast(tenth as {{ dbt.type_string() }}) end
            as decile
    from ranked
    where predicted is not null
),

totals as (
    select
        decile,
        count(*) as customers,
        sum(predicted) as predicted,
        sum(predicted_value) as predicted_value,
        sum(naive) as naive,
        sum(naive_value) as naive_value,
        sum(actual) as actual,
        sum(actual_value) as actual_value,
        avg(abs(predicted - actual)) as absolute_error,
        avg(abs(naive - actual)) as naive_absolute_error,
        case when decile = 'all' then corr(predicted_rank, actual_rank) end as rank_correlation,
        case when decile = 'all' then corr(naive_rank, actual_rank) end as naive_rank_correlation
    from placed
    group by decile
),

-- Nobody was known then, or nobody ever bought: the row for all says why there is no forecast.
final as (
    select
        coalesce(totals.decile, 'all') as decile,
        readings.seen_on as forecast_on,
        coalesce(totals.customers, 0) as customers,
        cast(totals.predicted as numeric(14, 2)) as predicted_purchases,
        cast(totals.naive as numeric(14, 2)) as naive_purchases,
        cast(totals.actual as bigint) as actual_purchases,
        cast(totals.predicted_value as numeric(14, 2)) as predicted_value,
        cast(totals.naive_value as numeric(14, 2)) as naive_value,
        cast(totals.actual_value as numeric(14, 2)) as actual_value,
        {{ rate('totals.predicted - totals.actual', 'totals.actual', 4) }} as total_error,
        {{ rate('totals.naive - totals.actual', 'totals.actual', 4) }} as naive_total_error,
        cast(totals.absolute_error as numeric(12, 4)) as mean_absolute_error,
        cast(totals.naive_absolute_error as numeric(12, 4)) as naive_mean_absolute_error,
        cast(totals.rank_correlation as numeric(6, 4)) as rank_correlation,
        cast(totals.naive_rank_correlation as numeric(6, 4)) as naive_rank_correlation,
        coalesce(models.purchase_model, 'none') as purchase_model,
        coalesce(models.money_model, 'none') as money_model,
        coalesce(models.purchase_reason, models.money_reason) as reason
    from readings
    left join totals
        on 1 = 1
    left join models
        on readings.reading = models.reading
    where readings.reading = 'hold_out'
)

select * from final
