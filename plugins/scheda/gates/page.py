"""The gates' page for people: var/data_docs/index.html, one file, no network, no personal data."""

from __future__ import annotations

from importlib.resources import files
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg

    from scheda.project import Project

GATES = {
    "raw": "Raw gate: what came in",
    "published": "Published gate: the marts about to be shown",
}
#: How many past verdicts the strip above each gate shows.
HISTORY = 30


def write(project: Project, conn: psycopg.Connection) -> Path:
    """Write the page from quality.checks: the latest run of each gate, and the verdicts before."""
    from jinja2 import Environment

    template = (files("scheda") / "gates" / "page.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    html = environment.from_string(template).render(
        gates=[_gate(conn, gate, title, project) for gate, title in GATES.items()]
    )
    folder = project.var / "data_docs"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "index.html"
    part = path.with_suffix(".part")
    part.write_text(html, encoding="utf-8")
    part.replace(path)
    return path


def _gate(conn: psycopg.Connection, gate: str, title: str, project: Project) -> dict[str, Any]:
    runs = _runs(conn, gate)
    if not runs:
        return {"title": title, "runs": []}
    latest = runs[-1]
    return {
        "title": title,
        "runs": runs,
        "latest": latest,
        "when": latest["checked_at"].astimezone(project.timezone).strftime("%Y-%m-%d %H:%M %Z"),
        "tables": _tables(conn, gate, latest["run_id"]),
    }


def _runs(conn: psycopg.Connection, gate: str) -> list[dict[str, Any]]:
    """The latest runs of a gate, the newest last."""
    found = conn.execute(
        """
        select * from (
            select
                run_id,
                max(checked_at) as checked_at,
                count(*) as checks,
                count(*) filter (where verdict = 'pass') as passed,
                count(*) filter (where verdict <> 'pass' and severity = 'warning') as warnings,
                count(*) filter (where verdict <> 'pass' and severity = 'critical') as failed
            from quality.checks
            where gate = %s
            group by run_id
            order by max(check_id) desc
            limit %s
        ) as latest
        order by checked_at
        """,
        [gate, HISTORY],
    )
    names = ("run_id", "checked_at", "checks", "passed", "warnings", "failed")
    return [dict(zip(names, row, strict=True)) for row in found]


def _tables(conn: psycopg.Connection, gate: str, run_id: str) -> list[dict[str, Any]]:
    """The checks of one run by table, what failed first."""
    found = conn.execute(
        """
        select table_name, column_name, expectation, severity, verdict, expected, observed, message
        from quality.checks
        where gate = %s and run_id = %s
        order by table_name, verdict = 'pass', severity, check_id
        """,
        [gate, run_id],
    )
    names = ("table", "column", "expectation", "severity", "verdict", "expected", "observed",
             "message")  # fmt: skip
    rows = [dict(zip(names, row, strict=True)) for row in found]
    for row in rows:
        bad = "stop" if row["severity"] == "critical" else "warn"
        row["state"] = "pass" if row["verdict"] == "pass" else bad
    tables = []
    for table, group in groupby(rows, key=itemgetter("table")):
        checks = list(group)
        states = {check["state"] for check in checks}
        state = "stop" if "stop" in states else "warn" if "warn" in states else "pass"
        tables.append({"name": table, "checks": checks, "state": state})
    return sorted(tables, key=lambda table: (table["state"] == "pass", table["name"]))
