{#- Who shares what: the part that compared_names (before the names are compared) and identity_evidence
    (after) have in common. Both name their import CTEs identifiers and uniform_contacts. -#}

{#- Values whose holders, or what is known of them, changed since this model's last build. A mistyped
    address shares its meaning with the mailbox it means. -#}
{% macro touched_values() -%}
    with moved as (
        select
            kind,
            value
        from {{ news(ref('identifiers')) }} as come
        union
        select
            kind,
            value
        from {{ withdrawn_news(ref('identifiers')) }} as gone
        union
        select
            held.kind,
            held.value
        from {{ news(ref('uniform_contacts')) }} as contacts
        inner join {{ ref('identifiers') }} as held
            on {{ same_key('contacts', 'held', ['source', 'contact_key']) }}
    )

    select
        kind,
        value
    from moved
    union
    select
        meant.kind,
        meant.value
    from moved
    inner join {{ ref('identifiers') }} as meant
        on moved.value = meant.value
    where moved.kind = 'email' and meant.kind = 'suggested_email'
{%- endmacro %}


{#- The holders of values that several points hold; in an incremental build of the values in `touched`. -#}
{% macro shared_holders() -%}
    {%- set columns = ['kind', 'value', 'source', 'contact_key'] -%}
    select
        {{ qualified('identifiers', columns) }}
    from identifiers
    {%- if is_incremental() %}
    inner join touched
        on {{ same_key('identifiers', 'touched', ['kind', 'value']) }}
    {%- else %}
    inner join (
        select
            kind,
            value
        from identifiers
        group by kind, value
        having count(*) > 1 or kind = 'suggested_email'
    ) as shared
        on {{ same_key('identifiers', 'shared', ['kind', 'value']) }}
    {%- endif %}
    union all
    select
        'suggested_email' as kind,
        identifiers.value,
        identifiers.source,
        identifiers.contact_key
    from identifiers
    inner join (
        select distinct value
        from {{ 'touched' if is_incremental() else 'identifiers' }}
        where kind = 'suggested_email'
    ) as meant
        on identifiers.value = meant.value
    where identifiers.kind = 'email'
{%- endmacro %}


{#- The name of a contact as identity compares it: the folded one where both names are known. -#}
{% macro compared_name(contact) -%}
    coalesce({{ contact }}.name_key, {{ contact }}.name_id)
{%- endmacro %}
