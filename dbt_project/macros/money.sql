{#- Money of one order line without VAT, in integer cents of the order's currency. -#}

{#- What the line brings in after its own discount. -#}
{% macro line_net_cents(gross, discount, tax, includes_vat) -%}
    case
        when {{ includes_vat }} then {{ gross }} - {{ discount }} - {{ tax }}
        else {{ gross }} - {{ discount }}
    end
{%- endmacro %}


{#- The line at full price. The VAT that a source states is that of the discounted price: the full
    price is freed of it by the same share. A line given away shows no VAT, so none is taken off. -#}
{% macro line_gross_cents(gross, discount, tax, includes_vat) -%}
    case
        when {{ includes_vat }} and {{ gross }} <> {{ discount }}
            then cast(
                round(
                    cast({{ gross }} as numeric) * ({{ gross }} - {{ discount }} - {{ tax }})
                    / nullif({{ gross }} - {{ discount }}, 0)
                ) as bigint
            )
        else {{ gross }}
    end
{%- endmacro %}


{#- Cents of another currency at a rate, as cents of the business currency. -#}
{% macro converted_cents(cents, rate) -%}
    cast(round({{ cents }} * {{ rate }}) as bigint)
{%- endmacro %}
