{#
    Materialization `mart`: a table of one side of the marts, changed only where its rows changed.

    The views of schema `marts` read both sides, so a reader may hold a lock on this table at any
    moment, even while it is not the published one. Hence it is never dropped, truncated or altered
    in place: what changed is deleted and inserted in one transaction, without exclusive locks.

    config:
      unique_key   list of columns, the grain; never null
      scope        whole    the query returns every row: rows it does not return are deleted
                   touched  while is_partial(), the query returns touched keys only: the other rows
                            stay as they are
      replace_by   (touched) columns of the key whose rows are replaced together, e.g. the order of
                   an order line; by default the key
      present_by   column that is null in a row that says "there is nothing here any more": such a
                   row deletes its group and is not stored; by default the last of the key

    Columns that change (name, type, order) make a new table; the old one is set aside as
    <name>__old_<build id> until publishing has turned the views away from it. --full-refresh
    computes every row again and applies the difference.
#}
{% materialization mart, default %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set key = config.require('unique_key') -%}
    {%- set group = config.get('replace_by', key) -%}
    {%- set key = [key] if key is string else key -%}
    {%- set group = [group] if group is string else group -%}
    {%- set present = config.get('present_by', key[-1]) -%}
    {%- set contract = config.get('contract') -%}
    {%- if not (contract and contract.enforced) -%}
        {%- do exceptions.raise_compiler_error(model.name ~ ": a mart needs an enforced contract") -%}
    {%- endif -%}
    {%- set exists = load_cached_relation(this) is not none -%}
    {%- set fits = exists and mart_memory().signature == mart_signature() -%}
    {%- set partial = is_partial() -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- if fits -%}
        {%- call statement('draft') -%}
            {{ adapter.dispatch('mart_draft')(sql, key, partial) }}
        {%- endcall -%}
        {%- do mart_refuse_null_keys('mart_draft', group) -%}
        {%- call statement('deleted') -%}
            {{ adapter.dispatch('mart_delete')(target, key, group, partial) }}
        {%- endcall -%}
        {%- call statement('inserted') -%}
            {{ adapter.dispatch('mart_insert')(target, key, present) }}
        {%- endcall -%}
        {%- if not partial -%}
            {%- set query = adapter.dispatch('mart_repeated_keys')(target, present) -%}
            {%- set repeated = run_query(query).rows[0][0] -%}
            {%- if repeated -%}
                {%- do exceptions.raise_compiler_error(
                    model.name ~ ': ' ~ repeated ~ ' rows repeat a key (' ~ key | join(', ') ~ ')'
                ) -%}
            {%- endif -%}
        {%- endif -%}
        {%- call statement('remembered') -%}
            {{ adapter.dispatch('mart_remember')(target) }}
        {%- endcall -%}
        {%- set gone = load_result('deleted')['response'].rows_affected -%}
        {%- set come = load_result('inserted')['response'].rows_affected -%}
        {%- do store_raw_result(
            name='main', message='-' ~ gone ~ ' +' ~ come, code='MART', rows_affected=gone + come
        ) -%}
    {%- else -%}
        {%- set fresh = api.Relation.create(
            database=target.database,
            schema=target.schema,
            identifier=target.identifier ~ '__new',
            type='table',
        ) -%}
        {%- call statement('filled') -%}
            {{ adapter.dispatch('mart_fill')(fresh, sql, key, present) }}
        {%- endcall -%}
        {%- set come = load_result('filled')['response'].rows_affected -%}
        {%- do mart_refuse_null_keys(fresh, group) -%}
        {%- call statement('finished') -%}
            {{ adapter.dispatch('mart_finish')(fresh, target, key, exists) }}
        {%- endcall -%}
        {%- do store_raw_result(
            name='main', message='new table +' ~ come, code='MART', rows_affected=come
        ) -%}
    {%- endif -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{#
    May this model take only touched keys? True when its table on this side exists with today's
    columns, the scope is `touched`, nobody asked for a full refresh, and the business day does not
    go back. Unit tests override it.
#}
{% macro is_partial() %}
    {%- if not execute or config.get('scope') != 'touched' or should_full_refresh() -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set memory = mart_memory() -%}
    {{ return(
        memory.signature == mart_signature()
        and memory.as_of <= env_var('SCHEDA_AS_OF', '1970-01-01')
    ) }}
{% endmacro %}


{# The build that last filled this side's table: core rows of later builds are news to it. #}
{% macro mart_watermark() %}{{ return(mart_memory().build_id if execute else '0') }}{% endmacro %}


{# What the table of this side says of itself: its columns, the build and the business day. #}
{% macro mart_memory() %}
    {%- set query = adapter.dispatch('mart_recall')(this) -%}
    {%- set words = (run_query(query).rows[0][0] or '').split(' ') -%}
    {%- if words | length != 3 -%}
        {{ return({'signature': none, 'build_id': '0', 'as_of': '9999-12-31'}) }}
    {%- endif -%}
    {{ return({'signature': words[0], 'build_id': words[1], 'as_of': words[2]}) }}
{% endmacro %}


{# The columns of the contract in one word: two tables with the same one have one shape. #}
{% macro mart_signature() %}
    {%- set columns = [] -%}
    {%- for column in model.columns.values() -%}
        {%- do columns.append(column.name ~ ' ' ~ column.data_type) -%}
    {%- endfor -%}
    {{ return(local_md5(columns | join(', '))) }}
{% endmacro %}


{% macro mart_refuse_null_keys(relation, columns) %}
    {%- set nulls = [] -%}
    {%- for column in columns -%}
        {%- do nulls.append(column ~ ' is null') -%}
    {%- endfor -%}
    {%- set query = 'select count(*) as rows from ' ~ relation ~ ' where ' ~ nulls | join(' or ') -%}
    {%- set count = run_query(query).rows[0][0] -%}
    {%- if count -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ': ' ~ count ~ ' rows have no key (' ~ columns | join(', ') ~ ')'
        ) -%}
    {%- endif -%}
{% endmacro %}
