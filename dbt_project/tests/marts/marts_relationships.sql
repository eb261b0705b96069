-- Grain: one row per pair of tables where something points to nothing. None is expected.
{%- set pairs = [
    ('mart_orders', 'customer_card', ['customer_id']),
    ('mart_order_lines', 'mart_orders', ['source', 'order_key']),
    ('segment_members', 'customer_card', ['customer_id']),
    ('segment_members', 'segments', ['segment']),
    ('audience_members', 'segment_members', ['customer_id']),
    ('audience_members', 'audiences', ['audience']),
    ('identity_map', 'customer_card', ['customer_id']),
    ('customer_card', 'customer_purchases', ['customer_id']),
    ('customer_card', 'customer_engagement', ['customer_id']),
    ('customer_card_fields', 'customer_card', ['customer_id']),
    ('owner_conflicts', 'customer_card', ['customer_id']),
    ('card_completeness', 'customer_card', ['customer_id']),
    ('completeness_work_list', 'customer_card', ['customer_id']),
    ('customer_value', 'customer_card', ['customer_id']),
    ('customer_rfm', 'customer_value', ['customer_id']),
    ('customer_products', 'customer_card', ['customer_id']),
    ('customer_next_category', 'customer_card', ['customer_id']),
] %}

with

{% for child, parent, columns in pairs -%}
pair_{{ loop.index }} as (
    select
        '{{ child }}' as child,
        '{{ parent }}' as parent,
        count(*) as lost
    from {{ ref(child) }} as child
    where
        child.{{ columns | join(' is not null and child.') }} is not null
        and not exists (
            select 1
            from {{ ref(parent) }} as parent
            where
                {%- for column in columns %}
                {{ 'and ' if not loop.first }}child.{{ column }} = parent.{{ column }}
                {%- endfor %}
        )
),

{% endfor -%}
final as (
    {%- for _pair in pairs %}
    {{ 'union all' if not loop.first }}
    select *
    from pair_{{ loop.index }}
    where lost > 0
    {%- endfor %}
)

select * from final
