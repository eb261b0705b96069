-- Grain: one row per contact point that any edge reaches.
{%- set key = ['source', 'contact_key'] %}
{%- set columns = ['cluster_id', 'component_id', 'is_split'] %}
{{ config(
    unique_key=key,
    remembers=key,
    post_hook="{{ keep_withdrawn() }}",
    indexes=[
        {'columns': ['source', 'contact_key'], 'unique': True},
        {'columns': ['cluster_id']},
        {'columns': ['component_id']},
        {'columns': ['_build_id']},
    ],
) }}

-- depends_on: {{ ref('identity_edges') }}
-- depends_on: {{ ref('identity_evidence') }}
-- depends_on: {{ ref('identity_edge_ledger') }}
-- depends_on: {{ ref('human_decisions') }}
-- depends_on: {{ ref('uniform_contacts') }}
-- depends_on: {{ ref('blocked_values') }}

with

{# The points of clusters that anything new concerns; with is_incremental() false, all. -#}
{% set affected = affected_points() %}
{% set components = components_of_edges(affected) %}
numbered as (
    select * from {{ components }}
),

-- A cluster and a component have their name from the first of their points: from the data alone.
clusters as (
    select
        cluster,
        'g' || substr({{ fingerprint('min(point)') }}, 1, 15) as cluster_id,
        min(component) <> max(component) as is_split
    from numbered
    group by cluster
),

components as (
    select
        component,
        'g' || substr({{ fingerprint('min(point)') }}, 1, 15) as component_id
    from numbered
    group by component
),

present as (
    select
        numbered.source,
        numbered.contact_key,
        clusters.cluster_id,
        components.component_id,
        clusters.is_split
    from numbered
    inner join clusters
        on numbered.cluster = clusters.cluster
    inner join components
        on numbered.component = components.component
),

{% if is_incremental() %}
affected as (
    select * from {{ affected.points }}
),

known as (
    select
        before.source,
        before.contact_key,
        {{ qualified('before', columns + ['_build_id']) }}
    from {{ this }} as before
    inner join affected
        on {{ same_key('before', 'affected', key) }}
),

-- When one point of a component comes or goes, all of it is news: its first contact may be another.
changed as (
    select
        known.component_id as component_before,
        present.component_id as component_after
    from known
    full outer join present
        on {{ same_key('known', 'present', key) }}
    where known.component_id is distinct from present.component_id
),

changed_components as (
    select component_before as component_id
    from changed
    union
    select component_after as component_id
    from changed
),

-- A point that no edge reaches any more loses its row.
final as (
    select
        affected.source,
        affected.contact_key,
        {{ qualified('present', columns) }},
        case
            when present.source is null then null
            when
                known.source is null
                or changed_components.component_id is not null
                or {{ differs('present', 'known', columns) }}
                then {{ build_id() }}
            else known._build_id
        end as _build_id
    from affected
    left join present
        on {{ same_key('affected', 'present', key) }}
    left join known
        on {{ same_key('affected', 'known', key) }}
    left join changed_components
        on present.component_id = changed_components.component_id
)
{% else %}
final as (
    select
        {{ qualified('present', key + columns) }},
        {{ build_id() }} as _build_id
    from present
)
{% endif %}

select * from final
