-- The books of the warehouse. Every statement may be repeated.
create schema if not exists ops;
create schema if not exists quality;
create schema if not exists raw;
create schema if not exists staging;
create schema if not exists core;
create schema if not exists marts_a;
create schema if not exists marts_b;
create schema if not exists marts;

-- The load whose rows a COPY brings: the default of every raw table's _load_id. Called immutable so
-- that a COPY computes it once and not for every row; nothing but COPY may rely on it, because a
-- prepared statement would keep the number of its first use.
create or replace function ops.current_load_id() returns bigint language sql immutable
as $$ select cast(current_setting('scheda.load_id') as bigint) $$;

-- Grain: one row per attempt to load one file into one raw table (law 1, law 2).
create table if not exists ops.loads (
    load_id bigint generated always as identity primary key,
    source text not null,
    table_name text not null,
    file_name text not null,          -- path below landing, or the object's address
    content_hash text,                -- sha256 of the file as received; null when it could not be read
    bytes_read bigint not null default 0,
    modified_at timestamptz,          -- as the file system or the object store says
    size_bytes bigint,
    rows_read bigint not null default 0,
    rows_loaded bigint not null default 0,
    rows_rejected bigint not null default 0,
    status text not null check (status in ('loaded', 'duplicate', 'failed', 'withdrawn')),
    duplicate_of bigint references ops.loads (load_id),
    message text,                     -- for a person: what is wrong and what to do
    run_id text,
    build_id bigint,                  -- first build that saw this load; null until then
    closed_at timestamptz,            -- of a failure: mended, delivered anew, or removed since
    started_at timestamptz not null default clock_timestamp(),
    loaded_at timestamptz not null default clock_timestamp(),
    check (rows_read = rows_loaded + rows_rejected)
);
create unique index if not exists loads_content
on ops.loads (source, table_name, content_hash) where status = 'loaded';
create index if not exists loads_file on ops.loads (source, table_name, file_name);
create index if not exists loads_build on ops.loads (build_id);

-- Grain: one row per record of a file that could not be parsed.
create table if not exists ops.rejects (
    load_id bigint not null references ops.loads (load_id),
    row_number bigint not null,       -- record number in the file, 1 = first after the header
    reason text not null,
    content bytea not null            -- the record's bytes as received
);
create index if not exists rejects_load on ops.rejects (load_id);

-- Grain: one row per database table read by a growing column: where the next extraction begins.
create table if not exists ops.cursors (
    source text not null,
    table_name text not null,
    column_name text not null,
    kind text not null,               -- Python type of the value, to compare it as the source does
    value text not null,
    load_id bigint not null references ops.loads (load_id),
    primary key (source, table_name)
);

-- Grain: one row per build of the warehouse, published or not.
create table if not exists ops.builds (
    build_id bigint generated always as identity primary key,
    run_id text not null,
    as_of date not null,
    side text not null check (side in ('a', 'b')),
    status text not null check (status in ('building', 'built', 'failed', 'rejected', 'published')),
    message text,
    models text,
    started_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz
);
-- Which models built it (a fingerprint); null before they were told.
alter table ops.builds add column if not exists models text;

-- Grain: one row per build and dbt node.
create table if not exists ops.dbt_results (
    build_id bigint not null,
    node text not null,
    resource_type text not null,
    status text not null,
    seconds double precision not null,
    rows_affected bigint,
    message text
);
create index if not exists dbt_results_build on ops.dbt_results (build_id);

-- Grain: one row per step of a run (ingest crm, gate raw, build, …).
create table if not exists ops.steps (
    step_id bigint generated always as identity primary key,
    run_id text not null,
    step text not null,
    status text not null check (status in ('done', 'failed')),
    seconds double precision not null,
    detail jsonb not null default '{}'::jsonb,
    ended_at timestamptz not null default clock_timestamp()
);
create index if not exists steps_run on ops.steps (run_id);

-- Grain: one row: the side of the marts that readers see. The views of schema `marts` read it.
create table if not exists ops.published (
    only_row boolean primary key default true check (only_row),
    side text not null check (side in ('a', 'b', 'none')),
    build_id bigint,
    as_of date,
    published_at timestamptz not null default clock_timestamp()
);
insert into ops.published (side) values ('none') on conflict do nothing;

-- Grain: one row per side: what it holds, and whether one may point back to it.
create table if not exists ops.sides (
    side text primary key check (side in ('a', 'b')),
    state text not null check (state in ('empty', 'building', 'ready', 'spoiled')),
    build_id bigint,
    as_of date
);
insert into ops.sides (side, state) values ('a', 'empty'), ('b', 'empty') on conflict do nothing;

-- Grain: one row per change of the published side (publish or rollback).
create table if not exists ops.publications (
    publication_id bigint generated always as identity primary key,
    action text not null check (action in ('publish', 'rollback')),
    side text not null,
    build_id bigint,
    as_of date,
    milliseconds double precision not null,
    published_at timestamptz not null default clock_timestamp()
);

-- Grain: one row per audience file written.
create table if not exists ops.exports (
    export_id bigint generated always as identity primary key,
    run_id text not null,
    audience text not null,
    as_of date not null,
    build_id bigint,
    address text not null,
    people_in_segment bigint not null,
    people_exported bigint not null,
    manifest jsonb not null,
    exported_at timestamptz not null default clock_timestamp()
);

-- Grain: one row per run, table and expectation.
create table if not exists quality.checks (
    check_id bigint generated always as identity primary key,
    run_id text not null,
    gate text not null check (gate in ('raw', 'published')),
    table_name text not null,
    column_name text,
    expectation text not null,
    severity text not null check (severity in ('critical', 'warning')),
    verdict text not null check (verdict in ('pass', 'fail', 'error')),
    expected text,
    observed text,
    message text not null,
    checked_at timestamptz not null default clock_timestamp()
);
create index if not exists checks_run on quality.checks (run_id);

-- Grain: one row per decision of a person that two records are one person or two (`scheda same`,
-- `scheda different`). Appended only; undoing fills undone_at. Replayed by every build.
create table if not exists ops.identity_decisions (
    decision_id bigint generated always as identity primary key,
    left_source text not null,
    left_key text not null,
    right_source text not null,
    right_key text not null,
    decision text not null check (decision in ('same', 'different')),
    decided_by text not null,
    decided_at timestamptz not null default clock_timestamp(),
    note text,
    undone_by text,
    undone_at timestamptz,
    check ((left_source, left_key) <> (right_source, right_key)),
    check ((undone_by is null) = (undone_at is null))
);
