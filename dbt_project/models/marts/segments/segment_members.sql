-- Grain: one row per segment and customer in it.
{{ config(unique_key=['segment', 'customer_id'], lookup_by=['customer_id']) }}

with

features as {{ inlined() }} (
    select * from {{ ref('segment_features') }}
),

-- One pass, however many the rules: each adds its name to the customer's list, or nothing.
named as (
    select
        customer_id,
        {{ segment_names(segment_rules()) }} as segments
    from features
),

exploded as (
    select
        named.customer_id,
        parts.part as segment
    from named
    {{ join_parts('named.segments', key_separator(), 'parts') }}
),

final as (
    select *
    from exploded
    where segment <> ''
)

select * from final
