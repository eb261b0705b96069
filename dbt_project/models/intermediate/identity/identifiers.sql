-- Grain: one row per contact point, kind and value by which it can be recognised.
{{ config(
    unique_key=['source', 'contact_key'],
    remembers=['kind', 'value'],
    post_hook="{{ keep_withdrawn() }}",
    indexes=[
        {'columns': ['source', 'contact_key']},
        {'columns': ['kind', 'value']},
        {'columns': ['_build_id']},
    ],
) }}
{%- set key = ['source', 'contact_key'] %}

-- depends_on: {{ ref('blocked_values') }}

with

contact_points as {{ inlined() }} (
    select * from {{ ref('contact_points') }}
),

uniform_contacts as {{ inlined() }} (
    select * from {{ ref('uniform_contacts') }}
),

role_mailboxes as (
    select value as mailbox
    from {{ ref('blocked_values') }}
    where kind = 'mailbox'
),

{% if is_incremental() %}
touched as (
    {% call set_aside('touched') %}
    select
        source,
        contact_key
    from {{ news(ref('contact_points')) }} as points
    union
    select
        source,
        contact_key
    from {{ news(ref('uniform_contacts')) }} as contacts
    union
    select
        present.source,
        present.contact_key
    from {{ this }} as present
    inner join (
        select value
        from {{ news(ref('blocked_values')) }} as blocked
        where kind = 'mailbox'
        union all
        select value
        from {{ withdrawn_news(ref('blocked_values')) }} as unblocked
        where kind = 'mailbox'
    ) as roles
        on
            roles.value = present.value
            or roles.value || '@' = substr(present.value, 1, length(roles.value) + 1)
    where present.kind in ('email', 'role_mailbox')
    {% endcall %}
),

known as (
    {{ known_rows(key, key + ['kind', 'value', '_build_id']) }}
),

{% endif %}
points as (
    select
        {{ qualified('contact_points', key + ['email_key', 'is_role_email']) }}
    from contact_points
    {% if is_incremental() -%}
    inner join touched
        on {{ same_key('contact_points', 'touched', key) }}
    {%- endif %}
),

contacts as (
    select
        {{ qualified('uniform_contacts', key + [
            'is_disposable_email', 'suggested_email', 'phone', 'mobile', 'fiscal_code',
            'loyalty_card', 'vat_number', 'first_key', 'last_key', 'name_key', 'birth_date',
            'address_key',
        ]) }}
    from uniform_contacts
    {% if is_incremental() -%}
    inner join touched
        on {{ same_key('uniform_contacts', 'touched', key) }}
    {%- endif %}
),

-- A mailbox that several people read, or that anybody may read, is a weaker kind of its own.
mailboxes as (
    select
        points.source,
        points.contact_key,
        case
            when points.is_role_email or {{ is_named_role('points.email_key') }}
                then 'role_mailbox'
            when contacts.is_disposable_email then 'throwaway_mailbox'
            else 'email'
        end as kind,
        points.email_key as value
    from points
    left join contacts
        on {{ same_key('points', 'contacts', key) }}
    where points.email_key is not null
),

stated as (
    select
        source,
        contact_key,
        kind,
        value
    from mailboxes
    {%- for kind, value in contact_identifiers() %}
    union all
    select
        contacts.source,
        contacts.contact_key,
        '{{ kind }}' as kind,
        {{ value }} as value
    from contacts
    {%- endfor %}
),

{% if is_incremental() %}
-- A point that can be recognised by nothing any more loses its rows.
final as (
    select
        touched.source,
        touched.contact_key,
        stated.kind,
        stated.value,
        case
            when stated.value is not null then coalesce(known._build_id, {{ build_id() }})
        end as _build_id
    from touched
    left join stated
        on {{ same_key('touched', 'stated', key) }} and stated.value is not null
    left join known
        on {{ same_key('stated', 'known', key + ['kind', 'value']) }}
)
{% else %}
final as (
    select
        source,
        contact_key,
        kind,
        value,
        {{ build_id() }} as _build_id
    from stated
    where value is not null
)
{% endif %}

select * from final
