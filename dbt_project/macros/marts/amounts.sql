{#- Integer cents as an amount with two decimals. -#}
{% macro amount(cents) -%}
    cast(cast({{ cents }} as numeric) / 100 as numeric(14, 2))
{%- endmacro %}


{#- A part over a whole, to so many decimals; null where there is nothing to divide by. -#}
{% macro rate(part, whole, digits=5) -%}
    cast(cast({{ part }} as numeric) / nullif({{ whole }}, 0) as numeric(14, {{ digits }}))
{%- endmacro %}


{#- Orders that are news to this side of a mart: changed, or of a contact that became another
    customer's. The model has order_values and identity_map among its CTEs. -#}
{% macro touched_orders() -%}
    select
        order_values.source,
        order_values.order_key
    from order_values
    where order_values._build_id > {{ mart_watermark() }}
    union
    select
        order_values.source,
        order_values.order_key
    from identity_map
    inner join order_values
        on
            identity_map.source = order_values.source
            and identity_map.contact_key = order_values.contact_key
    where identity_map._build_id > {{ mart_watermark() }}
{%- endmacro %}
