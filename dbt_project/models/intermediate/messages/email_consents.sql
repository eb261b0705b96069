-- Grain: one row per customer about whose wish to be written to any source says something.
{{ config(
    unique_key=['customer_id'],
    indexes=[
        {'columns': ['customer_id'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}

-- depends_on: {{ ref('identity_assignments') }}

with

contacts as {{ inlined() }} (
    select * from {{ ref('contacts') }}
),

messages as {{ inlined() }} (
    select * from {{ ref('messages') }}
),

identity_map as {{ inlined() }} (
    select * from {{ ref('identity_map') }}
),

{% if is_incremental() %}
mentioned as (
    {% call set_aside('mentioned') %}
    select
        source,
        contact_key
    from {{ news(ref('messages')) }} as messages
    where coalesce(_unsubscribed_at, _complained_at, _resubscribed_at) is not null
    union
    select
        source,
        contact_key
    from {{ news(ref('contacts')) }} as contacts
    {% endcall %}
),

touched as (
    select identity_map.customer_id
    from mentioned
    inner join identity_map
        on
            mentioned.source = identity_map.source
            and mentioned.contact_key = identity_map.contact_key
    union
    {{ reassigned_customers() }}
),

{% endif %}
points as (
    select
        identity_map.source,
        identity_map.contact_key,
        identity_map.customer_id
    from identity_map
    {% if is_incremental() -%}
    inner join touched
        on identity_map.customer_id = touched.customer_id
    {%- endif %}
),

statements as (
    select
        points.customer_id,
        coalesce(contacts.email_consent, false) as is_opted_in,
        case when contacts.email_consent then contacts.email_consent_at end as opted_in_at,
        contacts._opted_out_at as refused_at,
        cast(null as timestamptz) as unsubscribed_at,
        cast(null as timestamptz) as complained_at
    from points
    inner join contacts
        on points.source = contacts.source and points.contact_key = contacts.contact_key
    where contacts.email_consent is not null or contacts._opted_out_at is not null
    union all
    select
        points.customer_id,
        messages._resubscribed_at is not null as is_opted_in,
        messages._resubscribed_at as opted_in_at,
        cast(null as timestamptz) as refused_at,
        messages._unsubscribed_at as unsubscribed_at,
        messages._complained_at as complained_at
    from points
    inner join messages
        on points.source = messages.source and points.contact_key = messages.contact_key
    where
        coalesce(messages._unsubscribed_at, messages._complained_at, messages._resubscribed_at)
        is not null
),

totals as (
    select
        customer_id,
        max(case when is_opted_in then 1 else 0 end) = 1 as is_opted_in,
        max(opted_in_at) as opted_in_at,
        max(refused_at) as refused_at,
        max(unsubscribed_at) as unsubscribed_at,
        max(complained_at) as complained_at,
        greatest(max(refused_at), max(unsubscribed_at), max(complained_at)) as opted_out_at
    from statements
    group by customer_id
),

-- An import cannot raise anybody above a refusal: only an opt-in with a later day can.
computed as (
    select
        customer_id,
        is_opted_in and (opted_out_at is null or coalesce(opted_in_at > opted_out_at, false))
            as email_consent,
        opted_in_at,
        opted_out_at,
        case
            when opted_out_at is null then 'opted in'
            when opted_in_at > opted_out_at then 'opted in again'
            when complained_at = opted_out_at then 'complained'
            when unsubscribed_at = opted_out_at then 'unsubscribed'
            else 'refused'
        end as reason
    from totals
),

-- A customer who was touched and has nothing to show any more loses the row.
customers as (
    select customer_id
    from {{ 'touched' if is_incremental() else 'computed' }}
),

final as (
    select
        customers.customer_id,
        computed.email_consent,
        computed.opted_in_at,
        computed.opted_out_at,
        computed.reason,
        case when computed.customer_id is not null then {{ build_id() }} end as _build_id
    from customers
    left join computed
        on customers.customer_id = computed.customer_id
)

select * from final
