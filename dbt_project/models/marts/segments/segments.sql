-- Grain: one row per segment.
{{ config(unique_key=['segment']) }}
{%- set rules = [] -%}
{%- for rule in segment_rules() -%}
    {%- do rules.append({
        'rule_name': rule.name,
        'owner': rule.owner,
        'description': rule.description,
        'rule': rule_text(rule),
    }) -%}
{%- endfor %}

with

members as {{ inlined() }} (
    select * from {{ ref('segment_members') }}
),

identity_map as {{ inlined() }} (
    select * from {{ ref('identity_map') }}
),

rules as (
    {{ declared_rows(rules, ['rule_name', 'owner', 'description', 'rule']) }}
),

everybody as (
    select count(distinct customer_id) as customers
    from identity_map
),

counts as (
    select
        segment,
        {{ dbt.split_part('segment', "':'", 1) }} as rule_name,
        count(*) as customers
    from members
    group by segment
),

final as (
    select
        coalesce(counts.segment, rules.rule_name) as segment,
        rules.rule_name,
        rules.owner,
        rules.description,
        rules.rule,
        coalesce(counts.customers, 0) as customers,
        {{ rate('coalesce(counts.customers, 0)', 'everybody.customers') }} as share_of_customers
    from rules
    left join counts
        on rules.rule_name = counts.rule_name
    cross join everybody
)

select * from final
