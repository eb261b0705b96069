-- Grain: one row per contact point: its customer. The only place that says who is who.
{{ config(
    unique_key=['source', 'contact_key'],
    indexes=[
        {'columns': ['source', 'contact_key'], 'unique': True},
        {'columns': ['customer_id']},
        {'columns': ['_build_id']},
    ],
) }}

with

assignments as (
    select news.* from {{ news(ref('identity_assignments')) }} as news
),

latest as (
    {{ first_per_key(
        'assignments', ['source', 'contact_key'], ['source', 'contact_key', 'customer_id'],
        ['_build_id desc']
    ) }}
),

final as (
    select
        source,
        contact_key,
        customer_id,
        {{ build_id() }} as _build_id
    from latest
)

select * from final
