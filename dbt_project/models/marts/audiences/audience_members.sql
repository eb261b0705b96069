-- Grain: one row per audience and customer of its segment.
{{ config(unique_key=['audience', 'customer_id'], lookup_by=['customer_id']) }}
{%- set audiences = [] -%}
{%- for audience in declared_audiences() -%}
    {%- do audiences.append({'audience': audience.name, 'segment': audience.segment}) -%}
{%- endfor %}

with

features as {{ inlined() }} (
    select * from {{ ref('segment_features') }}
),

members as {{ inlined() }} (
    select * from {{ ref('segment_members') }}
),

audiences as (
    {{ declared_rows(audiences, ['audience', 'segment']) }}
),

-- People may share an address: who refuses there, or reports spam, speaks for the mailbox.
mailboxes as (
    select
        email,
        max(case when is_undeliverable then 1 else 0 end) = 1 as is_undeliverable,
        max(case when consent_reason = 'complained' then 1 else 0 end) = 1 as is_complained,
        max(case when not email_consent then 1 else 0 end) = 1 as is_opted_out
    from features
    where email is not null
    group by email
),

-- The first obstacle is the reason: no address, one that does not work, a refusal, silence.
reasons as (
    select
        features.customer_id,
        features.email,
        features.total_spend,
        case
            when features.email is null then 'no e-mail address'
            when mailboxes.is_undeliverable then 'bounced address'
            when mailboxes.is_complained then 'complained'
            when mailboxes.is_opted_out then 'opted out'
            when features.email_consent is null then 'no e-mail consent'
        end as exclusion_reason
    from features
    left join mailboxes
        on features.email = mailboxes.email
),

-- One message per mailbox: it goes to whoever of its people spends most.
invited as (
    select
        audiences.audience,
        members.customer_id,
        reasons.exclusion_reason,
        row_number() over (
            partition by audiences.audience, reasons.email, reasons.exclusion_reason
            order by reasons.total_spend desc nulls last, members.customer_id
        ) as place
    from audiences
    inner join members
        on audiences.segment = members.segment
    inner join reasons
        on members.customer_id = reasons.customer_id
),

final as (
    select
        audience,
        customer_id,
        exclusion_reason is null and place = 1 as is_included,
        case
            when exclusion_reason is null and place > 1 then 'same address as another'
            else exclusion_reason
        end as exclusion_reason
    from invited
)

select * from final
