-- Grain: one row per contact point and change of its customer, never rewritten.
{{ config(
    unique_key=['source', 'contact_key', '_build_id'],
    full_refresh=false,
    indexes=[
        {'columns': ['source', 'contact_key', '_build_id'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}

with

contact_points as {{ inlined() }} (
    select * from {{ ref('contact_points') }}
),

-- One customer per e-mail address; without an address, per contact point. The customer's id comes
-- from the first of its points, so it depends on the data alone and not on who came first here.
anchored as (
    select
        source,
        contact_key,
        first_value(source) over persons as anchor_source,
        first_value(contact_key) over persons as anchor_key
    from contact_points
    {% if is_incremental() -%}
    where exists (select news.source from {{ news(ref('contact_points')) }} as news)
    {%- endif %}
    window persons as (
        partition by
            coalesce(email, source || {{ key_separator() }} || contact_key)
        order by registered_on nulls last, source, contact_key
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
numbered as (
    select
        source,
        contact_key,
        customer_id,
        row_number() over (
            partition by source, contact_key order by _build_id desc
        ) as place
    from {{ this }}
    where _build_id < {{ build_id() }}
),

standing as (
    select
        source,
        contact_key,
        customer_id
    from numbered
    where place = 1
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
        on assigned.source = standing.source and assigned.contact_key = standing.contact_key
    where assigned.customer_id is distinct from standing.customer_id
    {%- endif %}
)

select * from final
