-- Grain: one row per source and order, in its latest valid version.
{{ config(
    unique_key=['source', 'order_key'],
    indexes=[
        {'columns': ['source', 'order_key'], 'unique': True},
        {'columns': ['ordered_on']},
        {'columns': ['_build_id']},
    ],
) }}
{%- set key = ['source', 'order_key'] %}
{%- set columns = contract_columns('orders') %}

with

stated as (
    {% call set_aside('stated') %}
    {{ union_entity('orders') }}
    {% endcall %}
),

{% if is_incremental() %}
touched as (
    select distinct
        source,
        order_key
    from stated
),

known as (
    {{ known_rows(key, columns + version_columns() + ['_contact_keys', '_build_id']) }}
),

{% endif %}
versions as (
    select {{ (columns + version_columns()) | join(', ') }}
    from stated
    {% if is_incremental() %}
    union all
    select {{ (columns + version_columns()) | join(', ') }}
    from known
    {% endif %}
),

-- An order may pass from one contact to another (a guest opens an account): every contact it ever
-- had must be counted again, so the order remembers them when they are more than one.
mentions as (
    select
        source,
        order_key,
        contact_key
    from versions
    where contact_key is not null
    {% if is_incremental() %}
    union all
    select
        known.source,
        known.order_key,
        parts.part as contact_key
    from known
    {{ join_parts('known._contact_keys', key_separator(), 'parts') }}
    {% endif %}
),

owners as (
    select
        source,
        order_key,
        {{ distinct_list('contact_key', key_separator()) }} as _contact_keys
    from mentions
    group by source, order_key
    having min(contact_key) <> max(contact_key)
),

latest as (
    {{ latest_version('versions', key, columns + version_columns()) }}
),

whole as (
    select
        {{ qualified('latest', columns + version_columns()) }},
        owners._contact_keys
    from latest
    left join owners
        on latest.source = owners.source and latest.order_key = owners.order_key
),

-- A document carries lines and refunds that this table cannot compare: restated, it is changed.
final as (
    select
        {{ qualified('whole', columns + version_columns() + ['_contact_keys']) }},
        {% if is_incremental() -%}
        case
            when whole._is_document then {{ build_id() }}
            else {{ build_of_change('whole', 'known', 'source', columns + ['_contact_keys']) }}
        end as _build_id
        {%- else -%}
        {{ build_id() }} as _build_id
        {%- endif %}
    from whole
    {% if is_incremental() -%}
    left join known
        on whole.source = known.source and whole.order_key = known.order_key
    {%- endif %}
)

select * from final
