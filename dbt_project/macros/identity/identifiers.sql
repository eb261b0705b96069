{#- The values by which a contact (alias `contacts` of uniform_contacts) can be recognised, as kind and
    expression. Its e-mail address comes from its point, which a guest has too. -#}
{% macro contact_identifiers() %}
    {{- return([
        ('phone', 'contacts.phone'),
        ('phone', 'nullif(contacts.mobile, contacts.phone)'),
        ('fiscal_code', 'contacts.fiscal_code'),
        ('loyalty_card',
            'case when length(contacts.loyalty_card) >= ' ~ var('shortest_loyalty_card')
            ~ ' then contacts.loyalty_card end'),
        ('vat_name', "contacts.vat_number || ' ' || contacts.name_key"),
        ('name_birth',
            "contacts.name_key || ' ' || cast(contacts.birth_date as " ~ dbt.type_string() ~ ")"),
        ('name_address', "contacts.name_key || ' ' || contacts.address_key"),
        ('name_part_address',
            "case when contacts.name_key is not null then contacts.first_key || ' ' || contacts.address_key end"),
        ('name_part_address',
            "case when contacts.name_key is not null and contacts.first_key <> contacts.last_key"
            ~ " then contacts.last_key || ' ' || contacts.address_key end"),
        ('suggested_email', mailbox_of('contacts.suggested_email')),
    ]) -}}
{% endmacro %}


{#- An address as two addresses of one mailbox have it, like email_key: no tag after a plus, and none of
    the dots that Gmail ignores. -#}
{% macro mailbox_of(email) -%}
    {%- set local -%} substr({{ email }}, 1, position('@' in {{ email }}) - 1) {%- endset -%}
    {%- set domain -%} substr({{ email }}, position('@' in {{ email }}) + 1) {%- endset -%}
    {%- set untagged -%}
        case
            when position('+' in {{ local }}) > 1
                then substr({{ local }}, 1, position('+' in {{ local }}) - 1)
            else {{ local }}
        end
    {%- endset -%}
    case
        when {{ email }} not like '%_@_%' then null
        when {{ domain }} in ('gmail.com', 'googlemail.com')
            then replace({{ untagged }}, '.', '') || '@gmail.com'
        else {{ untagged }} || '@' || {{ domain }}
    end
{%- endmacro %}


{#- Does the user's seed say that a mailbox is a role's: the whole address, or what stands before the @? -#}
{% macro is_named_role(email) -%}
    (
        {{ email }} in (select mailbox from role_mailboxes)
        or (
            {{ email }} like '%_@_%'
            and substr({{ email }}, 1, position('@' in {{ email }}) - 1) in (
                select mailbox from role_mailboxes
            )
        )
    )
{%- endmacro %}
