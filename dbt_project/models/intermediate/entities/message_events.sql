-- Grain: one row per source, message, recipient and event, in its latest valid version.
{{ config(
    unique_key=['source', 'message_key', 'contact_key', 'event_key'],
    indexes=[
        {'columns': ['source', 'message_key', 'contact_key', 'event_key'], 'unique': True},
        {'columns': ['occurred_on']},
        {'columns': ['_build_id']},
    ],
) }}

{{ entity_rows('message_events', ['source', 'message_key', 'contact_key', 'event_key']) }}
