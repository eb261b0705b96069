{#- The rules of survivorship.sql as SQL. -#}

{#- The columns that the rules decide, those that only come along included. -#}
{% macro decided_columns() %}
    {%- set columns = [] -%}
    {%- for group in survivorship() -%}
        {%- do columns.extend(group.columns + (group.along or [])) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}


{#- Each of them as the record gives it that is believed, for a query grouped by customer. -#}
{% macro believed_columns() -%}
    {%- for group in survivorship() -%}
        {%- set outer = loop -%}
        {%- set condition -%}
            {{ group.name }}_place = 1{% if group.only is defined %} and {{ may_stand(group) }}{% endif %}
        {%- endset -%}
        {%- for column in group.columns + (group.along or []) -%}
    max(case when {{ condition }} then {{ column }} end) as {{ column }}
            {{- ",\n        " if not (outer.last and loop.last) }}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}


{#- Does the record say anything of what the group is about? -#}
{% macro says(group) -%}
    ({{ group.columns | join(' is not null or ') }} is not null)
{%- endmacro %}


{#- Under the group's condition a value may stand on the card; without a condition it always may. -#}
{% macro may_stand(group) -%}
    {{ 'coalesce(' ~ group.only.when ~ ', false)' if group.only is defined else 'true' }}
{%- endmacro %}


{#- The orders that decide among records that no preference tells apart: each distinct `then` of the
    rules, by a name. The last two terms are a full tiebreak: no two records share them. -#}
{% macro final_orders() %}
    {%- set words = {
        'source': 'priority',
        'latest': 'updated_at desc nulls last',
        'earliest': 'registered_on nulls last',
    } -%}
    {%- set orders = {} -%}
    {%- for group in survivorship() -%}
        {%- set terms = [] -%}
        {%- for word in group.then -%}{%- do terms.append(words[word]) -%}{%- endfor -%}
        {%- do orders.update({
            'by_' ~ group.then | join('_'): (terms + ['source', 'contact_key']) | join(', ')
        }) -%}
    {%- endfor -%}
    {{ return(orders) }}
{% endmacro %}


{#- The number of a record in the order of belief of a group; null where it says nothing. A preference
    that it does not meet weighs more than all that come after it, so that one sort per final order
    serves every group. -#}
{% macro belief(group) -%}
    {%- set preferences = ([group.only] if group.only is defined else []) + (group.prefer or []) -%}
    case
        when {{ says(group) }}
            then
                {% for preference in preferences -%}
                case when {{ preference.when }} then 0 else {{ 2 ** (loop.length - loop.index) * 1000000 }} end +
                {% endfor -%}
                by_{{ group.then | join('_') }}
    end
{%- endmacro %}


{#- The rules and the sources' priorities in one word: records judged by others are judged again. -#}
{% macro rules_in_force() -%}
    {{ local_md5(tojson([survivorship(), source_priorities()])) }}
{%- endmacro %}


{#- The declared priorities of the sources (`config.meta.priority` of their sources.yml). -#}
{% macro source_priorities() %}
    {%- set priorities = {} -%}
    {%- if execute -%}
        {%- for declared in (graph.sources or {}).values() -%}
            {%- do priorities.update({
                declared.source_name: (declared.source_meta or {}).get('priority', 100)
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(priorities) }}
{% endmacro %}


{#- The priority of a source as a number; the smaller one is believed first, 100 where none is told. -#}
{% macro source_priority(source) -%}
    {%- set priorities = source_priorities() -%}
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


{#- Who of the salespeople of the seed is in charge at as_of, and in which store. A name that the seed
    does not hold has no row: such a person is taken for active. -#}
{% macro tenures() -%}
    select
        owner_key,
        max(is_active) = 1 as is_active,
        max(case when is_active = 1 then store end) as store
    from (
        select
            lower(owner_name) as owner_key,
            store,
            case
                when active_from > {{ as_of() }} or active_to < {{ as_of() }} then 0
                else 1
            end as is_active
        from {{ ref('salespeople') }}
    ) as spans
    group by owner_key
{%- endmacro %}


{#- A group's columns with their values as text. -#}
{% macro written_columns(group) %}
    {%- set values = {} -%}
    {%- for column in group.columns -%}
        {%- do values.update({column: 'cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ ')'}) -%}
    {%- endfor -%}
    {{ return(values) }}
{% endmacro %}


{#- The same for every column of the card, null where more records than one speak of its group. -#}
{% macro sole_values() %}
    {%- set values = {} -%}
    {%- for group in survivorship() -%}
        {%- for column, value in written_columns(group).items() -%}
            {%- do values.update({column:
                'case when ' ~ group.name ~ '_records = 1 and ' ~ may_stand(group) ~ ' then ' ~ value ~ ' end'
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(values) }}
{% endmacro %}


{#- How many preferences the longest group has. -#}
{% macro most_preferences() %}
    {%- set most = namespace(count=0) -%}
    {%- for group in survivorship() -%}
        {%- set most.count = [most.count, (group.prefer or []) | length] | max -%}
    {%- endfor -%}
    {{ return(most.count) }}
{% endmacro %}


{#- What the rules look at in a record, in columns that all groups have in common. -#}
{% macro judged_columns() %}
    {%- set names = ['may_stand'] -%}
    {%- for number in range(most_preferences()) -%}
        {%- do names.append('preferred_' ~ (number + 1)) -%}
    {%- endfor -%}
    {{ return(names + ['priority', 'updated_at', 'registered_on', 'source', 'contact_key']) }}
{% endmacro %}


{#- The name of the first rule that tells two records apart; the columns are those above. -#}
{% macro deciding_rule(card_group, one, other) -%}
    {%- set words = {
        'source': ('source priority', 'priority'),
        'latest': ('latest', 'updated_at'),
        'earliest': ('earliest', 'registered_on'),
    } -%}
    case {{ card_group }}
        {%- for group in survivorship() %}
        when '{{ group.name }}'
            then
                case
                    {%- if group.only is defined %}
                    when {{ one }}.may_stand <> {{ other }}.may_stand or not {{ one }}.may_stand
                        then {{ literal(group.only.rule) }}
                    {%- endif %}
                    {%- for preference in group.prefer or [] %}
                    when {{ one }}.preferred_{{ loop.index }} <> {{ other }}.preferred_{{ loop.index }}
                        then {{ literal(preference.rule) }}
                    {%- endfor %}
                    {%- for word in group.then %}
                    when {{ one }}.{{ words[word][1] }} is distinct from {{ other }}.{{ words[word][1] }}
                        then '{{ words[word][0] }}'
                    {%- endfor %}
                    else 'first of equals'
                end
        {%- endfor %}
    end
{%- endmacro %}
