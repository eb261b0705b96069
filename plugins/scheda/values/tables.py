"""The tables of core that Python fills and dbt reads as its source `values`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from scheda.values.registry import kinds

if TYPE_CHECKING:
    import psycopg

    from scheda.values.kinds import Kind

#: Two builds may start at once on a new warehouse: one creates the tables, the other waits.
_LOCK = 7_236_006

#: version: of the parser that last went over the whole dictionary. _build_id: the build that last
#: looked for values it lacks.
_VERSIONS = (("kind", "text"), ("version", "text"), ("_build_id", "bigint"))

#: What the matchers say of two names, and of two contacts: written by scheda.matching.
_VERDICTS = (
    ("left_id", "text"),
    ("right_id", "text"),
    ("verdict", "text"),
    ("score", "numeric(4,3)"),
    ("why", "text"),
    ("version", "text"),
    ("_build_id", "bigint"),
)
_PROPOSED = (
    ("matcher", "text"),
    ("left_source", "text"),
    ("left_key", "text"),
    ("right_source", "text"),
    ("right_key", "text"),
    ("probability", "double precision"),
    ("evidence", "text"),
    ("model", "text"),
    ("is_present", "boolean"),
    ("_build_id", "bigint"),
)


def table(kind: Kind) -> sql.Identifier:
    """core.value_<kind>."""
    return sql.Identifier("core", f"value_{kind.name}")


def columns(kind: Kind) -> tuple[tuple[str, str], ...]:
    """(name, SQL type) of every column of a dictionary, in order."""
    written = (("value_id", "text"), *((part, "text") for part in kind.parts))
    return (*written, *kind.columns, ("version", "text"), ("_build_id", "bigint"))


def ensure(conn: psycopg.Connection) -> None:
    """Create what is missing of the dictionaries and of the matchers' tables; safe to repeat.

    A dictionary whose columns are others than the parser gives now gets them, and forgets its
    version: the next fill parses all of it.
    """
    conn.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
    conn.execute("create schema if not exists core")
    _create(conn, "value_versions", _VERSIONS, ("kind",))
    for kind in kinds():
        wanted = columns(kind)
        name = f"value_{kind.name}"
        known = _present(conn, name)
        if known == set(wanted):
            continue
        if known:
            _reshape(conn, table(kind), known, wanted)
        else:
            _create(conn, name, wanted, ("value_id",))
        conn.execute("delete from core.value_versions where kind = %s", [kind.name])
    pair = ("left_source", "left_key", "right_source", "right_key")
    _create(conn, "name_verdicts", _VERDICTS, ("left_id", "right_id"))
    _create(conn, "proposed_pairs", _PROPOSED, ("matcher", *pair))


def _create(
    conn: psycopg.Connection,
    name: str,
    wanted: tuple[tuple[str, str], ...],
    key: tuple[str, ...],
) -> None:
    if _present(conn, name):
        return
    here = sql.Identifier("core", name)
    conn.execute(
        sql.SQL("create table {} ({}, primary key ({}))").format(
            here,
            sql.SQL(", ").join(_definition(column, kind) for column, kind in wanted),
            sql.SQL(", ").join(map(sql.Identifier, key)),
        )
    )
    if len(wanted) > len(_VERSIONS):
        # What a build wrote is news to the models that read the table.
        conn.execute(sql.SQL("create index on {} (_build_id)").format(here))


def _reshape(
    conn: psycopg.Connection,
    here: sql.Identifier,
    known: set[tuple[str, str]],
    wanted: tuple[tuple[str, str], ...],
) -> None:
    for column, _kind in sorted(known - set(wanted)):
        conn.execute(sql.SQL("alter table {} drop column {}").format(here, sql.Identifier(column)))
    for column, kind in wanted:
        if (column, kind) not in known:
            conn.execute(
                sql.SQL("alter table {} add column {}").format(here, _definition(column, kind))
            )


def _definition(column: str, kind: str) -> sql.Composed:
    return sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind))


def _present(conn: psycopg.Connection, name: str) -> set[tuple[str, str]]:
    """(name, SQL type) of the columns of a table of core; empty when there is no such table."""
    rows = conn.execute(
        """
        select attname::text, format_type(atttypid, atttypmod)
        from pg_attribute
        where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped
        """,
        [sql.Identifier("core", name).as_string(conn)],
    ).fetchall()
    return set(rows)
