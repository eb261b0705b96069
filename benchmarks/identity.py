"""Identity of 200,000 contacts: the whole step, its components beside scipy's, a 1 % night.

    python -m benchmarks.identity [--contacts 200000] [--news 0.01]

Seconds are those that dbt counts per model, on one warehouse and in one run: what stands beside
them is measured there too. scipy's turn is what it takes to use it: fetch the edges, give the
contacts numbers, compute, copy the labels back. It knows no guard.
"""

from __future__ import annotations

import argparse
import csv
import random
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.place import warehouse
from scheda import catalog, dbt, ingest, postgres, raw_tables, values
from scheda.phases import PHASES, Phase
from scheda.sample.codes import BIRTHPLACES, fiscal_code, mobile
from scheda.sample.names import FAMILIES, MEN, WOMEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scheda.project import Project

DAY = date(2026, 10, 31)
#: The models that are the identity step, in the order in which they are built.
STEP = (
    "blocked_values", "identifiers", "compared_names", "human_decisions", "identity_evidence",
    "identity_edges", "identity_edge_ledger", "identity_components", "identity_assignments",
    "identity_map",
)  # fmt: skip
FIELDS = (
    "contact_key", "first_name", "last_name", "email", "phone", "mobile", "street", "postal_code",
    "city", "province", "country", "birth_date", "fiscal_code", "loyalty_card", "registered_on",
    "updated_at",
)  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--contacts", type=int, default=200_000)
    parser.add_argument("--news", type=float, default=0.01, help="share of contacts of a night")
    options = parser.parse_args(arguments)
    size, news = options.contacts, int(options.contacts * options.news)
    with warehouse() as project:
        people = People(size)
        _write(project, "0", people.contacts(0, size))
        full = _build(project, 1)
        step = _tell("full", full)
        print(f"  edges included: {step:.1f} s   (goal <= 20 s for 200,000 contacts)")
        mine, theirs = full["identity_components"], _scipy(project)
        print(
            f"  components, with guards and written: {mine:.2f} s; scipy's, fetched, computed and"
            f" copied back: {theirs:.2f} s; ratio {mine / theirs:.2f}   (goal <= 4)"
        )
        _write(project, "1", people.contacts(size, size + news // 2))
        _write(project, "2", people.changed(news - news // 2, size))
        night = _tell("night", _build(project, 2))
        print(f"  night with {news:,} contacts new or changed / full step = {night / step:.3f}"
              "   (goal <= 0.10)")  # fmt: skip


class People:
    """Contacts of any number: two records per person on average, written as people write."""

    def __init__(self, size: int) -> None:
        self._persons = size // 2

    def contacts(self, first: int, last: int) -> Iterable[dict[str, Any]]:
        for number in range(first, last):
            yield self._contact(number, random.Random(number), DAY - timedelta(days=30))

    def changed(self, count: int, size: int) -> Iterable[dict[str, Any]]:
        """The contacts of `count` of the first `size`, with what they say today."""
        for number in random.Random(5).sample(range(size), count):
            yield self._contact(number, random.Random(number + 10**9), DAY)

    def _contact(self, number: int, dice: random.Random, changed: date) -> dict[str, Any]:
        """Who it is depends on the person's number; what is written of it on the dice."""
        who = random.Random(number).randrange(self._persons)
        own = random.Random(f"person {who}")
        house = who // 3 if own.random() < 0.12 else f"alone {who}"
        home = random.Random(f"house {house}")
        is_woman = own.random() < 0.5
        first, last = own.choice(WOMEN if is_woman else MEN), home.choice(FAMILIES)
        born = date(1940, 1, 1) + timedelta(days=own.randrange(24_000))
        code = fiscal_code(
            first, last, born_on=born, gender="F" if is_woman else "M",
            birthplace=own.choice(list(BIRTHPLACES)),
        )  # fmt: skip
        shares = own.random()
        if shares < 0.04:
            email = f"casa{house}@example.com".replace(" ", "")
        elif shares < 0.06:
            email = f"info@ditta{who % 4000}.example"
        else:
            email = f"{first}.{last}{who}@example.com".replace(" ", "").replace("'", "")
        phone = mobile(home.randrange(10**6) if shares > 0.9 else who)
        street = f"Via Roma {home.randrange(1, 200)}"
        written = {
            "first_name": first.upper() if dice.random() < 0.3 else first,
            "last_name": last.upper() if dice.random() < 0.3 else last,
            "email": email.lower() if dice.random() < 0.85 else "",
            "phone": phone if dice.random() < 0.6 else "",
            "mobile": phone if dice.random() < 0.2 else "",
            "birth_date": born.isoformat() if dice.random() < 0.4 else "",
            "fiscal_code": code if dice.random() < 0.2 else "",
            "loyalty_card": f"CARD{who:07}" if dice.random() < 0.15 else "",
        }
        if dice.random() < 0.04:
            written["first_name"] = first[0] + "."
        if dice.random() < 0.6:
            place = f"{home.randrange(10, 98)}1{home.randrange(10, 99)}"
            written |= {"street": street, "postal_code": place, "country": "IT"}
        return {
            "contact_key": f"k{number}",
            "registered_on": (DAY - timedelta(days=1 + own.randrange(3000))).isoformat(),
            "updated_at": f"{changed.isoformat()}T10:00:00Z",
            **written,
        }


def _write(project: Project, name: str, contacts: Iterable[dict[str, Any]]) -> None:
    folder = Path(project.landing) / "files"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"contacts_{name}.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, FIELDS, restval="")
        writer.writeheader()
        writer.writerows(contacts)


def _build(project: Project, build_id: int) -> dict[str, float]:
    """Everything up to identity_map, as a build does it; seconds of each model."""
    ingest.complain(ingest.ingest(project, "files", run_id=str(build_id)))
    with postgres.connect(project) as conn:
        for table in catalog.load(project).tables:
            raw_tables.ensure(conn, table)
        values.ensure(conn)
        conn.execute("update ops.loads set build_id = %s where build_id is null", [build_id])
    seconds: dict[str, float] = {}
    with dbt.Session(project, side="a", build_id=build_id, as_of=DAY) as session:
        for phase in (*PHASES[:2], Phase("+identity_map", "+compared_names")):
            arguments = ["build", "--exclude-resource-type", "test", "unit_test"]
            arguments += ["--select", phase.select]
            code, results = session.run(
                [*arguments, *(["--exclude", phase.exclude] if phase.exclude else [])]
            )
            if code:
                raise SystemExit("\n".join(str(each.message) for each in results if each.message))
            seconds |= {each.node.split(".")[2]: each.seconds for each in results}
            if phase.answer:
                phase.answer(project, build_id)
    return seconds


def _tell(name: str, seconds: dict[str, float]) -> float:
    step = sum(seconds[model] for model in STEP)
    parts = ", ".join(f"{model} {seconds[model]:.2f}" for model in STEP)
    print(f"  {name}: {step:.2f} s = {parts}", flush=True)
    return step


def _scipy(project: Project) -> float:
    """Seconds of the same components by scipy; they must be those of the table."""
    import numpy as np
    import pandas as pd
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    with postgres.connect(project) as conn:
        begun = time.perf_counter()
        left, right = (
            _column(conn, f"select {side}_source || chr(31) || {side}_key from core.identity_edges")
            for side in ("left", "right")
        )
        codes, points = pd.factorize(np.array(left + right, dtype=object))
        one, other = codes[: len(left)], codes[len(left) :]
        graph = coo_matrix((np.ones(len(one), dtype=np.int8), (one, other)), (len(points),) * 2)
        count, labels = connected_components(graph, directed=False)
        conn.execute("create temporary table labels (source text, contact_key text, label int)")
        with conn.cursor().copy("copy labels from stdin") as copy:
            copy.write("".join(
                f"{point.replace(chr(31), chr(9))}\t{label}\n"
                for point, label in zip(points, labels, strict=True)
            ))  # fmt: skip
        taken = time.perf_counter() - begun
        found, same = conn.execute(
            "select count(distinct cluster_id), count(distinct (cluster_id, label))"
            " from core.identity_components inner join labels using (source, contact_key)"
        ).fetchone()
    if not found == same == count:
        raise SystemExit(f"scipy finds {count} clusters, the table has {found}")
    print(f"  {len(left):,} edges, {len(points):,} contacts in {count:,} clusters")
    return taken


def _column(conn: Any, query: str) -> list[str]:
    with conn.cursor().copy(f"copy ({query}) to stdout") as copy:
        return b"".join(bytes(part) for part in copy).decode().split("\n")[:-1]


if __name__ == "__main__":
    main()
