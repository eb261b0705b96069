-- Grain: one row per pair of written names that ever shared a value whose rule asks for names.
{{ config(
    unique_key=['left_id', 'right_id'],
    indexes=[
        {'columns': ['left_id', 'right_id'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}

with

identifiers as {{ inlined() }} (
    select * from {{ ref('identifiers') }}
),

uniform_contacts as {{ inlined() }} (
    select * from {{ ref('uniform_contacts') }}
),

{% if is_incremental() %}
touched as (
    {% call set_aside('touched') %}
    {{ touched_values() }}
    {% endcall %}
),

{% endif %}
holders as (
    {{ shared_holders() }}
),

-- Spellings of one folded name are one name: the first of them speaks for all.
names as (
    select
        holders.kind,
        holders.value,
        {{ compared_name('uniform_contacts') }} as name,
        min(uniform_contacts.name_id) as name_id
    from holders
    inner join uniform_contacts
        on {{ same_key('holders', 'uniform_contacts', ['source', 'contact_key']) }}
    where
        uniform_contacts.name_id is not null
        and {{ asks_names('holders.kind') }}
    group by holders.kind, holders.value, {{ compared_name('uniform_contacts') }}
),

counted as (
    select
        kind,
        value,
        name_id,
        count(*) over (partition by kind, value) as names_count
    from names
),

-- A value under more names than the limit is nobody's own: its names are not compared.
pairs as (
    select distinct
        one.name_id as left_id,
        other.name_id as right_id
    from counted as one
    inner join counted as other
        on
            one.kind = other.kind
            and one.value = other.value
            and one.name_id < other.name_id
    where one.names_count <= {{ var('identity_names_limit') }}
),

final as (
    select
        pairs.left_id,
        pairs.right_id,
        {{ build_id() }} as _build_id
    from pairs
    {% if is_incremental() -%}
    left join {{ this }} as known
        on {{ same_key('pairs', 'known', ['left_id', 'right_id']) }}
    where known.left_id is null
    {%- endif %}
)

select * from final
