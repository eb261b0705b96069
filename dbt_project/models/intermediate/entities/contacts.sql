-- Grain: one row per source and contact, in its latest valid version.
{{ config(
    unique_key=['source', 'contact_key'],
    indexes=[
        {'columns': ['source', 'contact_key'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}
{%- set key = ['source', 'contact_key'] %}
{%- set columns = contract_columns('contacts') %}

with

stated as (
    {% call set_aside('stated') %}
    {{ union_entity('contacts') }}
    {% endcall %}
),

-- A refusal stays said whatever the later versions of the row forget: it is kept beside the latest.
-- Without a day of its own it was true when the row last changed; without that, for ever.
spoken as (
    select
        {{ (columns + version_columns()) | join(',\n        ') }},
        case
            when not email_consent
                then coalesce(
                    email_consent_at, _version_at, cast('{{ var("latest_date") }}' as timestamptz)
                )
        end as _opted_out_at
    from stated
),

{% if is_incremental() %}
touched as (
    select distinct
        source,
        contact_key
    from stated
),

known as (
    {{ known_rows(key, columns + version_columns() + ['_opted_out_at', '_build_id']) }}
),

{% endif %}
versions as (
    select
        {{ (columns + version_columns()) | join(',\n        ') }},
        _opted_out_at
    from spoken
    {% if is_incremental() %}
    union all
    select
        {{ (columns + version_columns()) | join(',\n        ') }},
        _opted_out_at
    from known
    {% endif %}
),

refusals as (
    select
        source,
        contact_key,
        max(_opted_out_at) as _opted_out_at
    from versions
    where _opted_out_at is not null
    group by source, contact_key
),

latest as (
    {{ latest_version('versions', key, columns + version_columns()) }}
),

whole as (
    select
        {{ qualified('latest', columns + version_columns()) }},
        refusals._opted_out_at
    from latest
    left join refusals
        on latest.source = refusals.source and latest.contact_key = refusals.contact_key
),

final as (
    select
        {{ qualified('whole', columns + version_columns() + ['_opted_out_at']) }},
        {% if is_incremental() -%}
        {{ build_of_change('whole', 'known', 'source', columns + ['_opted_out_at']) }} as _build_id
        {%- else -%}
        {{ build_id() }} as _build_id
        {%- endif %}
    from whole
    {% if is_incremental() -%}
    left join known
        on whole.source = known.source and whole.contact_key = known.contact_key
    {%- endif %}
)

select * from final
