"""A database as a source: its new rows become one more Parquet file in landing."""

from __future__ import annotations

import hashlib
import json
import tempfile
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheda import ledger
from scheda import project as projects
from scheda.errors import SourceError
from scheda.sources.files import place
from scheda.sources.parquet import CURSOR
from scheda.sources.rows import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg
    from sqlalchemy import Connection, Executable

    from scheda.catalog import Table
    from scheda.project import Project

_ROWS = 10_000
_KINDS = {
    "int": int, "float": float, "str": str, "Decimal": Decimal,
    "datetime": datetime.fromisoformat, "date": date.fromisoformat,
}  # fmt: skip


def extract(project: Project, conn: psycopg.Connection, table: Table) -> str | None:
    """Write the rows changed since the last loaded extraction (or all) to landing.

    Rows that carry the last cursor value come again: whatever was committed late with that value
    is not missed, and versions of a row are told apart later. Returns the file's address, None
    when there was no row, or the very answer that was loaded before. Raises SourceError, which
    never holds a password.
    """
    since = _since(conn, table)
    with tempfile.TemporaryDirectory(prefix="scheda-") as folder:
        draft = Path(folder) / "extract.parquet"
        with _connected(table) as remote:
            rows = _write(remote, _query(table, since), table, draft)
        if not rows or _is_known(conn, table, draft):
            return None
        return _land(project, table, draft)


def advance(conn: psycopg.Connection, table: Table, cursor: dict[str, str], load_id: int) -> None:
    """Remember how far a loaded extraction reached; an older file does not take it back."""
    known = _since(conn, table)
    value = _KINDS[cursor["kind"]](cursor["value"])
    if cursor["column"] != table.cursor or (known is not None and known > value):
        return
    conn.execute(
        "insert into ops.cursors (source, table_name, column_name, kind, value, load_id)"
        " values (%s, %s, %s, %s, %s, %s) on conflict (source, table_name) do update"
        " set column_name = excluded.column_name, kind = excluded.kind, value = excluded.value,"
        " load_id = excluded.load_id",
        [table.source, table.name, cursor["column"], cursor["kind"], cursor["value"], load_id],
    )


def _since(conn: psycopg.Connection, table: Table) -> Any:
    row = conn.execute(
        "select kind, value from ops.cursors"
        " where source = %s and table_name = %s and column_name = %s",
        [table.source, table.name, table.cursor],
    ).fetchone()
    return _KINDS[row[0]](row[1]) if row else None


@contextmanager
def _connected(table: Table) -> Iterator[Connection]:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

    address = _address(table)
    try:
        engine = create_engine(address, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ImportError):
        raise SourceError(
            f"the address in {_origin(table)} is not one that SQLAlchemy understands"
            " (driver://user:password@host/database), or its driver is not installed"
        ) from None
    try:
        with engine.connect() as remote:
            yield remote.execution_options(stream_results=True, yield_per=_ROWS)
    except SQLAlchemyError as error:
        said = " ".join(str(getattr(error, "orig", None) or type(error).__name__).split())
        for secret in filter(None, (address, engine.url.password)):
            said = said.replace(str(secret), "***")
        raise SourceError(
            f"the database in {_origin(table)} refused: {said[:200]}; check that it is up, the"
            " address, the user's rights, and the declared table, query and cursor"
        ) from None
    finally:
        engine.dispose()


def _origin(table: Table) -> str:
    return table.address_env or f"Airflow's connection '{table.connection}'"


def _address(table: Table) -> str:
    if table.address_env is not None:
        address = projects.secret(table.address_env)
        if address is None:
            raise SourceError(
                f"environment variable {table.address_env} is not set: it holds the database's"
                " address, driver://user:password@host/database"
            )
        return address
    try:
        from airflow.sdk import Connection as AirflowConnection

        address = AirflowConnection.get(table.connection).get_uri()
    except Exception as error:  # Airflow's own errors differ by where it runs
        raise SourceError(
            f"Airflow has no connection '{table.connection}' here ({type(error).__name__}):"
            " create it in Airflow, or declare address_env"
        ) from None
    return address.replace("postgres://", "postgresql://", 1)


def _query(table: Table, since: Any) -> Executable:
    import sqlalchemy as sa

    if table.query is not None:
        # A colon in the query is its own: no name in it is a parameter of ours.
        inner = table.query.strip().rstrip(";").replace(":", r"\:")
        if table.cursor is None:
            return sa.text(inner)
        source: Any = sa.text(f"({inner}) q")
    else:
        schema, _dot, name = (table.remote_table or "").rpartition(".")
        source = sa.table(name, schema=schema or None)
    query = sa.select(sa.text("*")).select_from(source)
    if table.cursor is None:
        return query
    cursor = sa.column(table.cursor)
    if since is not None:
        query = query.where(cursor >= since)
    return query.order_by(cursor)


def _write(remote: Connection, query: Executable, table: Table, draft: Path) -> int:
    """Write the answer to `draft`, as text; the number of rows."""
    import pyarrow as pa
    from pyarrow import parquet

    result = remote.execute(query)
    names = list(result.keys())
    at = _position(table, names)
    schema = pa.schema([(name, pa.string()) for name in names])
    last, count = None, 0
    with parquet.ParquetWriter(draft, schema, compression="zstd") as writer:
        for batch in result.partitions(_ROWS):
            columns = zip(*batch, strict=True)
            arrays = [pa.array([text_of(v) for v in column], pa.string()) for column in columns]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
            count += len(batch)
            if at is not None:
                last = next((row[at] for row in reversed(batch) if row[at] is not None), last)
        if last is not None:
            writer.add_key_value_metadata({CURSOR: json.dumps(_remembered(table, last))})
    return count


def _position(table: Table, names: list[str]) -> int | None:
    if table.cursor is None:
        return None
    if table.cursor not in names:
        raise SourceError(
            f"cursor column '{table.cursor}' is not in the answer, which has: {', '.join(names)}"
        )
    return names.index(table.cursor)


def _remembered(table: Table, value: Any) -> dict[str, str]:
    kind = type(value).__name__
    if kind not in _KINDS:
        raise SourceError(f"cursor column '{table.cursor}' holds {kind}: take a date or a number")
    text = value.isoformat() if isinstance(value, date) else str(value)
    return {"column": str(table.cursor), "kind": kind, "value": text}


def _is_known(conn: psycopg.Connection, table: Table, draft: Path) -> bool:
    with draft.open("rb") as file:
        content_hash = hashlib.file_digest(file, "sha256").hexdigest()
    return ledger.loaded_with(conn, table, content_hash) is not None


def _land(project: Project, table: Table, draft: Path) -> str:
    """Into the table's folder in landing, whole or not at all; names sort by time."""
    import fsspec

    folder = place(table.path, project.landing).rsplit("/", 1)[0]
    name = f"{table.name}_{datetime.now(tz=UTC):%Y%m%dT%H%M%S%f}Z.parquet"
    filesystem, path = fsspec.core.url_to_fs(folder)
    filesystem.makedirs(path, exist_ok=True)
    filesystem.put_file(str(draft), f"{path}/{name}.part")
    filesystem.mv(f"{path}/{name}.part", f"{path}/{name}")
    return f"{folder}/{name}"
