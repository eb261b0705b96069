{#- Integer cents as an amount with two decimals. -#}
{% macro money(cents) -%}
    cast({{ cents }} / 100.0 as numeric(14, 2))
{%- endmacro %}


{#- A share between 0 and 1; null where there is nothing to divide by. -#}
{% macro rate(part, whole) -%}
    cast({{ part }} as numeric) / nullif({{ whole }}, 0)
{%- endmacro %}
