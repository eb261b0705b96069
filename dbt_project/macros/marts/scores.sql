{#- Ranks and scores by which equal values are never told apart. -#}

{#- Which of so many equal shares of the rows a value falls into, 1 the lowest: rows with one value
    always fall into one share, so shares may be of different size (ntile would split them). -#}
{% macro equal_share(value, shares, direction='asc') -%}
    least(
        1 + cast(
            floor({{ shares }} * percent_rank() over (order by {{ value }} {{ direction }}))
            as integer
        ),
        {{ shares }}
    )
{%- endmacro %}


{#- The rank of a value among all rows; equal values share the mean of their places (Spearman). -#}
{% macro mean_rank(value) -%}
    rank() over (order by {{ value }})
    + (count(*) over (partition by {{ value }}) - 1) / 2.0
{%- endmacro %}


{#- A score from 1 to 5: by thresholds (the values from which on the next score is reached), or
    without any in fifths. A falling score is best for the lowest value. -#}
{% macro score_of_five(value, thresholds, falling=false) -%}
    {%- if not thresholds -%}
    {{ equal_share(value, 5, 'desc' if falling else 'asc') }}
    {%- else -%}
    {{ 5 if falling else 1 }}
    {%- for threshold in thresholds %}
    {{ '-' if falling else '+' }} case when {{ value }} >= {{ threshold }} then 1 else 0 end
    {%- endfor %}
    {%- endif -%}
{%- endmacro %}


{#- What the frequency of RFM counts, per customer of purchase_days. -#}
{% macro rfm_frequency() -%}
    {%- set counted = {'purchase_days': 'count(*)', 'orders': 'sum(orders_count)'} -%}
    {%- if var('rfm_frequency') not in counted -%}
        {%- do exceptions.raise_compiler_error(
            "rfm_frequency is '" ~ var('rfm_frequency') ~ "': give purchase_days or orders"
        ) -%}
    {%- endif -%}
    {{ counted[var('rfm_frequency')] }}
{%- endmacro %}
