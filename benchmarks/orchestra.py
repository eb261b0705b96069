"""What Airflow costs: the wall time of a night through its engine against the steps' own work."""

from __future__ import annotations

import argparse
import re
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
    """(seconds of the engine's process, seconds until it is up, seconds of the steps' own work)."""
    lines: list[str] = []
    done, run_id = run.run(project, as_of=date(2026, 10, 31), tell=lines.append)
    if not done:
        raise SystemExit("\n".join(lines))
    seconds = [float(line.split(" s ")[0]) for line in lines]
    up = next(number for number, line in enumerate(lines) if "Airflow is up" in line)
    start = float(re.search(r"after ([0-9.]+) s", lines[up])[1])
    with postgres.connect(project) as conn:
        work = conn.execute(
            "select sum(seconds) from ops.steps where run_id = %s", [run_id]
        ).fetchone()[0]
    return seconds[-1] - seconds[up] + start, start, work


if __name__ == "__main__":
    main()
