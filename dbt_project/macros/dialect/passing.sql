{#-
  Tables that pass with the session that builds a model: for algorithms of several steps, which a loop
  in Jinja drives (macros/identity/components.sql). Statements are collected and sent together, because
  a step on a few rows costs less than the way to the database.
-#}

{#- The statements that make such a table from a query; columns are those that the planner must know. -#}
{% macro passing(name, query, columns=[]) %}
    {{- return(adapter.dispatch('passing', 'scheda')(name, query, columns)) -}}
{% endmacro %}


{% macro postgres__passing(name, query, columns) %}
    {%- set known = ' (' ~ columns | join(', ') ~ ')' if columns else '' -%}
    {{- return(
        'drop table if exists pg_temp.' ~ name ~ ';\n'
        ~ 'create temporary table ' ~ name ~ ' as (' ~ query ~ ');\n'
        ~ 'analyze ' ~ name ~ known ~ ';\n'
    ) -}}
{% endmacro %}


{#- Run collected statements; then, has the relation any row? -#}
{% macro run_until_any(statements, relation) %}
    {%- set found = run_query(statements ~ 'select 1 as one from ' ~ relation ~ ' limit 1') -%}
    {{- return(found.rows | length > 0) -}}
{% endmacro %}
