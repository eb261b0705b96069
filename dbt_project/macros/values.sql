{#-
  Written values: the texts of a contact that mean something, each read once by Python however many
  contacts write it (plugins/scheda/values; the dictionaries are core.value_<kind>).
  Each field of a contact that holds one: its kind, and the columns that are read together. A field is
  written when any column of `said` is: a country alone is no telephone number.
-#}
{% macro contact_values() %}
    {%- set address = ['street', 'postal_code', 'city', 'province', 'country'] -%}
    {{- return({
        'email': {'kind': 'emails', 'parts': ['email']},
        'phone': {'kind': 'phones', 'parts': ['phone', 'country'], 'said': ['phone']},
        'mobile': {'kind': 'phones', 'parts': ['mobile', 'country'], 'said': ['mobile']},
        'name': {'kind': 'names', 'parts': ['first_name', 'last_name']},
        'company': {'kind': 'companies', 'parts': ['company_name']},
        'fiscal_code': {
            'kind': 'tax_codes', 'parts': ['fiscal_code', 'country'], 'said': ['fiscal_code'],
        },
        'vat_number': {
            'kind': 'tax_codes', 'parts': ['vat_number', 'country'], 'said': ['vat_number'],
        },
        'address': {'kind': 'addresses', 'parts': address},
    }) -}}
{% endmacro %}


{#- The most parts that a value has. -#}
{% macro value_width() %}{{ return(5) }}{% endmacro %}


{#- The key of a written value in its dictionary: its parts, in order. -#}
{% macro value_id(parts) -%}
    {%- set said = [] -%}
    {%- for part in parts -%}{%- do said.append("coalesce(" ~ part ~ ", '')") -%}{%- endfor -%}
    {{ fingerprint(said | join(' || ' ~ key_separator() ~ ' || ')) }}
{%- endmacro %}


{#- The same for a field of contact_values(); null where the contact (an alias) does not write it. -#}
{% macro value_id_of(field, contact) -%}
    {%- set value = contact_values()[field] -%}
    {%- set parts = [] -%}
    {%- for part in value.parts -%}{%- do parts.append(contact ~ '.' ~ part) -%}{%- endfor -%}
    case when {{ is_written(value, contact) }} then {{ value_id(parts) }} end
{%- endmacro %}


{% macro is_written(value, contact) -%}
    {%- set said = [] -%}
    {%- for column in value.said or value.parts -%}
        {%- do said.append(contact ~ '.' ~ column ~ ' is not null') -%}
    {%- endfor -%}
    ({{ said | join(' or ') }})
{%- endmacro %}


{#- Values of a field whose reading is another than before this model's last build (a parser was
    mended, a library upgraded). A value written for the first time is none of them: whoever writes it
    is news by itself. They are few or none, and `distinct` makes them be found before anybody is looked
    up by them. -#}
{% macro values_read_anew(field) -%}
    {%- set kind = contact_values()[field].kind -%}
    select distinct
        reading.value_id,
        written.part_1
    from {{ source('values', 'value_' ~ kind) }} as reading
    inner join {{ ref('written_values') }} as written
        on written.kind = '{{ kind }}' and reading.value_id = written.value_id
    where reading._build_id > {{ watermark() }} and reading._build_id > written._build_id
{%- endmacro %}


{#- The keys of this model's rows whose values are read anew; ids names the field behind each column. -#}
{% macro rows_read_anew(key, ids) -%}
    {%- for id, field in ids.items() %}
    {{ "union" if not loop.first }}
    select
        {{ qualified('present', key) }}
    from {{ this }} as present
    inner join ({{ values_read_anew(field) }}) as reading
        on present.{{ id }} = reading.value_id
    {%- endfor %}
{%- endmacro %}


{#- The value_id_of() of many fields, each under its column's name. -#}
{% macro value_ids(ids, contact) -%}
    {%- for id, field in ids.items() -%}
    {{ value_id_of(field, contact) }} as {{ id }}{{ ",\n        " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
