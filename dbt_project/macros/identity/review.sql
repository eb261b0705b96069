{#- What waits for a person in identity_review: each reason with its sentence, and what to do about it. -#}
{% macro review_reasons() %}
    {%- set decide = 'decide: scheda same … or scheda different …' -%}
    {{- return({
        'blocked_value': [
            'a seed takes this value out of identity',
            "nothing; remove it from the seed blocked_identifiers if it is one person's after all",
        ],
        'value_over_cap': [
            'more people use this value than one value has, so it says nothing about any of them',
            "if it is a default of ours (a shop's number), mend it in the source or block it in the"
            ~ ' seed blocked_identifiers',
        ],
        'role_mailbox': [
            'the mailbox belongs to a role or a household: only records of one name are joined on it',
            "nothing, or ask for a mailbox of one's own; " ~ decide,
        ],
        'throwaway_mailbox': [
            'anybody may read a throw-away mailbox: only records of one name are joined on it',
            'ask for another address; ' ~ decide,
        ],
        'different_names': [
            'the value is shared under clearly different names: who has no name is joined to nobody',
            "ask whose it is; if the names are one person's, " ~ decide,
        ],
        'ambiguous': [
            'the record fits two people who share the value, and they are not one',
            'complete the name or a code of the record; or ' ~ decide,
        ],
        'different_fiscal_codes': [
            'two valid fiscal codes: nobody has two',
            'find the wrong one and mend it in its source; or ' ~ decide,
        ],
        'different_birth_dates': [
            'two birthdays that no slip explains',
            'find the wrong one and mend it in its source; or ' ~ decide,
        ],
        'component_too_large': [
            'together they would be more records than one person has',
            'look for the value that joins them all and block it in the seed blocked_identifiers',
        ],
        'weak_bridge': [
            'one weak piece of evidence between two groups of records that have nothing else in common',
            decide,
        ],
        'third_record': [
            'each pair may be one person, but not all of them: others in the group contradict each other',
            'mend what contradicts; or ' ~ decide,
        ],
        'human_different': [
            'a person decided that the two are different',
            'nothing; scheda undo … takes the decision back',
        ],
        'refused_same': [
            'a person decided that the two are one, but other decisions keep them apart',
            'scheda undo … one of the decisions',
        ],
        'unknown_record': [
            'a decision names a record that never appeared',
            'mend its source or key; the decision holds as soon as the record appears',
        ],
        'matcher_proposal': [
            'a matcher takes the two for one person, but is not sure enough',
            decide,
        ],
    }) -}}
{% endmacro %}


{#- The sentence (part 0) or the advice (part 1) of a reason. -#}
{% macro review_text(reason, part) -%}
    case {{ reason }}
        {%- for code, texts in review_reasons().items() %}
        when '{{ code }}' then {{ literal(texts[part]) }}
        {%- endfor %}
    end
{%- endmacro %}


{#- Components of one cluster that edges join and a guard keeps apart, with why: what the one has and the
    other contradicts; otherwise it is their size, a weak bridge, or somebody third. sides is a CTE of
    the points of such clusters: component_id, code, birth_date; named_count is the cluster's. -#}
{% macro why_apart(sides, edge) -%}
    case
        when exists (
            select 1
            from {{ sides }} as one
            inner join {{ sides }} as other
                on one.code <> other.code
            where
                one.component_id = {{ edge }}.left_component
                and other.component_id = {{ edge }}.right_component
        )
            then 'different_fiscal_codes'
        when exists (
            select 1
            from {{ sides }} as one
            inner join {{ sides }} as other
                on {{ birth_dates_clash('one.birth_date', 'other.birth_date') }}
            where
                one.component_id = {{ edge }}.left_component
                and other.component_id = {{ edge }}.right_component
        )
            then 'different_birth_dates'
        when {{ edge }}.named_count > {{ var('identity_component_limit') }} then 'component_too_large'
        when {{ edge }}.tier > 2 and {{ edge }}.values_count = 1 then 'weak_bridge'
        else 'third_record'
    end
{%- endmacro %}
