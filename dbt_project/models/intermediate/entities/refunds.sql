-- Grain: one row per source, order and refund, in its latest valid version.
{{ config(
    unique_key=['source', 'order_key'],
    indexes=[
        {'columns': ['source', 'order_key', 'refund_key'], 'unique': True},
        {'columns': ['refunded_on']},
        {'columns': ['_build_id']},
    ],
) }}

{{ order_parts('refunds', 'refund_key') }}
