"""Bring the dictionaries up to date: parse what is new, or all of a kind whose parser changed."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from psycopg import sql

from scheda import postgres
from scheda.errors import SchedaError
from scheda.values import registry, tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Future

    import psycopg

    from scheda.project import Project
    from scheda.values.kinds import Kind

#: Values fetched, parsed and written at a time, which bounds the memory of a fill.
_BATCH = 10_000
#: From here on two more processes are worth their start (about a second).
_MANY = 20_000
_WORKERS = 2

Rows = list[tuple[Any, ...]]


def fill(
    project: Project, build_id: int, *, kinds: Sequence[str] = registry.KINDS
) -> dict[str, int]:
    """Parse every value of core.written_values that its dictionary lacks or has from another
    version of its parser; {kind: rows written or changed}, each with `build_id`.

    One transaction per kind: after a failure the kinds before stay filled; call again to go on.
    Raises SchedaError when core.written_values does not exist yet.
    """
    home = str(project.settings.get("home_country") or "IT").upper()
    with postgres.connect(project) as conn:
        tables.ensure(conn)
        if not conn.execute("select to_regclass('core.written_values')").fetchone()[0]:
            raise SchedaError("core.written_values does not exist yet; build it with dbt first")
    written = {}
    with ExitStack() as stack:
        # One pool for all kinds, and only when one of them needs it.
        pool = _Pool(stack)
        for kind in map(registry.kind, kinds):
            with postgres.connect(project) as conn:
                written[kind.name] = _fill(conn, kind, home, build_id, pool)
    return written


def _fill(conn: psycopg.Connection, kind: Kind, home: str, build_id: int, pool: _Pool) -> int:
    version = kind.version(home)
    known = conn.execute(
        "select version, _build_id from core.value_versions where kind = %s", [kind.name]
    ).fetchone()
    is_empty = not conn.execute(
        sql.SQL("select exists (select 1 from {})").format(tables.table(kind))
    ).fetchone()[0]
    afresh = is_empty or known is None or known[0] != version
    since = 0 if afresh else known[1]
    _forget(conn, kind, since)
    names = [name for name, _type in tables.columns(kind)]
    changed = 0
    if _stage(conn, kind, home, afresh=afresh, since=since, pool=pool):
        changed = _merge(conn, kind, names, (version, build_id))
    if changed:
        conn.execute(sql.SQL("analyze {}").format(tables.table(kind)))
    conn.execute(
        "insert into core.value_versions (kind, version, _build_id) values (%s, %s, %s)"
        " on conflict (kind) do update"
        " set version = excluded.version, _build_id = excluded._build_id",
        [kind.name, version, build_id],
    )
    return changed


def _forget(conn: psycopg.Connection, kind: Kind, since: int) -> None:
    """Drop the values that nobody writes any more. Written values only ever grow, except in a
    rebuild, which makes all of them new: only then is it worth looking."""
    conn.execute(
        sql.SQL(
            """
            delete from {} as known
            where
                not exists (
                    select 1 from core.written_values
                    where kind = %(kind)s and _build_id < %(since)s
                )
                and not exists (
                    select 1 from core.written_values as written
                    where written.kind = %(kind)s and written.value_id = known.value_id
                )
            """
        ).format(tables.table(kind)),
        {"kind": kind.name, "since": since},
    )


def _stage(
    conn: psycopg.Connection, kind: Kind, home: str, *, afresh: bool, since: int, pool: _Pool
) -> int:
    """Parse into the temporary table `fresh` what the dictionary needs; how many values."""
    declared = [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(of_type))
        for name, of_type in tables.columns(kind)[:-2]
    ]
    conn.execute("drop table if exists pg_temp.fresh")
    conn.execute(
        sql.SQL("create temp table fresh ({}) on commit drop").format(sql.SQL(", ").join(declared))
    )
    total = 0
    with conn.cursor(name=f"written_{kind.name}") as cursor:
        cursor.itersize = _BATCH
        cursor.execute(_wanted(kind, afresh), {"kind": kind.name, "since": since})
        batches = iter(lambda: cursor.fetchmany(_BATCH), [])
        for rows in pool.parsed(kind, home, batches):
            with conn.cursor() as writer, writer.copy("copy pg_temp.fresh from stdin") as copy:
                for row in rows:
                    copy.write_row(row)
            total += len(rows)
    return total


def _wanted(kind: Kind, afresh: bool) -> sql.Composed:
    """The written values to parse: value_id and the parts that this kind has."""
    parts = [sql.Identifier("written", f"part_{n + 1}") for n in range(len(kind.parts))]
    lacking = sql.SQL(
        """
        and written._build_id >= %(since)s
        and not exists (select 1 from {} as known where known.value_id = written.value_id)
        """
    ).format(tables.table(kind))
    return sql.SQL(
        "select written.value_id, {} from core.written_values as written"
        " where written.kind = %(kind)s {}"
    ).format(sql.SQL(", ").join(parts), sql.SQL("") if afresh else lacking)


def _merge(conn: psycopg.Connection, kind: Kind, names: list[str], stamp: tuple[str, int]) -> int:
    """Insert what is new of `fresh`, update what differs, leave the rest as it is."""
    clean = list(kind.column_names)
    stamped = [*clean, "version", "_build_id"]
    listed = sql.SQL(", ")
    return conn.execute(
        sql.SQL(
            """
            insert into {table} as known ({names})
            select {fresh}, %s, %s from pg_temp.fresh
            on conflict (value_id) do update
            set ({stamped}) = row ({new})
            where ({old_clean}) is distinct from ({new_clean})
            """
        ).format(
            table=tables.table(kind),
            names=listed.join(map(sql.Identifier, names)),
            fresh=listed.join(map(sql.Identifier, names[:-2])),
            stamped=listed.join(map(sql.Identifier, stamped)),
            new=listed.join(sql.Identifier("excluded", name) for name in stamped),
            old_clean=listed.join(sql.Identifier("known", name) for name in clean),
            new_clean=listed.join(sql.Identifier("excluded", name) for name in clean),
        ),
        stamp,
    ).rowcount


class _Pool:
    """Parses batches in order: the first in this process, and when there are many, the rest in
    others, which are started once and serve every kind."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._executor: ProcessPoolExecutor | None = None

    def parsed(self, kind: Kind, home: str, batches: Iterable[Rows]) -> Iterator[Rows]:
        """For each batch of (value_id, *parts), the rows with the kind's clean columns after."""
        waiting: deque[Future[Rows]] = deque()
        seen = 0
        for batch in batches:
            seen += len(batch)
            if seen <= _MANY or not _may_have_children():
                yield parse_rows(kind.name, home, batch)
                continue
            waiting.append(self._started().submit(parse_rows, kind.name, home, batch))
            if len(waiting) > _WORKERS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _started(self) -> ProcessPoolExecutor:
        if self._executor is None:
            # A fresh interpreter shares no connection nor lock with this process.
            self._executor = self._stack.enter_context(
                ProcessPoolExecutor(_WORKERS, multiprocessing.get_context("spawn"))
            )
        return self._executor


def _may_have_children() -> bool:
    """A daemonic process (a task of some executors) may start none; one core needs none."""
    return not multiprocessing.current_process().daemon and (os.cpu_count() or 1) > 1


def parse_rows(name: str, home: str, rows: Rows) -> Rows:
    """Parse rows of (value_id, *parts); the clean columns are appended to each."""
    kind = registry.kind(name)
    return [(*row, *_guarded(kind, row[1:], home)) for row in rows]


def _guarded(kind: Kind, parts: tuple[str | None, ...], home: str) -> tuple[Any, ...]:
    """A value that breaks a parser does not stop the night: it stays unparsed, with a reason."""
    try:
        return kind.parse(parts, home)
    except Exception as error:
        failed = f"the parser stopped on it ({type(error).__name__})"
        return (*(None for _ in kind.columns[1:]), failed)
