"""Raw tables: append-only, every column text as received, or one JSON object per row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from scheda.errors import SchedaError
from scheda.headers import plain

if TYPE_CHECKING:
    import psycopg

    from scheda.catalog import Table

#: Bytes; below this, reading the whole table is as fast.
_WORTH_AN_INDEX = 16 * 2**20


def ensure(conn: psycopg.Connection, table: Table) -> None:
    """Create the raw table, or add the columns declared since; nothing to do costs no lock."""
    with conn.transaction():
        present = columns(conn, table)
        if not present:
            conn.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"raw {table.raw_table}"])
            present = columns(conn, table)
        if not present:
            _create(conn, table)
            return
        if table.is_json != ("payload" in present):
            raise SchedaError(
                f"raw.{table.raw_table} holds {'columns' if table.is_json else 'JSON objects'},"
                f" its declaration says otherwise; give the table of {table.label} another name,"
                " or rename the old raw table"
            )
        if not table.is_json:
            _add(conn, table, [c.name for c in table.columns if c.name not in present])


def columns(conn: psycopg.Connection, table: Table) -> list[str]:
    """Names of the raw table's columns; empty when it does not exist."""
    found = conn.execute(
        "select attname from pg_attribute where attrelid = to_regclass(%s)"
        " and attnum > 0 and not attisdropped order by attnum",
        [f"raw.{table.raw_table}"],
    )
    return [row[0] for row in found]


def named(table: Table) -> sql.Identifier:
    return sql.Identifier("raw", table.raw_table)


def sequence(table: Table) -> sql.Identifier:
    """Numbers the records of the file being loaded, on the server, at the cost of a counter."""
    return sql.Identifier("raw", f"{table.raw_table}__row_number")


def lock(conn: psycopg.Connection, table: Table) -> None:
    """One loader at a time per raw table, until this session ends (the counter is shared)."""
    conn.execute("select pg_advisory_lock(%s, hashtext(%s))", [7_236_003, table.raw_table])
    _index(conn, table)


def begin_load(conn: psycopg.Connection, table: Table, load_id: int) -> None:
    """Give the rows of this transaction their load id, and number them from 1."""
    conn.execute("select set_config('scheda.load_id', %s, true)", [str(load_id)])
    conn.execute("select setval(%s::regclass, 1, false)", [sequence(table).as_string(conn)])


def settle(conn: psycopg.Connection, table: Table) -> None:
    """After loads: the planner knows the new rows (a small sample is enough for one column)."""
    conn.execute(sql.SQL("analyze {} (_load_id)").format(named(table)))


def _index(conn: psycopg.Connection, table: Table) -> None:
    """The block index on _load_id learns what earlier runs loaded, unless a vacuum told it already.

    It is made when the table is large enough to gain by it: the first, large load goes without.
    What this run loads is read by the next build as a whole: it need not be indexed for that.
    """
    name = sql.Identifier("raw", f"{table.raw_table}__load_id")
    exists, size = conn.execute(
        "select to_regclass(%s) is not null, pg_relation_size(%s::regclass)",
        [name.as_string(conn), named(table).as_string(conn)],
    ).fetchone() or (False, 0)
    if exists:
        conn.execute("select brin_summarize_new_values(%s::regclass)", [name.as_string(conn)])
    elif size > _WORTH_AN_INDEX:
        conn.execute(
            sql.SQL(
                "create index {} on {} using brin (_load_id) with (pages_per_range = 16)"
            ).format(sql.Identifier(f"{table.raw_table}__load_id"), named(table))
        )


def _create(conn: psycopg.Connection, table: Table) -> None:
    parts = [sql.SQL("{} text").format(sql.Identifier(column.name)) for column in table.columns]
    parts.append(sql.SQL("payload text not null" if table.is_json else "_extra jsonb"))
    conn.execute(
        sql.SQL("create unlogged sequence if not exists {} cache 10000").format(sequence(table))
    )
    conn.execute(
        sql.SQL(
            "create table {} ("
            "_load_id bigint not null default ops.current_load_id(), "
            "_row_number bigint not null default nextval({}::regclass), {})"
        ).format(
            named(table),
            sql.Literal(sequence(table).as_string(conn)),
            sql.SQL(", ").join(parts),
        )
    )
    conn.execute(
        sql.SQL("alter table {} alter column _load_id set statistics 10").format(named(table))
    )


def _add(conn: psycopg.Connection, table: Table, names: list[str]) -> None:
    """Columns declared since the table was made: what older files had of them is in _extra."""
    if not names:
        return
    raw = named(table)
    for name in names:
        conn.execute(
            sql.SQL("alter table {} add column if not exists {} text").format(
                raw, sql.Identifier(name)
            )
        )
    wanted = {plain(c.header or c.name): c.name for c in table.columns if c.name in names}
    wanted |= {plain(name): name for name in names}
    kept = conn.execute(
        sql.SQL("select distinct jsonb_object_keys(_extra) from {}").format(raw)
    ).fetchall()
    for (key,) in sorted(kept):
        column = wanted.get(plain(key))
        if column is None:
            continue
        # Their loads are told to the next build as new: their staging rows have changed.
        conn.execute(
            sql.SQL(
                "with moved as (update {raw} set {column} = _extra ->> {key},"
                " _extra = nullif(_extra - {key}, '{{}}'::jsonb)"
                " where _extra ? {key} returning _load_id)"
                " update ops.loads set build_id = null"
                " where load_id in (select _load_id from moved)"
            ).format(raw=raw, column=sql.Identifier(column), key=sql.Literal(key))
        )
