-- Grain: one row per customer: the columns of the card that their records decide.
{{ config(
    unique_key=['customer_id'],
    on_schema_change='append_new_columns',
    indexes=[
        {'columns': ['customer_id'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}
{%- set columns = ['sources', 'records_count', 'contacts_count', 'has_owner_conflict'] %}
{%- do columns.extend(decided_columns()) %}

-- depends_on: {{ ref('identity_assignments') }}

with

claims as {{ inlined() }} (
    select * from {{ ref('customer_claims') }}
),

{% if is_incremental() %}
mentioned as (
    {% call set_aside('mentioned') %}
    select distinct customer_id
    from {{ news(ref('customer_claims')) }} as claims
    {% endcall %}
),

touched as (
    select customer_id
    from mentioned
    union
    {{ reassigned_customers() }}
),

{% endif %}
chosen as (
    select claims.*
    from claims
    {% if is_incremental() -%}
    inner join touched
        on claims.customer_id = touched.customer_id
    {%- endif %}
),

computed as (
    select
        customer_id,
        {{ distinct_list('source', "', '") }} as sources,
        count(*) as records_count,
        count(case when has_contact_row then 1 end) as contacts_count,
        coalesce(
            min(case when owner_is_active then lower(owner_name) end)
            <> max(case when owner_is_active then lower(owner_name) end),
            false
        ) as has_owner_conflict,
        {{ believed_columns() }}
    from chosen
    group by customer_id
),

final as (
    {% if is_incremental() -%}
    -- A customer who was touched and has no record any more loses the row.
    select
        touched.customer_id,
        {{ qualified('computed', columns) }},
        case when computed.customer_id is not null then {{ build_id() }} end as _build_id
    from touched
    left join computed
        on touched.customer_id = computed.customer_id
    {%- else -%}
    select
        {{ (['customer_id'] + columns) | join(',\n        ') }},
        {{ build_id() }} as _build_id
    from computed
    {%- endif %}
)

select * from final
