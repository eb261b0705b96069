"""What tests of the whole warehouse share: one night by function calls, and the marts as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scheda import build, catalog, ingest, postgres, publish

if TYPE_CHECKING:
    from datetime import date

    from scheda.project import Project

#: When nights were built and shown, and what was known then: it differs between equal nights.
ABOUT_THE_NIGHT = {"about", "completeness_trend", "identity_lineage", "rfm_moves"}


def load(project: Project, run_id: str = "test") -> dict[str, dict[str, Any]]:
    """Ingest what is new of every declared source; the results by source."""
    return {
        name: ingest.ingest(project, name, run_id=run_id) for name in catalog.load(project).sources
    }


def night(
    project: Project, as_of: date, *, run_id: str = "test", full_refresh: bool = False
) -> dict[str, Any]:
    """Ingest, build and publish, without Airflow and without the gates; what the build says."""
    load(project, run_id)
    built = build.build(project, run_id=run_id, as_of=as_of, full_refresh=full_refresh)
    publish.publish(project, run_id=run_id)
    return built


def marts(project: Project) -> dict[str, list[str]]:
    """Every published table as sorted lines of text, each line `column=value`s of one row."""
    with postgres.connect(project) as conn:
        names = conn.execute(
            "select table_name from information_schema.views where table_schema = 'marts'"
            " order by 1"
        ).fetchall()
        conn.execute("set timezone = 'UTC'")
        return {
            name: [
                row[0]
                for row in conn.execute(
                    f"select to_jsonb(t)::text as line from marts.{name} as t order by 1"
                )
            ]
            for (name,) in names
            if name not in ABOUT_THE_NIGHT
        }


def differences(one: dict[str, list[str]], other: dict[str, list[str]]) -> list[str]:
    """The first lines that only one of two warehouses has (empty when they are equal)."""
    found = []
    for name in sorted(one.keys() | other.keys()):
        mine, theirs = set(one.get(name, [])), set(other.get(name, []))
        found += [f"{name} only first: {line}" for line in sorted(mine - theirs)[:2]]
        found += [f"{name} only second: {line}" for line in sorted(theirs - mine)[:2]]
        if len(one.get(name, [])) != len(other.get(name, [])):
            found.append(f"{name}: {len(one.get(name, []))} rows, {len(other.get(name, []))} rows")
    return found
