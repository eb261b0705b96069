-- Grain: one row per matter of identity that waits for a person, or that a person settled.
{{ config(unique_key=['review_id'], lookup_by=['left_customer_id', 'right_customer_id']) }}
{%- set pair = ['left_source', 'left_key', 'right_source', 'right_key'] %}
{%- set text = dbt.type_string() %}

with

identity_map as {{ inlined() }} (
    select * from {{ ref('identity_map') }}
),

evidence as {{ inlined() }} (
    select * from {{ ref('identity_evidence') }}
),

edges as {{ inlined() }} (
    select * from {{ ref('identity_edges') }}
),

components as {{ inlined() }} (
    select * from {{ ref('identity_components') }}
),

uniform_contacts as {{ inlined() }} (
    select * from {{ ref('uniform_contacts') }}
),

decisions as (
    select * from {{ ref('human_decisions') }}
),

proposed_pairs as {{ inlined() }} (
    select * from {{ source('values', 'proposed_pairs') }}
),

guarded as (
    select
        evidence.guard as reason,
        evidence.kind,
        evidence.value,
        {{ qualified('evidence', pair) }},
        evidence.people_count,
        row_number() over (
            partition by evidence.kind, evidence.value
            order by
                case evidence.guard when 'ambiguous' then 1 else 0 end,
                evidence.guard,
                {{ qualified('evidence', pair) }}
        ) as place
    from evidence
    inner join identity_map as one
        on evidence.left_source = one.source and evidence.left_key = one.contact_key
    inner join identity_map as other
        on evidence.right_source = other.source and evidence.right_key = other.contact_key
    where
        evidence.guard is not null
        and evidence.guard <> 'human_different'
        and (one.customer_id <> other.customer_id or evidence.people_count > 2)
),

-- One row per value, however many share it: the first two who are not one person.
shared_values as (
    select
        reason,
        kind,
        value,
        {{ pair | join(',\n        ') }},
        people_count
    from guarded
    where place = 1
),

-- Clusters of which a guard keeps parts apart, and the edges between the parts.
split_points as (
    select
        components.source,
        components.contact_key,
        components.cluster_id,
        components.component_id,
        {{ guarding_columns('uniform_contacts') }},
        count(uniform_contacts.name_id) over (partition by components.cluster_id) as named_count
    from components
    left join uniform_contacts
        on {{ same_key('components', 'uniform_contacts', ['source', 'contact_key']) }}
    where components.is_split
),

parting as (
    select
        {{ qualified('edges', pair) }},
        edges.kind,
        edges.value,
        edges.rule,
        edges.tier,
        one.cluster_id,
        least(one.component_id, other.component_id) as left_component,
        greatest(one.component_id, other.component_id) as right_component,
        one.named_count,
        {{ rank_of('edges.rule') }} as rule_rank
    from split_points as one
    inner join edges
        on one.source = edges.left_source and one.contact_key = edges.left_key
    inner join split_points as other
        on edges.right_source = other.source and edges.right_key = other.contact_key
    where one.component_id <> other.component_id
),

parts as (
    select
        left_component,
        right_component,
        cluster_id,
        min(tier) as tier,
        max(named_count) as named_count,
        count(distinct kind || value) as values_count
    from parting
    group by left_component, right_component, cluster_id
),

explained as (
    select
        parts.left_component,
        parts.right_component,
        {{ why_apart('split_points', 'parts') }} as reason
    from parts
),

ranked as (
    select
        explained.reason,
        {{ qualified('parting', pair + ['kind', 'value', 'rule', 'cluster_id']) }},
        count(*) over (partition by parting.cluster_id, explained.reason) as refused_count,
        row_number() over (
            partition by parting.cluster_id, explained.reason
            order by parting.rule_rank, {{ qualified('parting', pair + ['kind', 'value']) }}
        ) as place
    from parting
    inner join explained
        on {{ same_key('parting', 'explained', ['left_component', 'right_component']) }}
),

