{#-
  Connected components to a fixpoint, in sets. Every number points to its least neighbour and to what
  that one points to; each pointer is contracted to one number, and what joins two of them is the graph
  of the next round. A chain of n needs about log n rounds, families two or three.
-#}

{#- edges: relation with integer columns a < b. Returns a relation (n, label): for every number that is not
    the least of its component, the least one. Numbers missing from it are their own label. -#}
{% macro connected_components(edges, name) %}
    {%- set rounds = [] -%}
    {%- set left = namespace(edges=edges) -%}
    {%- for number in range(100) if left.edges -%}
        {%- if has_rows(left.edges) -%}
            {%- set pointer = passing_table(name ~ '_pointer', '
                select b as n, min(a) as label
                from ' ~ left.edges ~ '
                group by b', ['n']) -%}
            {%- set jump = passing_table(name ~ '_jump' ~ number, '
                select pointer.n, coalesce(further.label, pointer.label) as label
                from ' ~ pointer ~ ' as pointer
                left join ' ~ pointer ~ ' as further on pointer.label = further.n', ['n']) -%}
            {%- do rounds.append(jump) -%}
            {%- set left.edges = passing_table(name ~ '_edges' ~ number, '
                select distinct least(x, y) as a, greatest(x, y) as b
                from (
                    select coalesce(one.label, edges.a) as x, other.label as y
                    from ' ~ left.edges ~ ' as edges
                    inner join ' ~ jump ~ ' as other on edges.b = other.n
                    left join ' ~ jump ~ ' as one on edges.a = one.n
                ) as contracted
                where x <> y', ['a', 'b']) -%}
        {%- else -%}
            {%- set left.edges = none -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if left.edges -%}
        {%- do exceptions.raise_compiler_error('components: no fixpoint after 100 rounds') -%}
    {%- endif -%}
    {{- return(composed_labels(rounds, name)) -}}
{% endmacro %}


{#- What a number points to in one round points on in the next ones. -#}
{% macro composed_labels(rounds, name) %}
    {%- if not rounds -%}
        {{- return(passing_table(name ~ '_labels',
            'select cast(0 as integer) as n, cast(0 as integer) as label where 1 = 0', ['n'])) -}}
    {%- endif -%}
    {%- set whole = namespace(labels=rounds[-1]) -%}
    {%- for number in range(rounds | length - 2, -1, -1) -%}
        {%- set whole.labels = passing_table(name ~ '_labels' ~ number, '
            select pointer.n, coalesce(further.label, pointer.label) as label
            from ' ~ rounds[number] ~ ' as pointer
            left join ' ~ whole.labels ~ ' as further on pointer.label = further.n
            union all
            select further.n, further.label
            from ' ~ whole.labels ~ ' as further
            left join ' ~ rounds[number] ~ ' as pointer on further.n = pointer.n
            where pointer.n is null', ['n']) -%}
    {%- endfor -%}
    {{- return(whole.labels) -}}
{% endmacro %}
