{#-
  Rows that left. A table whose keys are replaced whole says by _build_id what came, not what went. With
  `remembers` (a list of text columns) in its config and keep_withdrawn() as its post_hook, what these
  columns held in rows that a build took away is kept, with the build, in <table>__withdrawn.
-#}

{% macro withdrawn_of(relation) %}
    {{- return(relation.schema ~ '.' ~ relation.identifier ~ '__withdrawn') -}}
{% endmacro %}


{% macro keep_withdrawn() %}
    create table if not exists {{ withdrawn_of(this) }} (
        {%- for column in config.require('remembers') %}
        {{ column }} {{ dbt.type_string() }},
        {%- endfor %}
        _build_id bigint not null
    )
{% endmacro %}


{#- Before the touched keys of a table are replaced: what its rows say and the new ones do not. -#}
{% macro remember_withdrawn(target, fresh, key) %}
    {%- set columns = config.get('remembers') -%}
    insert into {{ withdrawn_of(target) }} ({{ columns | join(', ') }}, _build_id)
    select distinct
        {{ qualified('present', columns) }},
        {{ build_id() }}
    from {{ target }} as present
    where
        exists (
            select 1 from {{ fresh }} as fresh where {{ same_key('fresh', 'present', key) }}
        )
        and not exists (
            select 1
            from {{ fresh }} as fresh
            where
                fresh._build_id is not null
                and {{ same_key('fresh', 'present', key) }}
                {%- for column in columns if column not in key %}
                and fresh.{{ column }} is not distinct from present.{{ column }}
                {%- endfor %}
        )
{% endmacro %}


{#- What left an upstream table since this model's last build. Nothing in a rebuild. -#}
{% macro withdrawn_news(relation) -%}
    (
        select * from {{ withdrawn_of(relation) }}
        where _build_id > {{ watermark() if is_incremental() else build_id() }}
    )
{%- endmacro %}


{#- Was the upstream table rebuilt since this model's last build? Then what left it is not remembered.
    A constant: true or false. -#}
{% macro is_rebuilt(relation) %}
    {%- if not execute or not is_incremental() -%}{{ return(false) }}{%- endif -%}
    {%- set kept = run_query(
        "select 1 from " ~ relation ~ " where _build_id <= " ~ watermark() ~ " limit 1"
    ) -%}
    {{ return(not kept.rows | length) }}
{% endmacro %}
