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
        {{ qualified('children', columns) }}
    from children
    left join parents
        on {{ same_key('children', 'parents', columns) }}
    where parents.{{ columns[0] }} is null
)

select * from exceptions

{% endtest %}
