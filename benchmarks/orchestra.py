"""What Airflow costs: the wall time of a night through its engine against the steps' own work."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from benchmarks.place import warehouse
from scheda import postgres, run

if TYPE_CHECKING:
    from scheda.project import Project


def main(arguments: list[str] | None = None) -> None:
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    with warehouse() as project:
        for name in ("first night of the sample company", "second night, nothing new"):
            wall, start, work = _run(project)
            print(
                f"  {name}: {wall:.1f} s in Airflow = start {start:.1f} s + {wall - start:.1f} s; "
                f"the steps' own work {work:.1f} s; "
                f"ratio beyond the start {(wall - start) / work:.2f}   (goal <= 1.3)"
            )


def _run(project: Project) -> tuple[float, float, float]:
    """Seconds in the engine's process, until its first task began, and of the steps' own work."""
    lines: list[str] = []
    done, run_id = run.run(project, as_of=date(2026, 10, 31), tell=lines.append)
    if not done:
        raise SystemExit("\n".join(lines))
    seconds = [float(line.split(" s ")[0]) for line in lines]
    ready = next(at for at, line in zip(seconds, lines, strict=True) if "metadata is ready" in line)
    start = next(at for at, line in zip(seconds, lines, strict=True) if "ingest" in line) - ready
    with postgres.connect(project) as conn:
        work = conn.execute(
            "select sum(seconds) from ops.steps where run_id = %s", [run_id]
        ).fetchone()[0]
    return seconds[-1] - ready, start, work


if __name__ == "__main__":
    main()
