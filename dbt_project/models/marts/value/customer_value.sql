-- Grain: one row per customer with a purchase.
{{ config(unique_key=['customer_id']) }}

with

histories as (
    select * from {{ ref('value_histories') }}
    where reading = 'today'
),

resolutions as (
    select distinct resolution_days
    from {{ ref('value_triples') }}
    where reading = 'today'
),

scores as (
    select * from {{ source('lifetime', 'value_scores') }}
    where reading = 'today'
),

models as (
    select * from {{ source('lifetime', 'value_models') }}
    where reading = 'today'
),

states as {{ inlined() }} (
    select * from {{ ref('customer_purchase_state') }}
),

-- The models were scored once per distinct history; every customer finds the own one here.
scored as (
    select
        histories.customer_id,
        histories.x,
        models.purchase_model,
        models.purchase_reason,
        models.money_model,
        models.money_reason,
        scores.p_alive,
        scores.purchases_3m,
        scores.purchases_6m,
        scores.purchases_12m,
        scores.discounted_3m,
        scores.discounted_6m,
        scores.discounted_12m,
        {{ expected_purchase_value('histories', 'models') }} as purchase_value
    from histories
    cross join resolutions
    left join models
        on histories.reading = models.reading
    left join scores
        on
            histories.x = scores.x
            and {{ at_resolution('histories.t_x_days', 'resolutions.resolution_days') }}
            = scores.t_x_days
            and {{ at_resolution(
                days_between('histories.first_purchase_on', as_of()), 'resolutions.resolution_days'
            ) }} = scores.age_days
),

final as (
    select
        scored.customer_id,
        {{ amount('coalesce(states.total_spend_cents, 0)') }} as historical_value,
        coalesce(scored.purchase_model, 'none') as purchase_model,
        coalesce(scored.money_model, 'none') as money_model,
        cast(scored.p_alive as numeric(6, 5)) as p_alive,
        cast(scored.purchases_3m as numeric(12, 4)) as expected_purchases_3m,
        cast(scored.purchases_6m as numeric(12, 4)) as expected_purchases_6m,
        cast(scored.purchases_12m as numeric(12, 4)) as expected_purchases_12m,
        cast(scored.purchase_value as numeric(14, 2)) as expected_purchase_value,
        cast(scored.discounted_3m * scored.purchase_value as numeric(14, 2)) as predicted_value_3m,
        cast(scored.discounted_6m * scored.purchase_value as numeric(14, 2)) as predicted_value_6m,
        cast(scored.discounted_12m * scored.purchase_value as numeric(14, 2))
            as predicted_value_12m,
        case
            when scored.purchases_3m is null then coalesce(scored.purchase_reason, 'not scored yet')
            when scored.purchase_value is null then scored.money_reason
            when scored.x = 0 then 'bought on one day only: nothing tells who comes back'
            when scored.p_alive is null then scored.purchase_reason
        end as reason
    from scored
    left join states
        on scored.customer_id = states.customer_id
)

select * from final
