-- Grain: one row per business day that was built and group of cards: how complete they were.
{{ config(
    unique_key=['as_of'],
    full_refresh=false,
    on_schema_change='append_new_columns',
    indexes=[
        {'columns': ['as_of']},
    ],
) }}
{%- set columns = [
    'grouped_by', 'group_name', 'cards', 'mean_completeness', 'complete_cards', 'with_email',
    'with_phone', 'with_full_name', 'with_address', 'with_birth_date', 'with_consent_answer',
    'with_owner',
] %}

with

profiles as {{ inlined() }} (
    select * from {{ ref('customer_profiles') }}
),

consents as {{ inlined() }} (
    select * from {{ ref('email_consents') }}
),

purchases as {{ inlined() }} (
    select * from {{ ref('customer_purchase_state') }}
),

tenures as (
    {{ tenures() }}
),

cards as (
    select
        profiles.*,
        consents.email_consent,
        purchases.first_purchase_on as acquired_on,
        coalesce(tenures.store, purchases.last_store) as store
    from profiles
    left join consents
        on profiles.customer_id = consents.customer_id
    left join purchases
        on profiles.customer_id = purchases.customer_id
    left join tenures
        on lower(profiles.owner_name) = tenures.owner_key
),

scored as (
    select
        {{ completeness('cards') }} as score,
        sources,
        owner_name,
        store,
        case when email is not null then 1 else 0 end as has_email,
        case when coalesce(phone, mobile) is not null then 1 else 0 end as has_phone,
        case when first_name is not null and last_name is not null then 1 else 0 end
            as has_full_name,
        case when street is not null and coalesce(postal_code, city) is not null then 1 else 0 end
            as has_address,
        case when birth_date is not null then 1 else 0 end as has_birth_date,
        case when email_consent is not null then 1 else 0 end as has_consent_answer,
        case when owner_name is not null then 1 else 0 end as has_owner
    from cards
),

-- Cards that the groups cannot tell apart are counted together first: some thousand rows are left.
alike as (
    select
        sources,
        owner_name,
        store,
        count(*) as cards,
        sum(score) as scores,
        count(case when score = 1 then 1 end) as complete_cards,
        sum(has_email) as with_email,
        sum(has_phone) as with_phone,
        sum(has_full_name) as with_full_name,
        sum(has_address) as with_address,
        sum(has_birth_date) as with_birth_date,
        sum(has_consent_answer) as with_consent_answer,
        sum(has_owner) as with_owner
    from scored
    group by sources, owner_name, store
),

grouped as (
    select
        'all' as grouped_by,
        'all' as group_name,
        alike.*
    from alike
    union all
    select
        'owner' as grouped_by,
        coalesce(owner_name, 'nobody') as group_name,
        alike.*
    from alike
    union all
    select
        'store' as grouped_by,
        coalesce(store, 'none') as group_name,
        alike.*
    from alike
    union all
    select
        'source' as grouped_by,
        trim(parts.part) as group_name,
        alike.*
    from alike
    {{ join_parts('alike.sources', "','", 'parts') }}
),

tonight as (
    select
        grouped_by,
        group_name,
        cast(sum(cards) as bigint) as cards,
        cast(sum(scores) / nullif(sum(cards), 0) as numeric(5, 4)) as mean_completeness,
        cast(sum(complete_cards) as bigint) as complete_cards,
        cast(sum(with_email) as bigint) as with_email,
        cast(sum(with_phone) as bigint) as with_phone,
        cast(sum(with_full_name) as bigint) as with_full_name,
        cast(sum(with_address) as bigint) as with_address,
        cast(sum(with_birth_date) as bigint) as with_birth_date,
        cast(sum(with_consent_answer) as bigint) as with_consent_answer,
        cast(sum(with_owner) as bigint) as with_owner
    from grouped
    group by grouped_by, group_name
),

{% if is_incremental() %}
known as (
    select *
    from {{ this }}
    where as_of = {{ as_of() }}
),

-- A day that is built again is replaced whole, or left alone where it says the same as before.
changed as (
    select tonight.grouped_by
    from tonight
    full outer join known
        on
            tonight.grouped_by = known.grouped_by
            and tonight.group_name = known.group_name
    where {{ differs('tonight', 'known', columns) }}
),

{% endif %}
final as (
    select
        {{ as_of() }} as as_of,
        {{ qualified('tonight', columns) }},
        {{ build_id() }} as _build_id
    from tonight
    {% if is_incremental() -%}
    where exists (select changed.grouped_by from changed)
    {%- endif %}
)

select * from final
