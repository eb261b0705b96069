{#- From edges in texts to numbered nodes and edges, and back: what identity_components starts from. -#}

{#- The contact points whose component may change: those that an edge reaches or leaves, that a guard sees
    otherwise than before, and all the members of their clusters. Closed under the present edges, because
    every edge that was not there before has both its ends among them. None in a rebuild: all. -#}
{% macro affected_points() %}
    {%- if not execute or not is_incremental() -%}{{ return(none) }}{%- endif -%}
    {{- return({'points': 'affected_points', 'statements':
        passing('touched_points', touched_points(), ['source', 'contact_key'])
        ~ passing('affected_points', '
        select source, contact_key
        from touched_points
        union
        select other.source, other.contact_key
        from touched_points as touched
        inner join ' ~ this ~ ' as mine
            on touched.source = mine.source and touched.contact_key = mine.contact_key
        inner join ' ~ this ~ ' as other
            on mine.cluster_id = other.cluster_id', ['source', 'contact_key'])}) -}}
{% endmacro %}


{% macro touched_points() %}
    {%- set ends = [('left_source', 'left_key'), ('right_source', 'right_key')] -%}
    with said as (
        select left_source, left_key, right_source, right_key
        from {{ news(ref('identity_edge_ledger')) }} as ledger
        union
        select left_source, left_key, right_source, right_key
        from {{ news(ref('identity_evidence')) }} as come
        where guard = 'different_names'
        union
        select left_source, left_key, right_source, right_key
        from {{ withdrawn_news(ref('identity_evidence')) }} as gone
        where rule is null
        union
        {{ touched_decisions() }}
    ),

    points as (
        {%- for source, key in ends %}
        select {{ source }} as source, {{ key }} as contact_key
        from said
        union
        {%- endfor %}
        select contacts.source, contacts.contact_key
        from {{ news(ref('uniform_contacts')) }} as contacts
        union
        select contacts.source, contacts.contact_key
        from {{ ref('uniform_contacts') }} as contacts
        inner join (
            select value
            from {{ news(ref('blocked_values')) }} as come
            where kind = 'birth_date'
            union
            select value
            from {{ withdrawn_news(ref('blocked_values')) }} as gone
            where kind = 'birth_date'
        ) as blocked
            on cast(contacts.birth_date as {{ dbt.type_string() }}) = blocked.value
        {%- if is_rebuilt(ref('identity_evidence')) %}
        union
        select source, contact_key
        from {{ this }}
        {%- endif %}
    ),

    -- Who is known only by what he shares with nobody has no component to change.
    linked as (
        select source, contact_key
        from {{ this }}
        union all
        select left_source, left_key
        from {{ ref('identity_edges') }}
        where _build_id > {{ watermark() }}
        union all
        select right_source, right_key
        from {{ ref('identity_edges') }}
        where _build_id > {{ watermark() }}
    )

    select points.source, points.contact_key
    from points
    where exists (
        select 1
        from linked
        where linked.source = points.source and linked.contact_key = points.contact_key
    )
{% endmacro %}


{#- The components of the edges between affected points (none: of all edges). Returns a relation: source,
    contact_key, point, cluster, component. -#}
{% macro components_of_edges(affected) %}
    {%- if not execute -%}{{ return(this) }}{%- endif -%}
    {%- set edges = namespace(relation=ref('identity_edges'), statements='') -%}
    {%- if affected is not none -%}
        {%- set edges.statements = affected.statements ~ passing('affected_edges', '
        select edges.*
        from ' ~ ref('identity_edges') ~ ' as edges
        inner join ' ~ affected.points ~ ' as affected
            on edges.left_source = affected.source and edges.left_key = affected.contact_key') -%}
        {%- set edges.relation = 'affected_edges' -%}
    {%- endif -%}
    {%- set found = guarded_components('nodes', 'numbered_edges', 'parted_nodes', edges.statements
        ~ passing('points', '
        select
            cast(row_number() over () as integer) as n,
            points.source,
            points.contact_key
        from (
            select left_source as source, left_key as contact_key
            from ' ~ edges.relation ~ '
            union
            select right_source, right_key
            from ' ~ edges.relation ~ '
        ) as points', ['n'])
        ~ passing('nodes', '
        select
            points.n,
            case when contacts.name_id is null then 0 else 1 end as is_named, '
            ~ guarding_columns('contacts') ~ ',
            case when not contacts.is_role_email then contacts.email_key end as mailbox
        from points
        left join ' ~ ref('uniform_contacts') ~ ' as contacts
            on points.source = contacts.source and points.contact_key = contacts.contact_key', ['n'])
        ~ passing('numbered_edges', '
        select
            least(one.n, other.n) as a,
            greatest(one.n, other.n) as b, '
            ~ rank_of('edges.rule') ~ ' as rank,
            edges.tier,
            case when edges.tier > 2 then edges.kind || edges.value end as value
        from ' ~ edges.relation ~ ' as edges
        inner join points as one
            on edges.left_source = one.source and edges.left_key = one.contact_key
        inner join points as other
            on edges.right_source = other.source and edges.right_key = other.contact_key', ['a', 'b'])
        ~ passing('parted_nodes', parted_nodes('points'), ['a', 'b'])) -%}
    {%- do run_until_any(found.statements ~ passing('located_components', '
        select
            points.source,
            points.contact_key, '
            ~ point('points.source', 'points.contact_key') ~ ' as point,
            components.cluster,
            components.component
        from ' ~ found.components ~ ' as components
        inner join points on components.n = points.n', ['cluster', 'component']), 'points') -%}
    {{- return('located_components') -}}
{% endmacro %}


{#- Pairs of nodes that a person parted (is_final = 1), or that share a value under different names. -#}
{% macro parted_nodes(points) %}
    select
        one.n as a,
        other.n as b,
        max(parted.is_final) as is_final
    from (
        select left_source, left_key, right_source, right_key, 1 as is_final
        from {{ ref('human_decisions') }}
        where decision = 'different'
        union all
        select left_source, left_key, right_source, right_key, 0 as is_final
        from {{ ref('identity_evidence') }}
        where guard = 'different_names'
    ) as parted
    inner join {{ points }} as one
        on parted.left_source = one.source and parted.left_key = one.contact_key
    inner join {{ points }} as other
        on parted.right_source = other.source and parted.right_key = other.contact_key
    group by one.n, other.n
{% endmacro %}
