-- Grain: one row per declared audience.
{{ config(unique_key=['audience']) }}
{%- set declarations = [] -%}
{%- for audience in declared_audiences() -%}
    {%- do declarations.append({
        'audience': audience.name,
        'segment': audience.segment,
        'channel': audience.channel,
        'purpose': audience.purpose,
        'owner': audience.owner,
        'description': audience.description,
        'fields': audience.fields | join(', '),
    }) -%}
{%- endfor %}

with

members as {{ inlined() }} (
    select * from {{ ref('audience_members') }}
),

declarations as (
    {{ declared_rows(
        declarations,
        ['audience', 'segment', 'channel', 'purpose', 'owner', 'description', 'fields']
    ) }}
),

counts as (
    select
        audience,
        count(*) as people_in_segment,
        sum(case when exclusion_reason = 'no e-mail address' then 1 else 0 end)
            as people_without_email,
        sum(case when exclusion_reason = 'bounced address' then 1 else 0 end) as people_bounced,
        sum(case when exclusion_reason = 'complained' then 1 else 0 end) as people_complained,
        sum(case when exclusion_reason = 'opted out' then 1 else 0 end) as people_opted_out,
        sum(case when exclusion_reason = 'no e-mail consent' then 1 else 0 end)
            as people_without_consent,
        sum(case when exclusion_reason = 'same address as another' then 1 else 0 end)
            as people_sharing_address,
        sum(case when is_included then 1 else 0 end) as people_included
    from members
    group by audience
),

final as (
    select
        declarations.audience,
        declarations.segment,
        declarations.channel,
        declarations.purpose,
        declarations.owner,
        declarations.description,
        declarations.fields,
        coalesce(counts.people_in_segment, 0) as people_in_segment,
        coalesce(counts.people_without_email, 0) as people_without_email,
        coalesce(counts.people_bounced, 0) as people_bounced,
        coalesce(counts.people_complained, 0) as people_complained,
        coalesce(counts.people_opted_out, 0) as people_opted_out,
        coalesce(counts.people_without_consent, 0) as people_without_consent,
        coalesce(counts.people_sharing_address, 0) as people_sharing_address,
        coalesce(counts.people_included, 0) as people_included
    from declarations
    left join counts
        on declarations.audience = counts.audience
)

select * from final
