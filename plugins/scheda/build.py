"""Build the marts aside: stamp the new loads, run dbt on the unpublished side, keep its results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scheda import catalog, dbt, phases, postgres, raw_tables, sides, values
from scheda.errors import SchedaError
from scheda.lifetime import fill as lifetime
from scheda.progress import say

if TYPE_CHECKING:
    from datetime import date

    import psycopg

    from scheda.project import Project

#: Two builds at once would write the same side.
_LOCK = 7_236_002


def build(
    project: Project, *, run_id: str, as_of: date, full_refresh: bool = False
) -> dict[str, Any]:
    """Bring the unpublished side to `as_of` (business day) with every load received so far.

    Called again for a run whose build failed (an Airflow retry), it goes on where it stopped.
    Raises SchedaError when a model or a data test fails; nothing is published then.
    """
    postgres.start(project)
    with postgres.connect(project, autocommit=True) as lock:
        if not lock.execute("select pg_try_advisory_lock(%s)", [_LOCK]).fetchone()[0]:
            raise SchedaError("another build is running on this warehouse; wait until it ends")
        with postgres.connect(project) as conn:
            for table in catalog.load(project).tables:
                raw_tables.ensure(conn, table)
            values.ensure(conn)
            lifetime.ensure(conn)
        with postgres.connect(project) as conn:
            models = dbt.models_fingerprint(project)
            build_id, side, goes_on = _begin(conn, run_id, as_of, models)
            if not full_refresh and _were_changed(conn, build_id, models):
                say("  the models changed since the last build: all is computed again from raw")
                full_refresh = True
        results: list[dbt.NodeResult] = []
        failed = False
        try:
            with dbt.Session(project, side=side, build_id=build_id, as_of=as_of) as session:
                for code, found in phases.run(
                    project, session, build_id=build_id, folder=dbt.target_folder(project, side),
                    full_refresh=full_refresh, goes_on=goes_on,
                ):  # fmt: skip
                    _keep(project, build_id, found)
                    results += found
                    failed = bool(code)
        except BaseException as error:
            _fail(project, build_id, side, str(error).splitlines()[0] if str(error) else "stopped")
            raise
        if failed:
            message = _what_failed(results) + _failing_rows(project, side, results)
            message += "\nmend the model or the data, then run again"
            _fail(project, build_id, side, message.splitlines()[0])
            raise SchedaError(message)
        with postgres.connect(project) as conn:
            sides.mark_built(conn, build_id, side, as_of)
        return _account(build_id, side, as_of, results)


def _were_changed(conn: psycopg.Connection, build_id: int, models: str) -> bool:
    """Did other models (of another release, before an edit) write what this build adds to?"""
    return conn.execute(
        """
        select exists (
            select 1
            from ops.builds
            where build_id < %(build)s
                and models is distinct from %(models)s
                and build_id >= (
                    select coalesce(max(build_id), 0)
                    from ops.builds
                    where build_id < %(build)s and status in ('built', 'rejected', 'published')
                )
        )
        """,
        {"build": build_id, "models": models},
    ).fetchone()[0]


def _begin(
    conn: psycopg.Connection, run_id: str, as_of: date, models: str
) -> tuple[int, str, bool]:
    """Number this build and stamp the loads that it is the first to see.

    Loads are stamped at one instant and never by time: a load committed later belongs to the next
    build even when its load_id is lower.
    """
    row = conn.execute(
        "select build_id, side, status, as_of from ops.builds order by build_id desc limit 1"
    ).fetchone()
    mine = conn.execute(
        "select exists (select 1 from ops.builds where build_id = %s and run_id = %s)",
        [row[0] if row else None, run_id],
    ).fetchone()[0]
    if row and mine and row[2] == "failed" and row[3] == as_of:
        conn.execute(
            "update ops.builds set status = 'building', message = null, ended_at = null,"
            " models = %s where build_id = %s",
            [models, row[0]],
        )
        sides.mark_building(conn, row[1])
        return row[0], row[1], True
    side = sides.side_to_build(conn)
    build_id = conn.execute(
        "insert into ops.builds (run_id, as_of, side, status, models)"
        " values (%s, %s, %s, 'building', %s) returning build_id",
        [run_id, as_of, side, models],
    ).fetchone()[0]
    conn.execute(
        "update ops.loads set build_id = %s"
        " where build_id is null and status in ('loaded', 'duplicate')",
        [build_id],
    )
    sides.mark_building(conn, side)
    return build_id, side, False


def _keep(project: Project, build_id: int, results: list[dbt.NodeResult]) -> None:
    with postgres.connect(project) as conn, conn.cursor() as cursor:
        cursor.executemany(
            "insert into ops.dbt_results"
            " (build_id, node, resource_type, status, seconds, rows_affected, message)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            [
                (build_id, r.node, r.resource_type, r.status, r.seconds, r.rows_affected, r.message)
                for r in results
            ],
        )


def _fail(project: Project, build_id: int, side: str, message: str) -> None:
    with postgres.connect(project) as conn:
        sides.mark_failed(conn, build_id, side, message)


def _what_failed(results: list[dbt.NodeResult]) -> str:
    """One screen: which nodes failed and why; the published marts did not change."""
    bad = [r for r in results if r.status in ("error", "fail", "runtime error")]
    skipped = sum(r.status == "skipped" for r in results)
    lines = [f"the build failed in {len(bad)} node(s); nothing was published:"]
    for result in bad[:6]:
        reason = " ".join((result.message or "").split())[:300]
        lines.append(f"  {result.resource_type} {result.node.split('.')[2]}: {reason}")
    if skipped:
        lines.append(f"  ({skipped} nodes after them were skipped)")
    return "\n".join(lines)


def _failing_rows(project: Project, side: str, results: list[dbt.NodeResult]) -> str:
    """The first rows of the failed tests that may show them, as `column value` pairs."""
    shown = dbt.tests_that_show_rows(project, side)
    text = ""
    with postgres.connect(project) as conn:
        for result in results:
            if result.status != "fail" or result.node not in shown or not result.query:
                continue
            cursor = conn.execute(result.query)
            names = [column.name for column in cursor.description or ()]
            text += f"\n  {result.node.split('.')[2]}:"
            for row in cursor.fetchmany(3):
                pairs = zip(names, row, strict=True)
                text += "\n    " + ", ".join(f"{name} {value}" for name, value in pairs)
    return text


def _account(
    build_id: int, side: str, as_of: date, results: list[dbt.NodeResult]
) -> dict[str, Any]:
    models = [r for r in results if r.resource_type in ("model", "seed")]
    tests = [r for r in results if r.resource_type == "test"]
    slowest = sorted(models, key=lambda r: -r.seconds)[:5]
    return {
        "build_id": build_id,
        "side": side,
        "as_of": as_of.isoformat(),
        "models": len(models),
        "tests": len(tests),
        "warnings": sum(r.status == "warn" for r in tests),
        "node_seconds": round(sum(r.seconds for r in results), 2),
        "slowest": {r.node.split(".")[2]: round(r.seconds, 2) for r in slowest},
    }
