{#- Lists of columns, written out. -#}

{% macro qualified(alias, columns) -%}
    {%- for column in columns -%}
        {{ alias }}.{{ column }}{{ ",\n        " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- The condition that two aliases have the same key. -#}
{% macro same_key(left, right, key) -%}
    {%- for column in key -%}
        {{ left }}.{{ column }} = {{ right }}.{{ column }}{{ " and " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- The words of a source as ours: a dictionary; other words are null. -#}
{% macro translated(word, dictionary) -%}
    case {{ word }}
        {%- for theirs, ours in dictionary.items() %}
        when '{{ theirs }}' then '{{ ours }}'
        {%- endfor %}
    end
{%- endmacro %}


{#- Does a list between bars (|a|b|) hold any of these words? -#}
{% macro holds_any(list, words) -%}
    coalesce(
        {%- for word in words %}
        {{ "or " if not loop.first }}{{ list }} like '%|{{ word }}|%'
        {%- endfor %},
        false
    )
{%- endmacro %}
