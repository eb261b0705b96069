"""The materialization `mart`: only what changed is written, and readers never notice."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

import psycopg
import pytest
import yaml

from conftest import ROOT
from scheda import dbt, postgres, sides
from scheda.publish import publish

if TYPE_CHECKING:
    from scheda.project import Project

DAY = date(2026, 1, 31)

PEOPLE = """{{ config(unique_key=['person']) }}
select person, spend{extra} from core.people
"""
LINES = """{{ config(
    unique_key=['order_key', 'line_key'], scope='touched', replace_by=['order_key']
) }}
{% set partial = is_partial() %}
select orders.order_key, lines.line_key, lines.title
from core.orders as orders
left join core.lines as lines on orders.order_key = lines.order_key
{% if partial %} where orders._build_id > {{ mart_watermark() }} {% endif %}
"""
TABLES = """
create table core.people as
select 'p' || id as person, id * 1.5 as spend from generate_series(1, 100) as ids (id);
create table core.orders as
select id as order_key, 1 as _build_id from generate_series(1, 10) as ids (id);
create table core.lines as
select order_key, line_key, 'towel' as title
from generate_series(1, 10) as orders (order_key), generate_series(1, 3) as lines (line_key);
"""


class Marts:
    """A project of two marts: `people` is compared whole, `lines` by touched orders."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.build_id = 0
        shutil.copytree(ROOT / "dbt_project" / "macros", project.dbt / "macros")
        shutil.copy(ROOT / "dbt_project" / "profiles.yml", project.dbt)
        (project.dbt / "dbt_project.yml").write_text(
            "name: scheda\nversion: '1.0'\nprofile: scheda\nmodels:\n"
            "  +schema: marts\n  +materialized: mart\n  +contract: {enforced: true}\n"
        )
        self.describe("people", PEOPLE.replace("{extra}", ""), person="text", spend="numeric(14,2)")
        self.describe("lines", LINES, order_key="integer", line_key="integer", title="text")
        self.sql(TABLES)

    def describe(self, name: str, sql: str, **columns: str) -> None:
        folder = self.project.dbt / "models"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.sql").write_text(sql)
        listed = [{"name": column, "data_type": kind} for column, kind in columns.items()]
        page = {"models": [{"name": name, "columns": listed}]}
        (folder / f"{name}.yml").write_text(yaml.safe_dump(page))

    def sql(self, text: str) -> None:
        with postgres.connect(self.project) as conn:
            conn.execute(text)

    def build(self, *, as_of: date = DAY, publishes: bool = False) -> dict[str, str | None]:
        """Run dbt on the unpublished side; the message per model."""
        with postgres.connect(self.project) as conn:
            side = sides.side_to_build(conn)
            row = conn.execute(
                "insert into ops.builds (run_id, as_of, side, status) "
                "values ('run', %s, %s, 'building') returning build_id",
                [as_of, side],
            ).fetchone()
        self.build_id = row[0]
        _code, results = dbt.invoke(
            self.project, ["run"], side=side, build_id=self.build_id, as_of=as_of
        )
        if publishes:
            self.publish(side)
        return {result.node.split(".")[-1]: result.message for result in results}

    def publish(self, side: str) -> None:
        with postgres.connect(self.project) as conn:
            sides.mark_built(conn, self.build_id, side, DAY)
        publish(self.project, run_id="run")

    def rows(self, text: str) -> list[tuple]:
        with postgres.connect(self.project) as conn:
            return conn.execute(text).fetchall()


@pytest.fixture
def marts(own_project: Project) -> Marts:
    return Marts(own_project)


def test_a_build_writes_what_changed_and_nothing_else(marts: Marts) -> None:
    assert marts.build() == {"people": "new table +100", "lines": "new table +30"}
    assert marts.build() == {"people": "-0 +0", "lines": "-0 +0"}
    marts.sql(
        """
        update core.people set spend = 0 where person = 'p1';
        delete from core.people where person = 'p2';
        insert into core.people values ('p101', null);
        delete from core.lines where order_key = 1 or (order_key, line_key) = (2, 3);
        delete from core.lines where order_key = 9; -- nobody says that order 9 changed
        update core.orders set _build_id = 3 where order_key in (1, 2);
        """
    )
    assert marts.build() == {"people": "-2 +2", "lines": "-4 +0"}
    assert marts.rows("select count(*), sum(spend) from marts_a.people") == [(100, 7570.5)]
    assert marts.rows(
        "select order_key, count(*) from marts_a.lines where order_key in (1, 2, 9) "
        "group by order_key order by order_key"
    ) == [(2, 2), (9, 3)]
    # The day goes back: everything is computed again, and order 9 with it.
    assert marts.build(as_of=date(2026, 1, 30))["lines"] == "-3 +0"


def test_a_key_twice_or_missing_stops_the_build_and_changes_nothing(marts: Marts) -> None:
    marts.build()
    marts.sql(
        "insert into core.people values ('p1', 7); insert into core.lines values (1, 1, 'bag')"
    )
    marts.sql("update core.orders set _build_id = 2 where order_key = 1")
    told = marts.build()
    assert "1 rows repeat a key (person)" in (told["people"] or "")
    assert "is duplicated" in (told["lines"] or "")
    marts.sql("insert into core.orders values (null, 2); insert into core.people values (null, 7)")
    marts.sql("delete from core.people where spend = 7 and person = 'p1'")
    told = marts.build()
    assert "1 rows have no key (person)" in (told["people"] or "")
    assert marts.rows("select count(*) from marts_a.people") == [(100,)]


def test_new_columns_make_a_new_table_behind_the_readers_back(marts: Marts) -> None:
    marts.build(publishes=True)
    marts.build(publishes=True)
    marts.describe(
        "people",
        PEOPLE.replace("{extra}", ", 'new' as note"),
        person="text",
        spend="numeric(14,2)",
        note="text",
    )
    dsn = postgres.dsn(marts.project)
    with psycopg.connect(dsn, autocommit=True) as reader:
        before = reader.execute("select count(*), sum(spend) from marts.people").fetchone()
        assert marts.build()["people"] == "new table +100"
        assert reader.execute("select count(*), sum(spend) from marts.people").fetchone() == before
    old = marts.rows("select tablename from pg_tables where tablename ~ '__old_'")
    assert old == [(f"people__old_{marts.build_id}",)]
    marts.publish("a")
    assert marts.rows("select distinct note from marts.people") == [("new",)]
    assert marts.rows("select count(*) from pg_tables where tablename ~ '__old_'") == [(0,)]
