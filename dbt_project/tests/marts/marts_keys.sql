-- Grain: one row per mart whose key is null or repeated somewhere. None is expected.
{%- set keys = {
    'customer_card': ['customer_id'],
    'customer_purchases': ['customer_id'],
    'customer_engagement': ['customer_id'],
    'mart_orders': ['source', 'order_key'],
    'mart_order_lines': ['source', 'order_key', 'line_key'],
    'campaign_results': ['source', 'campaign'],
    'segments': ['segment'],
    'segment_members': ['segment', 'customer_id'],
    'audiences': ['audience'],
    'audience_members': ['audience', 'customer_id'],
} %}

with

{% for mart, key in keys.items() -%}
{{ mart }}_keys as (
    select
        '{{ mart }}' as mart,
        count(*) as rows_count,
        count(case when {{ key | join(' is null or ') }} is null then 1 end) as null_keys,
        count(distinct ({{ key | join(', ') }})) as keys_count
    from {{ ref(mart) }}
),

{% endfor -%}
final as (
    {%- for mart in keys %}
    {{ 'union all' if not loop.first }}
    select *
    from {{ mart }}_keys
    where null_keys > 0 or keys_count < rows_count
    {%- endfor %}
)

select * from final
