{#- An entity whose rows stand alone, in their latest valid version; key: its columns, a list. -#}
{% macro entity_rows(entity, key) %}
{%- set columns = contract_columns(entity) %}

with

stated as (
    {% call set_aside('stated') %}
    {{ union_entity(entity) }}
    {% endcall %}
),

{% if is_incremental() %}
touched as (
    select distinct {{ key | join(', ') }}
    from stated
),

known as (
    {{ known_rows(key, columns + version_columns() + ['_build_id']) }}
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

latest as (
    {{ latest_version('versions', key, columns + version_columns()) }}
),

final as (
    select
        {{ qualified('latest', columns + version_columns()) }},
        {% if is_incremental() -%}
        {{ build_of_change('latest', 'known', 'source', columns) }} as _build_id
        {%- else -%}
        {{ build_id() }} as _build_id
        {%- endif %}
    from latest
    {% if is_incremental() -%}
    left join known
        on {{ same_key('latest', 'known', key) }}
    {%- endif %}
)

select * from final
{% endmacro %}
