{# What the materialization `mart` asks of PostgreSQL: every statement takes only locks that readers
   do not notice, but for the renaming of a table whose columns changed. #}

{# The result of the query, aside, with the types of the contract. Few touched rows prove their key by
   an index; a whole result by its count, once it is stored. #}
{% macro postgres__mart_draft(sql, key, partial) %}
    {{ get_assert_columns_equivalent(sql) }}
    create temporary table mart_draft
    {{ get_table_columns_and_constraints() }}
    on commit drop;
    insert into mart_draft
    {{ get_select_subquery(sql) }};
    {%- if partial %}
    create unique index on mart_draft ({{ key | join(', ') }});
    {%- endif %}
    analyze mart_draft;
    -- Both sides of the comparison come unsorted: hashing them takes half the time of sorting.
    set local enable_mergejoin = off
{% endmacro %}


{# Delete what is gone or changed. #}
{% macro postgres__mart_delete(target, key, group, partial) %}
    {%- set columns = mart_column_names() -%}
    delete from {{ target }} as old
    where
        not exists (
            select 1
            from mart_draft as new
            where {{ mart_same(key) }}
                and row({{ mart_qualified('new', columns) }})
                    is not distinct from row({{ mart_qualified('old', columns) }})
        )
    {%- if partial %}
        and exists (select 1 from mart_draft as new where {{ mart_same(group) }})
    {%- endif %}
{% endmacro %}


{# Insert what is new or changed: after the deletion, what the table lacks. #}
{% macro postgres__mart_insert(target, key, present) %}
    {%- set columns = mart_column_names() -%}
    insert into {{ target }} ({{ columns | join(', ') }})
    select {{ mart_qualified('new', columns) }}
    from mart_draft as new
    where new.{{ present }} is not null
        and not exists (select 1 from {{ target }} as old where {{ mart_same(key) }})
    order by {{ mart_qualified('new', key) }}
{% endmacro %}


{# A repeated key finds its place taken and is not stored: then the table has fewer rows. #}
{% macro postgres__mart_repeated_keys(target, present) %}
    select
        (select count(*) from mart_draft as new where new.{{ present }} is not null)
        - (select count(*) from {{ target }}) as repeated
{% endmacro %}


{# A new table under a passing name: created and filled in one transaction it writes no WAL, and
   indexes cost half when they come after the rows. #}
{% macro postgres__mart_fill(fresh, sql, key, present) %}
    {{ get_assert_columns_equivalent(sql) }}
    drop table if exists {{ fresh }};
    create table {{ fresh }}
    {{ get_table_columns_and_constraints() }};
    insert into {{ fresh }}
    select *
    from ({{ get_select_subquery(sql) }}) as new
    where new.{{ present }} is not null
    order by {{ key | join(', ') }}
{% endmacro %}


{# Index the new table and give it its name. The table it replaces steps aside under its readers'
   feet: renaming waits for open transactions that read the side, so it asks in short tries, between
   which readers pass. #}
{% macro postgres__mart_finish(fresh, target, key, exists) %}
    {%- for column in key %}
    alter table {{ fresh }} alter column {{ column }} set not null;
    {%- endfor %}
    create unique index on {{ fresh }} ({{ key | join(', ') }});
    {%- for column in config.get('lookup_by', []) %}
    create index on {{ fresh }} ({{ column }});
    {%- endfor %}
    analyze {{ fresh }};
    {{ postgres__mart_remember(fresh) }};
    {%- if exists %}
    do $renaming$
    begin
        for attempt in 1..20 loop
            begin
                set local lock_timeout = '250ms';
                alter table {{ target }}
                rename to {{ adapter.quote(target.identifier ~ '__old_' ~ env_var('SCHEDA_BUILD_ID', '0')) }};
                return;
            exception when lock_not_available then
                perform pg_sleep(0.5);
            end;
        end loop;
        raise exception 'the columns of {{ target.identifier }} changed, but an open transaction '
            'reads it; close the sessions that read marts.{{ target.identifier }}, then build again';
    end
    $renaming$;
    {%- endif %}
    alter table {{ fresh }} rename to {{ adapter.quote(target.identifier) }}
{% endmacro %}


{# The memory of a table is its comment: it changes in the transaction that changes the rows. #}
{% macro postgres__mart_remember(relation) %}
    comment on table {{ relation }} is '
    {{- mart_signature() }} {{ env_var('SCHEDA_BUILD_ID', '0') }} {{ env_var('SCHEDA_AS_OF', '1970-01-01') -}}
    '
{% endmacro %}


{% macro postgres__mart_recall(relation) %}
    select obj_description(to_regclass('{{ relation }}'), 'pg_class') as memory
{% endmacro %}


{% macro mart_column_names() %}
    {%- set names = [] -%}
    {%- for column in model.columns.values() -%}
        {%- do names.append(adapter.quote(column.name) if column.quote else column.name) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}


{% macro mart_qualified(alias, columns) -%}
    {%- for column in columns %}{{ alias }}.{{ column }}{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}


{% macro mart_same(columns) -%}
    {%- for column in columns %}new.{{ column }} = old.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
