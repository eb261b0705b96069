-- Grain: one row per source that lists it, source of the orders, and order: the last list with it.
{{ config(
    unique_key=['source', 'order_source', 'order_key'],
    indexes=[
        {'columns': ['source', 'order_source', 'order_key'], 'unique': True},
        {'columns': ['order_source', 'swept_at']},
        {'columns': ['_build_id']},
    ],
) }}

{{ entity_rows('order_keys', ['source', 'order_source', 'order_key']) }}
