-- Grain: one row per customer for whom a category suggests itself.
{{ config(unique_key=['customer_id']) }}

with

states as {{ inlined() }} (
    select * from {{ ref('customer_purchase_state') }}
),

rules as (
    select * from {{ ref('cross_sell') }}
    where level = 'category' and lift > 1
),

-- Customers with the same categories are given the same answer, found once.
category_sets as (
    select distinct categories
    from states
    where categories is not null
),

owned as (
    select
        category_sets.categories,
        parts.part as category
    from category_sets
    {{ join_parts("trim(both '|' from category_sets.categories)", "'|'", 'parts') }}
),

candidates as (
    select
        owned.categories,
        rules.other_item as category,
        rules.item as because_of,
        rules.confidence,
        rules.lift
    from owned
    inner join rules
        on owned.category = rules.item
    left join owned as already
        on owned.categories = already.categories and rules.other_item = already.category
    where already.category is null
),

best as (
    {{ first_per_key(
        'candidates', ['categories'],
        ['categories', 'category', 'because_of', 'confidence', 'lift'],
        ['confidence desc', 'lift desc', 'category', 'because_of']
    ) }}
),

final as (
    select
        states.customer_id,
        best.category,
        best.because_of,
        cast(best.confidence as numeric(3, 2)) as confidence,
        cast(best.lift as numeric(8, 1)) as lift
    from states
    inner join best
        on states.categories = best.categories
)

select * from final
