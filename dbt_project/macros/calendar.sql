{#- The first day of a date's month. -#}
{% macro month_of(day) -%}
    cast({{ dbt.date_trunc('month', day) }} as date)
{%- endmacro %}


{#- Calendar months from one date's month to a later one's. -#}
{% macro months_between(earlier, later) -%}
    cast(
        12 * (extract(year from {{ later }}) - extract(year from {{ earlier }}))
        + extract(month from {{ later }}) - extract(month from {{ earlier }}) as integer
    )
{%- endmacro %}


{#- The first day of the month so many months after a month. -#}
{% macro months_later(month, months) -%}
    cast({{ dbt.dateadd('month', months, month) }} as date)
{%- endmacro %}


{#- The numbers from 0 up to (and without) a bound, one per row: column number. -#}
{% macro numbers(bound) %}
    select cast(generated_number - 1 as integer) as number
    from ({{ dbt.generate_series(bound) }}) as series
{%- endmacro %}
