-- Grain: one row per source and campaign.
{{ config(unique_key=['source', 'campaign'], scope='touched') }}
{%- set partial = is_partial() %}

with

messages as (
    select * from {{ ref('messages') }}
),

-- A campaign of which any message changed is counted again whole.
touched as (
    select distinct
        source,
        coalesce(campaign, '(none)') as campaign
    from messages
    {%- if partial %}
    where _build_id > (select coalesce(max(_build_id), 0) from {{ this }})
    {%- endif %}
),

judged as (
    select
        messages.source,
        touched.campaign
    from messages
    inner join touched
        on
            messages.source = touched.source
            and coalesce(messages.campaign, '(none)') = touched.campaign
),

final as (
    select * from judged
)

select * from final
