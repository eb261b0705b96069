{#- Dates as offices write them. What a source should write (ISO, or day/month/year) takes the short way;
    month-day-year in numbers cannot be told from day-month-year, so it is never read. -#}

{#- A date, day-month-year, in words or in ISO order; 31/02 is null. -#}
{% macro day(text) -%}
    {{ iso_day(iso_order('trim(' ~ text ~ ')')) }}
{%- endmacro %}


{#- The same in a column where a spreadsheet may have left its own number of the day (29282). -#}
{% macro day_or_serial(text) -%}
    coalesce(
        {{ day(text) }},
        case
            when {{ matches('trim(' ~ text ~ ')', '^[1-7][0-9]{4}([.,]0+)?$') }}
                then
                    {{ plus_days(
                        "cast('1899-12-30' as date)",
                        'cast(substr(trim(' ~ text ~ '), 1, 5) as integer)'
                    ) }}
        end
    )
{%- endmacro %}


{#- An instant; without an offset it is an hour of the business time zone. -#}
{% macro instant(text) -%}
    {{ iso_instant(iso_order('trim(' ~ text ~ ')')) }}
{%- endmacro %}


{#- A day, with or without an hour, in ISO order; null where no day can be read. What the parts hold is
    judged by the type. -#}
{% macro default__iso_order(text) -%}
    case
        when {{ text }} like '____-_%-%' then {{ text }}
        when {{ text }} like '__/__/____' or {{ text }} like '__/__/____ __:__%'
            then
                substr({{ text }}, 7, 4) || '-' || substr({{ text }}, 4, 2) || '-'
                || substr({{ text }}, 1, 2) || substr({{ text }}, 11)
        when {{ matches(text, '^[0-9/.-]+$') }} then {{ turned_day(text) }}
        when {{ text }} <> '' then {{ turned_day(month_in_numbers(bare_day(text))) }}
    end
{%- endmacro %}


{#- Numbers in any order that can be told: day/month/year, also with two digits of the year, and
    year/month/day, also with nothing between. -#}
{% macro default__turned_day(text) -%}
    {%- set from = var('two_digit_years_from') | int -%}
    {%- set long = '^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})([^0-9].*)?$' -%}
    {%- set short = '^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{2})([^0-9].*)?$' -%}
    {%- set turned = '^([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})([^0-9].*)?$' -%}
    {%- set glued = '^((19|20)[0-9]{2})([0-9]{2})([0-9]{2})([T ].*)?$' -%}
    case
        when {{ matches(text, long) }} then {{ replace_all(text, long, '\\3-\\2-\\1\\4') }}
        when {{ matches(text, short) }}
            then
                case
                    when {{ replace_all(text, short, '\\3') }} >= '{{ '%02d' | format(from % 100) }}'
                        then '{{ from // 100 }}'
                    else '{{ from // 100 + 1 }}'
                end || {{ replace_all(text, short, '\\3-\\2-\\1\\4') }}
        when {{ matches(text, turned) }} then {{ replace_all(text, turned, '\\1-\\2-\\3\\4') }}
        when {{ matches(text, glued) }} then {{ replace_all(text, glued, '\\1-\\3-\\4\\5') }}
    end
{%- endmacro %}


{#- 3 mar. 1980, 03-Mar-80, 3 marzo '80 14:30: day/month/year in numbers. Words that are no month, in
    Italian or English, are not read; other texts stay. Patterns here have one way to match: taking
    parts out with optional ones inside costs a hundred times as much. -#}
{% macro default__month_in_numbers(text) -%}
    {%- set word = replace_all(
        replace_all(text, '^[0-9]+[^[:alpha:]]*', ''), '[^[:alpha:]].*$', ''
    ) -%}
    case
        when {{ matches(text, "^[0-9]{1,2}[ ./-]*[[:alpha:]]{3,9}[ ./''’-]*[0-9]{2}") }}
            then
                {{ replace_all(text, '[^0-9].*$', '') }}
                || case lower({{ word }})
                    {%- for names in [
                        'gennaio genn gen january jan', 'febbraio febb feb february',
                        'marzo mar march', 'aprile apr april', 'maggio magg mag may',
                        'giugno giu june jun', 'luglio lug july jul', 'agosto ago august aug',
                        'settembre sett set september sept sep', 'ottobre ott october oct',
                        'novembre nov november', 'dicembre dic december dec',
                    ] %}
                    {%- set number = loop.index %}
                    {%- for name in names.split() %}
                    when '{{ name }}' then '/{{ number }}/'
                    {%- endfor %}
                    {%- endfor %}
                end
                || {{ replace_all(text, '^[0-9]+[^[:alpha:]]*[[:alpha:]]+[^0-9]*', '') }}
        else {{ text }}
    end
{%- endmacro %}


{#- The hour as a clock shows it (ore 14.30, alle 9), no weekday before, the day before the month
    (March 3rd, 2025), nothing beside its number (1°, 3rd of). -#}
{% macro bare_day(text) -%}
    {%- set said = namespace(sql="replace(" ~ text ~ ", ',', ' ')") -%}
    {%- for pattern, replacement in [
        ('(?i) +(alle ore|alle|ore|h[.]?|at) *([0-9]{1,2})$', ' \\2:00'),
        ('(?i) +(alle ore|alle|ore|h[.]?|at) *([0-9])', ' \\2'),
        (' +([0-9]{1,2})[.]([0-9]{2})$', ' \\1:\\2'),
        ('(?i)^(mon|tue|wed|thu|fri|sat|sun)[a-z]*[.]? +([a-z])', '\\2'),
        ('(?i)^([a-z]+)[.]? +([0-9]{1,2})[a-z]* +([0-9]{4})', '\\2 \\1 \\3'),
        ("(?i)^(lun|mar|mer|gio|ven|sab|dom|mon|tue|wed|thu|fri|sat|sun)[[:alpha:]''’]*[.]? +([0-9])", '\\2'),
        ('(?i)^([0-9]{1,2})(°|º|(o|st|nd|rd|th) ) *', '\\1 '),
        ('(?i)^([0-9]{1,2}) +(di|of) ', '\\1 '),
    ] -%}
        {%- set said.sql = replace_all(said.sql, pattern, replacement) -%}
    {%- endfor -%}
    {{ said.sql }}
{%- endmacro %}
