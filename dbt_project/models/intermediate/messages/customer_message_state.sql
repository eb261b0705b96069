-- Grain: one row per customer that any message was meant for, at as_of.
{{ config(
    unique_key=['customer_id'],
    indexes=[
        {'columns': ['customer_id'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}
{%- set streak = var('soft_bounce_days_to_invalidate') | int %}

-- depends_on: {{ ref('identity_assignments') }}

with

messages as {{ inlined() }} (
    select * from {{ ref('messages') }}
),

identity_map as {{ inlined() }} (
    select * from {{ ref('identity_map') }}
),

{% if is_incremental() %}
mentioned as (
    {% call set_aside('mentioned') %}
    select distinct
        source,
        contact_key
    from {{ news(ref('messages')) }} as messages
    {% endcall %}
),

touched as (
    select identity_map.customer_id
    from mentioned
    inner join identity_map
        on
            mentioned.source = identity_map.source
            and mentioned.contact_key = identity_map.contact_key
    union
    {{ reassigned_customers() }}
),

{% endif %}
points as (
    select
        identity_map.source,
        identity_map.contact_key,
        identity_map.customer_id
    from identity_map
    {% if is_incremental() -%}
    inner join touched
        on identity_map.customer_id = touched.customer_id
    {%- endif %}
),

received as (
    select
        points.customer_id,
        messages.is_commercial,
        messages.is_sent,
        messages.is_delivered,
        messages.is_bounced,
        messages.is_dropped,
        messages.bounce_type,
        messages.sent_on,
        messages.first_delivered_at,
        messages.first_bounced_at,
        messages.first_opened_at,
        messages.first_human_opened_at,
        messages.first_clicked_at,
        messages.first_human_clicked_at,
        messages.first_replied_at,
        messages.first_unsubscribed_at,
        messages.first_complained_at
    from points
    inner join messages
        on points.source = messages.source and points.contact_key = messages.contact_key
    where messages.is_visible
),

hard_bounces as (
    select
        customer_id,
        first_bounced_at as invalid_at,
        row_number() over (partition by customer_id order by first_bounced_at) as place
    from received
    where is_bounced and bounce_type = 'hard'
),

soft_days as (
    select
        customer_id,
        {{ business_date('first_bounced_at') }} as bounced_on,
        max(first_bounced_at) as invalid_at
    from received
    where is_bounced and bounce_type = 'soft'
    group by customer_id, {{ business_date('first_bounced_at') }}
),

soft_streaks as (
    select
        customer_id,
        bounced_on,
        invalid_at,
        {{ days_between(
            'lag(bounced_on, ' ~ (streak - 1) ~ ') over (partition by customer_id order by bounced_on)',
            'bounced_on'
        ) }} as streak_days
    from soft_days
),

invalidations as (
    select
        customer_id,
        invalid_at,
        'hard bounce' as reason
    from hard_bounces
    where place >= {{ var('hard_bounces_to_invalidate') }}
    union all
    select
        customer_id,
        invalid_at,
        'soft bounces' as reason
    from soft_streaks
    where streak_days < {{ var('soft_bounce_window_days') }}
),

last_invalidation as (
    {{ first_per_key(
        'invalidations', ['customer_id'], ['customer_id', 'invalid_at', 'reason'],
        ['invalid_at desc', 'reason']
    ) }}
),

totals as (
    select
        customer_id,
        count(case when is_sent then 1 end) as messages_sent,
        count(case when is_delivered then 1 end) as messages_delivered,
        count(case when is_bounced then 1 end) as messages_bounced,
        count(case when is_bounced and bounce_type = 'hard' then 1 end) as messages_hard_bounced,
        count(case when is_dropped then 1 end) as messages_dropped,
        count(first_opened_at) as messages_opened,
        count(first_human_opened_at) as messages_human_opened,
        count(first_clicked_at) as messages_clicked,
        count(first_human_clicked_at) as messages_human_clicked,
        count(first_replied_at) as messages_replied,
        count(first_unsubscribed_at) as messages_unsubscribed,
        count(first_complained_at) as messages_complained,
        min(case when is_sent then sent_on end) as first_sent_on,
        max(case when is_sent then sent_on end) as last_sent_on,
        max(case when is_delivered and is_commercial then sent_on end) as last_commercial_on,
        min(case when is_delivered then sent_on end) as first_delivered_on,
        max(case when is_delivered then sent_on end) as last_delivered_on,
        max(first_delivered_at) as last_delivered_at,
        max(first_human_opened_at) as last_human_opened_at,
        max(first_human_clicked_at) as last_human_clicked_at,
        max(first_replied_at) as last_replied_at
    from received
    group by customer_id
),

-- A later delivery proves that the mailbox is back.
computed as (
    select
        totals.*,
        last_invalidation.invalid_at is not null
        and (
            totals.last_delivered_at is null
            or totals.last_delivered_at <= last_invalidation.invalid_at
        ) as is_undeliverable,
        last_invalidation.invalid_at,
        last_invalidation.reason
    from totals
    left join last_invalidation
        on totals.customer_id = last_invalidation.customer_id
),

-- A customer who was touched and has nothing to show any more loses the row.
customers as (
    select customer_id
    from {{ 'touched' if is_incremental() else 'computed' }}
),

final as (
    select
        customers.customer_id,
        computed.messages_sent,
        computed.messages_delivered,
        computed.messages_bounced,
        computed.messages_hard_bounced,
        computed.messages_dropped,
        computed.messages_opened,
        computed.messages_human_opened,
        computed.messages_clicked,
        computed.messages_human_clicked,
        computed.messages_replied,
        computed.messages_unsubscribed,
        computed.messages_complained,
        computed.first_sent_on,
        computed.last_sent_on,
        computed.last_commercial_on,
        computed.first_delivered_on,
        computed.last_delivered_on,
        computed.last_delivered_at,
        computed.last_human_opened_at,
        computed.last_human_clicked_at,
        computed.last_replied_at,
        computed.is_undeliverable,
        case
            when computed.is_undeliverable then {{ business_date('computed.invalid_at') }}
        end as undeliverable_since_on,
        case when computed.is_undeliverable then computed.reason end as undeliverable_reason,
        case when computed.customer_id is not null then {{ build_id() }} end as _build_id
    from customers
    left join computed
        on customers.customer_id = computed.customer_id
)

select * from final
