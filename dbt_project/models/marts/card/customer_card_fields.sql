-- Grain: one row per customer and column of the card that any record knows.
{{ config(
    unique_key=['customer_id', 'field'],
    scope='touched',
    replace_by=['customer_id'],
) }}
{%- set partial = is_partial() %}
{%- set groups = survivorship() %}

-- depends_on: {{ ref('identity_assignments') }}

with

claims as {{ inlined() }} (
    select * from {{ ref('customer_claims') }}
),

{% if partial %}
touched as (
    select customer_id
    from claims
    where _build_id > {{ mart_watermark() }}
    union
    select previous_customer_id as customer_id
    from {{ ref('identity_assignments') }}
    where _build_id > {{ mart_watermark() }} and previous_customer_id is not null
),

{% endif %}
chosen as {{ inlined() if not partial }} (
    select claims.*
    from claims
    {% if partial -%}
    inner join touched
        on claims.customer_id = touched.customer_id
    {%- endif %}
),

-- Nearly everything is said by one record alone.
undisputed as (
    select
        chosen.customer_id,
        said.field,
        said.value,
        chosen.source,
        chosen.contact_key,
        chosen.said_on
    from chosen
    {{ join_fields(sole_values(), 'said') }}
    where said.value is not null
),

said as (
    {%- for group in groups %}
    {{ 'union all' if not loop.first }}
    select
        chosen.customer_id,
        '{{ group.name }}' as card_group,
        written.field,
        written.value,
        chosen.source,
        chosen.contact_key,
        chosen.said_on,
        chosen.{{ group.name }}_place as place,
        chosen.priority,
        chosen.updated_at,
        chosen.registered_on,
        {%- for number in range(most_preferences()) %}
        {%- set preference = (group.prefer or [])[number] %}
        {{ 'coalesce(' ~ preference.when ~ ', false)' if preference else 'false' }}
            as preferred_{{ number + 1 }},
        {%- endfor %}
        {{ may_stand(group) }} as may_stand
    from chosen
    {{ join_fields(written_columns(group), 'written') }}
    where
        chosen.{{ group.name }}_place is not null
        and (chosen.{{ group.name }}_records > 1 or not {{ may_stand(group) }})
    {%- endfor %}
),

compared as (
    select
        said.*,
        first_value(case when may_stand then value end) over (
            partition by customer_id, field
            order by place
        ) as shown
    from said
),

believed as (
    select *
    from compared
    where place = 1
),

lost as (
    select *
    from compared
    where value is not null and (shown is null or value <> shown)
),

best_lost as (
    {{ first_per_key(
        'lost', ['customer_id', 'field'], ['customer_id', 'field'] + judged_columns(), ['place']
    ) }}
),

lost_values as (
    select
        customer_id,
        field,
        value,
        min(place) as place,
        {{ distinct_list('source', "', '") }} as sources
    from lost
    group by customer_id, field, value
),

lost_lists as (
    select
        customer_id,
        field,
        count(*) as losing_count,
        {{ dbt.listagg("value || ' (' || sources || ')'", "' | '", 'order by place') }}
            as losing_values
    from lost_values
    group by customer_id, field
),

agreeing as (
    select
        customer_id,
        field,
        {{ distinct_list('source', "', '") }} as said_by
    from compared
    where value = shown
    group by customer_id, field
),

disputed as (
    select
        believed.customer_id,
        believed.field,
        believed.shown as value,
        case when believed.shown is not null then believed.source end as source,
        case when believed.shown is not null then believed.contact_key end as contact_key,
        case when believed.shown is not null then believed.said_on end as said_on,
        agreeing.said_by,
        case
            when best_lost.customer_id is null then 'undisputed'
            else {{ deciding_rule('believed.card_group', 'believed', 'best_lost') }}
        end as rule,
        case when believed.shown is null then 0 else 1 end + coalesce(lost_lists.losing_count, 0)
            as distinct_values,
        lost_lists.losing_values
    from believed
    left join agreeing
        on believed.customer_id = agreeing.customer_id and believed.field = agreeing.field
    left join best_lost
        on believed.customer_id = best_lost.customer_id and believed.field = best_lost.field
    left join lost_lists
        on believed.customer_id = lost_lists.customer_id and believed.field = lost_lists.field
    where believed.shown is not null or lost_lists.customer_id is not null
),

known as (
    select
        customer_id,
        field,
        value,
        source,
        contact_key,
        said_on,
        source as said_by,
        'undisputed' as rule,
        1 as distinct_values,
        cast(null as {{ dbt.type_string() }}) as losing_values
    from undisputed
    union all
    select
        customer_id,
        field,
        value,
        source,
        contact_key,
        said_on,
        said_by,
        rule,
        distinct_values,
        losing_values
    from disputed
),

final as (
    {% if partial -%}
    -- A customer who was touched and of whom nothing is known any more gives one row without a field.
    select
        touched.customer_id,
        known.field,
        known.value,
        known.source,
        known.contact_key,
        known.said_on,
        known.said_by,
        known.rule,
        known.distinct_values,
        known.losing_values
    from touched
    left join known
        on touched.customer_id = known.customer_id
    {%- else -%}
    select *
    from known
    {%- endif %}
)

select * from final
