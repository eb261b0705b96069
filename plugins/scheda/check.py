"""Check: the two gates. A critical failure stops the night; every result is kept and shown."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from scheda import postgres, sides
from scheda.errors import GateClosed
from scheda.gates import outcome, page, published, raw
from scheda.progress import say

if TYPE_CHECKING:
    from datetime import date

    from scheda.gates.outcome import Outcome
    from scheda.project import Project


def gate_raw(project: Project, *, run_id: str, as_of: date) -> dict[str, Any]:
    """Judge what came in and is not published yet.

    Returns {gate, passed, warnings, failed, seconds, tables}. Raises GateClosed when a critical
    expectation fails, SchedaError when a page of expectations is wrong.
    """
    begun = time.perf_counter()
    found = raw.judge(project, as_of=as_of)
    return _conclude(project, "raw", run_id, found, begun)


def gate_published(project: Project, *, run_id: str, as_of: date) -> dict[str, Any]:
    """Judge the newest build: refused, its side may not be published; a refused one that passes
    now (its expectations were mended) may. The day is the build's own; `as_of` must be it.

    Returns and raises as gate_raw.
    """
    begun = time.perf_counter()
    with postgres.connect(project) as conn:
        build = published.candidate(conn)
    if build.as_of != as_of:
        say(f"gate published: the newest build is of {build.as_of}; it is judged as of that day")
    found = published.judge(project, build)
    if build.is_waiting:
        with postgres.connect(project) as conn:
            bad = [one for one in found if one.stops]
            if bad:
                why = f"gate closed: {bad[0].table}, {bad[0].expectation}"
                sides.mark_rejected(conn, build.build_id, build.side, why)
            else:
                sides.mark_built(conn, build.build_id, build.side, build.as_of)
    return _conclude(project, "published", run_id, found, begun)


def check(project: Project, gate: str, *, run_id: str, as_of: date) -> dict[str, Any]:
    """Run one gate by its name, raw or published."""
    return {"raw": gate_raw, "published": gate_published}[gate](project, run_id=run_id, as_of=as_of)


def _conclude(
    project: Project, gate: str, run_id: str, found: list[Outcome], begun: float
) -> dict[str, Any]:
    with postgres.connect(project) as conn:
        outcome.record(conn, gate, run_id, found)
        address = page.write(project, conn)
    for one in found:
        if one.verdict != "pass" and not one.stops:
            column = f".{one.column}" if one.column else ""
            say(f"gate {gate}: warning: {one.table}{column}: {one.observed} ({one.expected})")
    if any(one.stops for one in found):
        raise GateClosed(outcome.why_closed(gate, found, str(address)))
    return outcome.account(gate, found, time.perf_counter() - begun)
