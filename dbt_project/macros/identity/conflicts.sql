{#- What keeps two records apart whatever they share. -#}

{#- Birthdays that no slip explains: they differ in two of year, month and day at least, are no swap of
    day and month, and neither is the first of January that forms write when only the year is known.
    Both are texts in ISO order, never null. -#}
{% macro birth_dates_clash(left, right) -%}
    (
        {{ left }} <> {{ right }}
        and (
            case when substr({{ left }}, 1, 4) <> substr({{ right }}, 1, 4) then 1 else 0 end
            + case when substr({{ left }}, 6, 2) <> substr({{ right }}, 6, 2) then 1 else 0 end
            + case when substr({{ left }}, 9, 2) <> substr({{ right }}, 9, 2) then 1 else 0 end
        ) > 1
        and not (
            substr({{ left }}, 1, 4) = substr({{ right }}, 1, 4)
            and (
                (
                    substr({{ left }}, 6, 2) = substr({{ right }}, 9, 2)
                    and substr({{ left }}, 9, 2) = substr({{ right }}, 6, 2)
                )
                or '01-01' in (substr({{ left }}, 6, 5), substr({{ right }}, 6, 5))
            )
        )
    )
{%- endmacro %}


{#- A fiscal code that can contradict another: the Italian one, of which everybody has one for life and
    whose check character excludes slips. Others (a passport, a foreign number) may live side by side. -#}
{% macro guarding_code(code) -%}
    case when length({{ code }}) = 16 then {{ code }} end
{%- endmacro %}


{#- A birthday as text, null when it is one that the seed blocks (kind birth_date). -#}
{% macro guarding_birth_date(day) -%}
    case
        when
            cast({{ day }} as {{ dbt.type_string() }}) not in (
                select blocked.value
                from {{ ref('blocked_values') }} as blocked
                where blocked.kind = 'birth_date'
            )
            then cast({{ day }} as {{ dbt.type_string() }})
    end
{%- endmacro %}


{#- Why the two sides of a pair may not be joined; null when nothing forbids it. left and right are aliases
    with code and birth_date, is_different says whether a person parted them. A matcher (is_weighed) has
    weighed the birthdays among all else, and holds back whom a generation parts. -#}
{% macro clash_of_pair(left, right, is_different, is_weighed=false) -%}
    case
        when {{ is_different }} then 'human_different'
        when {{ left }}.code <> {{ right }}.code then 'different_fiscal_codes'
        {%- if not is_weighed %}
        when {{ birth_dates_clash(left ~ '.birth_date', right ~ '.birth_date') }}
            then 'different_birth_dates'
        {%- endif %}
    end
{%- endmacro %}
