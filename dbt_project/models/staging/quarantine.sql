-- Grain: one row per row of a staging view that cannot be used, with all its reasons.
{{ config(
    materialized='incremental',
    unique_key=['source', 'entity', '_load_id', '_row_number'],
    incremental_strategy='touched',
    post_hook="{{ record_progress() }}",
    indexes=[{'columns': ['source', 'entity', '_load_id', '_row_number']}],
) }}
{%- set keys = {
    'contacts': 'contact_key', 'orders': 'order_key', 'order_lines': 'order_key',
    'refunds': 'order_key', 'payments': 'order_key', 'order_keys': 'order_key',
    'control_totals': 'total_key', 'message_events': 'event_key',
} %}

with

refused as (
    {%- for entity, key in keys.items() %}
    {{ "union all" if not loop.first }}
    {{ refused_rows(entity, key) }}
    {%- endfor %}
),

final as (
    select
        source,
        entity,
        entity_key,
        reasons,
        _version_at,
        _file_name,
        _statement_id,
        _load_id,
        _row_number,
        {{ build_id() }} as _build_id
    from refused
)

select * from final
