"""Ingest against psql's \\copy of the same file into text columns, as ratios of one run.

    python -m benchmarks.ingest [--rows 2000000] [--rounds 3]

A ratio is \\copy's best time over ours (1.00 = as fast; ours adds hash, row numbers, the check of
every record, rejects and the ledger). \\copy stops at the first bad row: where ours gets a file
with bad rows, it gets the same file without them. Memory is the peak of a process that only loads.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from scheda import ingest, ops
from scheda.project import Project
from scheda.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

COLUMNS = ("order_id", "line", "sku", "title", "category", "quantity", "price", "discount", "day")
PAGE = """
version: 2
sources:
  - name: bench
    tables:
      - name: lines
        config: {meta: {path: "lines*.csv", delimiter: ";", key: [order_id, line]}}
        columns: [%s]
      - name: documents
        config: {meta: {path: "documents*.jsonl"}}
"""
#: One row in so many is bad in the dirty files.
ONE_IN = 1000
MOST_MEMORY = 300


def main(argv: Sequence[str] | None = None) -> int:
    """Print the ratios; 1 when one misses its goal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--load", nargs=2, metavar=("FOLDER", "DSN"), help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.load:
        ingest.ingest(_project(Path(options.load[0]), options.load[1]), "bench", run_id="memory",
                      say=lambda _line: None)  # fmt: skip
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return 0
    with tempfile.TemporaryDirectory(prefix="scheda-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        host = Server(folder / "postgres")
        host.start()
        try:
            return Bench(folder, host, options.rows, options.rounds).run()
        finally:
            host.stop()


@dataclass
class Bench:
    """One server, one landing; every file is made once."""

    folder: Path
    host: Server
    rows: int
    rounds: int
    missed: int = 0

    def run(self) -> int:
        self.project = _project(self.folder, self.host.dsn("postgres"))
        with psycopg.connect(self.project.dsn) as conn:
            ops.ensure(conn)
        print(
            f"  {'':<26}{'ratio':>7}{'goal':>7}{'ours':>8}{'psql':>8}{'MB':>7}{'set aside':>11}"
            f"   ({self.rows:,} rows)"
        )
        for kind, name, goals, lines, spoil in (
            ("csv", "lines.csv", (0.80, 0.75), _order_lines, _spoil_line),
            ("json lines", "documents.jsonl", (0.85, 0.85), _documents, _spoil_document),
        ):
            clean, dirty = self.folder / f"clean-{name}", self.folder / f"dirty-{name}"
            _write(clean, lines(self.rows))
            bad = _spoiled(clean, dirty, spoil, has_header=kind == "csv")
            self.compare(f"{kind}, clean", clean, clean, name, 0, goals[0])
            self.compare(f"{kind}, 0.1 % bad rows", dirty, clean, name, bad, goals[1])
            if kind == "csv":
                self.memory(dirty, name)
            clean.unlink()
            dirty.unlink()
        return 1 if self.missed else 0

    def compare(
        self, title: str, ours: Path, reference: Path, name: str, bad: int, goal: float
    ) -> None:
        landed = Path(self.project.landing) / name
        landed.hardlink_to(ours)
        mine, theirs = [], []
        for _round in range(self.rounds):
            theirs.append(_psql(self.host, reference, is_json=name.endswith("jsonl")))
            mine.append(self.load(bad))
        landed.unlink()
        ratio = min(theirs) / min(mine)
        self.missed += ratio < goal
        print(
            f"  {title:<26}{ratio:>7.2f}{goal:>7.2f}{min(mine):>7.1f}s{min(theirs):>7.1f}s"
            f"{ours.stat().st_size / 2**20:>7.0f}{bad:>11,}",
            flush=True,
        )

    def load(self, bad: int) -> float:
        """Seconds of one ingest into a raw table that exists and is empty, like psql's."""
        _forget(self.project.dsn)
        begun = time.perf_counter()
        result = ingest.ingest(self.project, "bench", run_id="bench", say=lambda _line: None)
        seconds = time.perf_counter() - begun
        [counts] = [table for table in result["tables"].values() if table["files"]]
        assert not result["failures"], result["failures"]
        assert (counts["rows_read"], counts["rows_rejected"]) == (self.rows, bad), counts
        return seconds

    def memory(self, path: Path, name: str) -> None:
        landed = Path(self.project.landing) / name
        for share in (8, 1):
            with path.open("rb") as whole, landed.open("wb") as part:
                part.writelines(islice(whole, self.rows // share))
            _forget(self.project.dsn)
            done = subprocess.run(
                [sys.executable, __file__, "--load", str(self.folder), str(self.project.dsn)],
                check=True, capture_output=True, text=True,
            )  # fmt: skip
            peak, size = float(done.stdout), landed.stat().st_size / 2**20
            self.missed += peak > MOST_MEMORY
            print(
                f"  peak memory of the loader, {size:,.0f} MB of csv: {peak:.0f} MB"
                f" (goal: at most {MOST_MEMORY} MB whatever the size)",
                flush=True,
            )
        landed.unlink()


def _project(folder: Path, dsn: str) -> Project:
    staging = folder / "dbt_project" / "models" / "staging" / "bench"
    staging.mkdir(parents=True, exist_ok=True)
    columns = ", ".join(f"{{name: {name}}}" for name in COLUMNS)
    (staging / "_bench__sources.yml").write_text(PAGE % columns, encoding="utf-8")
    (folder / "dbt_project" / "dbt_project.yml").write_text("name: scheda\n", encoding="utf-8")
    (folder / "landing").mkdir(exist_ok=True)
    return Project(
        root=folder, var=folder, landing=str(folder / "landing"), exports=str(folder), dsn=dsn,
        reader_password="bench",
    )  # fmt: skip


def _order_lines(rows: int) -> Iterator[bytes]:
    rng = random.Random(7)
    titles = [f"Tovaglia {shade} {size}" for shade in ("blu", "écru", "rossa", "verde")
              for size in ("140x180", "140x240", "tonda")]  # fmt: skip
    yield (";".join(COLUMNS) + "\n").encode()
    for number in range(rows):
        price = rng.randrange(100, 30000)
        yield (
            f"{100_000_000 + number // 3};{number % 3 + 1};SKU-{price % 9000:05d};"
            f'"{titles[price % 12]}";casa;{price % 8 + 1};{price / 100:.2f};0.00;'
            f"2026-{number % 12 + 1:02d}-11 10:00:00\n"
        ).encode()


def _spoil_line(line: bytes, number: int) -> bytes:
    """Five ways for a row to be bad, in turn."""
    ways = (
        line[:-1] + b";one too many\n",
        line[:20] + b"\n",
        line.replace(b"casa", b"ca\xe8sa"),
        line.replace(b";casa", b';"casa'),
        line.replace(b"casa", b"ca\0sa"),
    )
    return ways[number % len(ways)]


def _documents(rows: int) -> Iterator[bytes]:
    rng = random.Random(7)
    for number in range(rows):
        who = rng.randrange(10**6)
        yield (
            f'{{"id":{number},"email":"p{who}@example.org","event":"open",'
            f'"timestamp":{1_700_000_000 + number},"url":"https:\\/\\/s.example\\/{who % 9000}"}}\n'
        ).encode()


def _spoil_document(line: bytes, number: int) -> bytes:
    return line[: -2 - number % 20] + b"\n"


def _write(path: Path, lines: Iterator[bytes]) -> None:
    with path.open("wb") as file:
        while batch := list(islice(lines, 10_000)):
            file.write(b"".join(batch))


def _spoiled(
    clean: Path, dirty: Path, spoil: Callable[[bytes, int], bytes], *, has_header: bool
) -> int:
    """Write `dirty`: `clean` with one row in ONE_IN spoiled; the number of these."""
    bad = 0
    with clean.open("rb") as lines, dirty.open("wb") as file:
        if has_header:
            file.write(next(lines))
        for number, line in enumerate(lines):
            is_bad = number % ONE_IN == 17
            file.write(spoil(line, bad) if is_bad else line)
            bad += is_bad
    return bad


def _psql(host: Server, path: Path, *, is_json: bool) -> float:
    columns = "payload text" if is_json else ", ".join(f"{name} text" for name in COLUMNS)
    # Lines as text: a delimiter and a quote that they do not hold.
    options = (
        "format csv, delimiter E'\\x01', quote E'\\x02'" if is_json
        else "format csv, delimiter ';', header"
    )  # fmt: skip
    with psycopg.connect(host.dsn("postgres")) as conn:
        conn.execute("drop table if exists reference")
        conn.execute(f"create table reference ({columns})")
    begun = time.perf_counter()
    subprocess.run(
        [host._binaries / "psql", "-qX", "-d", host.dsn("postgres"), "-c",
         f"\\copy reference from '{path}' with ({options})"],
        check=True,
    )  # fmt: skip
    return time.perf_counter() - begun


def _forget(dsn: str) -> None:
    """Empty raw tables and ledger, and let the server finish its writing."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute("truncate ops.loads, ops.rejects, ops.cursors")
        for table in ("bench__lines", "bench__documents"):
            if conn.execute("select to_regclass(%s)", [f"raw.{table}"]).fetchone()[0]:
                conn.execute(f"truncate raw.{table}")
        conn.execute("drop table if exists reference")
        conn.execute("checkpoint")


if __name__ == "__main__":
    sys.exit(main())
