{#-
  Why two records are one person: the rules, strongest first, in this one place.
    rule      its name in edges, ledger and review
    tier      0 a person said so · 1 strong · 2 good · 3 weak · 4 a matcher's guess
    kind      the identifier that the two share (core.identifiers), or human, matcher
    names     what the two names may be to each other (core.name_verdicts): same; similar (two whole
              names: a slip, a nickname, a married one); compatible (a part is missing or an initial);
              unknown (a side has none). Without it the names are not asked: the value holds them
    sentence  for a person
  A guard (macros/identity/guards.sql) comes before any rule. Thresholds are vars.
-#}
{% macro identity_rules() %}
    {%- set bearable = ['same', 'similar', 'compatible', 'unknown'] -%}
    {{- return([
        {'rule': 'human_same', 'tier': 0, 'kind': 'human',
         'sentence': 'a person decided that the two are one'},
        {'rule': 'fiscal_code', 'tier': 1, 'kind': 'fiscal_code', 'names': bearable,
         'sentence': 'the same valid fiscal code, and the names do not contradict it'},
        {'rule': 'loyalty_card', 'tier': 1, 'kind': 'loyalty_card', 'names': bearable,
         'sentence': 'the same loyalty card, and the names do not contradict it'},
        {'rule': 'email_same_name', 'tier': 1, 'kind': 'email', 'names': ['same'],
         'sentence': 'the same mailbox and the same name'},
        {'rule': 'email_compatible_name', 'tier': 2, 'kind': 'email',
         'names': ['similar', 'compatible'],
         'sentence': 'the same mailbox and names that may be one'},
        {'rule': 'email_no_name', 'tier': 2, 'kind': 'email', 'names': ['unknown'],
         'sentence': 'the same mailbox, of one person as far as known; a side has no name'},
        {'rule': 'phone_same_name', 'tier': 2, 'kind': 'phone', 'names': ['same'],
         'sentence': 'the same telephone and the same name'},
        {'rule': 'vat_name', 'tier': 2, 'kind': 'vat_name',
         'sentence': 'the same VAT number and the same name'},
        {'rule': 'name_birth', 'tier': 2, 'kind': 'name_birth',
         'sentence': 'the same name and the same birthday'},
        {'rule': 'role_mailbox_same_name', 'tier': 2, 'kind': 'role_mailbox', 'names': ['same'],
         'sentence': 'the same mailbox of a role (info@, sales@) and the same name'},
        {'rule': 'throwaway_same_name', 'tier': 2, 'kind': 'throwaway_mailbox', 'names': ['same'],
         'sentence': 'the same throw-away mailbox and the same name'},
        {'rule': 'phone_compatible_name', 'tier': 3, 'kind': 'phone',
         'names': ['similar', 'compatible'],
         'sentence': 'the same telephone and names that may be one'},
        {'rule': 'name_address', 'tier': 3, 'kind': 'name_address',
         'sentence': 'the same name at the same address'},
        {'rule': 'suggested_email', 'tier': 3, 'kind': 'suggested_email',
         'names': ['same', 'similar', 'compatible'],
         'sentence': 'one mailbox is the other with its domain mistyped, and the names may be one'},
        {'rule': 'role_mailbox_similar_name', 'tier': 3, 'kind': 'role_mailbox',
         'names': ['similar'],
         'sentence': 'the same mailbox of a role, and two names a slip or a nickname apart'},
        {'rule': 'similar_name_address', 'tier': 3, 'kind': 'name_part_address',
         'names': ['similar'],
         'sentence': 'the same address, and two names a slip or a nickname apart'},
        {'rule': 'matcher', 'tier': 4, 'kind': 'matcher',
         'sentence': 'a matcher is sure enough of it'},
    ]) -}}
{% endmacro %}


{#- Does any rule of a kind of value ask what two names are to each other? -#}
{% macro asks_names(kind) -%}
    {%- set asking = identity_rules() | selectattr('names', 'defined') | map(attribute='kind') -%}
    {{ kind }} in ('{{ asking | unique | join("', '") }}')
{%- endmacro %}


{#- The rule by which a value of a kind joins two records whose names stand so; null for none. -#}
{% macro rule_of(kind, names) -%}
    case
        {%- for rule in identity_rules() if rule.kind not in ('human', 'matcher') %}
        when
            {{ kind }} = '{{ rule.kind }}'
            {%- if rule.names is defined %}
            and {{ names }} in ('{{ rule.names | join("', '") }}')
            {%- endif %}
            then '{{ rule.rule }}'
        {%- endfor %}
    end
{%- endmacro %}


{#- A field of a rule by its name: the tier, or the place in the order of strength (1 = strongest). -#}
{% macro tier_of(rule) -%}
    case {{ rule }}
        {%- for declared in identity_rules() %}
        when '{{ declared.rule }}' then {{ declared.tier }}
        {%- endfor %}
    end
{%- endmacro %}


{% macro rank_of(rule) -%}
    case {{ rule }}
        {%- for declared in identity_rules() %}
        when '{{ declared.rule }}' then {{ loop.index }}
        {%- endfor %}
    end
{%- endmacro %}


{#- What two names are to each other. left and right are aliases with name and is_whole_name (both names
    known), verdict is what core.name_verdicts says of them. The same words of an incomplete name only say
    that nothing speaks against it; names nobody compared are different ones. -#}
{% macro names_of_pair(left, right, verdict) -%}
    case
        when {{ left }}.name is null or {{ right }}.name is null then 'unknown'
        when {{ left }}.name = {{ right }}.name
            then case when {{ left }}.is_whole_name then 'same' else 'compatible' end
        when {{ verdict }} = 'compatible' and {{ left }}.is_whole_name and {{ right }}.is_whole_name
            then 'similar'
        else coalesce({{ verdict }}, 'different')
    end
{%- endmacro %}


{#- How well two names fit, to choose between two that fit: 1 (unknown) to 4 (same). -#}
{% macro strength_of(names) -%}
    case {{ names }} when 'same' then 4 when 'similar' then 3 when 'compatible' then 2 else 1 end
{%- endmacro %}
