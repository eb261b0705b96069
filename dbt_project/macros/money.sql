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


{#- Each rate holds until the next one; the first one also holds for the days before it. -#}
{% macro fx_spans(fx_rates) -%}
    select
        currency,
        rate,
        rate_on,
        lag(rate_on) over (partition by currency order by rate_on) is null as is_first,
        lead(rate_on) over (partition by currency order by rate_on) as next_rate_on
    from {{ fx_rates }}
{%- endmacro %}


{% macro in_fx_span(orders, day='ordered_on') -%}
    {{ orders }}.currency = fx_spans.currency
            and ({{ orders }}.{{ day }} >= fx_spans.rate_on or fx_spans.is_first)
            and ({{ orders }}.{{ day }} < fx_spans.next_rate_on or fx_spans.next_rate_on is null)
{%- endmacro %}


{#- Orders whose rate in the seed is no longer the one they were valued at. -#}
{% macro repriced_orders() -%}
    select
        present.source,
        present.order_key
    from {{ this }} as present
    left join ({{ fx_spans(ref('fx_rates')) }}) as fx_spans
        on {{ in_fx_span('present') }}
    where
        present.fx_source in ('table', 'missing')
        and (
            present.fx_rate is distinct from fx_spans.rate
            or present.fx_on is distinct from fx_spans.rate_on
        )
{%- endmacro %}


{#- What shared_cents needs: a row's weight within its group, the sum of weights up to it, and the whole.
    Where weights add up to nothing, every row weighs the same. group is a list; order is the key within
    the group. -#}
{% macro running_weights(weight, group, order) -%}
    {%- set all_rows = '(partition by ' ~ group | join(', ') ~ ')' -%}
    {%- set so_far = '(partition by ' ~ group | join(', ') ~ ' order by ' ~ order ~ ')' -%}
    {%- set whole = 'sum(' ~ weight ~ ') over ' ~ all_rows -%}
    case when {{ whole }} = 0 then 1 else {{ weight }} end as weight,
        case
            when {{ whole }} = 0 then row_number() over {{ so_far }}
            else sum({{ weight }}) over {{ so_far }}
        end as weight_so_far,
        case when {{ whole }} = 0 then count(*) over {{ all_rows }} else {{ whole }} end
            as whole_weight
{%- endmacro %}


{#- A row's share of cents: what the rounded running sum gains by it. The shares of a group add up to
    the cents exactly. -#}
{% macro shared_cents(cents) -%}
    cast(
            round({{ cents }} * weight_so_far / nullif(cast(whole_weight as numeric), 0))
            - round(
                {{ cents }} * (weight_so_far - weight) / nullif(cast(whole_weight as numeric), 0)
            ) as bigint
        )
{%- endmacro %}


{#- What tells the products of a source apart: the key, else the name. -#}
{% macro product_of(line) -%}
    coalesce({{ line }}.product_key, {{ line }}.product_name, 'unknown')
{%- endmacro %}
