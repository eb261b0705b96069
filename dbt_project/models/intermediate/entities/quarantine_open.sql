-- Grain: one row per quarantined row that no later valid version of the same key has mended.
{{ config(materialized='view') }}
{%- set keys = {
    'contacts': 'contact_key', 'orders': 'order_key', 'order_lines': 'order_key',
    'refunds': 'order_key', 'payments': 'order_key', 'order_keys': 'order_key',
    'control_totals': 'total_key', 'message_events': 'event_key',
} %}

with

quarantine as {{ inlined() }} (
    select * from {{ ref('quarantine') }}
),

valid_versions as (
    {% for entity, key in keys.items() -%}
    {{ "union all" if not loop.first }}
    select
        '{{ entity }}' as entity,
        source,
        {{ key }} as entity_key,
        _version_at,
        _file_name,
        _statement_id
    from {{ ref(entity) }}
    {% endfor %}
),

mended as (
    select distinct
        quarantine.source,
        quarantine.entity,
        quarantine._load_id,
        quarantine._row_number
    from quarantine
    inner join valid_versions
        on
            quarantine.entity = valid_versions.entity
            and quarantine.source = valid_versions.source
            and quarantine.entity_key = valid_versions.entity_key
    where
        coalesce(valid_versions._version_at, cast('{{ var("earliest_date") }}' as timestamptz))
        >= coalesce(quarantine._version_at, cast('{{ var("earliest_date") }}' as timestamptz))
        and (
            valid_versions._version_at > quarantine._version_at
            or valid_versions._file_name > quarantine._file_name
            or (
                valid_versions._file_name = quarantine._file_name
                and valid_versions._statement_id > quarantine._statement_id
            )
        )
),

final as (
    select
        quarantine.source,
        quarantine.entity,
        quarantine.entity_key,
        quarantine.reasons,
        quarantine._load_id,
        quarantine._row_number
    from quarantine
    left join mended
        on
            quarantine.source = mended.source
            and quarantine.entity = mended.entity
            and quarantine._load_id = mended._load_id
            and quarantine._row_number = mended._row_number
    where mended.source is null
)

select * from final
