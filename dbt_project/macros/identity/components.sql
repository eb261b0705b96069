{#-
  Connected components to a fixpoint, in sets. Every number points to its least neighbour and to what
  that one points to; each pointer is contracted to one number, and what joins two of them is the graph
  of the next round. A chain of n needs about log n rounds, families two or three.
-#}

{#- edges: relation with integer columns a < b, which `statements` (if any) make. Returns `labels`, a
    relation (n, label) with the least number of its component for every number that is not the least
    itself, and the `statements` that make it when they are run. -#}
{% macro connected_components(edges, name, statements='') %}
    {%- set rounds = [] -%}
    {%- set left = namespace(edges=edges, statements=statements, is_any=true) -%}
    {%- for step in range(30) if left.is_any -%}
        {#- Two rounds on one way: most graphs need no third. -#}
        {%- for half in range(2) -%}
            {%- set number = rounds | length -%}
            {%- set left.statements = left.statements ~ contraction(left.edges, name, number) -%}
            {%- do rounds.append(name ~ '_jump' ~ number) -%}
            {%- set left.edges = name ~ '_edges' ~ number -%}
        {%- endfor -%}
        {%- set left.is_any = run_until_any(left.statements, left.edges) -%}
        {%- set left.statements = '' -%}
    {%- endfor -%}
    {%- if left.is_any -%}
        {%- do exceptions.raise_compiler_error('components: no fixpoint after 60 rounds') -%}
    {%- endif -%}
    {{- return(composition(rounds, name)) -}}
{% endmacro %}


{#- One round: where each number points to, and the edges between what they point to. -#}
{% macro contraction(edges, name, number) %}
    {%- set pointer, jump = name ~ '_pointer', name ~ '_jump' ~ number -%}
    {{- return(
        passing(pointer, '
            select b as n, min(a) as label
            from ' ~ edges ~ '
            group by b', ['n'])
        ~ passing(jump, '
            select pointer.n, coalesce(further.label, pointer.label) as label
            from ' ~ pointer ~ ' as pointer
            left join ' ~ pointer ~ ' as further on pointer.label = further.n', ['n'])
        ~ passing(name ~ '_edges' ~ number, '
            select distinct least(x, y) as a, greatest(x, y) as b
            from (
                select coalesce(one.label, edges.a) as x, other.label as y
                from ' ~ edges ~ ' as edges
                inner join ' ~ jump ~ ' as other on edges.b = other.n
                left join ' ~ jump ~ ' as one on edges.a = one.n
            ) as contracted
            where x <> y', ['a', 'b'])
    ) -}}
{% endmacro %}


{#- What a number points to in one round points on in the next ones: from the last round to the first. -#}
{% macro composition(rounds, name) %}
    {%- set whole = namespace(labels=rounds[-1], statements='') -%}
    {%- for number in range(rounds | length - 2, -1, -1) -%}
        {%- set whole.statements = whole.statements ~ passing(name ~ '_labels' ~ number, '
            select pointer.n, coalesce(further.label, pointer.label) as label
            from ' ~ rounds[number] ~ ' as pointer
            left join ' ~ whole.labels ~ ' as further on pointer.label = further.n
            union all
            select further.n, further.label
            from ' ~ whole.labels ~ ' as further
            left join ' ~ rounds[number] ~ ' as pointer on further.n = pointer.n
            where pointer.n is null', ['n']) -%}
        {%- set whole.labels = name ~ '_labels' ~ number -%}
    {%- endfor -%}
    {{- return({'labels': whole.labels, 'statements': whole.statements}) -}}
{% endmacro %}
