-- Grain: one row per source and contact key that any contact, order or message ever mentioned.
{{ config(
    unique_key=['source', 'contact_key'],
    indexes=[
        {'columns': ['source', 'contact_key'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}
{%- set key = ['source', 'contact_key'] %}
{%- set columns = [
    'email', 'email_key', 'is_role_email', 'is_disposable_email', 'registered_on', 'has_contact_row',
] %}

-- depends_on: {{ ref('written_values') }}

with

mentioned_points as {{ inlined() }} (
    select * from {{ ref('mentioned_points') }}
),

uniform_contacts as {{ inlined() }} (
    select * from {{ ref('uniform_contacts') }}
),

emails as {{ inlined() }} (
    select * from {{ source('values', 'value_emails') }}
),

{% if is_incremental() %}
touched as (
    {% call set_aside('touched') %}
    select
        source,
        contact_key
    from {{ news(ref('mentioned_points')) }} as points
    union
    select
        source,
        contact_key
    from {{ news(ref('uniform_contacts')) }} as contacts
    union
    select
        points.source,
        points.contact_key
    from {{ ref('mentioned_points') }} as points
    inner join ({{ values_read_anew('email') }}) as reading
        on points.key_email = reading.part_1
    {% endcall %}
),

known as (
    {{ known_rows(key, key + columns + ['_build_id']) }}
),

{% endif %}
identified as (
    select
        mentioned_points.source,
        mentioned_points.contact_key,
        mentioned_points.has_contact_row,
        mentioned_points.registered_on,
        case
            when mentioned_points.key_email is not null
                then {{ value_id(['mentioned_points.key_email']) }}
        end as key_email_id
    from mentioned_points
    {% if is_incremental() -%}
    inner join touched
        on {{ same_key('mentioned_points', 'touched', key) }}
    {%- endif %}
),

-- What a contact's row says comes before its key.
points as (
    select
        identified.source,
        identified.contact_key,
        identified.has_contact_row,
        identified.registered_on,
        coalesce(uniform_contacts.email, emails.clean) as email,
        case
            when uniform_contacts.email is not null then uniform_contacts.email_key
            else emails.match_key
        end as email_key,
        case
            when uniform_contacts.email is not null then uniform_contacts.is_role_email
            else emails.is_role
        end as is_role_email,
        case
            when uniform_contacts.email is not null then uniform_contacts.is_disposable_email
            else emails.is_disposable
        end as is_disposable_email
    from identified
    left join uniform_contacts
        on {{ same_key('identified', 'uniform_contacts', key) }}
    left join emails
        on identified.key_email_id = emails.value_id
),

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
