{#- Rows whose key (a list of columns) has no row in another model. -#}
{% test has_match(model, columns, to) %}

with

children as (
    select * from {{ model }}
),

parents as (
    select * from {{ to }}
),

exceptions as (
    select
        {% for column in columns -%}
        children.{{ column }}{{ "," if not loop.last }}
        {% endfor %}
    from children
    left join parents
        on {% for column in columns -%}
        {{ "and " if not loop.first }}children.{{ column }} = parents.{{ column }}
        {% endfor %}
    where parents.{{ columns[0] }} is null
)

select * from exceptions

{% endtest %}
