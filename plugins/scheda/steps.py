"""One step of a run: timed, recorded in ops.steps, and told to whoever watches."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from scheda import postgres
from scheda.errors import SchedaError
from scheda.progress import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from scheda.project import Project


def run(
    project: Project,
    run_id: str,
    step: str,
    work: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Do `work`, record its seconds and its result under `step` (failed too), return the result.

    A SchedaError is told in its own words and raised again: the caller's task fails.
    """
    say(f"{step} …")
    begun = time.perf_counter()
    try:
        detail = work()
    except Exception as error:
        seconds = time.perf_counter() - begun
        words = str(error) if isinstance(error, SchedaError) else type(error).__name__
        _record(project, run_id, step, "failed", seconds, {"message": words})
        say(f"{step}: FAILED after {seconds:.1f} s\n{words}")
        raise
    seconds = time.perf_counter() - begun
    _record(project, run_id, step, "done", seconds, detail)
    say(f"{step}: done in {seconds:.1f} s")
    return detail


def _record(
    project: Project, run_id: str, step: str, status: str, seconds: float, detail: dict[str, Any]
) -> None:
    with postgres.connect(project) as conn:
        conn.execute(
            "insert into ops.steps (run_id, step, status, seconds, detail)"
            " values (%s, %s, %s, %s, %s::jsonb)",
            [run_id, step, status, seconds, json.dumps(detail, default=str)],
        )
