{#- A contact point in one text, for queries that compare and order points: source and key around a
    character that neither holds. -#}

{% macro point(source, contact_key) -%}
    {{ source }} || {{ key_separator() }} || {{ contact_key }}
{%- endmacro %}


{% macro source_of_point(point) -%}
    substr({{ point }}, 1, position({{ key_separator() }} in {{ point }}) - 1)
{%- endmacro %}


{% macro key_of_point(point) -%}
    substr({{ point }}, position({{ key_separator() }} in {{ point }}) + 1)
{%- endmacro %}


{#- The two points of a pair (an alias) as a person writes them. -#}
{% macro pair_text(pair) -%}
    {{ pair }}.left_source || ':' || {{ pair }}.left_key
    || ' = ' || {{ pair }}.right_source || ':' || {{ pair }}.right_key
{%- endmacro %}
