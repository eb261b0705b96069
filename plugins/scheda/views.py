"""The views in `marts`: each reads the same table on both sides, and the pointer says which one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from scheda import postgres, sides
from scheda.errors import SchedaError

if TYPE_CHECKING:
    from psycopg.sql import Composable

MARTS = "marts"
ABOUT = "about"

#: Tables set aside by the `mart` materialization when their columns changed.
OLD = "__old_"

#: Columns whose name starts so serve the build, not the readers.
TECHNICAL = "_"


@dataclass(frozen=True)
class Table:
    """A table of one side: its identity and its columns as (name, type, number)."""

    oid: int
    columns: tuple[tuple[str, str, int], ...]

    def numbers(self, wanted: tuple[tuple[str, str], ...]) -> dict[str, int]:
        """Number of each wanted column that this table has with the wanted type."""
        mine = {(name, kind): number for name, kind, number in self.columns}
        return {name: mine[name, kind] for name, kind in wanted if (name, kind) in mine}


@dataclass(frozen=True)
class View:
    """A view of `marts` as the catalog knows it: its columns, and the table columns it reads."""

    columns: tuple[tuple[str, str], ...]
    reads: frozenset[tuple[int, int]]


def tables(conn: psycopg.Connection, side: str) -> dict[str, Table]:
    """The tables of one side by name, those set aside left out."""
    rows = conn.execute(
        """
        select c.relname, c.oid::bigint, a.attname, format_type(a.atttypid, a.atttypmod), a.attnum
        from pg_class as c
        inner join pg_attribute as a on c.oid = a.attrelid
        where c.relnamespace = to_regnamespace(%s)
            and c.relkind in ('r', 'p')
            and strpos(c.relname, %s) = 0
            and a.attnum > 0
            and not a.attisdropped
            and not starts_with(a.attname, %s)
        order by c.relname, a.attnum
        """,
        [sides.schema(side), OLD, TECHNICAL],
    ).fetchall()
    found: dict[str, tuple[int, list[tuple[str, str, int]]]] = {}
    for name, oid, column, kind, number in rows:
        found.setdefault(name, (oid, []))[1].append((column, kind, number))
    return {name: Table(oid, tuple(columns)) for name, (oid, columns) in found.items()}


def existing(conn: psycopg.Connection) -> dict[str, View]:
    """The views of `marts` by name."""
    rows = conn.execute(
        """
        select
            c.relname,
            (
                select array_agg(
                    array[a.attname, format_type(a.atttypid, a.atttypmod)] order by a.attnum
                )
                from pg_attribute as a
                where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            ),
            (
                select array_agg(array[d.refobjid::bigint, d.refobjsubid::bigint])
                from pg_rewrite as r
                inner join pg_depend as d
                    on r.oid = d.objid and d.classid = 'pg_rewrite'::regclass
                where r.ev_class = c.oid
                    and d.refclassid = 'pg_class'::regclass
                    and d.refobjsubid > 0
                    and d.refobjid not in ('ops.published'::regclass, c.oid)
            )
        from pg_class as c
        where c.relnamespace = to_regnamespace(%s) and c.relkind = 'v'
        """,
        [MARTS],
    ).fetchall()
    return {
        name: View(
            tuple((column, kind) for column, kind in columns or ()),
            frozenset((oid, number) for oid, number in reads or ()),
        )
        for name, columns, reads in rows
    }


def shape(conn: psycopg.Connection, side: str) -> list[str]:
    """Give every view the columns of `side`, touching only views whose shape changed (an unchanged
    view needs no lock at all). Returns the names of those created or replaced.

    Belongs in the transaction that moves the pointer, under a short lock_timeout: a reader that
    holds one of these views makes it fail with psycopg.errors.LockNotAvailable.
    """
    both = {name: tables(conn, name) for name in sides.SIDES}
    known = existing(conn)
    changed = []
    if ABOUT not in known:
        _create_about(conn)
        changed.append(ABOUT)
    for name in sorted({*both["a"], *both["b"]}):
        model = both[side].get(name) or both[sides.other(side)][name]
        wanted = tuple((column, kind) for column, kind, _number in model.columns)
        branches = {at: both[at][name] for at in sides.SIDES if name in both[at]}
        reads = frozenset(
            (table.oid, number)
            for table in branches.values()
            for number in table.numbers(wanted).values()
        )
        if known.get(name) != View(wanted, reads):
            _replace(conn, name, known.get(name), wanted, branches)
            changed.append(name)
    _grant(conn)
    return changed


def _create_about(conn: psycopg.Connection) -> None:
    conn.execute(
        "create view marts.about as select as_of, build_id, published_at from ops.published"
    )
    conn.execute(
        "comment on view marts.about is "
        "'One row: the business day, the build and the moment of publication of the other views.'"
    )


def _replace(
    conn: psycopg.Connection,
    name: str,
    before: View | None,
    wanted: tuple[tuple[str, str], ...],
    branches: dict[str, Table],
) -> None:
    view = sql.Identifier(MARTS, name)
    # A view in place may only gain columns at its end; anything else needs a new view.
    if before is not None and wanted[: len(before.columns)] != before.columns:
        try:
            with conn.transaction():
                conn.execute(sql.SQL("drop view {}").format(view))
        except psycopg.errors.DependentObjectsStillExist:
            raise SchedaError(
                f"marts.{name} loses or retypes a column while a view of yours reads it; drop your "
                "view, publish again, then create it anew (nothing was published)"
            ) from None
    body = sql.SQL("\nunion all\n").join(
        _branch(name, side, table, wanted) for side, table in branches.items()
    )
    conn.execute(sql.SQL("create or replace view {} as\n{}").format(view, body))


def _branch(name: str, side: str, table: Table, wanted: tuple[tuple[str, str], ...]) -> Composable:
    has = table.numbers(wanted)
    columns = sql.SQL(", ").join(
        sql.Identifier(column)
        if column in has
        else sql.SQL("cast(null as {}) as {}").format(sql.SQL(kind), sql.Identifier(column))
        for column, kind in wanted
    )
    # The sub-select is evaluated once per statement: the other side's branch never runs.
    return sql.SQL("select {} from {} where (select side from ops.published) = {}").format(
        columns, sql.Identifier(sides.schema(side), name), sql.Literal(side)
    )


def _grant(conn: psycopg.Connection) -> None:
    """Let BI tools read what they may not read yet, wherever their role exists."""
    rows = conn.execute(
        """
        select c.relname
        from pg_class as c
        inner join pg_roles as r on r.rolname = %s
        where c.relnamespace = to_regnamespace(%s)
            and c.relkind = 'v'
            and not has_table_privilege(r.oid, c.oid, 'select')
        """,
        [postgres.READER, MARTS],
    ).fetchall()
    for (name,) in rows:
        conn.execute(
            sql.SQL("grant select on {} to {}").format(
                sql.Identifier(MARTS, name), sql.Identifier(postgres.READER)
            )
        )


def drop_old(conn: psycopg.Connection) -> int:
    """Drop the tables that a change of columns set aside, except those a reader still uses (the
    next publication tries again). Needs an autocommit connection; returns how many went."""
    rows = conn.execute(
        "select schemaname, tablename from pg_tables where schemaname = any(%s) "
        "and strpos(tablename, %s) > 0",
        [[sides.schema(side) for side in sides.SIDES], OLD],
    ).fetchall()
    dropped = 0
    for place in rows:
        try:
            with conn.transaction():
                conn.execute("set local lock_timeout = '100ms'")
                conn.execute(sql.SQL("drop table {}").format(sql.Identifier(*place)))
            dropped += 1
        except (
            psycopg.errors.LockNotAvailable,
            psycopg.errors.DependentObjectsStillExist,
        ):
            continue
    return dropped
