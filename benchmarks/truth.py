"""Identity against sets of known truth: precision, recall, F1 of the rules, then of both tiers."""

from __future__ import annotations

import argparse
import contextlib
import csv
import gzip
import io
import shutil
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.place import warehouse
from scheda import build, ingest, postgres
from scheda.pairwise import Agreement, agreement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
DAY = date(2026, 10, 31)
#: What is measured, and the value of the var `matcher` that does it.
TIERS = {"rules": "off", "both": "splink"}
#: What the matcher tells begins with this; the rest of a night's lines is not shown.
MATCHER = "matcher: "
GOALS = {"febrl3": "F1 >= 0.98", "fake_1000": "F1 >= 0.75, precision >= 0.95"}

Row = dict[str, str]


@dataclass(frozen=True)
class Kind:
    """Labelled sets of one form; a file with these columns is one of them.

    example   the folder of examples/ that declares the source
    key       the column with the contact key
    person    (row) -> who it really is
    """

    example: str
    columns: frozenset[str]
    key: str
    person: Callable[[Row], str]


KINDS = (
    # rec-12-org and rec-12-dup-0 are one person.
    Kind(
        "febrl",
        frozenset({"rec_id", "given_name", "surname", "date_of_birth", "soc_sec_id"}),
        "rec_id",
        lambda row: row["rec_id"].split("-")[1],
    ),
    Kind(
        "fake_1000",
        frozenset({"unique_id", "first_name", "surname", "dob", "city", "email", "cluster"}),
        "unique_id",
        lambda row: row["cluster"],
    ),
)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks truth", description=__doc__)
    parser.add_argument("folder", type=Path, help="looked through for CSV files of a known form")
    parser.add_argument("--only", action="append", metavar="NAME", help="such a set, by file name")
    options = parser.parse_args(arguments)
    sets = [found for found in _sets(options.folder) if _is_wanted(found[0], options.only)]
    if not sets:
        raise SystemExit(f"no labelled set in {options.folder}; see examples/*/README.md")
    head = ("set", "records", "tiers", "precision", "recall", "F1", "seconds", "goal")
    print("  {:<12}{:>8}  {:<6}{:>10}{:>9}{:>9}{:>9}  {}".format(*head))
    for path, kind, truth in sets:
        name = _name(path)
        for tier, matcher in TIERS.items():
            begun = time.perf_counter()
            found = customers(path, kind, matcher=matcher)
            result = agreement((person, found[key]) for key, person in truth.items())
            print(
                f"  {name:<12}{len(truth):>8,}  {tier:<6}{_figures(result)}"
                f"{time.perf_counter() - begun:>9.0f}  {GOALS.get(name, '')}",
                flush=True,
            )


def _figures(result: Agreement) -> str:
    return f"{result.precision:>10.4f}{result.recall:>9.4f}{result.f1:>9.4f}"


def _name(path: Path) -> str:
    return path.name.split(".")[0]


def _is_wanted(path: Path, names: list[str] | None) -> bool:
    return not names or _name(path) in names


def _sets(folder: Path) -> Iterator[tuple[Path, Kind, dict[str, str]]]:
    """Each labelled set below the folder: file, kind, {contact key: person}."""
    for path in sorted([*folder.rglob("*.csv"), *folder.rglob("*.csv.gz")]):
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", "replace")
        reader = csv.DictReader(io.StringIO(text), skipinitialspace=True)
        columns = {name.strip() for name in reader.fieldnames or ()}
        for kind in KINDS:
            if kind.columns <= columns:
                yield path, kind, {row[kind.key].strip(): kind.person(row) for row in reader}


def customers(path: Path, kind: Kind, *, matcher: str) -> dict[str, str]:
    """Contact key -> customer, after a night of a fresh warehouse that has this source too."""
    with warehouse([EXAMPLES / kind.example], {"matcher": matcher}) as project:
        landing = Path(project.landing) / kind.example
        landing.mkdir()
        shutil.copy(path, landing)
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            ingest.complain(ingest.ingest(project, kind.example, run_id="truth"))
            build.build(project, run_id="truth", as_of=DAY)
        for line in said.getvalue().splitlines():
            if MATCHER in line:
                print(f"  {line}")
        with postgres.connect(project) as conn:
            rows = conn.execute(
                "select contact_key, customer_id from core.identity_map where source = %s",
                [kind.example],
            )
            return dict(rows.fetchall())


if __name__ == "__main__":
    main()
