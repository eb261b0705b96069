{#- Who shares what: the steps that compared_names (before the names are compared) and identity_evidence
    (after) have in common. Each is set aside: their sizes decide how everything after them is joined. -#}

{#- Values whose holders, or what is known of them, changed since this model's last build. -#}
{% macro touched_values() -%}
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
{%- endmacro %}


{#- The values to look at, numbered: in an incremental build those touched, otherwise those that several
    points hold. A mistyped address shares what it means with the mailbox it means. -#}
{% macro numbered_values(touched) -%}
    select
        cast(row_number() over () as integer) as g,
        looked_at.kind,
        looked_at.value
    from (
        {%- if is_incremental() %}
        select
            kind,
            value
        from {{ touched }}
        union
        select
            meant.kind,
            meant.value
        from {{ touched }} as touched
        inner join {{ ref('identifiers') }} as meant
            on meant.kind = 'suggested_email' and touched.value = meant.value
        where touched.kind = 'email'
        {%- else %}
        select
            kind,
            value
        from {{ ref('identifiers') }}
        group by kind, value
        having count(*) > 1 or kind = 'suggested_email'
        {%- endif %}
    ) as looked_at
{%- endmacro %}


{#- Who holds the numbered values. The holders of a mailbox that a mistyped address means (is_meant) are
    there to be joined to it, not to each other. -#}
{% macro holders_of_values(numbered) -%}
    select
        numbered.g,
        numbered.kind,
        held.source,
        held.contact_key,
        false as is_meant
    from {{ numbered }} as numbered
    inner join {{ ref('identifiers') }} as held
        on {{ same_key('numbered', 'held', ['kind', 'value']) }}
    union all
    select
        numbered.g,
        numbered.kind,
        held.source,
        held.contact_key,
        true as is_meant
    from {{ numbered }} as numbered
    inner join {{ ref('identifiers') }} as held
        on held.kind = 'email' and numbered.value = held.value
    where
        numbered.kind = 'suggested_email'
        and exists (
            select 1
            from {{ ref('identifiers') }} as meant
            where meant.kind = 'suggested_email' and meant.value = numbered.value
        )
{%- endmacro %}


{#- The name of a contact as identity compares it: the folded one where both names are known. -#}
{% macro compared_name(contact) -%}
    coalesce({{ contact }}.name_key, {{ contact }}.name_id)
{%- endmacro %}
