{#- PostgreSQL 16 or later. -#}

{% macro postgres__matches(text, pattern) -%}
    ({{ text }} ~ '{{ pattern }}')
{%- endmacro %}


{% macro postgres__replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}


{#- The cast is outside the case: the planner could evaluate one inside it before the condition. -#}
{% macro postgres__cast_or_null(text, type) -%}
    cast(case when pg_input_is_valid({{ text }}, '{{ type }}') then {{ text }} end as {{ type }})
{%- endmacro %}


{#- The planner would copy the block's expressions to every use of its columns; an offset forbids it,
    and leaves conditions on the rows joined with where they are. -#}
{% macro postgres__computed(query, alias) -%}
    cross join lateral (
        {{ query }}
        offset 0
    ) as {{ alias }}
{%- endmacro %}


{% macro postgres__epoch_instant(seconds) -%}
    to_timestamp(cast({{ seconds }} as double precision))
{%- endmacro %}


{% macro postgres__business_date(instant) -%}
    cast({{ instant }} at time zone '{{ var("business_timezone") }}' as date)
{%- endmacro %}


{% macro postgres__days_between(earlier, later) -%}
    ({{ later }} - {{ earlier }})
{%- endmacro %}


{% macro postgres__plus_days(day, days) -%}
    ({{ day }} + {{ days }})
{%- endmacro %}


{#- A function in the from clause is called once per row; fields taken one by one with ->> would parse
    the text again for each. Text that is no JSON object gives a row of nulls. -#}
{% macro postgres__join_json_document(text, alias, fields, nested) -%}
    {%- set readable -%}
        substr({{ text }}, 1, 1) = '{' and pg_input_is_valid({{ text }}, 'jsonb')
    {%- endset -%}
    left join lateral jsonb_to_record(cast(case when {{ readable }} then {{ text }} end as jsonb))
        as {{ alias }} ({{ postgres_json_columns(fields, nested) }})
        on true
{%- endmacro %}


{% macro postgres__join_json_object(value, alias, fields, nested) -%}
    left join lateral jsonb_to_record(
        case when jsonb_typeof({{ value }}) = 'object' then {{ value }} end
    ) as {{ alias }} ({{ postgres_json_columns(fields, nested) }})
        on true
{%- endmacro %}


{% macro postgres_json_columns(fields, nested) -%}
    {%- for name in fields -%}"{{ name }}" text{{ ", " if not loop.last or nested }}{%- endfor -%}
    {%- for name in nested -%}"{{ name }}" jsonb{{ ", " if not loop.last }}{%- endfor -%}
{%- endmacro %}


{% macro postgres__json_words(value) -%}
    trim(both '|' from regexp_replace({{ value }} #>> '{}', '[][",[:space:]]+', '|', 'g'))
{%- endmacro %}


{% macro postgres__join_json_items(array, alias) -%}
    cross join lateral jsonb_array_elements(
        case when jsonb_typeof({{ array }}) = 'array' then {{ array }} else '[]' end
    ) with ordinality as {{ alias }} (item, position)
{%- endmacro %}


{% macro postgres__join_parts(text, separator, alias) -%}
    cross join lateral unnest(string_to_array({{ text }}, {{ separator }})) as {{ alias }} (part)
{%- endmacro %}


{#- Two arrays unnested side by side: three times as fast as a list of rows. -#}
{% macro postgres__join_fields(fields, alias) -%}
    cross join lateral unnest(
        array[
            '{{ fields.keys() | join("', '") }}'
        ],
        array[
            {{ fields.values() | join(',\n            ') }}
        ]
    ) as {{ alias }} (field, value)
{%- endmacro %}


{% macro postgres__distinct_list(value, separator) -%}
    string_agg(distinct {{ value }}, {{ separator }} order by {{ value }})
{%- endmacro %}


{% macro postgres__percentile(value, p) -%}
    percentile_cont({{ p }}) within group (order by {{ value }})
{%- endmacro %}


{% macro postgres__fingerprint(text) -%}
    md5({{ text }})
{%- endmacro %}


{% macro postgres__differs(left, right, columns) -%}
    (
        ({{ left }}.{{ columns | join(', ' ~ left ~ '.') }})
        is distinct from ({{ right }}.{{ columns | join(', ' ~ right ~ '.') }})
    )
{%- endmacro %}


{#- One sort, no rank column: half the time of row_number() on wide rows. -#}
{% macro postgres__first_per_key(relation, key, columns, order) -%}
    select distinct on ({{ key | join(', ') }})
        {{ columns | join(',\n        ') }}
    from {{ relation }}
    order by {{ (key + order) | join(', ') }}
{%- endmacro %}


{% macro postgres__analyze(relation) -%}
    analyze {{ relation }}
{%- endmacro %}


{% macro postgres__inlined() -%}not materialized{%- endmacro %}


{#- A sample of 9,000 rows tells one build in a thousand, for some hundredths of a second. -#}
{% macro postgres__analyze_builds(relation) -%}
    alter table {{ relation }} alter column _build_id set statistics 30;
    analyze {{ relation }} (_build_id)
{%- endmacro %}


{#- The planner takes what it has not seen for one row, and would walk through everything once per
    touched key. A temporary table of the session that builds the model has true statistics. -#}
{% macro postgres__set_aside(query, name) -%}
    {%- set table = this.identifier ~ '__' ~ name -%}
    {%- do run_query(
        "drop table if exists pg_temp." ~ table ~ ";"
        ~ "create temporary table " ~ table ~ " as (" ~ query ~ ");"
        ~ "analyze " ~ table
    ) -%}
    select * from pg_temp.{{ table }}
{%- endmacro %}


{% macro postgres__aside(name) %}{{ return('pg_temp.' ~ this.identifier ~ '__' ~ name) }}{% endmacro %}
