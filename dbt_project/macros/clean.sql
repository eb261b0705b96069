{#- How the fields of any source become uniform. Every macro takes a text expression, gives null for
    what cannot be used, and never raises. What needs its input more than once is a function (see
    functions.sql), so that nested cleaning does not multiply. What libraries read better (names,
    telephone numbers, addresses, companies, codes) is left as written: see values.sql. -#}

{#- Text without outer spaces, runs of spaces and control characters made one space, empty made null. -#}
{% macro tidy(text) -%}
    nullif(trim({{ replace_all(text, '[[:space:][:cntrl:]]+', ' ') }}), '')
{%- endmacro %}


{#- The text itself, or null when it holds nothing. -#}
{% macro filled(text) -%}
    nullif(trim({{ text }}), '')
{%- endmacro %}


{#- A number. 1.234,56 and 1,234.56 are the same; one comma alone is a decimal comma, one point alone a
    decimal point. -#}
{% macro decimal_number(text) -%}
    {{ spelled_number('trim(' ~ text ~ ')') }}
{%- endmacro %}


{#- Money as integer cents, halves away from zero. -#}
{% macro cents(text) -%}
    cast(round({{ decimal_number(text) }} * 100) as bigint)
{%- endmacro %}


{#- Three letters, upper case. -#}
{% macro currency_code(text) -%}
    case when {{ matches('trim(' ~ text ~ ')', '^[A-Za-z]{3}$') }} then upper(trim({{ text }})) end
{%- endmacro %}


{% macro yes_no(text) -%}
    case
        when lower(trim({{ text }})) in ('si', 'sì', 's', 'yes', 'y', 'true', 't', '1', 'vero')
            then true
        when lower(trim({{ text }})) in ('no', 'n', 'false', 'f', '0', 'falso') then false
    end
{%- endmacro %}


{#- The canonical address: lower case, without what mail programs write around it. -#}
{% macro email_address(text) -%}
    {{ checked_email('lower(' ~ text ~ ')') }}
{%- endmacro %}


{#- Names typed all in capitals or all in small letters get their capitals; others know better. -#}
{% macro person_name(text) -%}
    {{ capitals(tidy(text)) }}
{%- endmacro %}


{% macro gender_code(text) -%}
    case
        when lower(trim({{ text }})) in ('f', 'femmina', 'donna', 'female', 'woman', 'w') then 'F'
        when lower(trim({{ text }})) in ('m', 'maschio', 'uomo', 'male', 'man') then 'M'
        when lower(trim({{ text }})) in ('x', 'altro', 'other', 'non binario', 'nonbinary') then 'X'
    end
{%- endmacro %}


{#- Where people meet us: online, store, phone, event, marketplace; another word stays, in small
    letters. -#}
{% macro channel_name(text) -%}
    {{ channel_of('lower(' ~ tidy(text) ~ ')') }}
{%- endmacro %}
