{#- Why a row cannot be used (law 1): each macro gives "<field>: <problem>" or null, never the value,
    which may be personal. reasons() joins them; null means that the row is good. -#}

{% macro reasons(found) -%}
    nullif(
        concat_ws(
            '; ',
            {% for reason in found -%}
            {{ reason }}{{ "," if not loop.last }}
            {% endfor %}
        ),
        ''
    )
{%- endmacro %}


{% macro missing(value, field) -%}
    case when {{ value }} is null then '{{ field }}: missing' end
{%- endmacro %}


{#- Something was written, but it is not what the field must be. -#}
{% macro unreadable(written, value, field, kind) -%}
    case
        when {{ value }} is null and {{ filled(written) }} is not null
            then '{{ field }}: not {{ kind }}'
    end
{%- endmacro %}


{% macro absurd_day(value, field, earliest=none) -%}
    case
        when
            {{ value }} < cast('{{ earliest or var("earliest_date") }}' as date)
            or {{ value }} > cast('{{ var("latest_date") }}' as date)
            then '{{ field }}: absurd date'
    end
{%- endmacro %}


{% macro forbidden(condition, field, problem) -%}
    case when {{ condition }} then '{{ field }}: {{ problem }}' end
{%- endmacro %}


{% macro not_among(value, known, field) -%}
    case
        when {{ value }} not in ('{{ known | join("', '") }}') then '{{ field }}: unknown value'
    end
{%- endmacro %}


{#- The words of the contract, in one place. -#}
{% macro known_values(field) %}
    {{- return({
        'financial_status': [
            'pending', 'authorized', 'partially_paid', 'paid', 'partially_refunded', 'refunded',
            'voided',
        ],
        'channel': ['online', 'store', 'phone', 'marketplace'],
        'order_type': ['sale', 'return', 'adjustment'],
        'payment_kind': ['authorization', 'sale', 'capture', 'refund', 'void'],
        'payment_status': ['success', 'pending', 'failure'],
        'event_type': [
            'sent', 'deferred', 'delivered', 'bounce', 'dropped', 'open', 'click', 'complaint',
            'unsubscribe', 'resubscribe', 'reply',
        ],
        'bounce_type': ['hard', 'soft', 'block'],
    }[field]) -}}
{% endmacro %}
