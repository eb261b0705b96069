{#- Which customers a table per customer must compute again: whoever owns, or ever owned, a contact
    point that the called block names (columns source, contact_key), and whoever won or lost a
    contact point in a build after `since`:
    {% raw %}{% call touched_customers(watermark()) %} select source, contact_key … {% endcall %}{% endraw %}. -#}
{% macro touched_customers(since) %}
    {%- set mentioned = caller() %}
    select identity_map.customer_id
    from (
        {% call set_aside('mentioned') %}{{ mentioned }}{% endcall %}
    ) as mentioned
    inner join {{ ref('identity_map') }} as identity_map
        on
            mentioned.source = identity_map.source
            and mentioned.contact_key = identity_map.contact_key
    union
    select customer_id
    from {{ ref('identity_assignments') }}
    where _build_id > {{ since }}
    union
    select previous_customer_id as customer_id
    from {{ ref('identity_assignments') }}
    where _build_id > {{ since }} and previous_customer_id is not null
{%- endmacro %}


{#- Customers whose orders are news since a build. An order may have passed from one contact to
    another: whoever ever had it is touched. -#}
{% macro touched_buyers(since) %}
    {% call touched_customers(since) %}
    select
        orders.source,
        parts.part as contact_key
    from {{ ref('orders') }} as orders
    {{ join_parts('orders._contact_keys', key_separator(), 'parts') }}
    where orders._build_id > {{ since }}
    union
    select
        source,
        contact_key
    from {{ ref('order_values') }}
    where _build_id > {{ since }} and contact_key is not null
    {% endcall %}
{%- endmacro %}


{#- The two readings of a customer's history: `today` predicts; `hold_out` knows only what was bought
    until some days ago, so that its prediction can be held against what came. -#}
{% macro value_readings() %}
    select
        'today' as reading,
        {{ as_of() }} as seen_on
    union all
    select
        'hold_out' as reading,
        {{ plus_days(as_of(), -(var('value_hold_out_days') | int)) }} as seen_on
{%- endmacro %}


{#- Days rounded down to what a history's resolution counts: single days, or whole weeks. -#}
{% macro at_resolution(days, resolution) -%}
    cast({{ days }} - mod({{ days }}, {{ resolution }}) as integer)
{%- endmacro %}


{#- What a purchase day to come is worth (Gamma-Gamma): the customer's own mean, drawn towards
    everybody's the more, the fewer repeat purchases tell it. Without parameters, everybody's mean. -#}
{% macro expected_purchase_value(histories, models) -%}
    {%- set weight = models ~ '.money_p * ' ~ histories ~ '.x' -%}
    {%- set own -%}
        coalesce({{ weight }} / nullif({{ weight }} + {{ models }}.money_q - 1, 0), 0)
    {%- endset -%}
    (1 - {{ own }}) * {{ models }}.money_mean
    + {{ own }} * coalesce({{ histories }}.mean_cents, 0) / 100.0
{%- endmacro %}
