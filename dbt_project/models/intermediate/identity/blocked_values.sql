-- Grain: one row per kind and value that the user's seeds take out of identity.
{{ config(
    unique_key=['kind', 'value'],
    remembers=['kind', 'value'],
    post_hook="{{ keep_withdrawn() }}",
    indexes=[{'columns': ['_build_id']}],
) }}

with

blocked_identifiers as (
    select * from {{ ref('blocked_identifiers') }}
),

role_mailboxes as (
    select * from {{ ref('role_mailboxes') }}
),

said as (
    select
        lower(trim(kind)) as kind,
        case
            when lower(trim(kind)) in ('fiscal_code', 'loyalty_card') then upper(trim(value))
            else lower(trim(value))
        end as value,
        reason
    from blocked_identifiers
    union all
    select
        'mailbox' as kind,
        lower(trim(mailbox)) as value,
        note as reason
    from role_mailboxes
),

stated as (
    select
        kind,
        value,
        min(reason) as reason
    from said
    where kind <> '' and value <> ''
    group by kind, value
),

{% if is_incremental() %}
known as (
    select * from {{ this }}
),

{% endif %}
-- Only what changed is written; a row without a build is a value that no seed names any more.
final as (
    {% if is_incremental() -%}
    select
        coalesce(stated.kind, known.kind) as kind,
        coalesce(stated.value, known.value) as value,
        stated.reason,
        case when stated.kind is not null then {{ build_id() }} end as _build_id
    from stated
    full outer join known
        on stated.kind = known.kind and stated.value = known.value
    where
        stated.kind is null
        or known.kind is null
        or stated.reason is distinct from known.reason
    {%- else -%}
    select
        kind,
        value,
        reason,
        {{ build_id() }} as _build_id
    from stated
    {%- endif %}
)

select * from final
