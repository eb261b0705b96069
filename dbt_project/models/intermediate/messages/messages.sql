-- Grain: one row per source, message and recipient: what became of it until as_of.
{{ config(
    unique_key=['source', 'message_key', 'contact_key'],
    indexes=[
        {'columns': ['source', 'message_key', 'contact_key'], 'unique': True},
        {'columns': ['source', 'contact_key']},
        {'columns': ['sent_on']},
        {'columns': ['_build_id']},
    ],
) }}

with

message_events as {{ inlined() }} (
    select * from {{ ref('message_events') }}
),

{% if is_incremental() %}
touched as (
    {% call set_aside('touched') %}
    select distinct
        source,
        message_key,
        contact_key
    from {{ news(ref('message_events'), 'occurred_on') }} as message_events
    {% endcall %}
),

{% endif %}
-- What happened after as_of is not seen yet, but for what a person asked for: a wish not to be
-- written to holds from the moment we know it.
seen as (
    select
        message_events.source,
        message_events.message_key,
        message_events.contact_key,
        message_events.email,
        message_events.campaign,
        message_events.subject,
        message_events.event_type,
        message_events.occurred_at,
        message_events.is_machine,
        message_events.is_commercial,
        case
            when message_events.occurred_on <= {{ as_of() }} then message_events.occurred_at
        end as seen_at,
        case
            when message_events.event_type <> 'bounce' then null
            when message_events.bounce_type = 'hard' then '3'
            when message_events.bounce_type = 'block' then '2'
            else '1'
        end || coalesce(message_events.bounce_status, '') as bounce_rank
    from message_events
    {% if is_incremental() -%}
    inner join touched
        on
            message_events.source = touched.source
            and message_events.message_key = touched.message_key
            and message_events.contact_key = touched.contact_key
    {%- endif %}
),

{%- set firsts = {
    'sent': 'sent', 'delivered': 'delivered', 'deferred': 'deferred', 'bounce': 'bounced',
    'dropped': 'dropped', 'open': 'opened', 'click': 'clicked', 'reply': 'replied',
    'unsubscribe': 'unsubscribed', 'complaint': 'complained',
} %}

gathered as (
    select
        source,
        message_key,
        contact_key,
        max(email) as email,
        max(campaign) as campaign,
        max(subject) as subject,
        coalesce(min(case when is_commercial then 1 else 0 end), 1) = 1 as is_commercial,
        {% for event, name in firsts.items() -%}
        min(case when event_type = '{{ event }}' then seen_at end) as first_{{ name }}_at,
        {% endfor -%}
        min(case when event_type = 'open' and not is_machine then seen_at end)
            as first_human_opened_at,
        min(case when event_type = 'click' and not is_machine then seen_at end)
            as first_human_clicked_at,
        count(case when event_type = 'open' then seen_at end) as opens,
        count(case when event_type = 'click' then seen_at end) as clicks,
        max(case when seen_at is not null then bounce_rank end) as bounce_rank,
        min(seen_at) as first_event_at,
        max(seen_at) as last_event_at,
        max(case when event_type = 'unsubscribe' then occurred_at end) as _unsubscribed_at,
        max(case when event_type = 'complaint' then occurred_at end) as _complained_at,
        max(case when event_type = 'resubscribe' then occurred_at end) as _resubscribed_at
    from seen
    group by source, message_key, contact_key
),

-- Whoever opens, clicks or answers has received, even when the delivery was never told.
judged as (
    select
        gathered.*,
        first_event_at is not null as is_visible,
        first_delivered_at is not null
        or first_opened_at is not null
        or first_clicked_at is not null
        or first_replied_at is not null
        or first_unsubscribed_at is not null
        or first_complained_at is not null as has_arrived
    from gathered
),

-- Accepted by the sending service and not suppressed: dropped before it left is not sent.
accepted as (
    select
        judged.*,
        is_visible
        and (first_dropped_at is null or first_bounced_at is not null or has_arrived) as is_sent
    from judged
),

final as (
    select
        source,
        message_key,
        contact_key,
        email,
        campaign,
        subject,
        is_commercial,
        is_visible,
        is_sent,
        is_sent
        and (
            has_arrived
            or (first_bounced_at is null and first_dropped_at is null and first_deferred_at is null)
        ) as is_delivered,
        is_sent and first_bounced_at is not null as is_bounced,
        first_dropped_at is not null and not is_sent as is_dropped,
        first_sent_at,
        first_delivered_at,
        first_deferred_at,
        first_bounced_at,
        case substr(bounce_rank, 1, 1)
            when '3' then 'hard'
            when '2' then 'block'
            when '1' then 'soft'
        end as bounce_type,
        nullif(substr(bounce_rank, 2), '') as bounce_status,
        first_dropped_at,
        first_opened_at,
        first_human_opened_at,
        first_clicked_at,
        first_human_clicked_at,
        first_replied_at,
        first_unsubscribed_at,
        first_complained_at,
        opens,
        clicks,
        first_event_at,
        last_event_at,
        {{ business_date('coalesce(first_sent_at, first_event_at)') }} as sent_on,
        _unsubscribed_at,
        _complained_at,
        _resubscribed_at,
        {{ as_of() }} as _as_of,
        {{ build_id() }} as _build_id
    from accepted
)

select * from final
