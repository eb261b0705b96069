{#-
  What every database spells in its own way. The public names are here, with portable SQL where
  there is one (default__); a database's own spelling is in <database>.sql beside this file.
  Arguments are SQL expressions unless said otherwise.
-#}

{#- Text that matches a POSIX regular expression (a literal, without quotes). -#}
{% macro matches(text, pattern) %}{{ return(adapter.dispatch('matches', 'scheda')(text, pattern)) }}{% endmacro %}

{#- Every match of the pattern replaced; both are literals without quotes. -#}
{% macro replace_all(text, pattern, replacement) %}{{ return(adapter.dispatch('replace_all', 'scheda')(text, pattern, replacement)) }}{% endmacro %}

{#- The text as a type (a literal), null where it cannot be: it never raises. -#}
{% macro cast_or_null(text, type) %}{{ return(adapter.dispatch('cast_or_null', 'scheda')(text, type)) }}{% endmacro %}

{#- The instant of a number of seconds since 1970 (UTC). -#}
{% macro epoch_instant(seconds) %}{{ return(adapter.dispatch('epoch_instant', 'scheda')(seconds)) }}{% endmacro %}

{#- The business day on which an instant falls. -#}
{% macro business_date(instant) %}{{ return(adapter.dispatch('business_date', 'scheda')(instant)) }}{% endmacro %}

{#- Whole days from one date to a later one. -#}
{% macro days_between(earlier, later) %}{{ return(adapter.dispatch('days_between', 'scheda')(earlier, later)) }}{% endmacro %}

{#- A date moved by a number of days (a literal, may be negative). -#}
{% macro plus_days(day, days) %}{{ return(adapter.dispatch('plus_days', 'scheda')(day, days)) }}{% endmacro %}

{#- Joins that open JSON: the document is read once per row, however many fields are used. fields are
    names of text columns of `alias`, nested those of JSON values to be opened in their turn. -#}
{% macro join_json_document(text, alias, fields, nested=[]) %}{{ return(adapter.dispatch('join_json_document', 'scheda')(text, alias, fields, nested)) }}{% endmacro %}

{% macro join_json_object(value, alias, fields, nested=[]) %}{{ return(adapter.dispatch('join_json_object', 'scheda')(value, alias, fields, nested)) }}{% endmacro %}

{#- The items of a JSON array of texts, or the one text in its place, joined by |. -#}
{% macro json_words(value) %}{{ return(adapter.dispatch('json_words', 'scheda')(value)) }}{% endmacro %}

{#- A join that gives one row per element of a JSON array: columns alias.item and alias.position. -#}
{% macro join_json_items(array, alias) %}{{ return(adapter.dispatch('join_json_items', 'scheda')(array, alias)) }}{% endmacro %}

{#- A join that gives one row per part of a separated text: column alias.part. -#}
{% macro join_parts(text, separator, alias) %}{{ return(adapter.dispatch('join_parts', 'scheda')(text, separator, alias)) }}{% endmacro %}

{#- A join that gives one row per named value of the row joined with: columns alias.field and alias.value.
    fields maps names to SQL expressions of one type. -#}
{% macro join_fields(fields, alias) %}{{ return(adapter.dispatch('join_fields', 'scheda')(fields, alias)) }}{% endmacro %}

{#- A join with the one row that the called block selects, computed once however often its columns are
    used: {% call computed('typed') %} select … {% endcall %}. -#}
{% macro computed(alias) %}{{ adapter.dispatch('computed', 'scheda')(caller(), alias) }}{% endmacro %}

{#- What an incremental build starts from (new rows, touched keys), computed first and counted, so that
    the rest is planned for its true size: {% raw %}{% call set_aside('touched') %} select … {% endcall %}{% endraw %}.
    The block stands alone: it reads refs, no other part of its query, but what was set aside before it
    under aside('name'). A rebuild computes it in place, unless always is true: a step on which the plan
    of all the others depends. -#}
{% macro set_aside(name, always=false) %}
    {%- if is_set_aside(always) -%}
        {{ adapter.dispatch('set_aside', 'scheda')(caller(), name) }}
    {%- else -%}
        {{ caller() }}
    {%- endif -%}
{% endmacro %}

{#- The name under which a later block reads what an earlier one always sets aside. -#}
{% macro aside(name) %}
    {{- return(adapter.dispatch('aside', 'scheda')(name) if is_set_aside(true) else name) -}}
{% endmacro %}
{% macro default__aside(name) %}{{ return(name) }}{% endmacro %}

{% macro is_set_aside(always) %}
    {{- return(execute and (is_incremental() or (always and has_steps()))) -}}
{% endmacro %}

{#- Unit tests say false: their rows are part of one query. -#}
{% macro has_steps() %}{{ return(true) }}{% endmacro %}
{% macro default__set_aside(query, name) -%}{{ query }}{%- endmacro %}


{#- What the other macros need in the database before any model is built. -#}
{% macro create_functions() %}{{ return(adapter.dispatch('create_functions', 'scheda')()) }}{% endmacro %}

{#- The distinct values of a group, in order, joined by a separator. -#}
{% macro distinct_list(value, separator) %}{{ return(adapter.dispatch('distinct_list', 'scheda')(value, separator)) }}{% endmacro %}

{#- The p-th percentile of a group, interpolated. -#}
{% macro percentile(value, p) %}{{ return(adapter.dispatch('percentile', 'scheda')(value, p)) }}{% endmacro %}

{#- Hexadecimal fingerprint of a text. -#}
{% macro fingerprint(text) %}{{ return(adapter.dispatch('fingerprint', 'scheda')(text)) }}{% endmacro %}

{#- True where two rows differ in any of the columns; null equals null. -#}
{% macro differs(left, right, columns) %}{{ return(adapter.dispatch('differs', 'scheda')(left, right, columns)) }}{% endmacro %}

{#- One row per key: the first by an order. key, columns and order are lists. -#}
{% macro first_per_key(relation, key, columns, order) %}{{ return(adapter.dispatch('first_per_key', 'scheda')(relation, key, columns, order)) }}{% endmacro %}

{#- Refresh what the planner knows about a table; empty where the database needs no such thing. -#}
{% macro analyze(relation) %}{{ return(adapter.dispatch('analyze', 'scheda')(relation)) }}{% endmacro %}


{#- A character that occurs in no key: it separates keys kept in one text. -#}
{% macro key_separator() %}{{ return('chr(31)') }}{% endmacro %}


{% macro default__computed(query, alias) -%}
    cross join lateral (
        {{ query }}
    ) as {{ alias }}
{%- endmacro %}


{% macro default__join_fields(fields, alias) -%}
    cross join lateral (
        {%- for name, value in fields.items() %}
        {{ 'union all' if not loop.first }}
        select
            '{{ name }}' as field,
            {{ value }} as value
        {%- endfor %}
    ) as {{ alias }}
{%- endmacro %}


{% macro default__create_functions() -%}select 1 as nothing_to_create{%- endmacro %}


{% macro default__differs(left, right, columns) -%}
    (
    {%- for column in columns %}
        {{ "or " if not loop.first }}{{ left }}.{{ column }} is distinct from {{ right }}.{{ column }}
    {%- endfor %}
    )
{%- endmacro %}


{% macro default__first_per_key(relation, key, columns, order) -%}
    select
        {{ columns | join(',\n        ') }}
    from (
        select
            {{ columns | join(',\n            ') }},
            row_number() over (
                partition by {{ key | join(', ') }}
                order by {{ order | join(', ') }}
            ) as place
        from {{ relation }}
    ) as ranked
    where place = 1
{%- endmacro %}


{% macro default__analyze(relation) -%}{%- endmacro %}


{#- Written after the `as` of an import CTE that a query reads more than once: it is read where it is
    used, with what is known there, instead of being copied whole first. -#}
{% macro inlined() %}{{ return(adapter.dispatch('inlined', 'scheda')()) }}{% endmacro %}
{% macro default__inlined() -%}{%- endmacro %}


{#- After an incremental build: how many rows each build wrote, so that the next one's news is known to
    be few. -#}
{% macro analyze_builds(relation) %}{{ return(adapter.dispatch('analyze_builds', 'scheda')(relation)) }}{% endmacro %}
{% macro default__analyze_builds(relation) -%}{%- endmacro %}
