{#-
  Law 3: incremental equals rebuild. A model remembers the last build it took part in; the next build
  takes the loads and the upstream rows that builds after that one wrote, finds the keys they touch and
  computes those keys whole. Event time decides nothing, so an event 150 days late lands right.
-#}

{% macro progress_table() %}{{ return('core.model_progress') }}{% endmacro %}


{% macro create_progress_table() %}
    create table if not exists {{ progress_table() }} (
        model text not null,
        build_id bigint not null,
        as_of date not null
    )
{% endmacro %}


{#- In the model's own transaction: the rows and the memory of them are written together or not. -#}
{% macro record_progress() %}
    {%- if model.config.materialized == 'incremental' -%}
        {%- set statistics = analyze_builds(this) if is_incremental() else analyze(this) -%}
        {%- if statistics -%}{{ statistics }};{%- endif %}
        delete from {{ progress_table() }} where model = '{{ this.schema }}.{{ this.identifier }}';
        insert into {{ progress_table() }} (model, build_id, as_of)
        values ('{{ this.schema }}.{{ this.identifier }}', {{ build_id() }}, {{ as_of() }})
    {%- else -%}
        select 1 as nothing_to_record
    {%- endif -%}
{% endmacro %}


{#- A table on which joins depend is analyzed at once: its size decides how its neighbours are read. -#}
{% macro refresh_statistics() %}
    {{- analyze(this) or 'select 1 as nothing_to_analyze' -}}
{% endmacro %}


{#- One value of this model's memory, or the default before the first build. It is read once however often
    the model asks: `model` is the node's own while it is compiled. -#}
{% macro last_progress(column, default) %}
    {%- if not execute -%}{{ return(default) }}{%- endif -%}
    {%- if '_progress' not in model -%}
        {%- do model.update({'_progress': run_query(
            "select build_id, as_of from " ~ progress_table()
            ~ " where model = '" ~ this.schema ~ "." ~ this.identifier ~ "'"
        ).rows}) -%}
    {%- endif -%}
    {{ return(model['_progress'][0][column] if model['_progress'] | length else default) }}
{% endmacro %}


{#- Rows of an upstream table with a greater _build_id are news to this model. -#}
{% macro watermark() %}{{ return(last_progress('build_id', 0)) }}{% endmacro %}


{#- The dates whose facts this build sees differently from the last one: (from, to], in order; `later`
    is the number of days after which such a fact changes its meaning. -#}
{% macro moved_days(day, later=0) -%}
    {%- set before = "cast('" ~ last_progress('as_of', '1970-01-01') ~ "' as date)" -%}
    (
        {{ day }} > {{ plus_days('least(' ~ before ~ ', ' ~ as_of() ~ ')', -later) }}
        and {{ day }} <= {{ plus_days('greatest(' ~ before ~ ', ' ~ as_of() ~ ')', -later) }}
    )
{%- endmacro %}


{#- The rows of an upstream table that are news to this model: written by builds it has not seen and,
    where a day is named, those that it sees differently because as_of moved. All rows in a rebuild. -#}
{% macro news(relation, day=none) -%}
    {%- if is_incremental() -%}
    (
        select * from {{ relation }}
        where
            _build_id > {{ watermark() }}
            {%- if day is not none %}
            or {{ moved_days(day) }}
            {%- endif %}
    )
    {%- else -%}
    {{ relation }}
    {%- endif -%}
{%- endmacro %}


{#- The numbers of the loads that are news to this model, as a literal list that reaches the raw
    tables' indexes; 0 is nobody's number and keeps the list from being empty. -#}
{% macro new_load_ids() %}
    {%- if not execute -%}{{ return('0') }}{%- endif -%}
    {%- set found = run_query(
        "select load_id from " ~ ref('stg_ops__loads') ~ " where build_id > " ~ watermark()
        ~ " order by load_id"
    ) -%}
    {%- set ids = ['0'] -%}
    {%- for row in found.rows -%}{%- do ids.append(row[0] | int | string) -%}{%- endfor -%}
    {{ return(ids | join(', ')) }}
{% endmacro %}


{#- The strategy `touched`: every key in the result is replaced whole. A row whose _build_id is null
    says that its key has no row any more. unique_key names what is replaced together. -#}
{% macro get_incremental_touched_sql(arg_dict) %}
    {%- set target = arg_dict["target_relation"] -%}
    {%- set fresh = arg_dict["temp_relation"] -%}
    {%- set columns = get_quoted_csv(arg_dict["dest_columns"] | map(attribute="name")) -%}
    {%- if analyze(fresh) -%}{%- do run_query(analyze(fresh)) -%}{%- endif -%}

    {%- if config.get('remembers') %}
    {{ remember_withdrawn(target, fresh, arg_dict["unique_key"]) }};
    {%- endif %}

    delete from {{ target }} as present
    where exists (
        select 1
        from {{ fresh }} as fresh
        where
            {% for column in arg_dict["unique_key"] -%}
            {{ "and " if not loop.first }}fresh.{{ column }} = present.{{ column }}
            {% endfor %}
    );

    insert into {{ target }} ({{ columns }})
    select {{ columns }}
    from {{ fresh }}
    where _build_id is not null
{% endmacro %}
