-- Grain: one row per business day that was built and group of cards.
{{ config(unique_key=['as_of', 'grouped_by', 'group_name']) }}

with

nights as {{ inlined() }} (
    select * from {{ ref('completeness_nights') }}
),

-- A day that is built again sees what was remembered until then, not what came later.
final as (
    select
        as_of,
        grouped_by,
        group_name,
        cards,
        mean_completeness,
        cast(
            mean_completeness - lag(mean_completeness) over (
                partition by grouped_by, group_name
                order by as_of
            ) as numeric(5, 4)
        ) as change,
        complete_cards,
        {{ rate('complete_cards', 'cards', 4) }} as complete_share,
        {{ rate('with_email', 'cards', 4) }} as email_share,
        {{ rate('with_phone', 'cards', 4) }} as phone_share,
        {{ rate('with_full_name', 'cards', 4) }} as full_name_share,
        {{ rate('with_address', 'cards', 4) }} as address_share,
        {{ rate('with_birth_date', 'cards', 4) }} as birth_date_share,
        {{ rate('with_consent_answer', 'cards', 4) }} as consent_answer_share,
        {{ rate('with_owner', 'cards', 4) }} as owner_share
    from nights
    where as_of <= {{ as_of() }}
)

select * from final
