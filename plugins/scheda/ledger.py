"""The load ledger: one row per attempt to load a file (laws 1 and 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scheda.errors import SchedaError

if TYPE_CHECKING:
    from datetime import datetime

    import psycopg

    from scheda.catalog import Table
    from scheda.sources.files import Delivery

#: Name, size and modification instant: a file is not read again while none of them changes.
Signature = tuple[str, "int | None", "datetime | None"]


@dataclass(frozen=True)
class Counts:
    """Law 1: rows_read = rows_loaded + rows_rejected."""

    rows_read: int = 0
    rows_rejected: int = 0

    @property
    def rows_loaded(self) -> int:
        return self.rows_read - self.rows_rejected


@dataclass(frozen=True)
class Failure:
    """A file, or a whole door, whose latest attempt failed and that nobody has mended since."""

    source: str
    table: str
    file_name: str
    message: str
    attempted_at: datetime

    def __str__(self) -> str:
        return f"{self.source}.{self.table}: {self.file_name}: {self.message}"


def next_load_id(conn: psycopg.Connection) -> int:
    return _one(conn, "select nextval(pg_get_serial_sequence('ops.loads', 'load_id'))", [])


def known(conn: psycopg.Connection, table: Table) -> set[Signature]:
    """Files that are in raw already, by signature."""
    found = conn.execute(
        "select file_name, size_bytes, modified_at from ops.loads"
        " where source = %s and table_name = %s"
        " and status in ('loaded', 'duplicate', 'withdrawn')",
        [table.source, table.name],
    )
    return {(name, size, modified) for name, size, modified in found}


def may_be_known(conn: psycopg.Connection, table: Table, size: int | None) -> bool:
    """Is a file of this size loaded? Then its hash is worth computing before loading it."""
    return _one(
        conn,
        "select exists (select 1 from ops.loads where source = %s and table_name = %s"
        " and status = 'loaded' and size_bytes is not distinct from %s)",
        [table.source, table.name, size],
    )


def loaded_with(conn: psycopg.Connection, table: Table, content_hash: str) -> int | None:
    """The load that brought this very content, if any."""
    return _one(
        conn,
        "select load_id from ops.loads where source = %s and table_name = %s"
        " and content_hash = %s and status = 'loaded'",
        [table.source, table.name, content_hash],
    )


def record_loaded(
    conn: psycopg.Connection,
    table: Table,
    delivery: Delivery,
    *,
    load_id: int,
    content_hash: str,
    bytes_read: int,
    counts: Counts,
    message: str | None,
    run_id: str,
    started_at: datetime,
) -> None:
    conn.execute(
        "insert into ops.loads (load_id, source, table_name, file_name, content_hash, bytes_read,"
        " modified_at, size_bytes, rows_read, rows_loaded, rows_rejected, status, message, run_id,"
        " started_at) overriding system value"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'loaded', %s, %s, %s)",
        [
            load_id, table.source, table.name, delivery.name, content_hash, bytes_read,
            delivery.modified_at, delivery.size, counts.rows_read, counts.rows_loaded,
            counts.rows_rejected, message, run_id, started_at,
        ],
    )  # fmt: skip
    close(conn, table, delivery.name)


def record_duplicate(
    conn: psycopg.Connection,
    table: Table,
    delivery: Delivery,
    *,
    content_hash: str,
    bytes_read: int,
    duplicate_of: int,
    run_id: str,
) -> None:
    """Once per name and content where the door tells no modification instant."""
    close(conn, table, delivery.name)
    conn.execute(
        "insert into ops.loads (source, table_name, file_name, content_hash, bytes_read,"
        " modified_at, size_bytes, status, duplicate_of, message, run_id)"
        " select %(source)s, %(table)s, %(name)s, %(hash)s, %(bytes)s, %(modified)s, %(size)s,"
        " 'duplicate', %(of)s, 'the same content was loaded before: nothing to do', %(run)s"
        " where not exists (select 1 from ops.loads where source = %(source)s"
        " and table_name = %(table)s and file_name = %(name)s and content_hash = %(hash)s"
        " and modified_at is not distinct from %(modified)s and status <> 'failed')",
        {
            "source": table.source,
            "table": table.name,
            "name": delivery.name,
            "hash": content_hash,
            "bytes": bytes_read,
            "modified": delivery.modified_at,
            "size": delivery.size,
            "of": duplicate_of,
            "run": run_id,
        },
    )


def record_failed(
    conn: psycopg.Connection,
    table: Table,
    name: str,
    *,
    message: str,
    run_id: str,
    size: int | None = None,
    modified_at: datetime | None = None,
) -> None:
    """The same failure of the same file, again, is the same row, brought to this run."""
    again = conn.execute(
        "update ops.loads set run_id = %s, loaded_at = clock_timestamp()"
        " where source = %s and table_name = %s and file_name = %s and status = 'failed'"
        " and closed_at is null and message = %s and size_bytes is not distinct from %s"
        " and modified_at is not distinct from %s",
        [run_id, table.source, table.name, name, message, size, modified_at],
    )
    if again.rowcount:
        return
    close(conn, table, name)
    conn.execute(
        "insert into ops.loads (source, table_name, file_name, modified_at, size_bytes, status,"
        " message, run_id) values (%s, %s, %s, %s, %s, 'failed', %s, %s)",
        [table.source, table.name, name, modified_at, size, message, run_id],
    )


def close(conn: psycopg.Connection, table: Table, name: str) -> None:
    """The file was mended, delivered anew, or the door answers again."""
    conn.execute(
        "update ops.loads set closed_at = clock_timestamp() where source = %s and table_name = %s"
        " and file_name = %s and status = 'failed' and closed_at is null",
        [table.source, table.name, name],
    )


def close_missing(conn: psycopg.Connection, table: Table, present: list[str]) -> None:
    """Failed files that are no longer delivered need nobody's attention."""
    conn.execute(
        "update ops.loads set closed_at = clock_timestamp() where source = %s and table_name = %s"
        " and status = 'failed' and closed_at is null and file_name <> all (%s)",
        [table.source, table.name, present],
    )


