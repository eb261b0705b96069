{#-
  Components that no guard forbids. All edges at once give clusters; a cluster in which nobody contradicts
  anybody is one person. The few others are put together again rule by rule, the strongest first: where
  the edges of a rule would join what must stay apart, those of that group are refused and the weaker
  rules go on without them. A cluster without a contradiction ends the same either way, because no part
  of it has one: so only contradictory clusters pay for the second way.

    nodes   relation: n, is_named (1 or 0), code, birth_date, mailbox (a person's own)
    edges   relation: a < b, rank and tier of the rule, value (of weak edges: what the pair shares)
    parted  relation: a, b, is_final: 1 where a person parted them, 0 where they share a value under
            different names, which only weaker rules (tier 2 and 3) have to respect

  The relations are made by `statements`, if there are any. Returns `components`, a relation (n, cluster,
  component) with every node, both named by one of their nodes, and the `statements` that make it.
-#}
{% macro guarded_components(nodes, edges, parted, statements='') %}
    {%- set found = connected_components(edges, 'cluster', statements) -%}
    {%- set clusters = found.statements ~ passing('clusters', '
        select
            nodes.n,
            coalesce(labels.label, nodes.n) as cluster,
            nodes.is_named,
            nodes.code,
            nodes.birth_date,
            nodes.mailbox
        from ' ~ nodes ~ ' as nodes
        left join ' ~ found.labels ~ ' as labels on nodes.n = labels.n', ['n', 'cluster'])
        ~ passing('suspects', suspect_clusters('clusters', edges, parted)) -%}
    {%- if not run_until_any(clusters, 'suspects') -%}
        {{- return({'components': 'components', 'statements': passing('components', '
            select n, cluster, cluster as component from clusters')}) -}}
    {%- endif -%}
    {%- set rebuilt = components_by_rule(edges, parted) -%}
    {{- return({'components': 'components', 'statements': passing('components', '
        select clusters.n, clusters.cluster, coalesce(rebuilt.label, clusters.cluster) as component
        from clusters
        left join ' ~ rebuilt ~ ' as rebuilt on clusters.n = rebuilt.n')}) -}}
{% endmacro %}


{#- Clusters that a guard may have to part. -#}
{% macro suspect_clusters(clusters, edges, parted) %}
    with totals as (
        select
            cluster,
            sum(is_named) as named_count,
            min(code) <> max(code) as is_coded_twice,
            min(birth_date) <> max(birth_date) as is_born_twice,
            sum(is_named) >= {{ 2 * var('identity_bridge_size') }}
            or (
                sum(is_named) >= {{ 2 * var('identity_mailbox_bridge_size') }}
                and min(mailbox) <> max(mailbox)
            ) as may_have_bridges
        from {{ clusters }}
        group by cluster
        having
            min(code) <> max(code)
            or min(birth_date) <> max(birth_date)
            or min(mailbox) <> max(mailbox)
            or sum(is_named) >= {{ 2 * var('identity_bridge_size') }}
            or sum(is_named) > {{ var('identity_component_limit') }}
    ),

    births as (
        select distinct
            clusters.cluster,
            clusters.birth_date
        from {{ clusters }} as clusters
        inner join totals
            on clusters.cluster = totals.cluster
        where
            totals.is_born_twice
            and totals.named_count <= {{ var('identity_component_limit') }}
            and clusters.birth_date is not null
    )

    select cluster
    from totals
    where is_coded_twice or named_count > {{ var('identity_component_limit') }}
    union
    select one.cluster
    from births as one
    inner join births as other
        on one.cluster = other.cluster and one.birth_date < other.birth_date
    where {{ birth_dates_clash('one.birth_date', 'other.birth_date') }}
    union
    select one.cluster
    from {{ parted }} as parted
    inner join {{ clusters }} as one
        on parted.a = one.n
    inner join {{ clusters }} as other
        on parted.b = other.n
    where one.cluster = other.cluster
    union
    select clusters.cluster
    from {{ edges }} as edges
    inner join {{ clusters }} as clusters
        on edges.a = clusters.n
    inner join totals
        on clusters.cluster = totals.cluster
    where edges.tier > 2 and totals.may_have_bridges
{% endmacro %}


{#- The components of contradictory clusters (suspects): a relation n, label. -#}
{% macro components_by_rule(all_edges, parted) %}
    {%- set edges = without_bridges(passing('suspect_nodes', '
        select clusters.*
        from clusters
        inner join suspects on clusters.cluster = suspects.cluster', ['n'])
        ~ passing('suspect_edges', '
        select edges.*
        from ' ~ all_edges ~ ' as edges
        inner join suspect_nodes as nodes on edges.a = nodes.n')) -%}
    {%- set standing = namespace(
        labels='standing',
        statements=passing('standing', 'select n, n as label from suspect_nodes', ['n'])
            ~ passing('waived', waived_pairs(none))
    ) -%}
    {%- for rank, tier in run_query(
        edges.statements ~ 'select distinct rank, tier from ' ~ edges.edges ~ ' order by 1'
    ).rows -%}
        {%- set next = 'standing' ~ rank -%}
        {%- set found = connected_components('rule_joins', 'rule', standing.statements
            ~ passing('rule_joins', '
            select distinct
                least(one.label, other.label) as a,
                greatest(one.label, other.label) as b
            from ' ~ edges.edges ~ ' as edges
            inner join ' ~ standing.labels ~ ' as one on edges.a = one.n
            inner join ' ~ standing.labels ~ ' as other on edges.b = other.n
            where edges.rank = ' ~ rank ~ ' and one.label <> other.label')) -%}
        {%- set standing.statements = found.statements
            ~ passing('rule_proposed', '
            select
                standing.n,
                standing.label as before,
                coalesce(labels.label, standing.label) as label
            from ' ~ standing.labels ~ ' as standing
            left join ' ~ found.labels ~ ' as labels on standing.label = labels.n', ['n', 'label'])
            ~ passing('rule_refused', forbidden_labels('rule_proposed', parted, tier))
            ~ passing(next, '
            select
                proposed.n,
                case when refused.label is null then proposed.label else proposed.before end as label
            from rule_proposed as proposed
            left join rule_refused as refused on proposed.label = refused.label', ['n', 'label'])
            ~ (passing('waived', waived_pairs(next)) if tier == 0 else '') -%}
        {%- set standing.labels = next -%}
    {%- endfor -%}
    {%- do run_until_any(standing.statements, standing.labels) -%}
    {{- return(standing.labels) -}}
{% endmacro %}


{#- Edges but for the weak ones that are the only evidence between two groups which stronger rules hold
    together: groups of many records, or of some that have a mailbox each and none in common. -#}
{% macro without_bridges(statements) %}
    {%- set found = connected_components('strong_edges', 'strong', statements
        ~ passing('strong_edges', 'select a, b from suspect_edges where tier < 3')) -%}
    {{- return({'edges': 'unbridged_edges', 'statements': found.statements
        ~ passing('grouped_nodes', '
        select
            nodes.n,
            nodes.mailbox,
            coalesce(labels.label, nodes.n) as label,
            sum(nodes.is_named) over (partition by coalesce(labels.label, nodes.n)) as named_count
        from suspect_nodes as nodes
        left join ' ~ found.labels ~ ' as labels on nodes.n = labels.n', ['n', 'label'])
        ~ passing('edges_between', '
        select
            least(one.label, other.label) as lesser,
            greatest(one.label, other.label) as greater,
            min(least(one.named_count, other.named_count)) as named_count
        from suspect_edges as edges
        inner join grouped_nodes as one on edges.a = one.n
        inner join grouped_nodes as other on edges.b = other.n
        where edges.tier > 2 and one.label <> other.label
        group by least(one.label, other.label), greatest(one.label, other.label)
        having
            count(distinct edges.value) = 1
            and min(least(one.named_count, other.named_count))
                >= ' ~ var('identity_mailbox_bridge_size'), ['lesser', 'greater'])
        ~ passing(
            'unbridged_edges', bridged_out('suspect_edges', 'grouped_nodes', 'edges_between')
        )}) -}}
{% endmacro %}


{% macro bridged_out(edges, grouped, between) %}
    with mailboxes as (
        select distinct label, mailbox
        from {{ grouped }}
        where mailbox is not null
    ),

    bridges as (
        select lesser, greater
        from {{ between }} as between_groups
        where
            named_count >= {{ var('identity_bridge_size') }}
            or (
                exists (select 1 from mailboxes where label = lesser)
                and exists (select 1 from mailboxes where label = greater)
                and not exists (
                    select 1
                    from mailboxes as one
                    inner join mailboxes as other
                        on one.mailbox = other.mailbox
                    where one.label = lesser and other.label = greater
                )
            )
    )

    select edges.a, edges.b, edges.rank, edges.tier
    from {{ edges }} as edges
    inner join {{ grouped }} as one
        on edges.a = one.n
    inner join {{ grouped }} as other
        on edges.b = other.n
    left join bridges
        on
            edges.tier > 2
            and bridges.lesser = least(one.label, other.label)
            and bridges.greater = greatest(one.label, other.label)
    where bridges.lesser is null
{% endmacro %}


{#- Proposed labels under which somebody would be joined to whom he must not be. What a person joined is
    only held against what a person parted. -#}
{% macro forbidden_labels(proposed, parted, tier) %}
    with changed as (
        select distinct label
        from {{ proposed }}
        where label <> before
    ),

    members as (
        select
            proposed.n,
            proposed.before,
            proposed.label,
            nodes.cluster,
            nodes.is_named,
            nodes.code,
            nodes.birth_date
        from {{ proposed }} as proposed
        inner join changed
            on proposed.label = changed.label
        inner join suspect_nodes as nodes
            on proposed.n = nodes.n
    )

    select one.label
    from {{ parted }} as parted
    inner join members as one
        on parted.a = one.n
    inner join members as other
        on parted.b = other.n
    left join rule_joins as direct
        on
            direct.a = least(one.before, other.before)
            and direct.b = greatest(one.before, other.before)
    where
        one.label = other.label
        and one.before <> other.before
        and (
            parted.is_final = 1
            {%- if tier in (2, 3) %}
            or parted.is_final = 0
            {%- elif tier == 4 %}
            or (parted.is_final = 0 and direct.a is null)
            {%- endif %}
        )
    {%- if tier > 0 %}
    union
    select label
    from members
    group by label
    having sum(is_named) > {{ var('identity_component_limit') }}
    {#- A matcher (tier 4) has weighed the birthdays. #}
    {%- for column in ['code', 'birth_date'] if tier < 4 or column == 'code' %}
    union
    select one.label
    from (select distinct cluster, label, {{ column }} as said from members) as one
    inner join (select distinct cluster, label, {{ column }} as said from members) as other
        on one.label = other.label and one.said < other.said
    left join waived
        on
            one.cluster = waived.cluster
            and one.said = waived.lesser
            and other.said = waived.greater
    where
        waived.cluster is null
        {%- if column == 'birth_date' %}
        and {{ birth_dates_clash('one.said', 'other.said') }}
        {%- endif %}
    {%- endfor %}
    {%- endif %}
{% endmacro %}


{#- Codes and birthdays of one cluster that a person's decision brought together: they contradict each other
    no more. -#}
{% macro waived_pairs(labels) %}
    {%- for column in ['code', 'birth_date'] %}
    {{ 'union' if not loop.first }}
    select distinct
        one.cluster,
        one.{{ column }} as lesser,
        other.{{ column }} as greater
    from suspect_nodes as one
    inner join suspect_nodes as other
        on one.cluster = other.cluster and one.{{ column }} < other.{{ column }}
    {%- if labels is none %}
    where 1 = 0
    {%- else %}
    inner join {{ labels }} as one_label
        on one.n = one_label.n
    inner join {{ labels }} as other_label
        on other.n = other_label.n and one_label.label = other_label.label
    {%- endif %}
    {%- endfor %}
{% endmacro %}
