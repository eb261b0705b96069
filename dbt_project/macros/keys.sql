{#- The contact key of somebody known by the e-mail address alone (a guest, a recipient). -#}
{% macro email_key(email) -%}
    'email:' || {{ email }}
{%- endmacro %}


{#- Customers who won or lost a contact point since this model was last built. -#}
{% macro reassigned_customers() -%}
    select customer_id
    from {{ news(ref('identity_assignments')) }} as won
    union
    select previous_customer_id as customer_id
    from {{ news(ref('identity_assignments')) }} as lost
    where previous_customer_id is not null
{%- endmacro %}


{% macro email_of_key(contact_key) -%}
    case when {{ contact_key }} like 'email:%' then substr({{ contact_key }}, 7) end
{%- endmacro %}
