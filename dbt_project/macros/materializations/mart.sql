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
                   an order line. A returned row whose other key columns are null says "this group
                   has no rows any more" and is not stored.

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
    {%- set contract = config.get('contract') -%}
    {%- if not (contract and contract.enforced) -%}
        {%- do exceptions.raise_compiler_error(model.name ~ ": a mart needs an enforced contract") -%}
    {%- endif -%}
    {%- set exists = load_cached_relation(this) is not none -%}
    {%- set fits = exists and mart_signature_in_place(target) == mart_signature() -%}
    {%- set partial = is_partial() -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- if fits -%}
        {%- call statement('draft') -%}
            {{ adapter.dispatch('mart_draft')(sql, key) }}
        {%- endcall -%}
        {%- do mart_refuse_null_keys('mart_draft', group) -%}
        {%- call statement('deleted') -%}
            {{ adapter.dispatch('mart_delete')(target, key, group, partial) }}
        {%- endcall -%}
        {%- call statement('inserted') -%}
            {{ adapter.dispatch('mart_insert')(target, key) }}
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
            {{ adapter.dispatch('mart_fill')(fresh, sql, key) }}
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
    {%- if load_cached_relation(this) is none -%}
        {{ return(false) }}
    {%- endif -%}
    {%- if mart_signature_in_place(this) != mart_signature() -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set before = run_query('select max(_as_of) as as_of from ' ~ this).rows[0][0] -%}
    {{ return(before is none or before | string <= env_var('SCHEDA_AS_OF', '1970-01-01')) }}
{% endmacro %}


{# The columns of the contract in one short text: two tables with the same one have one shape. #}
{% macro mart_signature() %}
    {%- set columns = [] -%}
    {%- for column in model.columns.values() -%}
        {%- do columns.append(column.name ~ ' ' ~ column.data_type) -%}
    {%- endfor -%}
    {{ return('columns ' ~ local_md5(columns | join(', '))) }}
{% endmacro %}


{# The signature that the table in place was made with; none when it has none. #}
{% macro mart_signature_in_place(relation) %}
    {%- set query = adapter.dispatch('mart_read_signature')(relation) -%}
    {{ return(run_query(query).rows[0][0]) }}
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
