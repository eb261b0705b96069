"""The two sides of the marts: which one readers see, which one a build may write."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheda import postgres
from scheda.errors import SchedaError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import psycopg

    from scheda.project import Project

SIDES = ("a", "b")

#: Held for as long as a build writes a side: two builds at once would spoil each other.
_LOCK = 7_236_002


@dataclass(frozen=True)
class Side:
    """What one side holds.

    state     empty (never built) | building (a build claimed it and it was not published since) |
              ready (it was published; one may point back to it) | spoiled (its build failed or
              was refused by the gate)
    build_id  the build that last filled it; None before the first, and while one is writing it
    as_of     the business day of that build
    """

    name: str
    state: str
    build_id: int | None
    as_of: date | None


def schema(side: str) -> str:
    """The schema that holds the tables of one side."""
    return f"marts_{side}"


def other(side: str) -> str:
    return "b" if side == "a" else "a"


def published(conn: psycopg.Connection) -> str | None:
    """The side that readers see, None before the first publication."""
    row = conn.execute("select side from ops.published").fetchone()
    return row[0] if row and row[0] in SIDES else None


def read(conn: psycopg.Connection, side: str) -> Side:
    row = conn.execute(
        "select side, state, build_id, as_of from ops.sides where side = %s", [side]
    ).fetchone()
    if row is None:
        raise SchedaError(f"ops.sides has no row for side '{side}'; run `scheda up` to restore it")
    return Side(*row)


@contextmanager
def alone(project: Project) -> Iterator[None]:
    """Be the only build of this warehouse until the block ends. Raises SchedaError when another
    one is at work."""
    with postgres.connect(project, autocommit=True) as conn:
        free = conn.execute("select pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        if not free or not free[0]:
            raise SchedaError("another build is at work in this warehouse; wait for it to end")
        yield


def side_to_build(conn: psycopg.Connection) -> str:
    """Claim the side that readers do not see: until it is published again nobody can point to it.
    The claim holds once the caller's transaction commits; a flip meanwhile waits for it."""
    conn.execute("select side from ops.published for update")
    side = other(published(conn) or "b")
    conn.execute(
        "update ops.sides set state = 'building', build_id = null, as_of = null where side = %s",
        [side],
    )
    return side


def mark_built(conn: psycopg.Connection, build_id: int) -> None:
    """The build is complete; its side waits for the gate."""
    side, as_of = _end(conn, build_id, "built", None)
    conn.execute(
        "update ops.sides set state = 'building', build_id = %s, as_of = %s where side = %s",
        [build_id, as_of, side],
    )


def mark_failed(conn: psycopg.Connection, build_id: int, message: str) -> None:
    """The build stopped half way: its side is not fit for readers."""
    _spoil(conn, build_id, "failed", message)


def mark_rejected(conn: psycopg.Connection, build_id: int, message: str) -> None:
    """The gate refused what the build made: its side is not fit for readers."""
    _spoil(conn, build_id, "rejected", message)


def _spoil(conn: psycopg.Connection, build_id: int, status: str, message: str) -> None:
    side, as_of = _end(conn, build_id, status, message)
    conn.execute(
        "update ops.sides set state = 'spoiled', build_id = %s, as_of = %s where side = %s",
        [build_id, as_of, side],
    )


def _end(
    conn: psycopg.Connection, build_id: int, status: str, message: str | None
) -> tuple[str, date]:
    row = conn.execute(
        "update ops.builds set status = %s, message = %s, ended_at = clock_timestamp() "
        "where build_id = %s returning side, as_of",
        [status, message, build_id],
    ).fetchone()
    if row is None:
        raise SchedaError(f"there is no build {build_id} in ops.builds")
    return row[0], row[1]
