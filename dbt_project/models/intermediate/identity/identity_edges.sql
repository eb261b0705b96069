-- Grain: one row per rule, value and pair of contact points that it joins.
{{ config(materialized='view') }}

with

evidence as (
    select * from {{ ref('identity_evidence') }}
),

final as (
    select
        left_source,
        left_key,
        right_source,
        right_key,
        rule,
        tier,
        kind,
        value,
        origin,
        _build_id
    from evidence
    where guard is null
)

select * from final
