-- Grain: one row per customer with a purchase in the RFM window, at as_of.
{{ config(
    materialized='table',
    indexes=[{'columns': ['customer_id'], 'unique': True}],
) }}
{%- set thresholds = var('rfm_thresholds') %}

with

purchase_days as (
    select * from {{ ref('purchase_days') }}
),

rfm_segments as (
    select * from {{ ref('rfm_segments') }}
),

windows as (
    select
        customer_id,
        max(purchased_on) as last_purchase_on,
        {{ days_between('max(purchased_on)', as_of()) }} as recency_days,
        cast({{ rfm_frequency() }} as bigint) as frequency,
        cast(sum(net_cents) as bigint) as monetary_cents
    from purchase_days
    where purchased_on > {{ plus_days(as_of(), -(var('rfm_window_days') | int)) }}
    group by customer_id
),

scored as (
    select
        windows.*,
        {{ score_of_five('recency_days', thresholds.recency, falling=true) }} as recency_score,
        {{ score_of_five('frequency', thresholds.frequency) }} as frequency_score,
        {{ score_of_five('monetary_cents / 100.0', thresholds.monetary) }} as monetary_score
    from windows
),

joined as (
    select
        scored.*,
        cast(
            scored.recency_score * 100 + scored.frequency_score * 10 + scored.monetary_score
            as {{ dbt.type_string() }}
        ) as rfm_score
    from scored
),

final as (
    select
        joined.customer_id,
        joined.last_purchase_on,
        joined.recency_days,
        joined.frequency,
        joined.monetary_cents,
        joined.recency_score,
        joined.frequency_score,
        joined.monetary_score,
        joined.rfm_score,
        rfm_segments.segment
    from joined
    left join rfm_segments
        on joined.rfm_score = rfm_segments.rfm_score
)

select * from final
