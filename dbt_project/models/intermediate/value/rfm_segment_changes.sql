-- Grain: one row per night (as_of) and customer whose RFM segment is not that of the night before.
{{ config(
    unique_key=['as_of', 'customer_id'],
    full_refresh=false,
    indexes=[
        {'columns': ['as_of', 'customer_id'], 'unique': True},
        {'columns': ['customer_id', 'as_of']},
        {'columns': ['_build_id']},
    ],
) }}

with

rfm_scores as (
    select * from {{ ref('rfm_scores') }}
),

{% if is_incremental() %}
-- Nights are compared by their business day: one that is built again replaces what it said.
earlier as (
    select *
    from {{ this }}
    where as_of < {{ as_of() }}
),

before as (
    {{ first_per_key('earlier', ['customer_id'], ['customer_id', 'segment'], ['as_of desc']) }}
),

known as (
    select *
    from {{ this }}
    where as_of = {{ as_of() }}
),

{% else %}
before as (
    select
        customer_id,
        segment
    from rfm_scores
    where 1 = 0
),

{% endif %}
-- Without a segment: not bought in the window yet, or no longer (or now part of another customer).
moves as (
    select
        coalesce(rfm_scores.customer_id, before.customer_id) as customer_id,
        before.segment as previous_segment,
        rfm_scores.segment
    from rfm_scores
    full outer join before
        on rfm_scores.customer_id = before.customer_id
    where rfm_scores.segment is distinct from before.segment
),

{% if is_incremental() %}
-- What this night said before and says again is not written again.
final as (
    select
        {{ as_of() }} as as_of,
        coalesce(moves.customer_id, known.customer_id) as customer_id,
        moves.previous_segment,
        moves.segment,
        case when moves.customer_id is not null then {{ build_id() }} end as _build_id
    from moves
    full outer join known
        on moves.customer_id = known.customer_id
    where
        moves.customer_id is null
        or known.customer_id is null
        or {{ differs('moves', 'known', ['previous_segment', 'segment']) }}
)
{% else %}
final as (
    select
        {{ as_of() }} as as_of,
        customer_id,
        previous_segment,
        segment,
        {{ build_id() }} as _build_id
    from moves
)
{% endif %}

select * from final
