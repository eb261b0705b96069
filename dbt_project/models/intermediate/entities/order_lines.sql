-- Grain: one row per source, order and line, in its latest valid version.
{{ config(
    unique_key=['source', 'order_key'],
    indexes=[
        {'columns': ['source', 'order_key', 'line_key'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}

{{ order_parts('order_lines', 'line_key') }}
