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

-- The first obstacle is the reason: no address, one that does not work, a refusal, silence.
reasons as (
    select
        customer_id,
        case
            when email is null then 'no e-mail address'
            when is_undeliverable then 'bounced address'
            when consent_reason = 'complained' then 'complained'
            when not email_consent then 'opted out'
            when email_consent is null then 'no e-mail consent'
        end as exclusion_reason
    from features
),

final as (
    select
        audiences.audience,
        members.customer_id,
        reasons.exclusion_reason is null as is_included,
        reasons.exclusion_reason
    from audiences
    inner join members
        on audiences.segment = members.segment
    inner join reasons
        on members.customer_id = reasons.customer_id
)

select * from final
