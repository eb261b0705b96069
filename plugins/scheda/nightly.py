"""What the tasks of the DAGs call: the step for an Airflow context, recorded and timed.

A run started by hand passes {"as_of": "YYYY-MM-DD", "run_id": …} as its configuration; a scheduled
one takes the business day before the end of its data interval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scheda import postgres, project, steps

if TYPE_CHECKING:
    from datetime import date, datetime

    from scheda.project import Project


def ingest_source(source: str, context: dict[str, Any]) -> dict[str, Any]:
    """Loads what can be loaded; then fails if a file could not, so that the source shows red."""
    from scheda import ingest

    ours, run_id = _here(context)

    def work() -> dict[str, Any]:
        result = ingest.ingest(ours, source, run_id=run_id)
        ingest.complain(result)
        return result

    return steps.run(ours, run_id, f"ingest {source}", work)


def gate_raw(context: dict[str, Any]) -> dict[str, Any]:
    from scheda import check

    ours, run_id = _here(context)
    as_of = business_day(ours, context)
    return steps.run(
        ours, run_id, "gate raw", lambda: check.gate_raw(ours, run_id=run_id, as_of=as_of)
    )


def build(context: dict[str, Any]) -> dict[str, Any]:
    from scheda import build as building

    ours, run_id = _here(context)
    as_of = business_day(ours, context)
    return steps.run(
        ours, run_id, "build", lambda: building.build(ours, run_id=run_id, as_of=as_of)
    )


def gate_published(context: dict[str, Any]) -> dict[str, Any]:
    from scheda import check

    ours, run_id = _here(context)
    as_of = business_day(ours, context)
    return steps.run(
        ours,
        run_id,
        "gate published",
        lambda: check.gate_published(ours, run_id=run_id, as_of=as_of),
    )


def publish(context: dict[str, Any]) -> dict[str, Any]:
    from scheda import publish as publishing

    ours, run_id = _here(context)
    return steps.run(ours, run_id, "publish", lambda: publishing.publish(ours, run_id=run_id))


def export(context: dict[str, Any]) -> dict[str, Any]:
    """Exports what is published: its business day is the one of the marts, not of the clock."""
    from scheda import export as exporting

    ours, run_id = _here(context)
    with postgres.connect(ours) as conn:
        as_of = conn.execute("select as_of from ops.published").fetchone()[0]
    return steps.run(
        ours, run_id, "export", lambda: exporting.export(ours, run_id=run_id, as_of=as_of)
    )


def business_day(ours: Project, context: dict[str, Any]) -> date:
    """The business day that this DAG run closes, in the business time zone."""
    asked = _configuration(context).get("as_of")
    if asked:
        return project.parse_day(str(asked))
    end: datetime | None = context.get("data_interval_end")
    return ours.last_business_day(end)


def _here(context: dict[str, Any]) -> tuple[Project, str]:
    return project.load(), str(_configuration(context).get("run_id") or context["run_id"])


def _configuration(context: dict[str, Any]) -> dict[str, Any]:
    return context["dag_run"].conf or {}
