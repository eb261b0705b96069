{#- The cleaning steps that need their input more than once. default__ is the SQL that any database can
    write in place; PostgreSQL makes a function of each (dialect/postgres_functions.sql). -#}

{% macro iso_order(text) %}{{ return(adapter.dispatch('iso_order', 'scheda')(text)) }}{% endmacro %}
{% macro turned_day(text) %}{{ return(adapter.dispatch('turned_day', 'scheda')(text)) }}{% endmacro %}
{% macro month_in_numbers(text) %}{{ return(adapter.dispatch('month_in_numbers', 'scheda')(text)) }}{% endmacro %}
{% macro iso_day(text) %}{{ return(adapter.dispatch('iso_day', 'scheda')(text)) }}{% endmacro %}
{% macro iso_instant(text) %}{{ return(adapter.dispatch('iso_instant', 'scheda')(text)) }}{% endmacro %}
{% macro spelled_number(text) %}{{ return(adapter.dispatch('spelled_number', 'scheda')(text)) }}{% endmacro %}
{% macro checked_email(text) %}{{ return(adapter.dispatch('checked_email', 'scheda')(text)) }}{% endmacro %}
{% macro capitals(text) %}{{ return(adapter.dispatch('capitals', 'scheda')(text)) }}{% endmacro %}
{% macro channel_of(text) %}{{ return(adapter.dispatch('channel_of', 'scheda')(text)) }}{% endmacro %}


{#- Fifteen digits before the point at most, so that cents fit a bigint. -#}
{% macro default__spelled_number(text) -%}
    {%- set bare = replace_all(text, "[[:space:]€$£''’]|EUR", '') -%}
    cast(
        case
            when {{ matches(text, '^-?[0-9]{1,15}([.][0-9]{1,20})?$') }} then {{ text }}
            when
                {{ matches(bare, '^[+-]?[0-9]{1,3}([.][0-9]{3}){1,4},[0-9]{1,20}$') }}
                or {{ matches(bare, '^[+-]?[0-9]{1,15},[0-9]{1,20}$') }}
                then replace(replace({{ bare }}, '.', ''), ',', '.')
            when
                {{ matches(bare, '^[+-]?[0-9]{1,3}(,[0-9]{3}){1,4}[.][0-9]{1,20}$') }}
                or {{ matches(bare, '^[+-]?[0-9]{1,3}(,[0-9]{3}){2,4}$') }}
                then replace({{ bare }}, ',', '')
            when {{ matches(bare, '^[+-]?[0-9]{1,3}([.][0-9]{3}){2,4}$') }}
                then replace({{ bare }}, '.', '')
            when {{ matches(bare, '^[+-]?[0-9]{1,15}([.][0-9]{1,20})?$') }} then {{ bare }}
        end as numeric
    )
{%- endmacro %}


{#- Nearly every address is plain already: only the others are freed of what is written around them. -#}
{% macro default__checked_email(text) -%}
    {%- set bare = replace_all(text, '^[[:space:]<]*(mailto:)?|[[:space:]>.,;]+$', '') -%}
    case
        when {{ looks_like_email(text) }} then {{ text }}
        when {{ looks_like_email(bare) }} then {{ bare }}
    end
{%- endmacro %}


{% macro looks_like_email(text) -%}
    (
        {{ text }} like '_%@_%.__%'
        and {{ text }} not like '%@%@%'
        and {{ text }} not like '%..%'
        and {{ text }} not like '%@.%'
        and not {{ matches(text, '[][:space:]<>(),;:"[]|[.0-9]$') }}
    )
{%- endmacro %}


{% macro default__capitals(text) -%}
    case
        when {{ text }} in (upper({{ text }}), lower({{ text }})) then initcap({{ text }})
        else {{ text }}
    end
{%- endmacro %}


{% macro default__channel_of(text) -%}
    case
        when {{ text }} in ('online', 'sito', 'sito web', 'web', 'e-commerce', 'ecommerce')
            then 'online'
        when {{ text }} in ('negozio', 'store', 'punto vendita', 'shop', 'pos') then 'store'
        when {{ text }} in ('telefono', 'phone', 'call center') then 'phone'
        when {{ text }} in ('evento', 'event', 'fiera') then 'event'
        else {{ text }}
    end
{%- endmacro %}
