-- Grain: one row per example person of segments.yml whom the rule puts on the wrong side. None is
-- expected; a rule without an example in and one out is wrong too.
{%- set features = ref('segment_features') %}
{%- set columns = adapter.get_columns_in_relation(features) if execute else [] %}

with

examples as (
    select
        'no rule' as rule_name,
        'in' as side,
        true as is_in
    where 1 = 0
    {%- for rule in segment_rules() %}
    {%- for side in ['in', 'out'] %}
    {%- set person = (rule.examples or {}).get(side) %}
    union all
    select
        {{ literal(rule.name) }} as rule_name,
        '{{ side }}' as side,
        {% if person is none -%}
        cast(null as boolean) as is_in
        {%- else -%}
        {{ segment_name(rule) }} is not null as is_in
    from (
        select
            {%- for column in columns %}
            {%- set value = person.get(column.name) %}
            cast({{ 'null' if value is none else literal(value) }} as {{ column.data_type }})
                as {{ column.name }}{{ ',' if not loop.last }}
            {%- endfor %}
    ) as person
        {%- endif %}
    {%- endfor %}
    {%- endfor %}
),

final as (
    select *
    from examples
    where is_in is distinct from (side = 'in')
)

select * from final
