{#-
  Which contact a field of the card comes from. The contacts of a customer are ranked once: the
  source with the smallest priority first (`config.meta.priority` of its sources.yml, 100 where it
  says nothing), then the one updated last. A group of fields is taken whole from the first contact
  that knows it, so that a street never meets another contact's city; a country alone is no address.
-#}
{% macro survivorship() %}
    {{- return({
        'name': {'fields': ['first_name', 'last_name']},
        'company': {'fields': ['company_name']},
        'phone': {'fields': ['phone']},
        'address': {
            'fields': ['street', 'postal_code', 'city', 'province', 'country'],
            'known_by': ['street', 'postal_code', 'city', 'province'],
        },
        'birth': {'fields': ['birth_date']},
        'gender': {'fields': ['gender']},
        'owner': {'fields': ['owner_name']},
    }) -}}
{% endmacro %}


{#- The rank of the first contact that knows any of the columns. -#}
{% macro first_place(columns) -%}
    min(case when {{ columns | join(' is not null or ') }} is not null then place end)
        over (partition by customer_id)
{%- endmacro %}


{#- The declared priority of a source as a number; the smaller one is believed first. -#}
{% macro source_priority(source) -%}
    {%- set priorities = {} -%}
    {%- if execute -%}
        {%- for declared in graph.sources.values() -%}
            {%- do priorities.update({
                declared.source_name: (declared.source_meta or {}).get('priority', 100)
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if priorities -%}
    case {{ source }}
        {%- for name, priority in priorities | dictsort %}
        when '{{ name }}' then {{ priority }}
        {%- endfor %}
        else 100
    end
    {%- else -%}
    100
    {%- endif -%}
{%- endmacro %}


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
