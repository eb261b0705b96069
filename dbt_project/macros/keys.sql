{#- The contact key of somebody known by the e-mail address alone (a guest, a recipient). -#}
{% macro email_key(email) -%}
    'email:' || {{ email }}
{%- endmacro %}


{% macro email_of_key(contact_key) -%}
    case when {{ contact_key }} like 'email:%' then substr({{ contact_key }}, 7) end
{%- endmacro %}
