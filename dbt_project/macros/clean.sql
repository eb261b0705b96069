{#- How the fields of any source become uniform. Every macro takes a text expression, gives null for
    what cannot be used, and never raises. -#}

{#- Text without outer spaces, runs of spaces made one, empty made null. -#}
{% macro tidy(text) -%}
    nullif(trim({{ replace_all(text, '[[:space:]]+', ' ') }}), '')
{%- endmacro %}


{#- The text itself, or null when it holds nothing. -#}
{% macro filled(text) -%}
    nullif(trim({{ text }}), '')
{%- endmacro %}


{#- A day, with or without an hour, in ISO order: day-month-year (with / - or .) is turned, and
    year/month/day too. Anything else is null: month-day-year cannot be told from day-month-year. -#}
{% macro iso_order(text) -%}
    case
        when {{ text }} like '____-_%-%' then {{ text }}
        when {{ matches(text, '^[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}') }}
            then
                {{ replace_all(
                    text, '^([0-9]+)[/.-]([0-9]+)[/.-]([0-9]{4})(.*)$', '\\3-\\2-\\1\\4'
                ) }}
        when {{ matches(text, '^[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}') }} then replace({{ text }}, '/', '-')
    end
{%- endmacro %}


{#- A date; 31/02 is null. -#}
{% macro day(text) -%}
    {{ cast_or_null(iso_order('trim(' ~ text ~ ')'), 'date') }}
{%- endmacro %}


{#- An instant; without an offset it is an hour of the business time zone. -#}
{% macro instant(text) -%}
    {{ iso_instant(iso_order('trim(' ~ text ~ ')')) }}
{%- endmacro %}


{#- The digits of a number with a decimal point. 1.234,56 and 1,234.56 are the same number; one comma
    alone is a decimal comma, one point alone a decimal point. -#}
{% macro plain_number(text) -%}
    {%- set bare = replace_all(text, "[[:space:]€$£''’]|EUR", '') -%}
    case
        when {{ matches(text, '^-?[0-9]+([.][0-9]+)?$') }} then {{ text }}
        when
            {{ matches(bare, '^[+-]?[0-9]{1,3}([.][0-9]{3})+,[0-9]+$') }}
            or {{ matches(bare, '^[+-]?[0-9]+,[0-9]+$') }}
            then replace(replace({{ bare }}, '.', ''), ',', '.')
        when
            {{ matches(bare, '^[+-]?[0-9]{1,3}(,[0-9]{3})+[.][0-9]+$') }}
            or {{ matches(bare, '^[+-]?[0-9]{1,3}(,[0-9]{3}){2,}$') }}
            then replace({{ bare }}, ',', '')
        when {{ matches(bare, '^[+-]?[0-9]{1,3}([.][0-9]{3}){2,}$') }}
            then replace({{ bare }}, '.', '')
        when {{ matches(bare, '^[+-]?[0-9]+([.][0-9]+)?$') }} then {{ bare }}
    end
{%- endmacro %}


{#- A number of up to fifteen digits before the point, so that cents fit a bigint. -#}
{% macro decimal_number(text) -%}
    cast(
        case
            when {{ matches(plain_number(text), '^[+-]?[0-9]{1,15}([.][0-9]{1,20})?$') }}
                then {{ plain_number(text) }}
        end as numeric
    )
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
    {%- set bare -%}
        lower({{ replace_all(text, '^[[:space:]<]*([Mm][Aa][Ii][Ll][Tt][Oo]:)?|[[:space:]>.,;]+$', '') }})
    {%- endset -%}
    case
        when {{ matches(bare, '^[^@[:space:]<>(),;:]+@[^@[:space:]<>(),;:.]+([.][^@[:space:]<>(),;:.]+)*[.][^@[:space:]<>(),;:.0-9]{2,}$') }}
            then {{ bare }}
    end
{%- endmacro %}


{#- E.164. A number without its country's prefix is of the home country. -#}
{% macro phone_number(text) -%}
    {%- set digits = replace_all(text, '[^0-9+]', '') -%}
    {%- set home = var('phone_prefix') -%}
    {%- set whole -%}
        case
            when {{ digits }} like '+%' then '+' || replace({{ digits }}, '+', '')
            when {{ digits }} like '00%' then '+' || substr({{ digits }}, 3)
            when {{ digits }} like '{{ home }}%' and length({{ digits }}) >= 11 then '+' || {{ digits }}
            when length({{ digits }}) between 6 and 11 then '+{{ home }}' || {{ digits }}
        end
    {%- endset -%}
    case when {{ matches(whole, '^[+][1-9][0-9]{7,14}$') }} then {{ whole }} end
{%- endmacro %}


{#- Names typed all in capitals or all in small letters get their capitals; others know better. -#}
{% macro person_name(text) -%}
    case
        when {{ tidy(text) }} in (upper({{ tidy(text) }}), lower({{ tidy(text) }}))
            then initcap({{ tidy(text) }})
        else {{ tidy(text) }}
    end
{%- endmacro %}


{#- As person_name, with one spelling per legal form. -#}
{% macro company_name(text) -%}
    {%- set name = namespace(sql=person_name(text)) -%}
    {%- for pattern, form in {
        's[.]? ?r[.]? ?l[.]?': 'S.r.l.', 's[.]? ?p[.]? ?a[.]?': 'S.p.A.',
        's[.]? ?n[.]? ?c[.]?': 'S.n.c.', 's[.]? ?a[.]? ?s[.]?': 'S.a.s.',
    }.items() -%}
        {%- set name.sql = replace_all(name.sql, '(?i)[ ,]+' ~ pattern ~ '$', ' ' ~ form) -%}
    {%- endfor -%}
    {{ name.sql }}
{%- endmacro %}


{% macro gender_code(text) -%}
    case
        when lower(trim({{ text }})) in ('f', 'femmina', 'donna', 'female', 'woman', 'w') then 'F'
        when lower(trim({{ text }})) in ('m', 'maschio', 'uomo', 'male', 'man') then 'M'
        when lower(trim({{ text }})) in ('x', 'altro', 'other', 'non binario', 'nonbinary') then 'X'
    end
{%- endmacro %}


{#- Where people meet us: online, store, phone, event, marketplace; another word stays, in lower case. -#}
{% macro channel_name(text) -%}
    case
        when lower(trim({{ text }})) in ('online', 'sito', 'sito web', 'web', 'e-commerce', 'ecommerce')
            then 'online'
        when lower(trim({{ text }})) in ('negozio', 'store', 'punto vendita', 'shop', 'pos')
            then 'store'
        when lower(trim({{ text }})) in ('telefono', 'phone', 'call center') then 'phone'
        when lower(trim({{ text }})) in ('evento', 'event', 'fiera') then 'event'
        when lower(trim({{ text }})) = 'marketplace' then 'marketplace'
        else lower({{ tidy(text) }})
    end
{%- endmacro %}
