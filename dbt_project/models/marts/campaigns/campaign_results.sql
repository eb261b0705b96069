-- Grain: one row per source and campaign.
{{ config(unique_key=['source', 'campaign']) }}

with

messages as {{ inlined() }} (
    select * from {{ ref('messages') }}
),

-- Only machines opened it: whether a person did is not to be known.
judged as (
    select
        source,
        coalesce(campaign, '(none)') as campaign,
        subject,
        is_commercial,
        sent_on,
        is_sent,
        is_delivered,
        is_bounced,
        is_dropped,
        bounce_type,
        is_delivered and (first_opened_at is null or first_human_opened_at is not null)
            as is_measurable,
        is_delivered and first_opened_at is not null as is_opened,
        is_delivered and first_human_opened_at is not null as is_human_opened,
        is_delivered and first_clicked_at is not null as is_clicked,
        is_delivered and first_human_clicked_at is not null as is_human_clicked,
        is_delivered
        and {{ days_between('sent_on', business_date('first_replied_at')) }}
        <= {{ var('response_window_days') }} as is_answered,
        is_delivered and first_unsubscribed_at is not null as is_unsubscribed,
        is_delivered and first_complained_at is not null as is_complained
    from messages
    where is_visible
),

counted as (
    select
        source,
        campaign,
        max(subject) as subject,
        max(case when is_commercial then 1 else 0 end) = 1 as is_commercial,
        min(case when is_sent then sent_on end) as first_sent_on,
        max(case when is_sent then sent_on end) as last_sent_on,
        count(case when is_sent then 1 end) as messages_sent,
        count(case when is_dropped then 1 end) as messages_dropped,
        count(case when is_delivered then 1 end) as messages_delivered,
        count(case when is_bounced then 1 end) as messages_bounced,
        count(case when is_bounced and bounce_type = 'hard' then 1 end) as hard_bounces,
        count(case when is_bounced and bounce_type = 'soft' then 1 end) as soft_bounces,
        count(case when is_bounced and bounce_type = 'block' then 1 end) as blocks,
        count(case when is_measurable then 1 end) as messages_measurable,
        count(case when is_opened then 1 end) as messages_opened,
        count(case when is_human_opened then 1 end) as messages_human_opened,
        count(case when is_clicked then 1 end) as messages_clicked,
        count(case when is_human_clicked then 1 end) as messages_human_clicked,
        count(case when is_human_clicked and is_human_opened then 1 end) as messages_read_on,
        count(case when is_answered then 1 end) as messages_answered,
        count(case when is_unsubscribed then 1 end) as messages_unsubscribed,
        count(case when is_complained then 1 end) as messages_complained
    from judged
    group by source, campaign
),

final as (
    select
        source,
        campaign,
        subject,
        is_commercial,
        first_sent_on,
        last_sent_on,
        messages_sent,
        messages_dropped,
        messages_delivered,
        messages_bounced,
        hard_bounces,
        soft_bounces,
        blocks,
        messages_measurable,
        messages_opened,
        messages_human_opened,
        messages_clicked,
        messages_human_clicked,
        messages_answered,
        messages_unsubscribed,
        messages_complained,
        {{ rate('messages_bounced', 'messages_sent') }} as bounce_rate,
        {{ rate('messages_measurable', 'messages_delivered') }} as measurable_share,
        {{ rate('messages_opened', 'messages_delivered') }} as open_rate_reported,
        {{ rate('messages_human_opened', 'messages_measurable') }} as open_rate_human,
        {{ rate('messages_clicked', 'messages_delivered') }} as click_rate_reported,
        {{ rate('messages_human_clicked', 'messages_delivered') }} as click_rate_human,
        {{ rate('messages_read_on', 'messages_human_opened') }} as click_to_open_rate,
        {{ rate('messages_answered', 'messages_delivered') }} as response_rate,
        {{ rate('messages_unsubscribed', 'messages_delivered') }} as unsubscribe_rate,
        {{ rate('messages_complained', 'messages_delivered') }} as complaint_rate
    from counted
)

select * from final
