"""Laws 1 and 2 at the door: nothing is lost, and replay changes nothing, killed or not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from ingest_help import counts, declare, drop, load, query, raw, rejects, table
from scheda import catalog, ingest, ledger, postgres, raw_tables
from scheda.errors import SchedaError, SourceError
from scheda.sources import files

if TYPE_CHECKING:
    from scheda.project import Project

MONDAY = "code;name;city\n1;Anna;Roma\n2;Bruno\n3;Carla;Pisa\n"
TUESDAY = "code;name;city\n3;Carla;Lucca\n4;Dino;Bari\n"


def statuses(project: Project) -> list[tuple[str, str]]:
    return query(project, "select file_name, status from ops.loads order by load_id")


def business(project: Project) -> list[tuple[object, ...]]:
    """Raw as replay must leave it: by file, without load ids."""
    return query(
        project,
        "select content_hash, _row_number, code, name, city from raw.crm__contacts"
        " join ops.loads on load_id = _load_id order by 1, 2",
    )


def open_failures(project: Project) -> list[str]:
    with postgres.connect(project) as conn:
        return [str(failure) for failure in ledger.open_failures(conn)]


def test_the_three_counts_add_up_for_every_file(own_project: Project) -> None:
    declare(own_project, table())
    drop(own_project, "crm/contacts_1.csv", MONDAY)
    drop(own_project, "crm/contacts_2.csv", TUESDAY)
    assert counts(load(own_project, "night")) == (5, 4, 1)
    assert rejects(own_project) == [(2, "2 fields instead of 3", b"2;Bruno\n")]
    assert query(
        own_project,
        "select file_name, rows_read, rows_loaded, rows_rejected,"
        " (select count(*) from raw.crm__contacts where _load_id = load_id),"
        " (select count(*) from ops.rejects as r where r.load_id = l.load_id)"
        " from ops.loads as l order by 1",
    ) == [("crm/contacts_1.csv", 3, 2, 1, 2, 1), ("crm/contacts_2.csv", 2, 2, 0, 2, 0)]
    with postgres.connect(own_project) as conn:
        [told] = ledger.summary(conn, "night")
    assert (told["files"], told["rows_read"], told["rows_rejected"]) == (2, 5, 1)


def test_a_file_taken_once_is_not_even_read_again(
    own_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(own_project, table())
    drop(own_project, "crm/contacts_1.csv", MONDAY)
    load(own_project)
    before = business(own_project)
    monkeypatch.setattr(files, "received", lambda _delivery: pytest.fail("it was read again"))
    result = load(own_project, "again")
    assert result["tables"]["contacts"]["skipped"] == 1
    assert business(own_project) == before
    assert statuses(own_project) == [("crm/contacts_1.csv", "loaded")]


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_order_and_repetition_change_nothing(own_project: Project, order: tuple[str, str]) -> None:
    declare(own_project, table())
    contents = {"a": MONDAY, "b": TUESDAY}
    for name in order:
        drop(own_project, f"crm/contacts_{name}.csv", contents[name])
        load(own_project)
    drop(own_project, "crm/contacts_again.csv", MONDAY)
    result = load(own_project)
    assert result["tables"]["contacts"]["duplicates"] == 1
    assert [row[1:] for row in sorted(business(own_project), key=lambda row: row[2:])] == [
        (1, "1", "Anna", "Roma"), (1, "3", "Carla", "Lucca"), (3, "3", "Carla", "Pisa"),
        (2, "4", "Dino", "Bari"),
    ]  # fmt: skip
    found = query(
        own_project, "select file_name, duplicate_of is not null from ops.loads"
        " where status = 'duplicate'"
    )  # fmt: skip
    assert found == [("crm/contacts_again.csv", True)]


def test_the_same_content_at_a_door_that_tells_no_size_is_rolled_back(
    own_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(own_project, table())
    drop(own_project, "crm/contacts_1.csv", MONDAY)
    load(own_project)
    drop(own_project, "crm/contacts_2.csv", MONDAY)
    monkeypatch.setattr(ledger, "may_be_known", lambda *_: False)
    before = business(own_project)
    load(own_project)
    load(own_project)
    assert business(own_project) == before
    assert [status for _name, status in statuses(own_project)] == ["loaded", "duplicate"]


def test_a_failure_is_told_once_and_closed_when_mended_or_removed(own_project: Project) -> None:
    declare(own_project, table())
    drop(own_project, "crm/contacts_1.csv", MONDAY)
    bad = drop(own_project, "crm/contacts_2.csv", "nome;city\nAnna;Roma\n")
    other = drop(own_project, "crm/contacts_3.csv", "")
    for run in ("one", "two", "three"):
        result = load(own_project, run)
        assert [failure["file"] for failure in result["failures"]] == [
            "crm/contacts_2.csv", "crm/contacts_3.csv",
        ]  # fmt: skip
    assert counts(load(own_project)) == (0, 0, 0)
    assert len(statuses(own_project)) == 3
    with pytest.raises(SourceError, match="2 could not be loaded"):
        ingest.complain(result)
    assert "key column 'code' is not in the header" in open_failures(own_project)[0]
    bad.write_text(TUESDAY, encoding="utf-8")
    other.unlink()
    result = load(own_project)
    ingest.complain(result)
    assert counts(result) == (2, 2, 0)
    assert open_failures(own_project) == []


def test_two_loaders_of_one_table_take_turns(own_project: Project) -> None:
    declare(own_project, table())
    drop(own_project, "crm/contacts_1.csv", MONDAY)
    load(own_project)
    drop(own_project, "crm/contacts_2.csv", TUESDAY)
    with postgres.connect(own_project, autocommit=True) as conn:
        [declared] = catalog.load(own_project).tables
        raw_tables.lock(conn, declared)
        child = start(own_project)
        time.sleep(1.5)
        assert child.poll() is None
        assert len(statuses(own_project)) == 1
    assert child.wait(timeout=60) == 0
    assert len(statuses(own_project)) == 2


def start(project: Project) -> subprocess.Popen[bytes]:
    """`ingest` of the same project in a process of its own."""
    code = (
        "from scheda import ingest, project;"
        "ingest.ingest(project.load(), 'crm', run_id='child', say=lambda line: None)"
    )
    place = {
        "SCHEDA_HOME": str(project.root), "SCHEDA_VAR": str(project.var),
        "SCHEDA_LANDING": project.landing, "SCHEDA_DSN": str(project.dsn),
        "SCHEDA_READER_PASSWORD": "only-for-tests",
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-c", code], env={**os.environ, **place})


def test_killed_in_mid_load_leaves_nothing_and_the_next_run_loads_all(
    own_project: Project,
) -> None:
    declare(own_project, table())
    rows = 700_000
    lines = "".join(f"{number};Anna;Roma\n" for number in range(1000)) * (rows // 1000)
    drop(own_project, "crm/contacts_big.csv", "code;name;city\n" + lines + "9;x\n")
    child = start(own_project)
    progress = (
        "select tuples_processed from pg_stat_progress_copy where datname = current_database()"
    )
    with psycopg.connect(str(own_project.dsn), autocommit=True) as conn:
        deadline = time.monotonic() + 60
        while not (conn.execute(progress).fetchone() or [0])[0]:
            assert child.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < deadline
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        while conn.execute(progress).fetchone():
            time.sleep(0.02)
    assert statuses(own_project) == []
    assert query(own_project, "select count(*) from raw.crm__contacts") == [(0,)]
    assert rejects(own_project) == []
    assert counts(load(own_project)) == (rows + 1, rows, 1)
    assert query(own_project, "select max(_row_number) from raw.crm__contacts") == [(rows,)]


def test_a_warehouse_that_goes_away_stops_the_ingest_with_a_clear_error(
    own_project: Project,
) -> None:
    declare(own_project, table())
    drop(own_project, "crm/contacts_1.csv", MONDAY)
    load(own_project)
    drop(own_project, "crm/contacts_2.csv", TUESDAY)

    def cut_off(conn: psycopg.Connection, *_: object) -> bool:
        pid = conn.info.backend_pid
        query(own_project, f"select pg_terminate_backend({pid})")
        time.sleep(0.1)
        conn.execute("select 1")
        return False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "may_be_known", cut_off)
        with pytest.raises(SchedaError, match="start the ingest again when the warehouse answers"):
            load(own_project)
    assert counts(load(own_project)) == (2, 2, 0)


def test_files_still_being_written_are_not_there_yet(own_project: Project) -> None:
    declare(own_project, table())
    drop(own_project, "crm/contacts.csv.part", MONDAY)
    drop(own_project, "crm/contacts_1.csv.tmp", MONDAY)
    assert load(own_project)["tables"]["contacts"]["files"] == 0


def test_an_address_of_any_storage_is_a_door(own_project: Project) -> None:
    import fsspec

    declare(own_project, table(path="memory://drop/contacts*.csv.gz", format="csv"))
    with fsspec.open("memory://drop/contacts_1.csv.gz", "wb", compression="gzip") as file:
        file.write(MONDAY.encode())
    assert counts(load(own_project)) == (3, 2, 1)
    assert load(own_project)["tables"]["contacts"]["skipped"] == 1
    assert statuses(own_project) == [("memory:///drop/contacts_1.csv.gz", "loaded")]


def test_a_door_outside_landing_by_absolute_path(own_project: Project) -> None:
    declare(own_project, table(path=f"{own_project.var}/elsewhere/*.csv"))
    folder = own_project.var / "elsewhere"
    folder.mkdir()
    (folder / "x.csv").write_text(MONDAY, encoding="utf-8")
    load(own_project)
    assert statuses(own_project) == [(f"{folder}/x.csv", "loaded")]


def test_raw_refuses_to_change_its_nature(own_project: Project) -> None:
    declare(own_project, table())
    load(own_project)
    declare(own_project, table(columns="", format="jsonl"))
    with pytest.raises(SchedaError, match="holds columns, its declaration says otherwise"):
        load(own_project)
    assert raw(own_project) == []
