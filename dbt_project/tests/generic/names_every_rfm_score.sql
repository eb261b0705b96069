{#- Scores from 111 to 555 that have not exactly one name. -#}
{% test names_every_rfm_score(model) %}

with

digits as (
    select 1 as digit
    {% for digit in range(2, 6) -%}
    union all
    select {{ digit }} as digit
    {% endfor -%}
),

scores as (
    select
        cast(recency.digit * 100 + frequency.digit * 10 + monetary.digit as {{ dbt.type_string() }})
            as rfm_score
    from digits as recency
    cross join digits as frequency
    cross join digits as monetary
),

counts as (
    select
        rfm_score,
        count(segment) as names
    from {{ model }}
    group by rfm_score
),

exceptions as (
    select
        coalesce(scores.rfm_score, counts.rfm_score) as rfm_score,
        coalesce(counts.names, 0) as names
    from scores
    full outer join counts
        on scores.rfm_score = counts.rfm_score
    where counts.names is distinct from 1 or scores.rfm_score is null
)

select * from exceptions

{% endtest %}
