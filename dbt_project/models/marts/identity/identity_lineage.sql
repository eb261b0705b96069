-- Grain: one row per build, customer id that lost contact points and customer id that took them.
{{ config(
    unique_key=['build_id', 'previous_customer_id', 'customer_id'],
    lookup_by=['previous_customer_id', 'customer_id'],
) }}

with

assignments as {{ inlined() }} (
    select * from {{ ref('identity_assignments') }}
),

builds as (
    select * from {{ source('ops', 'builds') }}
),

moves as (
    select
        _build_id as build_id,
        previous_customer_id,
        customer_id,
        count(*) as points_moved
    from assignments
    where previous_customer_id is not null
    group by _build_id, previous_customer_id, customer_id
),

-- Points that came to, or left, a customer who ever lost one.
losers as (
    select distinct previous_customer_id as customer_id
    from moves
),

steps as (
    select
        assignments.customer_id,
        assignments._build_id as build_id,
        1 as points
    from assignments
    inner join losers
        on assignments.customer_id = losers.customer_id
    union all
    select
        previous_customer_id as customer_id,
        build_id,
        -points_moved as points
    from moves
),

balances as (
    select
        customer_id,
        build_id,
        sum(sum(points)) over (partition by customer_id order by build_id) as points_left
    from steps
    group by customer_id, build_id
),

final as (
    select
        moves.previous_customer_id,
        moves.customer_id,
        case when balances.points_left = 0 then 'merged into' else 'split from' end as kind,
        moves.points_moved,
        builds.as_of,
        moves.build_id,
        builds.run_id
    from moves
    inner join balances
        on
            moves.previous_customer_id = balances.customer_id
            and moves.build_id = balances.build_id
    left join builds
        on moves.build_id = builds.build_id
)

select * from final
