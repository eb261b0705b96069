"""The phases of a build: dbt up to what Python must answer, the answer, and on.

Libraries read values better than SQL does, and dictionaries of distinct values are small: dbt
collects what was written, Python parses what its dictionaries lack, dbt joins the answers back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from scheda.dbt import NodeResult, Session
    from scheda.project import Project


@dataclass(frozen=True)
class Phase:
    """dbt builds `select` without `exclude`; then `answer` gets (project, build_id)."""

    select: str | None
    exclude: str | None
    answer: Callable[[Project, int], dict[str, int]] | None = None


def _values(project: Project, build_id: int) -> dict[str, int]:
    from scheda import values

    return values.fill(project, build_id)


def _names(project: Project, build_id: int) -> dict[str, int]:
    from scheda import matching

    return matching.fill(project, build_id)


def _lifetime(project: Project, build_id: int) -> dict[str, int]:
    from scheda.lifetime import fill

    return fill.fill(project, build_id)


PHASES = (
    Phase("+written_values", None, _values),
    Phase("+compared_names", "+written_values", _names),
    Phase("+value_triples", "+compared_names", _lifetime),
    Phase(None, "+compared_names +value_triples"),
)


def run(
    project: Project,
    session: Session,
    *,
    build_id: int,
    folder: Path,
    full_refresh: bool,
    goes_on: bool,
    phases: tuple[Phase, ...] = PHASES,
) -> Iterator[tuple[int, list[NodeResult]]]:
    """Each phase's (exit code, results), until one fails.

    folder    where it is noted how far this build came
    goes_on   the build failed before: start where it stopped, a failed dbt phase with `dbt retry`
    """
    note = folder / "phase"
    first, step = (0, "dbt")
    if goes_on and note.exists():
        first_text, step = note.read_text(encoding="utf-8").split()
        first = int(first_text)
    for number, phase in enumerate(phases[first:], start=first):
        if step == "dbt":
            retry = goes_on and number == first and (folder / "run_results.json").exists()
            note.write_text(f"{number} dbt", encoding="utf-8")
            code, results = session.run(["retry"] if retry else _arguments(phase, full_refresh))
            yield code, results
            if code:
                return
        if phase.answer:
            note.write_text(f"{number} answer", encoding="utf-8")
            phase.answer(project, build_id)
        step = "dbt"


def _arguments(phase: Phase, full_refresh: bool) -> list[str]:
    """`cautious`: a test that reads models of two phases waits for the second."""
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    arguments += ["--indirect-selection", "cautious"]
    if phase.select:
        arguments += ["--select", phase.select]
    if phase.exclude:
        arguments += ["--exclude", phase.exclude]
    return [*arguments, "--full-refresh"] if full_refresh else arguments
