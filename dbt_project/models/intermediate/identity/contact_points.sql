-- Grain: one row per source and contact key that any contact, order or message ever mentioned.
{{ config(
    unique_key=['source', 'contact_key'],
    indexes=[
        {'columns': ['source', 'contact_key'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}
{%- set news = "where _build_id > " ~ watermark() if is_incremental() else "where 1 = 1" %}

with

contacts as {{ inlined() }} (
    select * from {{ ref('contacts') }}
),

orders as {{ inlined() }} (
    select * from {{ ref('orders') }}
),

message_events as {{ inlined() }} (
    select * from {{ ref('message_events') }}
),

former_owners as (
    select
        orders.source,
        parts.part as contact_key
    from orders
    {{ join_parts('orders._contact_keys', key_separator(), 'parts') }}
    {{ news }}
),

mentioned as (
    select
        source,
        contact_key
    from contacts
    {{ news }}
    union
    select
        source,
        contact_key
    from orders
    {{ news }} and contact_key is not null
    union
    select
        source,
        contact_key
    from former_owners
    union
    select
        source,
        contact_key
    from message_events
    {{ news }}
),

final as (
    select
        mentioned.source,
        mentioned.contact_key,
        coalesce(contacts.email, {{ email_of_key('mentioned.contact_key') }}) as email,
        contacts.registered_on,
        contacts.contact_key is not null as has_contact_row,
        {{ build_id() }} as _build_id
    from mentioned
    left join contacts
        on mentioned.source = contacts.source and mentioned.contact_key = contacts.contact_key
)

select * from final
