-- Grain: one row per contact point and change of its customer, never rewritten.
{%- set key = ['source', 'contact_key'] %}
{{ config(
    unique_key=['source', 'contact_key', '_build_id'],
    full_refresh=false,
    on_schema_change='append_new_columns',
    indexes=[
        {'columns': ['source', 'contact_key', '_build_id'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}

with

contact_points as {{ inlined() }} (
    select * from {{ ref('contact_points') }}
),

components as {{ inlined() }} (
    select * from {{ ref('identity_components') }}
),

{% if is_incremental() %}
moved as (
    {% call set_aside('moved') %}
    select
        {{ qualified('points', key) }}
    from {{ news(ref('contact_points')) }} as points
    union
    select
        {{ qualified('come', key) }}
    from {{ news(ref('identity_components')) }} as come
    union
    select
        {{ qualified('gone', key) }}
    from {{ withdrawn_news(ref('identity_components')) }} as gone
    {% endcall %}
),

-- All the points of every person of whom one point moved.
touched as (
    select
        {{ qualified('moved', key) }}
    from moved
    union
    select
        {{ qualified('others', key) }}
    from moved
    inner join components as mine
        on {{ same_key('moved', 'mine', key) }}
    inner join components as others
        on mine.component_id = others.component_id
),

{% endif %}
-- One customer per component; without one, per contact point. The customer's id comes from the
-- first of its points, so it depends on the data alone and not on who came first here.
anchored as (
    select
        contact_points.source,
        contact_points.contact_key,
        first_value(contact_points.source) over persons as anchor_source,
        first_value(contact_points.contact_key) over persons as anchor_key
    from contact_points
    {% if is_incremental() -%}
    inner join touched
        on {{ same_key('contact_points', 'touched', key) }}
    {% endif -%}
    left join components -- noqa: ST11
        on {{ same_key('contact_points', 'components', key) }}
    window persons as (
        partition by
            coalesce(
                components.component_id,
                {{ point('contact_points.source', 'contact_points.contact_key') }}
            )
        order by
            contact_points.registered_on nulls last,
            contact_points.source,
            contact_points.contact_key
    )
),

assigned as (
    select
        source,
        contact_key,
        'c' || substr({{ fingerprint("anchor_source || ':' || anchor_key") }}, 1, 15) as customer_id
    from anchored
),

{% if is_incremental() %}
history as (
    select
        {{ qualified('before', key + ['customer_id', '_build_id']) }}
    from {{ this }} as before
    inner join touched
        on {{ same_key('before', 'touched', key) }}
    where before._build_id < {{ build_id() }}
),

standing as (
    {{ first_per_key('history', key, key + ['customer_id'], ['_build_id desc']) }}
),

{% endif %}
final as (
    select
        assigned.source,
        assigned.contact_key,
        assigned.customer_id,
        {% if is_incremental() -%}
        standing.customer_id as previous_customer_id,
        {% else -%}
        cast(null as text) as previous_customer_id,
        {% endif -%}
        {{ build_id() }} as _build_id
    from assigned
    {% if is_incremental() -%}
    left join standing
        on {{ same_key('assigned', 'standing', key) }}
    where assigned.customer_id is distinct from standing.customer_id
    {%- endif %}
)

select * from final
