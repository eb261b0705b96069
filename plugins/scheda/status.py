"""`scheda status`: what is published, what the last run did, what waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import conninfo

from scheda import accounts, ledger, page, postgres, services, sides
from scheda.errors import SchedaError

if TYPE_CHECKING:
    import psycopg
    from rich.console import RenderableType

    from scheda.project import Project


def status(project: Project) -> RenderableType:
    """The state of this project for a person, as something rich can print. Starts nothing; a
    warehouse that does not answer is part of the answer, not an error."""
    from rich.console import Group

    try:
        with postgres.connect(project) as conn:
            if not _exists(conn, "ops.published"):
                return Group(
                    _where(project, "reached, but empty: `scheda run` or `scheda up` prepares it")
                )
            return Group(
                _where(project, "up"),
                _published(conn),
                _last_run(conn),
                _sources(conn),
                _waiting(conn),
                _gates(conn),
                _audiences(conn),
            )
    except SchedaError as error:
        return Group(_where(project, f"down: {error}"))


def _where(project: Project, state: str) -> RenderableType:
    alive = services.running(project)
    airflow = f"{', '.join(alive)} at {services.address(project)}" if alive else "not running"
    return page.facts(
        "Where",
        [
            ("warehouse", state),
            ("address", _address(project)),
            ("landing", project.landing),
            ("exports", project.exports),
            ("Airflow services", airflow),
        ],
    )


def _address(project: Project) -> str | None:
    """The owner's address without its password; None before the embedded server's first start."""
    try:
        parts = conninfo.conninfo_to_dict(postgres.dsn(project))
    except SchedaError:
        return None
    place = f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}"
    return f"postgresql://{parts.get('user', '')}@{place}/{parts.get('dbname', '')}"


def _published(conn: psycopg.Connection) -> RenderableType:
    row = conn.execute("select side, build_id, as_of, published_at from ops.published").fetchone()
    if row is None or row[0] not in sides.SIDES:
        return page.facts("Published", [("marts", "nothing yet: `scheda run` makes the first")])
    side, build_id, as_of, published_at = row
    spare = sides.read(conn, sides.other(side))
    may = f"build {spare.build_id} of {spare.as_of}" if spare.state == "ready" else None
    return page.facts(
        "Published",
        [
            ("as of", as_of),
            ("build", str(build_id)),
            ("side", side),
            ("published at (UTC)", published_at),
            ("rollback goes to", may or f"nowhere: side {spare.name} is {spare.state}"),
        ],
    )


def _last_run(conn: psycopg.Connection) -> RenderableType:
    from rich.console import Group

    build = conn.execute(
        "select build_id, as_of, side, status, message, started_at,"
        " extract(epoch from ended_at - started_at)::float8"
        " from ops.builds order by build_id desc limit 1"
    ).fetchone()
    pairs: list[tuple[str, Any]] = [("build", "none yet")]
    if build:
        build_id, as_of, side, state, message, started_at, seconds = build
        pairs = [
            ("build", f"{build_id} of {as_of}, side {side}"),
            ("status", state),
            ("started at (UTC)", started_at),
            ("seconds", seconds),
        ]
        pairs += [("message", message)] if message else []
    steps = conn.execute(
        "select step, status, seconds from ops.steps where run_id ="
        " (select run_id from ops.steps order by step_id desc limit 1) order by step_id"
    ).fetchall()
    return Group(
        page.facts("Last build", pairs),
        page.table("Steps of the last run", ["step", "status", "seconds"], steps),
    )


def _sources(conn: psycopg.Connection) -> RenderableType:
    """Law 1 for everything received so far."""
    head = ["source", "files", "rows read", "loaded", "rejected", "quarantined", "last load (UTC)"]
    rows = [
        (a.label, a.files, a.read, a.loaded, a.rejected, a.quarantined, a.last_load)
        for a in accounts.came_in(conn)
    ]
    return page.table("What came in (read = loaded + rejected + quarantined)", head, rows)


def _waiting(conn: psycopg.Connection) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    title = Text("Files that wait for a person", style="bold")
    failures = ledger.open_failures(conn)
    lines = [Text(f"  {failure}") for failure in failures] or [Text("  none")]
    return Group(title, *lines, Text())


def _gates(conn: psycopg.Connection) -> RenderableType:
    """The latest run of each gate: its verdict, and what it found."""
    found = conn.execute(
        """
        with latest as (
            select distinct on (gate) gate, run_id
            from quality.checks
            order by gate, check_id desc
        )
        select checks.gate, checks.severity, checks.verdict, checks.message
        from quality.checks as checks
        inner join latest on checks.gate = latest.gate and checks.run_id = latest.run_id
        order by checks.gate desc, checks.severity, checks.check_id
        """
    ).fetchall()
    rows = []
    for gate in dict.fromkeys(row[0] for row in found):
        mine = [row for row in found if row[0] == gate]
        bad = [row for row in mine if row[2] != "pass"]
        critical = [row for row in bad if row[1] == "critical"]
        verdict = "CLOSED" if critical else "open"
        told = "\n".join(f"{severity}: {message}" for _gate, severity, _verdict, message in bad)
        rows.append((gate, verdict, len(mine), len(bad), told or "all passed"))
    head = ["gate", "verdict", "checks", "not passed", "why"]
    return page.table("Gates, last time", head, rows)


def _audiences(conn: psycopg.Connection) -> RenderableType:
    found = conn.execute(
        """
        with latest as (
            select distinct on (audience)
                audience, as_of, people_in_segment, people_exported, address
            from ops.exports
            order by audience, export_id desc
        )
        select * from latest order by audience
        """
    ).fetchall()
    head = ["audience", "as of", "in segment", "exported", "file"]
    return page.table("Audiences, last export", head, found)


def _exists(conn: psycopg.Connection, name: str) -> bool:
    row = conn.execute("select to_regclass(%s) is not null", [name]).fetchone()
    return bool(row and row[0])
