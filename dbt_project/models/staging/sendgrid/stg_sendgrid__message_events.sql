-- Grain: one row per event received from SendGrid, mapped to the contract of message events.
{%- set kinds = {
    'processed': 'sent', 'deferred': 'deferred', 'delivered': 'delivered', 'bounce': 'bounce',
    'dropped': 'dropped', 'open': 'open', 'click': 'click', 'spamreport': 'complaint',
    'unsubscribe': 'unsubscribe', 'group_unsubscribe': 'unsubscribe',
    'group_resubscribe': 'resubscribe', 'reply': 'reply',
} %}

with

raw_rows as (
    select * from {{ source('sendgrid', 'events') }}
),

fields as (
    select
        {{ email_address('event.email') }} as email,
        {{ filled('event.sg_event_id') }} as event_id,
        {{ filled('event.sg_message_id') }} as message_id,
        {{ filled('event."smtp-id"') }} as smtp_id,
        {{ filled('event.campaign') }} as campaign,
        {{ tidy('event.subject') }} as subject,
        lower({{ filled('event.event') }}) as kind,
        {{ filled('event.timestamp') }} as written_timestamp,
        event.url,
        event.useragent,
        lower({{ filled('event.type') }}) as bounce_kind,
        {{ filled('event.status') }} as bounce_status,
        lower({{ filled('event.bounce_classification') }}) as bounce_class,
        {{ yes_no('event.sg_machine_open') }} as is_machine_open,
        '|' || {{ json_words('event.category') }} || '|' as categories,
        raw_rows._load_id,
        raw_rows._row_number
    from raw_rows
    {{ join_json_document('raw_rows.payload', 'event', [
        'email', 'sg_event_id', 'sg_message_id', 'smtp-id', 'campaign', 'subject', 'event',
        'timestamp', 'url', 'useragent', 'type', 'status', 'bounce_classification',
        'sg_machine_open',
    ], nested=['category']) }}
),

-- The first part of SendGrid's message id is that of the SMTP id, so a bounce that comes back later
-- without the former still finds its message; without both, its campaign is the best there is.
identified as (
    select
        fields.*,
        coalesce(
            {{ replace_all('message_id', '[.](filter|recvd).*$', '') }},
            {{ replace_all('smtp_id', '^<|[@>].*$', '') }},
            'campaign:' || campaign
        ) as message_key,
        {{ epoch_instant(
            'case when ' ~ matches('written_timestamp', '^[0-9]{9,10}([.][0-9]+)?$')
            ~ ' then written_timestamp end'
        ) }} as occurred_at
    from fields
),

-- A block says something about the message or the sender, never about the address (RFC 3463: x.7).
-- Of the others SendGrid calls a permanent failure "bounce"; a full mailbox (x.2.2) or a temporary
-- status (4.x) is soft all the same.
typed as (
    select
        typed.*,
        identified.kind,
        identified.written_timestamp,
        identified._load_id,
        identified._row_number
    from identified
    {% call computed('typed') %}
    select
        'sendgrid' as source,
        coalesce(
            event_id,
            {{ fingerprint(
                "concat_ws('|', message_key, email, kind, written_timestamp, url, bounce_status)"
            ) }}
        ) as event_key,
        message_key,
        {{ email_key('email') }} as contact_key,
        email,
        campaign,
        subject,
        {{ translated('kind', kinds) }} as event_type,
        occurred_at,
        {{ business_date('occurred_at') }} as occurred_on,
        url,
        useragent as user_agent,
        case
            when kind is null or kind <> 'bounce' then null
            when
                bounce_kind = 'blocked'
                or {{ matches('bounce_status', '^[245][.]7[.]') }}
                or bounce_class in ('reputation', 'content', 'frequency or volume too high')
                then 'block'
            when {{ matches('bounce_status', '^5[.](1[.]|2[.]1)') }} then 'hard'
            when
                {{ matches('bounce_status', '^(4[.]|5[.]2[.]2)') }}
                or bounce_class in ('mailbox unavailable', 'technical')
                then 'soft'
            else 'hard'
        end as bounce_type,
        case when kind = 'bounce' then bounce_status end as bounce_status,
        coalesce(is_machine_open, false) as is_machine,
        not {{ holds_any('categories', var('service_categories')) }} as is_commercial
    {% endcall %}
),

final as (
    select
        {{ contract_select('message_events') }},
        cast(null as timestamptz) as _version_at,
        false as _is_document,
        _load_id,
        _row_number,
        {{ reasons([
            missing('email', 'email'),
            missing('message_key', 'sg_message_id'),
            missing('kind', 'event'),
            forbidden('kind is not null and event_type is null', 'event', 'unknown event type'),
            forbidden('occurred_at is null', 'timestamp', 'not an instant'),
            absurd_day('occurred_on', 'timestamp'),
        ]) }} as _reasons
    from typed
)

select * from final
