"""The night as a person runs it: `scheda run`, through Airflow's own engine, four times."""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scheda import postgres
from scheda.project import environment
from warehouse import marts

if TYPE_CHECKING:
    from collections.abc import Callable

    from scheda.project import Project

DAY = date(2026, 10, 31)


@dataclass(frozen=True)
class Night:
    """What one `scheda run` printed, its exit status, and the marts that readers saw after it."""

    text: str
    status: int
    marts: dict[str, list[str]]
    rows_read: int


def run(project: Project, as_of: date) -> Night:
    before = _rows_read(project)
    done = subprocess.run(
        [sys.executable, "-m", "scheda", "run", "--as-of", as_of.isoformat()],
        env=environment(
            SCHEDA_VAR=str(project.var), SCHEDA_DSN=str(project.dsn), COLUMNS="120",
            SCHEDA_READER_PASSWORD=str(project.reader_password),
        ),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    print(done.stdout[-6000:], done.stderr[-3000:])
    return Night(
        text=done.stdout + done.stderr,
        status=done.returncode,
        marts=marts(project),
        rows_read=_rows_read(project) - before,
    )


def _rows_read(project: Project) -> int:
    with postgres.connect(project) as conn:
        return int(conn.execute("select coalesce(sum(rows_read), 0) from ops.loads").fetchone()[0])


@pytest.fixture(scope="module")
def company(make_project: Callable[..., Project]) -> Project:
    project = make_project()
    Path(project.landing).rmdir()
    return project


@pytest.fixture(scope="module")
def first(company: Project) -> Night:
    return run(company, DAY)


@pytest.fixture(scope="module")
def second(company: Project, first: Night) -> Night:
    return run(company, DAY)


@pytest.fixture(scope="module")
def blanked(second: Night, company: Project) -> Path:
    """The newest CRM file again a day later, with half of its e-mails blank."""
    newest = sorted(Path(company.landing, "crm").glob("contacts*.csv"))[-1]
    lines = newest.read_text(encoding="utf-8-sig").splitlines()
    place = lines[0].split(";").index("Email")
    rows = list(csv.reader(lines[1:], delimiter=";"))
    for number, row in enumerate(rows):
        if number % 2 and len(row) > place:
            row[place] = ""
    target = newest.with_name(f"contacts_{DAY + timedelta(days=1)}.csv")
    with target.open("w", encoding="utf-8-sig", newline="") as handle:
        handle.write(lines[0] + "\n")
        csv.writer(handle, delimiter=";").writerows(rows)
    return target


@pytest.fixture(scope="module")
def broken(company: Project, blanked: Path) -> Night:
    return run(company, DAY + timedelta(days=1))


@pytest.fixture(scope="module")
def mended(company: Project, broken: Night, blanked: Path) -> Night:
    newest = sorted(blanked.parent.glob("contacts*.csv"))[-2]
    blanked.write_bytes(newest.read_bytes() + b"\n")
    return run(company, DAY + timedelta(days=1))


def test_the_first_night_publishes_every_mart(first: Night) -> None:
    assert first.status == 0, first.text[-2000:]
    wanted = {
        "customer_card", "customer_purchases", "customer_engagement", "orders", "order_lines",
        "campaign_results", "segments", "segment_members", "audience_members",
    }  # fmt: skip
    assert wanted <= first.marts.keys()
    assert [name for name in sorted(wanted) if not first.marts[name]] == []


def test_its_page_tells_what_came_in_and_what_came_out(first: Night) -> None:
    for words in (
        "crm.contacts", "shop.orders", "sendgrid.events", "rejected", "quarantined",
        "raw", "published", "customers", "Segments", "Audiences", "Seconds per step",
        "scheda_reader@", "scheda card", "bring-your-own-source",
    ):  # fmt: skip
        assert words in first.text


def test_every_step_ran_as_a_task_of_airflow(company: Project, first: Night) -> None:
    with postgres.connect(company) as conn:
        steps = {row[0] for row in conn.execute("select step from ops.steps where status = 'done'")}
    ingests = {"ingest crm", "ingest shop", "ingest sendgrid", "ingest files"}
    assert steps >= ingests | {"gate raw", "build", "gate published", "publish", "export"}
    [log] = sorted(company.logs.glob("run-*.log"))[:1]
    assert "dag_id" in log.read_text(encoding="utf-8")


def test_audience_files_lie_beside_their_manifest(company: Project, first: Night) -> None:
    exported = sorted(Path(company.exports).rglob("*.csv"))
    assert len(exported) >= 3
    for path in exported:
        assert path.with_suffix(".manifest.json").exists()


def test_the_second_night_loads_nothing_and_leaves_the_same_marts(
    first: Night, second: Night
) -> None:
    assert second.status == 0
    assert second.rows_read == 0
    assert second.marts == first.marts


def test_half_of_the_emails_blank_closes_the_gate(second: Night, broken: Night) -> None:
    assert broken.status == 1
    assert broken.marts == second.marts, "yesterday's marts are still up"
    reason = broken.text[broken.text.index("gate raw: FAILED") :].splitlines()[:40]
    assert any("crm" in line for line in reason)
    assert any("email" in line for line in reason)
    assert "Traceback" not in broken.text


def test_once_mended_the_night_is_green_again(second: Night, mended: Night) -> None:
    assert mended.status == 0, mended.text[-2000:]
    assert len(mended.marts["customer_card"]) == len(second.marts["customer_card"])
