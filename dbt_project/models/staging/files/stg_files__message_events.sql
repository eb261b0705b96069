-- Grain: one row per line of a file of message events, mapped to the contract of message events.

with

raw_rows as (
    select * from {{ source('files', 'message_events') }}
),

typed as (
    select
        typed.*,
        raw_rows._load_id,
        raw_rows._row_number
    from raw_rows
    {% call computed('typed') %}
    select
        'files' as source,
        {{ filled('event_key') }} as event_key,
        {{ filled('message_key') }} as message_key,
        {{ filled('contact_key') }} as contact_key,
        {{ email_address('email') }} as email,
        {{ tidy('campaign') }} as campaign,
        {{ tidy('subject') }} as subject,
        lower({{ filled('event_type') }}) as event_type,
        {{ instant('occurred_at') }} as occurred_at,
        {{ filled('url') }} as url,
        {{ filled('user_agent') }} as user_agent,
        lower({{ filled('bounce_type') }}) as bounce_type,
        {{ filled('bounce_status') }} as bounce_status,
        {{ yes_no('is_machine') }} as is_machine,
        {{ yes_no('is_commercial') }} as is_commercial
    {% endcall %}
),

final as (
    select
        {{ contract_select('message_events', {
            'contact_key': 'coalesce(contact_key, ' ~ email_key('email') ~ ')',
            'occurred_on': business_date('occurred_at'),
            'bounce_type': "case when event_type = 'bounce' then coalesce(bounce_type, 'hard') end",
            'is_machine': 'coalesce(is_machine, false)',
            'is_commercial': 'coalesce(is_commercial, true)',
        }) }},
        cast(null as timestamptz) as _version_at,
        false as _is_document,
        _load_id,
        _row_number,
        {{ reasons([
            missing('event_key', 'event_key'),
            missing('message_key', 'message_key'),
            missing('coalesce(contact_key, email)', 'contact_key or email'),
            missing('event_type', 'event_type'),
            not_among('event_type', known_values('event_type'), 'event_type'),
            forbidden('occurred_at is null', 'occurred_at', 'not an instant'),
            absurd_day(business_date('occurred_at'), 'occurred_at'),
            not_among('bounce_type', known_values('bounce_type'), 'bounce_type'),
        ]) }} as _reasons
    from typed
)

select * from final
