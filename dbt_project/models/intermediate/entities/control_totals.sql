-- Grain: one row per source that states it, source of the orders, shop, day and currency.
{{ config(
    unique_key=['source', 'total_key'],
    indexes=[
        {'columns': ['source', 'total_key'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}

{{ entity_rows('control_totals', ['source', 'total_key']) }}
