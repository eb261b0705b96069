-- Grain: one row per customer with a purchase in the RFM window.
{{ config(unique_key=['customer_id']) }}

with

rfm_scores as (
    select * from {{ ref('rfm_scores') }}
),

final as (
    select
        customer_id,
        last_purchase_on,
        recency_days,
        frequency,
        {{ amount('monetary_cents') }} as monetary,
        recency_score,
        frequency_score,
        monetary_score,
        rfm_score,
        segment
    from rfm_scores
)

select * from final
