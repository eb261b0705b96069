{#- The cleaning steps as functions of schema staging: an expression written in place is evaluated once
    for every mention of it, and cleaning nests. PL/pgSQL, because the planner never unfolds it. -#}

{% macro postgres_functions() %}
    {{- return({
        'iso_order': ('text', default__iso_order('input')),
        'turned_day': ('text', default__turned_day('input')),
        'month_in_numbers': ('text', default__month_in_numbers('input')),
        'iso_day': ('date', cast_or_null('input', 'date')),
        'iso_instant': ('timestamptz', postgres_iso_instant('input')),
        'spelled_number': ('numeric', postgres_spelled_number('input')),
        'checked_email': ('text', default__checked_email('input')),
        'capitals': ('text', default__capitals('input')),
        'channel_of': ('text', default__channel_of('input')),
    }) -}}
{% endmacro %}


{% macro postgres__create_functions() %}
    {%- for name, (type, body) in postgres_functions().items() %}
    create or replace function staging.{{ name }}(input text) returns {{ type }}
    language plpgsql immutable strict parallel safe
    as $function$
    begin
        return {{ body }};
    end
    $function$;
    {%- endfor %}
    select 1 as created
{% endmacro %}


{% macro postgres__iso_order(text) -%}staging.iso_order({{ text }}){%- endmacro %}
{% macro postgres__turned_day(text) -%}staging.turned_day({{ text }}){%- endmacro %}
{% macro postgres__month_in_numbers(text) -%}staging.month_in_numbers({{ text }}){%- endmacro %}
{% macro postgres__iso_day(text) -%}staging.iso_day({{ text }}){%- endmacro %}
{% macro postgres__iso_instant(text) -%}staging.iso_instant({{ text }}){%- endmacro %}
{% macro postgres__spelled_number(text) -%}staging.spelled_number({{ text }}){%- endmacro %}
{% macro postgres__checked_email(text) -%}staging.checked_email({{ text }}){%- endmacro %}
{% macro postgres__capitals(text) -%}staging.capitals({{ text }}){%- endmacro %}
{% macro postgres__channel_of(text) -%}staging.channel_of({{ text }}){%- endmacro %}


{#- iso_order lets no word pass (now, infinity) that the type would accept. The offset comes after the
    day, so its sign is looked for from the eleventh character on. -#}
{% macro postgres_iso_instant(text) -%}
    {%- set zoned -%}
        ({{ text }} like '%Z' or {{ text }} like '%UTC' or substr({{ text }}, 11) like '%+%'
        or substr({{ text }}, 11) like '%-%')
    {%- endset -%}
    case
        when not pg_input_is_valid({{ text }}, 'timestamptz') then null
        when {{ zoned }} then cast({{ text }} as timestamptz)
        else cast({{ text }} as timestamp) at time zone '{{ var("business_timezone") }}'
    end
{%- endmacro %}


{#- Nearly every number is plain already, and asking the type is seven times faster than a pattern.
    It would let through NaN, 1e9 and 0x1f: the first condition does not. -#}
{% macro postgres_spelled_number(text) -%}
    case
        when
            length({{ text }}) <= 15
            and {{ text }} !~ '[^0-9.-]'
            and pg_input_is_valid({{ text }}, 'numeric')
            then cast({{ text }} as numeric)
        else {{ default__spelled_number(text) }}
    end
{%- endmacro %}
