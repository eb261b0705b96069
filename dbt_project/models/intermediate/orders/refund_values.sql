-- Grain: one row per source, order and refund known at as_of.
{{ config(materialized='view') }}

with

refunds as {{ inlined() }} (
    select * from {{ ref('refunds') }}
),

order_values as {{ inlined() }} (
    select * from {{ ref('order_values') }}
),

fx_rates as {{ inlined() }} (
    select * from {{ ref('fx_rates') }}
),

fx_spans as (
    {{ fx_spans('fx_rates') }}
),

known as (
    select
        refunds.source,
        refunds.order_key,
        refunds.refund_key,
        refunds.refunded_on,
        order_values.shop,
        order_values.channel,
        order_values.currency,
        order_values.fx_rate,
        order_values.is_valid,
        refunds.merchandise_cents
        - case when order_values.prices_include_vat then refunds.tax_cents else 0 end
            as merchandise_cents
    from refunds
    inner join order_values
        on refunds.source = order_values.source and refunds.order_key = order_values.order_key
    where
        refunds.refunded_on <= {{ as_of() }}
        and order_values.is_visible
),

-- On its own day a refund is worth what the currency was worth that day; the order's rate is used
-- where the table has none.
final as (
    select
        known.source,
        known.order_key,
        known.refund_key,
        known.refunded_on,
        known.shop,
        known.channel,
        known.currency,
        known.is_valid,
        known.merchandise_cents,
        case
            when known.currency = '{{ var("business_currency") }}' then known.merchandise_cents
            else {{ converted_cents(
                'known.merchandise_cents', 'coalesce(fx_spans.rate, known.fx_rate)'
            ) }}
        end as merchandise_business_cents
    from known
    left join fx_spans
        on {{ in_fx_span('known', 'refunded_on') }}
)

select * from final
