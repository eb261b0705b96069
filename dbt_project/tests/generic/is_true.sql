{#- Rows for which the expression does not hold; unknown is not true. -#}
{% test is_true(model, expression) %}

with

exceptions as (
    select * from {{ model }}
    where not coalesce({{ expression }}, false)
)

select * from exceptions

{% endtest %}
