{#-
  The input contract: the columns that every source is mapped to, per entity, with their types.
  A staging view stg_<source>__<entity> ends with these columns in this order, then
  _version_at, _is_document, _load_id, _row_number, _reasons.
  Money is integer cents of the order's currency; instants carry their zone; dates are business days.
  Texts of contacts (names, companies, addresses, numbers, codes) are as written, only tidy(): what
  they mean is read once per distinct text, later (models/intermediate/uniformity).
-#}
{% macro contract(entity) %}
    {%- set entities = {
        'contacts': [
            ('source', 'text'), ('contact_key', 'text'), ('email', 'text'),
            ('first_name', 'text'), ('last_name', 'text'), ('company_name', 'text'),
            ('phone', 'text'), ('mobile', 'text'), ('street', 'text'), ('postal_code', 'text'),
            ('city', 'text'), ('province', 'text'), ('country', 'text'), ('fiscal_code', 'text'),
            ('vat_number', 'text'), ('loyalty_card', 'text'), ('birth_date', 'date'),
            ('gender', 'text'), ('owner_name', 'text'), ('registered_on', 'date'),
            ('registration_source', 'text'), ('registration_channel', 'text'),
            ('email_consent', 'boolean'), ('email_consent_at', 'timestamptz'),
            ('updated_at', 'timestamptz'),
        ],
        'orders': [
            ('source', 'text'), ('order_key', 'text'), ('contact_key', 'text'),
            ('order_number', 'text'), ('shop', 'text'), ('channel', 'text'), ('order_type', 'text'),
            ('ordered_at', 'timestamptz'), ('ordered_on', 'date'), ('financial_status', 'text'),
            ('cancelled_at', 'timestamptz'), ('fulfilled_at', 'timestamptz'),
            ('is_test', 'boolean'), ('is_deleted', 'boolean'), ('currency', 'text'),
            ('fx_rate', 'numeric'), ('prices_include_vat', 'boolean'), ('discount_cents', 'bigint'),
            ('shipping_cents', 'bigint'), ('tax_cents', 'bigint'), ('tip_cents', 'bigint'),
            ('total_cents', 'bigint'), ('updated_at', 'timestamptz'),
        ],
        'order_lines': [
            ('source', 'text'), ('order_key', 'text'), ('line_key', 'text'), ('product_key', 'text'),
            ('product_name', 'text'), ('category', 'text'), ('quantity', 'numeric'),
            ('unit_price', 'numeric(18,4)'), ('gross_cents', 'bigint'), ('discount_cents', 'bigint'),
            ('tax_cents', 'bigint'), ('is_gift_card', 'boolean'),
        ],
        'refunds': [
            ('source', 'text'), ('order_key', 'text'), ('refund_key', 'text'),
            ('refunded_at', 'timestamptz'), ('refunded_on', 'date'),
            ('merchandise_cents', 'bigint'), ('tax_cents', 'bigint'), ('shipping_cents', 'bigint'),
        ],
        'payments': [
            ('source', 'text'), ('order_key', 'text'), ('payment_key', 'text'), ('kind', 'text'),
            ('status', 'text'), ('gateway', 'text'), ('is_gift_card', 'boolean'),
            ('amount_cents', 'bigint'), ('paid_at', 'timestamptz'), ('paid_on', 'date'),
        ],
        'order_keys': [
            ('source', 'text'), ('order_source', 'text'), ('order_key', 'text'),
            ('swept_at', 'timestamptz'), ('since', 'date'),
        ],
        'control_totals': [
            ('source', 'text'), ('total_key', 'text'), ('order_source', 'text'), ('shop', 'text'),
            ('sold_on', 'date'), ('currency', 'text'), ('orders_count', 'bigint'),
            ('total_cents', 'bigint'),
        ],
        'message_events': [
            ('source', 'text'), ('event_key', 'text'), ('message_key', 'text'),
            ('contact_key', 'text'), ('email', 'text'), ('campaign', 'text'), ('subject', 'text'),
            ('event_type', 'text'), ('occurred_at', 'timestamptz'), ('occurred_on', 'date'),
            ('url', 'text'), ('user_agent', 'text'), ('bounce_type', 'text'),
            ('bounce_status', 'text'), ('is_machine', 'boolean'), ('is_commercial', 'boolean'),
        ],
    } -%}
    {{- return(entities[entity]) -}}
{% endmacro %}


{#- The names alone, in order. -#}
{% macro contract_columns(entity) %}
    {%- set names = [] -%}
    {%- for name, _type in contract(entity) -%}{%- do names.append(name) -%}{%- endfor -%}
    {{- return(names) -}}
{% endmacro %}


{#- The columns in order, for the last select of a staging view. expressions tells those that are not
    simply their column: what stands for a blank, what is computed from others. -#}
{% macro contract_select(entity, expressions={}) -%}
    {%- for name in contract_columns(entity) -%}
        {%- if name in expressions -%}{{ expressions[name] }} as {% endif -%}
        {{ name }}{{ ",\n        " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
