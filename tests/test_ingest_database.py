"""A database as a door: its rows land as Parquet, are loaded like any file, and none is missed."""

from __future__ import annotations

import datetime as dt
import decimal
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from ingest_help import counts, declare, drop, load, query, table
from scheda import ledger, postgres
from scheda.sources import database

if TYPE_CHECKING:
    from scheda.project import Project

COLUMNS = "code name changed_at"


def shop(**meta: object) -> str:
    meta = {"door": "database", "address_env": "SHOP_DB", "table": "people", "path": "", **meta}
    return table("people", columns=COLUMNS, **{k: v for k, v in meta.items() if v})


@pytest.fixture
def people(own_project: Project, monkeypatch: pytest.MonkeyPatch) -> psycopg.Connection:
    """The source: a table in the same server, so that types are real ones."""
    parts = psycopg.conninfo.conninfo_to_dict(str(own_project.dsn))
    monkeypatch.setenv(
        "SHOP_DB",
        "postgresql+psycopg://{user}:{password}@{host}:{port}/{dbname}".format(**parts),
    )
    with psycopg.connect(str(own_project.dsn), autocommit=True) as conn:
        conn.execute(
            "create table people (code int, name text, paid numeric, changed_at timestamptz)"
        )
        conn.execute("set timezone to 'UTC'")
        yield conn


def add(people: psycopg.Connection, code: int, name: str, day: int) -> None:
    people.execute(
        "insert into people values (%s, %s, 1.10, make_timestamptz(2026, 1, %s, 0, 0, 0))",
        [code, name, day],
    )


def landed(project: Project) -> list[str]:
    return sorted(path.name for path in Path(project.landing).rglob("*.parquet"))


def names(project: Project) -> list[str]:
    rows = query(project, "select name from raw.crm__people order by _load_id, _row_number")
    return [name for (name,) in rows]


def test_in_full_each_time_it_changes(own_project: Project, people: psycopg.Connection) -> None:
    declare(own_project, shop())
    add(people, 1, "Anna", 1)
    assert counts(load(own_project), "people") == (1, 1, 0)
    assert counts(load(own_project), "people") == (0, 0, 0)
    assert len(landed(own_project)) == 1
    add(people, 2, "Bruno", 1)
    assert counts(load(own_project), "people") == (2, 2, 0)
    assert query(
        own_project, "select distinct code, changed_at, _extra from raw.crm__people order by 1"
    ) == [
        ("1", "2026-01-01 00:00:00+00:00", {"paid": "1.10"}),
        ("2", "2026-01-01 00:00:00+00:00", {"paid": "1.10"}),
    ]


def test_by_cursor_a_row_committed_late_with_the_last_value_is_not_missed(
    own_project: Project, people: psycopg.Connection
) -> None:
    declare(own_project, shop(cursor="changed_at"))
    add(people, 1, "Anna", 1)
    add(people, 2, "Bruno", 2)
    load(own_project)
    assert load(own_project)["tables"]["people"]["files"] == 1  # Bruno again: the overlap
    assert load(own_project)["tables"]["people"]["files"] == 0  # and no more
    add(people, 3, "Carla", 2)
    add(people, 4, "Dino", 3)
    load(own_project)
    assert sorted(set(names(own_project))) == ["Anna", "Bruno", "Carla", "Dino"]
    assert names(own_project).count("Anna") == 1
    [(kind, value)] = query(own_project, "select kind, value from ops.cursors")
    assert (kind, value[:10]) == ("datetime", "2026-01-03")


