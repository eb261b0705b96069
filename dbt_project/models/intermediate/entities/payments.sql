-- Grain: one row per source, order and payment, in its latest valid version.
{{ config(
    unique_key=['source', 'order_key'],
    indexes=[
        {'columns': ['source', 'order_key', 'payment_key'], 'unique': True},
        {'columns': ['paid_on']},
        {'columns': ['_build_id']},
    ],
) }}

{{ order_parts('payments', 'payment_key') }}
