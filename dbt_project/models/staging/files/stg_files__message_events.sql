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
        coalesce(
            {{ filled('contact_key') }}, {{ email_key(email_address('email')) }}
        ) as contact_key,
        {{ email_address('email') }} as email,
        {{ tidy('campaign') }} as campaign,
        {{ tidy('subject') }} as subject,
        lower({{ filled('event_type') }}) as event_type,
        {{ instant('occurred_at') }} as occurred_at,
        {{ business_date(instant('occurred_at')) }} as occurred_on,
        {{ filled('url') }} as url,
        {{ filled('user_agent') }} as user_agent,
        case
            when lower({{ filled('event_type') }}) = 'bounce'
                then coalesce(lower({{ filled('bounce_type') }}), 'hard')
        end as bounce_type,
        {{ filled('bounce_status') }} as bounce_status,
        coalesce({{ yes_no('is_machine') }}, false) as is_machine,
        coalesce({{ yes_no('is_commercial') }}, true) as is_commercial
    {% endcall %}
),

final as (
    select
        {{ contract_columns('message_events') | join(',\n        ') }},
        cast(null as timestamptz) as _version_at,
        false as _is_document,
        _load_id,
        _row_number,
        {{ reasons([
            missing('event_key', 'event_key'),
            missing('message_key', 'message_key'),
            missing('contact_key', 'contact_key or email'),
            missing('event_type', 'event_type'),
            not_among('event_type', known_values('event_type'), 'event_type'),
            forbidden('occurred_at is null', 'occurred_at', 'not an instant'),
            absurd_day('occurred_on', 'occurred_at'),
            not_among('bounce_type', known_values('bounce_type'), 'bounce_type'),
        ]) }} as _reasons
    from typed
)

select * from final
