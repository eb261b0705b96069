"""The warehouse's own books: schemas, load ledger, rejects, checks, builds, published side."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg

#: Two installations may start at once: one creates the books, the other waits.
_LOCK = 7_236_001


def ensure(conn: psycopg.Connection) -> None:
    """Create what is missing of the schemas and tables in ops.sql; safe to repeat."""
    conn.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
    conn.execute((files("scheda") / "ops.sql").read_text(encoding="utf-8"))
