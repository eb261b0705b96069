-- Grain: one row per kind of value and distinct value that any contact or contact key ever wrote.
{{ config(
    unique_key=['kind', 'value_id'],
    indexes=[
        {'columns': ['kind', 'value_id'], 'unique': True},
        {'columns': ['_build_id']},
    ],
) }}

with

mentioned as (
    {% call set_aside('mentioned') %}
    {%- for value in contact_values().values() %}
    select
        '{{ value.kind }}' as kind,
        {%- for place in range(value_width()) %}
        {{ 'contacts.' ~ value.parts[place] if place < value.parts | length
            else 'cast(null as text)' }} as part_{{ place + 1 }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ news(ref('contacts')) }} as contacts
    where {{ is_written(value, 'contacts') }}
    union
    {%- endfor %}
    select
        'emails' as kind,
        points.key_email as part_1,
        {%- for place in range(2, value_width() + 1) %}
        cast(null as text) as part_{{ place }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ news(ref('mentioned_points')) }} as points
    where points.key_email is not null
    {% endcall %}
),

identified as (
    select
        kind,
        case kind
            {%- for value in contact_values().values() | unique(attribute='kind') %}
            {%- set parts = [] %}
            {%- for part in value.parts %}{% do parts.append('part_' ~ loop.index) %}{% endfor %}
            when '{{ value.kind }}' then {{ value_id(parts) }}
            {%- endfor %}
        end as value_id,
        part_1,
        part_2,
        part_3,
        part_4,
        part_5
    from mentioned
),

final as (
    select
        identified.kind,
        identified.value_id,
        identified.part_1,
        identified.part_2,
        identified.part_3,
        identified.part_4,
        identified.part_5,
        {{ build_id() }} as _build_id
    from identified
    {% if is_incremental() -%}
    left join {{ this }} as known
        on identified.kind = known.kind and identified.value_id = known.value_id
    where known.value_id is null
    {%- endif %}
)

select * from final
