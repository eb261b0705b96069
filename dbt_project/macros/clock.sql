{#- The one clock (law 4): the last business day that counts, and the number of this build. -#}

{% macro as_of() -%}
    cast('{{ env_var("SCHEDA_AS_OF", "1970-01-01") }}' as date)
{%- endmacro %}


{% macro build_id() -%}
    cast({{ env_var("SCHEDA_BUILD_ID", "0") | int }} as bigint)
{%- endmacro %}
