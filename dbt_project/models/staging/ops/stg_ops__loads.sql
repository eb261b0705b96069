-- Grain: one row per load that a build has seen, with the last file that stated its content.
{{ config(materialized='table', post_hook="{{ refresh_statistics() }}") }}

with

loads as (
    select * from {{ source('ops', 'loads') }}
),

seen as (
    select
        load_id,
        source,
        table_name,
        file_name,
        content_hash,
        status,
        rows_loaded,
        loaded_at,
        build_id
    from loads
    where build_id is not null and status in ('loaded', 'duplicate')
),

compared as (
    select
        load_id,
        source,
        table_name,
        file_name,
        content_hash,
        build_id,
        lag(content_hash) over (
            partition by source, table_name, file_name
            order by load_id
        ) as content_before
    from seen
),

-- The same file seen again unchanged states nothing; the same content under a later name does, and
-- so does a file that goes back to an earlier content.
statements as (
    select
        source,
        table_name,
        content_hash,
        file_name,
        load_id as statement_id,
        build_id,
        row_number() over (
            partition by source, table_name, content_hash
            order by file_name desc, load_id desc
        ) as place
    from compared
    where content_before is null or content_before <> content_hash
),

final as (
    select
        seen.load_id,
        seen.source,
        seen.table_name,
        statements.file_name,
        statements.statement_id,
        greatest(seen.build_id, statements.build_id) as build_id,
        seen.rows_loaded,
        seen.loaded_at
    from seen
    inner join statements
        on
            seen.source = statements.source
            and seen.table_name = statements.table_name
            and seen.content_hash = statements.content_hash
    where seen.status = 'loaded' and statements.place = 1
)

select * from final
