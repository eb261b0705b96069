"""The page that ends `scheda run`: what came in, what was checked, what came out, what is next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheda import accounts, ledger, postgres
from scheda.page import table

if TYPE_CHECKING:
    from datetime import date

    import psycopg
    from rich.console import RenderableType

    from scheda.project import Project


def summary(project: Project, run_id: str) -> RenderableType:
    """The run `run_id` for a person, as something rich can print."""
    from rich.console import Group

    with postgres.connect(project) as conn:
        as_of = conn.execute("select as_of from ops.published").fetchone()[0]
        failures = conn.execute(
            "select step, detail ->> 'message' from ops.steps"
            " where run_id = %s and status = 'failed' order by step_id",
            [run_id],
        ).fetchall()
        parts = [_sources(conn, run_id), _gates(conn, run_id)]
        if not failures and as_of is not None:
            parts += [_customers(conn), _segments(conn), _audiences(conn, run_id)]
        parts.append(_seconds(conn, run_id))
        parts.append(_what_failed(failures, as_of) if failures else _next(project, conn))
    return Group(*parts)


def _what_failed(failures: list[tuple[str, str]], as_of: date | None) -> RenderableType:
    """The reasons, last on the screen, and what readers see meanwhile."""
    from rich.text import Text

    standing = f"the marts of {as_of}, unchanged" if as_of else "nothing yet"
    reasons = "\n\n".join(f"{step}: {message}" for step, message in failures)
    return Text(f"\nWhat failed\n\n{reasons}\n\nReaders see {standing}. Mend it and run again.")


def _sources(conn: psycopg.Connection, run_id: str) -> RenderableType:
    """Everything received so far; the last column is what this run added."""
    head = ["source", "files", "rows read", "loaded", "rejected", "quarantined", "new tonight"]
    rows = [
        (a.label, a.files, a.read, a.loaded, a.rejected, a.quarantined, a.tonight)
        for a in accounts.came_in(conn, run_id)
    ]
    came_in = table("What came in (read = loaded + rejected + quarantined)", head, rows)
    failures = ledger.open_failures(conn)
    if not failures:
        return came_in
    from rich.console import Group
    from rich.text import Text

    lines = [f"  {failure}" for failure in failures]
    return Group(came_in, Text("Files that wait for a person:\n" + "\n".join(lines)))


def _gates(conn: psycopg.Connection, run_id: str) -> RenderableType:
    found = conn.execute(
        """
        select
            gate,
            case when bool_or(verdict <> 'pass' and severity = 'critical') then 'CLOSED'
                else 'open' end,
            count(*),
            count(*) filter (where verdict = 'pass'),
            count(*) filter (where verdict <> 'pass' and severity = 'warning'),
            count(*) filter (where verdict <> 'pass' and severity = 'critical')
        from quality.checks
        where run_id = %s
        group by gate
        order by gate desc
        """,
        [run_id],
    ).fetchall()
    head = ["gate", "verdict", "checks", "passed", "warnings", "critical"]
    return table("Gates", head, found)


def _customers(conn: psycopg.Connection) -> RenderableType:
    found = conn.execute(
        """
        select
            (select as_of from ops.published),
            (select count(*) from core.contacts),
            count(*),
            count(*) filter (where orders_count > 0),
            count(*) filter (where email_consent),
            sum(total_spend)
        from marts.customer_card
        """
    ).fetchall()
    head = ["as of", "contacts", "customers", "buyers", "with e-mail consent", "total spend"]
    return table("What readers see in `marts`", head, found)


def _segments(conn: psycopg.Connection) -> RenderableType:
    """One line per rule: a rule that makes a segment per province is told by its largest ones."""
    found = conn.execute(
        """
        with ranked as (
            select
                rule_name, segment, customers, description,
                row_number() over (partition by rule_name order by customers desc, segment) as place
            from marts.segments
        )
        select
            rule_name,
            count(*),
            max(customers),
            string_agg(segment || ' ' || customers, ', ' order by place)
                filter (where place <= 3 and segment <> rule_name),
            min(description)
        from ranked
        group by rule_name
        order by rule_name
        """
    ).fetchall()
    rows = [
        (rule, size, sentence) if count == 1 else (f"{rule} ({count} segments)", size, largest)
        for rule, count, size, largest, sentence in found
    ]
    return table("Segments", ["segment", "customers", "who"], rows)


def _audiences(conn: psycopg.Connection, run_id: str) -> RenderableType:
    found = conn.execute(
        """
        select audience, people_in_segment, people_exported, address
        from ops.exports
        where run_id = %s
        order by audience
        """,
        [run_id],
    ).fetchall()
    return table("Audiences", ["audience", "in segment", "exported", "file"], found)


def _seconds(conn: psycopg.Connection, run_id: str) -> RenderableType:
    found = conn.execute(
        "select step, status, round(seconds::numeric, 1) from ops.steps"
        " where run_id = %s order by step_id",
        [run_id],
    ).fetchall()
    return table("Seconds per step", ["step", "status", "seconds"], found)


def _next(project: Project, conn: psycopg.Connection) -> RenderableType:
    from rich.text import Text

    someone = None
    if _exists(conn, "marts.customer_card"):
        someone = conn.execute(
            "select email from marts.customer_card where email is not null"
            " order by orders_count desc, customer_id limit 1"
        ).fetchone()
    lines = [
        "",
        f"BI tools read: {postgres.reader_dsn(project)}   (password: .venv/bin/scheda dsn)",
        "Next:",
        f"  1. open one card         .venv/bin/scheda card {someone[0] if someone else 'EMAIL'}",
        "  2. see what waits        .venv/bin/scheda status",
        "  3. bring your own data   docs/bring-your-own-source.md",
    ]
    return Text("\n".join(lines))


def _exists(conn: psycopg.Connection, name: str) -> bool:
    return conn.execute("select to_regclass(%s) is not null", [name]).fetchone()[0]
