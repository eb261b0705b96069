{#-
  How complete a card is. Three vars of dbt_project.yml say it: completeness_weights (the fields and
  what each is worth), questions (what may be asked of a customer, and by which channels).
-#}

{#- The fields that count, the most valuable first, then as declared: pairs (field, weight). -#}
{% macro weighed_fields() %}
    {{- return(var('completeness_weights').items() | list | sort(attribute='1', reverse=true)) -}}
{% endmacro %}


{#- How much of the card is known: the weights of the known fields over all weights, 0 to 1. -#}
{% macro completeness(relation) -%}
    {%- set weights = var('completeness_weights') -%}
    cast(
        (
            {%- for field, weight in weights.items() %}
            {{ '+ ' if not loop.first }}case when {{ relation }}.{{ field }} is not null then {{ weight }} else 0 end
            {%- endfor %}
        ) / {{ weights.values() | sum }}.0 as numeric(4, 3)
    )
{%- endmacro %}


{#- How many of the fields that count are known. -#}
{% macro known_fields(relation) -%}
    (
        {%- for field, _weight in weighed_fields() %}
        {{ '+ ' if not loop.first }}case when {{ relation }}.{{ field }} is not null then 1 else 0 end
        {%- endfor %}
    )
{%- endmacro %}


{#- The names of those that are not, the most valuable first; null when nothing is missing. -#}
{% macro missing_fields(relation) -%}
    nullif(
        concat_ws(
            ', '
            {%- for field, _weight in weighed_fields() %},
            case when {{ relation }}.{{ field }} is null then '{{ field }}' end
            {%- endfor %}
        ),
        ''
    )
{%- endmacro %}


{#- The channels by which a missing field may be asked now, as a case that gives the best of them, null
    where there is none. The relation has can_email, can_phone and can_meet. -#}
{% macro best_channel(relation, field) -%}
    {%- set channels = {'email': 'can_email', 'phone': 'can_phone', 'meeting': 'can_meet'} -%}
    case
        {%- for channel in var('questions').get(field, []) %}
        when {{ relation }}.{{ channels[channel] }} then '{{ channel }}'
        {%- endfor %}
    end
{%- endmacro %}


{#- For the most valuable field that is missing and can be asked: what `value` gives for it. -#}
{% macro of_next_question(relation, value) -%}
    case
        {%- for field, weight in weighed_fields() if var('questions').get(field) %}
        when {{ relation }}.{{ field }} is null and {{ best_channel(relation, field) }} is not null
            then
                {% if value == 'field' %}'{{ field }}'
                {%- elif value == 'weight' %}{{ weight }}
                {%- else %}{{ best_channel(relation, field) }}{% endif %}
        {%- endfor %}
    end
{%- endmacro %}
