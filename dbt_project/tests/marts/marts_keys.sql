-- Grain: one row per mart with a key that is null or repeated. None is expected.
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
        count(*) as rows_per_key
    from {{ ref(mart) }}
    group by {{ key | join(', ') }}
    having count(*) > 1 or {{ key | join(' is null or ') }} is null
),

{% endfor -%}
final as (
    {%- for mart in keys %}
    {{ 'union all' if not loop.first }}
    select
        mart,
        count(*) as wrong_keys
    from {{ mart }}_keys
    group by mart
    {%- endfor %}
)

select * from final
