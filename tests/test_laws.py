"""Laws 1–4 on the whole sample company: nothing lost, replay, incremental = rebuild, one clock."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scheda import build, postgres, publish, sample
from warehouse import differences, load, marts, night

if TYPE_CHECKING:
    from collections.abc import Callable

    from scheda.project import Project

FIRST = date(2026, 10, 31)
SECOND = FIRST + timedelta(days=1)


@pytest.fixture(scope="module")
def nightly(make_project: Callable[..., Project]) -> Project:
    """Three nights: the sample company, a day of news, and a night without news."""
    project = make_project()
    sample.write(project, as_of=FIRST)
    night(project, FIRST, run_id="night 1")
    sample.new_day(project, as_of=SECOND)
    night(project, SECOND, run_id="night 2")
    night(project, SECOND, run_id="night 3")
    return project


@pytest.fixture(scope="module")
def at_once(nightly: Project, make_project: Callable[..., Project]) -> Project:
    """The same files in a new warehouse, the later half delivered first, built in one go."""
    project = make_project()
    files = sorted(path for path in Path(nightly.landing).rglob("*") if path.is_file())
    for half in (files[len(files) // 2 :], files[: len(files) // 2]):
        for path in half:
            target = Path(project.landing) / path.relative_to(nightly.landing)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        load(project)
    build.build(project, run_id="at once", as_of=SECOND)
    publish.publish(project, run_id="at once")
    return project


def test_every_row_read_is_accounted_for_in_every_file(nightly: Project) -> None:
    with postgres.connect(nightly) as conn:
        files = conn.execute(
            """
            with quarantined as (
                select _load_id, count(distinct _row_number) as rows
                from staging.quarantine group by _load_id
            ),
            rejected as (select load_id, count(*) as rows from ops.rejects group by load_id)
            select l.file_name, l.rows_read, l.rows_loaded, l.rows_rejected,
                coalesce(r.rows, 0), coalesce(q.rows, 0)
            from ops.loads as l
            left join rejected as r on r.load_id = l.load_id
            left join quarantined as q on q._load_id = l.load_id
            """
        ).fetchall()
    assert len(files) > 10
    for name, read, loaded, rejected, kept_aside, quarantined in files:
        assert read == loaded + rejected, name
        assert rejected == kept_aside, name
        assert quarantined <= loaded, name
    assert sum(file[3] for file in files) > 0, "the sample plants rows that cannot be parsed"
    assert sum(file[5] for file in files) > 0, "the sample plants rows that break the contract"


def test_raw_tables_hold_the_rows_that_the_ledger_says(nightly: Project) -> None:
    with postgres.connect(nightly) as conn:
        told = conn.execute(
            "select source || '__' || table_name, sum(rows_loaded) from ops.loads group by 1"
        ).fetchall()
        for table, rows in told:
            count = conn.execute(f"select count(*) from raw.{table}").fetchone()[0]
            assert count == rows, table


def test_nights_one_by_one_equal_all_at_once_in_another_order(
    nightly: Project, at_once: Project
) -> None:
    assert differences(marts(nightly), marts(at_once)) == []


def test_a_rebuild_from_raw_equals_the_nights(nightly: Project, at_once: Project) -> None:
    night(at_once, SECOND, run_id="rebuild", full_refresh=True)
    assert differences(marts(nightly), marts(at_once)) == []


def test_an_old_day_can_be_rebuilt_and_the_present_comes_back(at_once: Project) -> None:
    present = marts(at_once)
    past = SECOND - timedelta(days=60)
    night(at_once, past, run_id="past")
    with postgres.connect(at_once) as conn:
        latest = conn.execute("select max(ordered_on) from marts.orders").fetchone()[0]
        newest = conn.execute("select max(last_purchase_on) from marts.customer_card").fetchone()[0]
    assert latest <= past
    assert newest <= past
    night(at_once, SECOND, run_id="present")
    assert differences(present, marts(at_once)) == []
