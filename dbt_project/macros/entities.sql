{#- From the sources' staging views to one table per entity: the union, and whose version counts. -#}

{#- What a row carries beside its contract, to be compared with other versions of the same key. -#}
{% macro version_columns() %}
    {{- return(['_version_at', '_file_name', '_statement_id', '_is_document', '_load_id', '_row_number']) -}}
{% endmacro %}


{#-
  The valid rows of an entity from every source that has it; in an incremental build only those of
  loads that are news to the model. A new source is a new staging view: nothing here changes.
  The file's name and its statement are those of the latest delivery of the same content.
-#}
{% macro union_entity(entity) %}
    {%- set sources = fromjson(env_var('SCHEDA_ENTITIES', '{}')).get(entity, []) -%}
    {%- set news = new_load_ids() if is_incremental() else none -%}
    {%- for source_name in sources %}
    {{ "union all" if not loop.first }}
    select
        {% for column in contract_columns(entity) -%}
        stated.{{ column }},
        {% endfor -%}
        stated._version_at,
        loads.file_name as _file_name,
        loads.statement_id as _statement_id,
        stated._is_document,
        stated._load_id,
        stated._row_number
    from {{ ref('stg_' ~ source_name ~ '__' ~ entity) }} as stated
    inner join {{ ref('stg_ops__loads') }} as loads
        on stated._load_id = loads.load_id
    where
        stated._reasons is null
        {%- if news is not none %}
        and stated._load_id in ({{ news }})
        {%- endif %}
    {%- else %}
    select
        {% for column, type in contract(entity) -%}
        cast(null as {{ type }}) as {{ column }},
        {% endfor -%}
        cast(null as timestamptz) as _version_at,
        cast(null as text) as _file_name,
        cast(null as bigint) as _statement_id,
        cast(null as boolean) as _is_document,
        cast(null as bigint) as _load_id,
        cast(null as bigint) as _row_number
    where 1 = 0
    {%- endfor %}
{% endmacro %}


{#-
  The version that counts, per key: the source's own time of change first, then the file's name, then
  which of two contents of one file came later, then the row. Never the order of loading.
-#}
{% macro latest_version(relation, key, columns) %}
    {{- first_per_key(
        relation, key, columns,
        [
            '_version_at desc nulls last', '_file_name desc', '_statement_id desc',
            '_row_number desc',
        ]
    ) -}}
{% endmacro %}


{#- The rows that this table already holds for the keys of the CTE `touched`. -#}
{% macro known_rows(key, columns) %}
    select
        {{ qualified('present', columns) }}
    from {{ this }} as present
    inner join touched
        on {{ same_key('present', 'touched', key) }}
{%- endmacro %}


{#- A version that says nothing new keeps the number of the build that wrote what it repeats, so the
    tables downstream are not touched. Both are aliases; known has no row for a new key. -#}
{% macro build_of_change(latest, known, key, columns) -%}
    case
        when {{ known }}.{{ key }} is not null and not {{ differs(latest, known, columns) }}
            then {{ known }}._build_id
        else {{ build_id() }}
    end
{%- endmacro %}


{#- The rows of an entity that cannot be used, from every source that has it; in an incremental build
    only those of loads that are news to the model. -#}
{% macro refused_rows(entity, key) %}
    {%- set sources = fromjson(env_var('SCHEDA_ENTITIES', '{}')).get(entity, []) -%}
    {%- set news = new_load_ids() if is_incremental() else none -%}
    {%- for source_name in sources %}
    {{ "union all" if not loop.first }}
    select
        '{{ source_name }}' as source,
        '{{ entity }}' as entity,
        stated.{{ key }} as entity_key,
        stated._reasons as reasons,
        stated._version_at,
        loads.file_name as _file_name,
        loads.statement_id as _statement_id,
        stated._load_id,
        stated._row_number
    from {{ ref('stg_' ~ source_name ~ '__' ~ entity) }} as stated
    inner join {{ ref('stg_ops__loads') }} as loads
        on stated._load_id = loads.load_id
    where
        stated._reasons is not null
        {%- if news is not none %}
        and stated._load_id in ({{ news }})
        {%- endif %}
    {%- else %}
    select
        cast(null as text) as source,
        cast(null as text) as entity,
        cast(null as text) as entity_key,
        cast(null as text) as reasons,
        cast(null as timestamptz) as _version_at,
        cast(null as text) as _file_name,
        cast(null as bigint) as _statement_id,
        cast(null as bigint) as _load_id,
        cast(null as bigint) as _row_number
    where 1 = 0
    {%- endfor %}
{% endmacro %}
