"""The two sides of the marts: which one readers see, which one a build may write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheda.errors import SchedaError

if TYPE_CHECKING:
    from datetime import date

    import psycopg

SIDES = ("a", "b")


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


def side_to_build(conn: psycopg.Connection) -> str:
    """Claim the side that readers do not see: until it is published again nobody can point to it.
    The claim holds once the caller's transaction commits; a flip meanwhile waits for it."""
    conn.execute("select side from ops.published for update")
    side = other(published(conn) or "b")
    mark_building(conn, side)
    return side


def mark_building(conn: psycopg.Connection, side: str) -> None:
    """From here on the side holds no build that anyone may point to."""
    conn.execute(
        "update ops.sides set state = 'building', build_id = null, as_of = null where side = %s",
        [side],
    )


def mark_built(conn: psycopg.Connection, build_id: int, side: str, as_of: date) -> None:
    """The build of `as_of` (business day) is complete; its side waits for the gate."""
    _end(conn, build_id, "built", None)
    conn.execute(
        "update ops.sides set state = 'building', build_id = %s, as_of = %s where side = %s",
        [build_id, as_of, side],
    )


def mark_failed(conn: psycopg.Connection, build_id: int, side: str, message: str) -> None:
    """The build stopped half way: its side is not fit for readers."""
    _end(conn, build_id, "failed", message)
    _spoil(conn, build_id, side)


def mark_rejected(conn: psycopg.Connection, build_id: int, side: str, message: str) -> None:
    """The gate refused what the build made: its side is not fit for readers."""
    _end(conn, build_id, "rejected", message)
    _spoil(conn, build_id, side)


def _spoil(conn: psycopg.Connection, build_id: int, side: str) -> None:
    conn.execute(
        "update ops.sides set state = 'spoiled', build_id = %s, as_of = null where side = %s",
        [build_id, side],
    )


def _end(conn: psycopg.Connection, build_id: int, status: str, message: str | None) -> None:
    done = conn.execute(
        "update ops.builds set status = %s, message = %s, ended_at = clock_timestamp() "
        "where build_id = %s",
        [status, message, build_id],
    )
    if done.rowcount == 0:
        raise SchedaError(f"there is no build {build_id} in ops.builds")
