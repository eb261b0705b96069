-- Grain: one row per customer of whom something is missing that can be asked.
{{ config(unique_key=['customer_id'], lookup_by=['owner_name']) }}
{%- set total = var('completeness_weights').values() | sum %}

with

cards as {{ inlined() }} (
    select * from {{ ref('customer_card') }}
),

purchases as {{ inlined() }} (
    select * from {{ ref('customer_purchase_state') }}
),

engagement as {{ inlined() }} (
    select * from {{ ref('customer_engagement') }}
),

tenures as (
    {{ tenures() }}
),

-- Who may be asked how, and why not by e-mail.
reached as (
    select
        cards.*,
        coalesce(tenures.store, purchases.last_store) as store,
        case
            when cards.email is null then 'no e-mail address'
            when coalesce(engagement.is_undeliverable, false) then 'e-mails come back'
            when cards.email_consent is null then 'no consent to e-mails yet'
            when not cards.email_consent then 'refused e-mails'
        end as email_obstacle,
        coalesce(cards.phone, cards.mobile) is not null
        and coalesce(engagement.consent_reason, '') <> 'complained' as can_phone,
        cards.owner_name is not null
        or purchases.purchases_count > 0 as can_meet,
        coalesce(purchases.channels, '') = '|online|' and cards.owner_name is null
            as comes_online_only
    from cards
    left join purchases
        on cards.customer_id = purchases.customer_id
    left join engagement
        on cards.customer_id = engagement.customer_id
    left join tenures
        on lower(cards.owner_name) = tenures.owner_key
),

allowed as (
    select
        reached.*,
        email_obstacle is null as can_email
    from reached
),

asked as (
    select
        allowed.*,
        {{ of_next_question('allowed', 'field') }} as next_field,
        {{ of_next_question('allowed', 'weight') }} as next_weight,
        {{ of_next_question('allowed', 'channel') }} as channel
    from allowed
),

final as (
    select
        customer_id,
        coalesce(nullif(concat_ws(' ', first_name, last_name), ''), company_name) as customer_name,
        owner_name,
        store,
        sources,
        next_field,
        case
            when channel = 'email' then 'e-mail'
            when channel = 'phone' then 'phone'
            when comes_online_only then 'with the next order'
            else 'in person'
        end as ask_by,
        case
            when channel = 'email' then email
            when channel = 'phone' then coalesce(phone, mobile)
        end as ask_at,
        'worth ' || next_weight || ' of {{ total }}; '
        || coalesce(email_obstacle, 'agreed to e-mails') as why,
        {{ missing_fields('asked') }} as missing_fields,
        completeness,
        total_spend,
        last_purchase_on,
        row_number() over (
            partition by owner_name
            order by
                total_spend desc,
                last_purchase_on desc nulls last,
                next_weight desc,
                customer_id
        ) as rank_for_owner
    from asked
    where next_field is not null
)

select * from final
