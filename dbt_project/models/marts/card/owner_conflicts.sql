-- Grain: one row per customer whose records name two active salespeople or more.
{{ config(unique_key=['customer_id']) }}

with

profiles as {{ inlined() }} (
    select * from {{ ref('customer_profiles') }}
),

claims as {{ inlined() }} (
    select * from {{ ref('customer_claims') }}
),

named as (
    select
        claims.customer_id,
        claims.owner_name,
        lower(claims.owner_name) as owner_key,
        claims.owner_place as place,
        claims.priority,
        claims.source,
        claims.contact_key,
        claims.updated_at,
        claims.registered_on,
        true as may_stand,
        {%- for number in range(most_preferences()) %}
        false as preferred_{{ number + 1 }},
        {%- endfor %}
        claims.said_on
    from profiles
    inner join claims
        on profiles.customer_id = claims.customer_id
    where
        profiles.has_owner_conflict
        and claims.owner_place is not null
        and claims.owner_is_active
),

chosen as (
    select *
    from named
    where place = 1
),

others as (
    select named.*
    from named
    inner join chosen
        on named.customer_id = chosen.customer_id
    where named.owner_key <> chosen.owner_key
),

best_other as (
    {{ first_per_key(
        'others', ['customer_id'], ['customer_id'] + judged_columns(), ['place']
    ) }}
),

other_owners as (
    select
        customer_id,
        owner_key,
        min(owner_name) as owner_name,
        min(place) as place,
        max(said_on) as said_on,
        {{ distinct_list('source', "', '") }} as sources
    from others
    group by customer_id, owner_key
),

other_lists as (
    select
        customer_id,
        count(*) as other_owners_count,
        {{ dbt.listagg('owner_name', "', '", 'order by place') }} as other_owners,
        {{ dbt.listagg(
            "owner_name || ' (' || sources || coalesce(', ' || cast(said_on as text), '') || ')'",
            "' | '",
            'order by place'
        ) }} as other_statements
    from other_owners
    group by customer_id
),

final as (
    select
        chosen.customer_id,
        chosen.owner_name,
        chosen.source as owner_source,
        chosen.contact_key as owner_contact_key,
        chosen.said_on as owner_said_on,
        other_lists.other_owners,
        other_lists.other_owners_count,
        other_lists.other_statements,
        {{ deciding_rule("'owner'", 'chosen', 'best_other') }} as rule
    from chosen
    inner join other_lists
        on chosen.customer_id = other_lists.customer_id
    inner join best_other
        on chosen.customer_id = best_other.customer_id
)

select * from final
