-- Grain: one row per source and contact key that any contact, order or message ever mentioned.
{{ config(
    unique_key=['source', 'contact_key'],
    indexes=[
        {'columns': ['source', 'contact_key'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}
{%- set key = ['source', 'contact_key'] %}
{%- set columns = ['key_email', 'has_contact_row', 'registered_on'] %}

with

contacts as {{ inlined() }} (
    select * from {{ ref('contacts') }}
),

touched as (
    {% call set_aside('touched') %}
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

points as (
    select
        touched.source,
        touched.contact_key,
        {{ email_of_key('touched.contact_key') }} as key_email,
        contacts.contact_key is not null as has_contact_row,
        contacts.registered_on
    from touched
    left join contacts
        on touched.source = contacts.source and touched.contact_key = contacts.contact_key
),

{% if is_incremental() %}
known as (
    {{ known_rows(key, key + columns + ['_build_id']) }}
),

{% endif %}
final as (
    select
        {{ qualified('points', key + columns) }},
        {% if is_incremental() -%}
        {{ build_of_change('points', 'known', 'source', columns) }} as _build_id
        {%- else -%}
        {{ build_id() }} as _build_id
        {%- endif %}
    from points
    {% if is_incremental() -%}
    left join known
        on {{ same_key('points', 'known', key) }}
    {%- endif %}
)

select * from final
