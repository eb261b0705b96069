-- Grain: one row per pair of written names that ever shared a value whose rule asks for names.
{{ config(
    unique_key=['left_id', 'right_id'],
    indexes=[
        {'columns': ['left_id', 'right_id'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}

-- depends_on: {{ ref('identifiers') }}
-- depends_on: {{ ref('uniform_contacts') }}

with

{% if is_incremental() %}
touched as (
    {% call set_aside('touched') %}
    select
        kind,
        value
    from ({{ touched_values() }}) as moved
    {% endcall %}
),

{% endif %}
numbered as (
    {% call set_aside('numbered', always=true) %}
    {{ numbered_values(aside('touched')) }}
    {% endcall %}
),

holders as (
    {% call set_aside('holders', always=true) %}
    {{ holders_of_values(aside('numbered')) }}
    {% endcall %}
),

-- Spellings of one folded name are one name: the first of them speaks for all.
names as (
    {% call set_aside('names', always=true) %}
    select
        holders.g,
        {{ compared_name('contacts') }} as name,
        min(contacts.name_id) as name_id,
        count(*) over (partition by holders.g) as names_count
    from {{ aside('holders') }} as holders
    inner join {{ ref('uniform_contacts') }} as contacts
        on {{ same_key('holders', 'contacts', ['source', 'contact_key']) }}
    where contacts.name_id is not null and {{ asks_names('holders.kind') }}
    group by holders.g, {{ compared_name('contacts') }}
    {% endcall %}
),

-- A value under more names than the limit is nobody's own: its names are not compared.
pairs as (
    select distinct
        one.name_id as left_id,
        other.name_id as right_id
    from names as one
    inner join names as other
        on one.g = other.g and one.name_id < other.name_id
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
