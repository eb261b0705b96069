"""Publish a build, or point readers back to the one before: one UPDATE, no reader waits (law 5)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

from scheda import comments, dbt, postgres, sides, twin, views
from scheda.errors import SchedaError
from scheda.progress import say

if TYPE_CHECKING:
    from datetime import date

    from scheda.project import Project

#: How long one try waits for a lock. Shorter than the server's deadlock_timeout (1 s), so that it
#: is always we who give way to a reader, never the reader to us.
LOCK_TIMEOUT = "300ms"

#: Tries, and the pause between them in seconds, before a change of shape gives up.
TRIES = 30
PAUSE = 0.7


@dataclass(frozen=True)
class Build:
    """A row of ops.builds."""

    build_id: int
    side: str
    as_of: date
    status: str
    message: str | None


def publish(project: Project, *, run_id: str) -> dict[str, Any]:
    """Show readers what the run `run_id` built (or the latest build, when the run built nothing).

    Repeating it changes nothing. Returns {side, build_id, as_of, views, milliseconds}. Raises
    SchedaError when there is nothing fit to publish, or when a change of columns finds a view
    held by a reader for too long; readers then keep what they had.
    """
    with postgres.connect(project) as conn:
        build = _build_of(conn, run_id)
        if build.status == "published" and _is_shown(conn, build):
            say(f"publish: build {build.build_id} of {build.as_of} is already published")
            return _summary(build.side, build.build_id, build.as_of, [], 0.0)
        _refuse_unfit(conn, build)
    shown = _point(project, "publish", build.side, build.build_id, build.as_of)
    twin.prepare(project, build.side)
    return shown


def rollback(project: Project) -> dict[str, Any]:
    """Point readers back to the other side, where the publication before still is; doing it twice
    points forward again. Returns as `publish`; raises SchedaError when that side is not fit."""
    with postgres.connect(project) as conn:
        shown = sides.published(conn)
        if shown is None:
            raise SchedaError("nothing was ever published: there is nothing to go back to")
        target = sides.read(conn, sides.other(shown))
    reason = {
        "empty": "there was only one publication so far",
        "building": "a build is overwriting it (or was interrupted before publication)",
        "spoiled": f"build {target.build_id} failed or was refused by the gate while writing it",
    }.get(target.state)
    if reason or target.build_id is None or target.as_of is None:
        raise SchedaError(
            f"cannot roll back to side {target.name}: {reason}. Readers keep side {shown}; "
            "to have an older day, run `scheda run --as-of YYYY-MM-DD`"
        )
    return _point(project, "rollback", target.name, target.build_id, target.as_of)


def _build_of(conn: psycopg.Connection, run_id: str) -> Build:
    row = conn.execute(
        "select build_id, side, as_of, status, message from ops.builds "
        "order by (run_id = %s) desc, build_id desc limit 1",
        [run_id],
    ).fetchone()
    if row is None:
        raise SchedaError("nothing was built yet: run `scheda build` first")
    return Build(*row)


def _is_shown(conn: psycopg.Connection, build: Build) -> bool:
    row = conn.execute("select side, build_id from ops.published").fetchone()
    return row == (build.side, build.build_id)


def _refuse_unfit(conn: psycopg.Connection, build: Build) -> None:
    side = sides.read(conn, build.side)
    if build.status in ("failed", "rejected"):
        why = f"it was {build.status}: {build.message or 'see ops.builds'}"
    elif build.status == "building":
        why = "it is not complete"
    elif side.build_id != build.build_id:
        why = f"a newer build took side {build.side}"
    else:
        return
    raise SchedaError(
        f"build {build.build_id} cannot be published: {why}. Readers keep what they had"
    )


def _point(project: Project, action: str, side: str, build_id: int, as_of: date) -> dict[str, Any]:
    """Reshape the views that need it and move the pointer, in one transaction."""
    for attempt in range(1, TRIES + 1):
        try:
            with postgres.connect(project) as conn:
                begun = time.perf_counter()
                conn.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
                changed = views.shape(conn, side)
                _flip(conn, action, side, build_id, as_of, begun)
            break
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            if attempt == TRIES:
                raise SchedaError(_who_holds(project)) from None
            time.sleep(PAUSE)
    milliseconds = (time.perf_counter() - begun) * 1000
    with postgres.connect(project, autocommit=True) as conn:
        comments.write(conn, comments.told(dbt.target_folder(project, side)))
        views.drop_old(conn)
    shaped = f", {len(changed)} views shaped" if changed else ""
    say(f"{action}: readers see build {build_id} of {as_of} (side {side}{shaped})")
    return _summary(side, build_id, as_of, changed, milliseconds)


def _flip(
    conn: psycopg.Connection, action: str, side: str, build_id: int, as_of: date, begun: float
) -> None:
    conn.execute(
        "update ops.published set side = %s, build_id = %s, as_of = %s, "
        "published_at = clock_timestamp()",
        [side, build_id, as_of],
    )
    claimed = conn.execute(
        "update ops.sides set state = 'ready' where side = %s and build_id = %s returning side",
        [side, build_id],
    ).fetchone()
    if claimed is None:
        raise SchedaError(f"side {side} changed hands meanwhile; readers keep what they had")
    conn.execute("update ops.builds set status = 'published' where build_id = %s", [build_id])
    conn.execute(
        "insert into ops.publications (action, side, build_id, as_of, milliseconds) "
        "values (%s, %s, %s, %s, %s)",
        [action, side, build_id, as_of, (time.perf_counter() - begun) * 1000],
    )


def _who_holds(project: Project) -> str:
    with postgres.connect(project) as conn:
        rows = conn.execute(
            """
            select distinct l.pid
            from pg_locks as l
            inner join pg_class as c on l.relation = c.oid
            where c.relnamespace = to_regnamespace(%s) and l.granted and l.pid <> pg_backend_pid()
            order by l.pid
            """,
            [views.MARTS],
        ).fetchall()
    pids = ", ".join(str(pid) for (pid,) in rows) or "gone by now"
    return (
        "the columns of a mart changed, and its view is held by an open transaction "
        f"(server process {pids}). Nothing was published; close that session and publish again"
    )


def _summary(
    side: str, build_id: int, as_of: date, changed: list[str], milliseconds: float
) -> dict[str, Any]:
    return {
        "side": side,
        "build_id": build_id,
        "as_of": as_of.isoformat(),
        "views": changed,
        "milliseconds": round(milliseconds, 1),
    }
