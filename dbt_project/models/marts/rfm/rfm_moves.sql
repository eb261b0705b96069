-- Grain: one row per night (as_of) and pair of RFM segments between which customers moved.
{{ config(unique_key=['as_of', 'from_segment', 'to_segment']) }}

with

changes as (
    select * from {{ ref('rfm_segment_changes') }}
),

final as (
    select
        as_of,
        coalesce(previous_segment, 'none') as from_segment,
        coalesce(segment, 'none') as to_segment,
        count(*) as customers
    from changes
    group by as_of, coalesce(previous_segment, 'none'), coalesce(segment, 'none')
)

select * from final
