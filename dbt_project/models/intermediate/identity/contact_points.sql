-- Grain: one row per source and contact key that any contact, order or message ever mentioned.
{{ config(
    unique_key=['source', 'contact_key'],
    indexes=[
        {'columns': ['source', 'contact_key'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}

with

contacts as (
    select * from {{ ref('contacts') }}
),

mentioned as (
    {% call set_aside('mentioned') %}
    select
        source,
        contact_key
    from {{ news(ref('orders')) }} as orders
    where contact_key is not null
    union
    select
        orders.source,
        parts.part as contact_key
    from {{ news(ref('orders')) }} as orders
    {{ join_parts('orders._contact_keys', key_separator(), 'parts') }}
    union
    select
        source,
        contact_key
    from {{ news(ref('contacts')) }} as contacts
    union
    select
        source,
        contact_key
    from {{ news(ref('message_events')) }} as message_events
    {% endcall %}
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