-- One row per cluster and reason, however many parts it has: the strongest edge that was refused.
clusters as (
    select
        cluster_id,
        count(distinct component_id) as people_count
    from split_points
    group by cluster_id
),

refused as (
    select
        ranked.reason,
        {{ qualified('ranked', pair + ['kind', 'value', 'rule']) }},
        clusters.people_count
    from ranked
    inner join clusters
        on ranked.cluster_id = clusters.cluster_id
    where ranked.place = 1
),

decided as (
    select
        case
            when not decisions.is_known then 'unknown_record'
            when decisions.decision = 'different' then 'human_different'
            else 'refused_same'
        end as reason,
        {{ qualified('decisions', pair) }},
        nullif(
            concat_ws(
                ', ', decisions.decided_by, cast(decisions.decided_on as {{ text }}), decisions.note
            ),
            ''
        ) as remark
    from decisions
    left join identity_map as one
        on decisions.left_source = one.source and decisions.left_key = one.contact_key
    left join identity_map as other
        on decisions.right_source = other.source and decisions.right_key = other.contact_key
    where
        not decisions.is_known
        or decisions.decision = 'different'
        or one.customer_id <> other.customer_id
),

proposed as (
    select
        {{ qualified('proposed_pairs', ['matcher'] + pair + ['probability', 'evidence']) }}
    from proposed_pairs
    inner join identity_map as one
        on proposed_pairs.left_source = one.source and proposed_pairs.left_key = one.contact_key
    inner join identity_map as other
        on
            proposed_pairs.right_source = other.source
            and proposed_pairs.right_key = other.contact_key
    left join decisions
        on {{ same_key('proposed_pairs', 'decisions', pair) }}
    where
        proposed_pairs.is_present
        and proposed_pairs.probability >= {{ var('matcher_review_probability') }}
        and proposed_pairs.probability < {{ var('matcher_link_probability') }}
        and one.customer_id <> other.customer_id
        and decisions.decision is null
),

{%- set parts = {
    'shared_values': {'rule': none, 'probability': none, 'remark': none},
    'refused': {'probability': none, 'remark': none},
    'decided': {
        'kind': "'human'", 'value': none, 'rule': none, 'probability': none, 'people_count': none,
    },
    'proposed': {
        'reason': "'matcher_proposal'", 'kind': "'matcher'", 'value': 'matcher',
        'rule': none, 'people_count': none, 'remark': 'evidence',
    },
} %}
{%- set types = {'probability': 'double precision', 'people_count': 'bigint'} %}
{%- set columns = ['reason', 'kind', 'value', 'rule', 'people_count', 'probability', 'remark'] %}

matters as (
    {%- for part, said in parts.items() %}
    {{ 'union all' if not loop.first }}
    select
        {%- for column in columns %}
        {%- set value = said.get(column, column) %}
        {{ 'cast(null as ' ~ types.get(column, text) ~ ')' if value is none else value }}
            as {{ column }},
        {%- endfor %}
        {{ pair | join(',\n        ') }}
    from {{ part }}
    {%- endfor %}
),

final as (
    select
        {{ fingerprint(
            "concat_ws(" ~ key_separator()
            ~ ", matters.reason, matters.kind, matters.value, matters.left_source,"
            ~ " matters.left_key, matters.right_source, matters.right_key)"
        ) }} as review_id,
        matters.reason,
        {{ review_text('matters.reason', 0) }} as explanation,
        {{ qualified('matters', ['kind', 'value', 'rule'] + pair) }},
        one.customer_id as left_customer_id,
        other.customer_id as right_customer_id,
        matters.people_count,
        matters.probability,
        matters.remark,
        {{ review_text('matters.reason', 1) }} as what_to_do
    from matters
    left join identity_map as one
        on matters.left_source = one.source and matters.left_key = one.contact_key
    left join identity_map as other
        on matters.right_source = other.source and matters.right_key = other.contact_key
)

select * from final
