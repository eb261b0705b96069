-- Grain: one row per reading (today, hold_out) and customer with a purchase day until its day.
{{ config(
    unique_key=['customer_id'],
    indexes=[
        {'columns': ['customer_id', 'reading'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}
{%- set window = var('value_hold_out_days') | int %}

-- depends_on: {{ ref('identity_assignments') }}
-- depends_on: {{ ref('identity_map') }}
-- depends_on: {{ ref('orders') }}
-- depends_on: {{ ref('order_values') }}

with

purchase_days as {{ inlined() }} (
    select * from {{ ref('purchase_days') }}
),

{% if is_incremental() %}
-- As days pass, a purchase is first what came after the hold-out's day, then what is known on it,
-- then too old for the forecast that repeats the window before.
touched as (
    {{ touched_buyers(watermark()) }}
    union
    select purchase_days.customer_id
    from purchase_days
    where
        {{ moved_days('purchase_days.purchased_on', window) }}
        or {{ moved_days('purchase_days.purchased_on', 2 * window) }}
),

{% endif %}
readings as (
    {{ value_readings() }}
),

seen as (
    select
        readings.reading,
        readings.seen_on,
        purchase_days.customer_id,
        purchase_days.purchased_on,
        purchase_days.occasion,
        purchase_days.net_cents,
        purchase_days.purchased_on <= readings.seen_on as is_known,
        purchase_days.purchased_on <= readings.seen_on
        and purchase_days.purchased_on > {{ plus_days('readings.seen_on', -window) }} as is_late
    from purchase_days
    {% if is_incremental() -%}
    inner join touched
        on purchase_days.customer_id = touched.customer_id
    {% endif -%}
    cross join readings
),

histories as (
    select
        reading,
        customer_id,
        cast(count(case when is_known then 1 end) - 1 as integer) as x,
        min(purchased_on) as first_purchase_on,
        {{ days_between('min(purchased_on)', 'max(case when is_known then purchased_on end)') }}
            as t_x_days,
        cast(
            round(avg(case when is_known and occasion > 1 then net_cents end)) as bigint
        ) as mean_cents,
        count(case when is_late then 1 end) as purchase_days_before,
        cast(sum(case when is_late then net_cents else 0 end) as bigint) as value_before_cents,
        count(case when not is_known then 1 end) as purchase_days_after,
        cast(sum(case when is_known then 0 else net_cents end) as bigint) as value_after_cents
    from seen
    group by reading, customer_id
    having count(case when is_known then 1 end) > 0
),

{% if is_incremental() %}
-- A customer who was touched and has bought nothing any more loses the rows.
final as (
    select
        touched.customer_id,
        histories.reading,
        histories.x,
        histories.first_purchase_on,
        histories.t_x_days,
        histories.mean_cents,
        histories.purchase_days_before,
        histories.value_before_cents,
        histories.purchase_days_after,
        histories.value_after_cents,
        case when histories.customer_id is not null then {{ build_id() }} end as _build_id
    from touched
    left join histories
        on touched.customer_id = histories.customer_id
)
{% else %}
final as (
    select
        customer_id,
        reading,
        x,
        first_purchase_on,
        t_x_days,
        mean_cents,
        purchase_days_before,
        value_before_cents,
        purchase_days_after,
        value_after_cents,
        {{ build_id() }} as _build_id
    from histories
)
{% endif %}

select * from final