def has_loads(conn: psycopg.Connection, table: Table) -> bool:
    return _one(
        conn,
        "select exists (select 1 from ops.loads where source = %s and table_name = %s"
        " and status = 'loaded')",
        [table.source, table.name],
    )


def open_failures(conn: psycopg.Connection) -> list[Failure]:
    """What waits for a person: latest attempt failed, file still there; by source, table, file."""
    found = conn.execute(
        "select source, table_name, file_name, message, loaded_at from ops.loads"
        " where status = 'failed' and closed_at is null order by 1, 2, 3"
    )
    return [Failure(*row) for row in found]


def withdraw(conn: psycopg.Connection, table: Table, file_name: str) -> int:
    """Take back a loaded file that no build has used: its rows stay in raw and count nowhere.

    Returns the rows taken back. Raises SchedaError when there is no such file, when a build has
    used it (a mended file under the same name is then the way), or when it came from a database,
    whose cursor would not ask for those rows again.
    """
    found = conn.execute(
        "select load_id, rows_loaded, build_id from ops.loads where source = %s"
        " and table_name = %s and file_name = %s and status = 'loaded' order by load_id desc",
        [table.source, table.name, file_name],
    ).fetchone()
    if found is None:
        raise SchedaError(
            f"{table.label}: no loaded file is called '{file_name}'; "
            "write it as the gate or the ledger (ops.loads) names it"
        )
    load_id, rows, build_id = found
    if build_id is not None:
        raise SchedaError(
            f"{table.label}: build {build_id} has used {file_name} already; "
            "put a mended file in its place, under the same name, and ingest again"
        )
    if table.door == "database":
        raise SchedaError(f"{table.label} comes from a database: mend the rows there")
    conn.execute(
        "update ops.loads set status = 'withdrawn', message = 'taken back before any build'"
        " where load_id = %s",
        [load_id],
    )
    return rows


def summary(conn: psycopg.Connection, run_id: str) -> list[dict[str, Any]]:
    """Per source and table, what the run `run_id` read, loaded, set aside, knew and could not."""
    found = conn.execute(
        "select source, table_name, count(*) filter (where status = 'loaded'),"
        " coalesce(sum(rows_read), 0)::bigint, coalesce(sum(rows_loaded), 0)::bigint,"
        " coalesce(sum(rows_rejected), 0)::bigint,"
        " count(*) filter (where status = 'duplicate'), count(*) filter (where status = 'failed')"
        " from ops.loads where run_id = %s group by 1, 2 order by 1, 2",
        [run_id],
    )
    names = (
        "source", "table", "files", "rows_read", "rows_loaded", "rows_rejected", "duplicates",
        "failed",
    )  # fmt: skip
    return [dict(zip(names, row, strict=True)) for row in found]


def _one(conn: psycopg.Connection, query: str, values: list[Any]) -> Any:
    row = conn.execute(query, values).fetchone()
    return row[0] if row else None
