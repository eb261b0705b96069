{#-
  Tables that pass with the session that builds a model: for algorithms of several steps, which a loop
  in Jinja drives (macros/identity/components.sql).
-#}

{#- Make such a table from a query and return its name; columns are those that the planner must know. -#}
{% macro passing_table(name, query, columns=[]) %}
    {{- return(adapter.dispatch('passing_table', 'scheda')(name, query, columns)) -}}
{% endmacro %}


{% macro postgres__passing_table(name, query, columns) %}
    {%- set known = ' (' ~ columns | join(', ') ~ ')' if columns else '' -%}
    {%- do run_query(
        'drop table if exists pg_temp.' ~ name ~ ';'
        ~ 'create temporary table ' ~ name ~ ' as (' ~ query ~ ');'
        ~ 'analyze ' ~ name ~ known
    ) -%}
    {{- return('pg_temp.' ~ name) -}}
{% endmacro %}


{#- Has a relation any row? -#}
{% macro has_rows(relation) %}
    {{- return(run_query('select 1 as one from ' ~ relation ~ ' limit 1').rows | length > 0) -}}
{% endmacro %}