def test_the_cursor_waits_for_the_load(
    own_project: Project, people: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Landed but not loaded (a crash between the two): it is loaded, then the cursor moves."""
    declare(own_project, shop(cursor="changed_at"))
    add(people, 1, "Anna", 1)

    class Crash(BaseException):
        pass

    def crash(*_: object, **__: object) -> None:
        raise Crash

    with monkeypatch.context() as patch, pytest.raises(Crash):
        patch.setattr(ledger, "record_loaded", crash)
        load(own_project)
    assert len(landed(own_project)) == 1
    assert query(own_project, "select * from ops.cursors") == []
    assert names(own_project) == []
    load(own_project)
    assert names(own_project) == ["Anna"]
    assert len(query(own_project, "select * from ops.cursors")) == 1


def test_a_query_of_ones_own(own_project: Project, people: psycopg.Connection) -> None:
    text = "select code, upper(name)::text as name, changed_at from people where name <> 'x:y';"
    declare(own_project, shop(table="", query=text, cursor="changed_at"))
    add(people, 1, "Anna", 1)
    load(own_project)
    assert names(own_project) == ["ANNA"]


def test_more_rows_than_a_batch(own_project: Project, people: psycopg.Connection) -> None:
    declare(own_project, shop(cursor="code", key=["code"]))
    people.execute(
        "insert into people select n, 'p' || n, null, null from generate_series(1, 25000) n"
    )
    assert counts(load(own_project), "people") == (25_000, 25_000, 0)
    assert query(own_project, "select kind, value from ops.cursors") == [("int", "25000")]


REFUSALS = [
    ("no address", None, {}, "environment variable SHOP_DB is not set"),
    ("nobody listens", "postgresql+psycopg://me:hidden@127.0.0.1:1/x", {}, "in SHOP_DB refused"),
    ("no such driver", "oracel://me:hidden@host/x", {}, "is not one that SQLAlchemy understands"),
    ("no address at all", "hidden", {}, "is not one that SQLAlchemy understands"),
    ("no such table", "", {"table": "nothing.here"}, "check that it is up"),
    ("no such cursor", "", {"cursor": "when"}, "check that it is up"),
    ("no such connection", "", {"address_env": "", "connection": "shop"}, "no connection 'shop'"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "meta", "says"), [r[1:] for r in REFUSALS],
                         ids=[r[0] for r in REFUSALS])  # fmt: skip
def test_a_database_that_refuses(
    own_project: Project,
    people: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    address: str | None,
    meta: dict[str, str],
    says: str,
) -> None:
    declare(own_project, shop(**meta), table())
    drop(own_project, "crm/contacts.csv", "code;name;city\n1;a;b\n")
    with monkeypatch.context() as patch:
        if address is None:
            patch.delenv("SHOP_DB")
        elif address:
            patch.setenv("SHOP_DB", address)
        for _night in range(2):
            result = load(own_project)
    [failure] = result["failures"]
    assert says in failure["message"]
    password = str(psycopg.conninfo.conninfo_to_dict(str(own_project.dsn))["password"])
    assert "hidden" not in failure["message"]
    assert password not in failure["message"]
    assert query(own_project, "select file_name, status from ops.loads order by 1") == [
        ("crm/contacts.csv", "loaded"),
        ("database", "failed"),
    ]
    declare(own_project, shop(), table())
    add(people, 1, "Anna", 1)
    assert counts(load(own_project), "people") == (1, 1, 0)
    with postgres.connect(own_project) as conn:
        assert ledger.open_failures(conn) == []


def test_every_type_has_one_spelling() -> None:
    spelled = database.text_of
    assert spelled(decimal.Decimal("1E+2")) == "100"
    assert spelled(0.1) == "0.1"
    assert spelled(1001.0) == "1001"
    assert spelled(True) == "true"
    assert spelled(dt.date(2026, 1, 2)) == "2026-01-02"
    assert (
        spelled(dt.datetime(2026, 1, 2, 3, 4, 5, 6, dt.UTC)) == "2026-01-02 03:04:05.000006+00:00"
    )
    assert spelled(dt.timedelta(hours=1, microseconds=5)) == "3600.000005"
    assert spelled(b"\x00\xff") == "00ff"
    assert spelled({"a": [dt.date(2026, 1, 2), "è"]}) == '{"a": ["2026-01-02", "è"]}'
