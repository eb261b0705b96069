{#- A name to compare with its legal form and owner, as one text: the name alone where both are
    empty. -#}
{% macro company_unit(alias='') -%}
    {{ alias }}name_key
    || case when {{ alias }}legal_form <> '' then '|' || {{ alias }}legal_form else '' end
    || case when {{ alias }}owner_key <> '' then '|of ' || {{ alias }}owner_key else '' end
{%- endmacro %}


{#- The VAT number that a contact states of its company, inside the name or beside it; empty for
    none. -#}
{% macro company_vat(alias='') -%}
    coalesce({{ alias }}company_vat_number, {{ alias }}vat_number, '')
{%- endmacro %}
