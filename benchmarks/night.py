"""A full build, then nights with 1 % of news: what does a night cost when history is long?"""

from __future__ import annotations

import argparse
import itertools
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import data
from benchmarks.place import warehouse
from scheda import build, ingest, publish

if TYPE_CHECKING:
    from scheda.project import Project

NOTHING = data.Size(0, 0, 0)
DAY = date(2026, 10, 31)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--orders", type=int, default=700_000)
    parser.add_argument("--messages", type=int, default=2_580_000)
    parser.add_argument("--news", type=float, default=0.01, help="share of new rows per night")
    options = parser.parse_args(arguments)
    history = data.Size(options.people, options.orders, options.messages)
    news = history.share(options.news)
    with warehouse() as project:
        landing = Path(project.landing) / "files"
        rows = data.write(landing, history, as_of=DAY, first=NOTHING, name="0")
        print(f"history: {sum(rows.values()):,} rows, a night's news: {options.news:.0%}")
        full = _night(project, "first build", DAY)
        known = history
        for number in (1, 2, 3):
            day = DAY + timedelta(days=number)
            data.write(landing, news, as_of=day, first=known, name=str(number))
            known = data.Size(
                known.people + news.people,
                known.orders + news.orders,
                known.messages + news.messages,
            )
            night = _night(project, f"night {number + 1}", day)
            print(f"  night {number + 1} / first build = {night / full:.3f}   (goal <= 0.15)")


def _night(project: Project, name: str, as_of: date) -> float:
    """Ingest, build and publish; returns the seconds of the build."""
    marks = [time.perf_counter()]
    loaded = ingest.ingest(project, "files", run_id=name)
    ingest.complain(loaded)
    marks.append(time.perf_counter())
    built = build.build(project, run_id=name, as_of=as_of)
    marks.append(time.perf_counter())
    publish.publish(project, run_id=name)
    marks.append(time.perf_counter())
    seconds = [after - before for before, after in itertools.pairwise(marks)]
    print(
        f"  {name}: ingest {seconds[0]:.1f} s, build {seconds[1]:.1f} s, "
        f"publish {seconds[2]:.2f} s; slowest models {built['slowest']}"
    )
    return seconds[1]


if __name__ == "__main__":
    main()
