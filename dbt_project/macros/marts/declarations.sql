{#-
  Segments and audiences are data: `config.meta.rules` of the model segments, `config.meta.audiences`
  of the model audiences. Each is read here, once, by the models that compute them.
-#}

{% macro segment_rules() %}{{ return(declared('segments', 'rules')) }}{% endmacro %}


{% macro declared_audiences() %}{{ return(declared('audiences', 'audiences')) }}{% endmacro %}


{#- While dbt only parses there is no graph yet: nothing is declared then. -#}
{% macro declared(model_name, key) %}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ model_name] -%}
    {{ return(node.config.meta[key]) }}
{% endmacro %}


{#-
  The name of the segment that a rule puts a customer in, null when it puts him in none.
    rule   a condition                          name
    by     a column with one value              name:value
    each   a column with a list |a|b|           name:a, name:b
-#}
{% macro segment_name(rule) -%}
    {%- if rule.rule is defined -%}
    case when {{ rule.rule }} then {{ literal(rule.name) }} end
    {%- elif rule.by is defined -%}
    {{ literal(rule.name ~ ':') }} || {{ rule.by }}
    {%- else -%}
    {{ literal(rule.name ~ ':') }} || replace(
        trim(both '|' from {{ rule.each }}), '|', {{ key_separator() }} || {{ literal(rule.name ~ ':') }}
    )
    {%- endif -%}
{%- endmacro %}


{#- All the segments of a customer in one list: concat_ws leaves the nulls out, and takes at most a
    hundred arguments. -#}
{% macro segment_names(rules) -%}
    concat_ws(
        {{ key_separator() }}
        {%- for some in rules | batch(80) %},
        concat_ws(
            {{ key_separator() }}
            {%- for rule in some %},
            {{ segment_name(rule) }}
            {%- endfor %}
        )
        {%- endfor %}
    )
{%- endmacro %}


{#- A rule as its owner wrote it, for people. -#}
{% macro rule_text(rule) %}
    {%- if rule.rule is defined -%}{{ return(rule.rule | string | trim) }}
    {%- elif rule.by is defined -%}{{ return('one segment per ' ~ rule.by) }}
    {%- else -%}{{ return('one segment per value of ' ~ rule.each) }}{%- endif -%}
{% endmacro %}


{#- Declared rows as a query: the named fields of each entry, as text. -#}
{% macro declared_rows(entries, fields) -%}
    {%- for entry in entries %}
    {{ 'union all' if not loop.first }}
    select
        {%- for field in fields %}
        {{ literal(entry[field]) }} as {{ field }}{{ ',' if not loop.last }}
        {%- endfor %}
    {%- else %}
    select
        {%- for field in fields %}
        cast(null as {{ dbt.type_string() }}) as {{ field }}{{ ',' if not loop.last }}
        {%- endfor %}
    where 1 = 0
    {%- endfor %}
{%- endmacro %}


{#- A text of a declaration on one line, as SQL. -#}
{% macro literal(text) -%}
    '{{ (text | string).split() | join(' ') | replace("'", "''") }}'
{%- endmacro %}
