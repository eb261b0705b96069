"""Law 5: publishing is atomic and reversible; no reader waits, fails or sees two nights mixed."""

from __future__ import annotations

import json
import threading
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest

from scheda import postgres, sides
from scheda.errors import SchedaError
from scheda.publish import publish, rollback

if TYPE_CHECKING:
    from collections.abc import Callable

    from scheda.project import Project

TABLES = ("card", "orders", "segments")
ROWS = 200
FIRST_DAY = date(2026, 1, 1)


def build(project: Project, number: int, *, extra: str | None = None) -> int:
    """Fill the unpublished side with rows that all say `number`, the way the `mart`
    materialization does: DELETE and INSERT, one transaction per table. Returns the build id."""
    with postgres.connect(project) as conn:
        side = sides.side_to_build(conn)
        row = conn.execute(
            "insert into ops.builds (run_id, as_of, side, status) "
            "values (%s, %s, %s, 'building') returning build_id",
            [f"run {number}", FIRST_DAY + timedelta(days=number), side],
        ).fetchone()
    for name in TABLES:
        table = f"{sides.schema(side)}.{name}"
        with postgres.connect(project) as conn:
            conn.execute(
                f"create table if not exists {table} (id int primary key, night int, _build_id int)"
            )
            if extra:
                conn.execute(f"alter table {table} add column if not exists {extra} text")
            conn.execute(f"delete from {table}")
            conn.execute(
                f"insert into {table} (id, night) select id, {number} "
                f"from generate_series(1, {ROWS}) as ids (id)"
            )
    with postgres.connect(project) as conn:
        sides.mark_built(conn, row[0], side, FIRST_DAY + timedelta(days=number))
    return row[0]


def night(project: Project, number: int, **options: str) -> int:
    build_id = build(project, number, **options)
    publish(project, run_id=f"run {number}")
    return build_id


def seen(project: Project, view: str = "card") -> set[int]:
    with postgres.connect(project) as conn:
        return {value for (value,) in conn.execute(f"select distinct night from marts.{view}")}


class Reader(threading.Thread):
    """Reads some views over and over; counts what should never happen."""

    def __init__(self, project: Project, views: tuple[str, ...], style: str) -> None:
        super().__init__(daemon=True)
        self.project, self.views, self.style = project, views, style
        self.stop = threading.Event()
        self.reads = self.mixed = self.missing = 0
        self.nights: set[int] = set()
        self.errors: list[str] = []

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                with psycopg.connect(postgres.dsn(self.project)) as conn:
                    conn.autocommit = self.style == "one statement"
                    if not conn.autocommit:
                        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                    for _ in range(20):
                        self._judge(self._read(conn))
            except psycopg.Error as error:
                self.errors.append(repr(error))

    def _read(self, conn: psycopg.Connection) -> list[tuple[int, int, int]]:
        """(least night, greatest night, rows) of each view."""
        one = "select min(night), max(night), count(*) from marts.{}"
        if self.style == "one statement":
            text = " union all ".join(one.format(view) for view in self.views)
            return conn.execute(text).fetchall()
        with conn.transaction():
            rows = []
            for view in self.views:
                rows += conn.execute(one.format(view)).fetchall()
                time.sleep(0.002)
            return rows

    def _judge(self, rows: list[tuple[int, int, int]]) -> None:
        self.reads += 1
        nights = {value for least, greatest, _count in rows for value in (least, greatest)}
        self.mixed += len(nights) != 1
        self.missing += any(count != ROWS for _least, _greatest, count in rows)
        self.nights |= nights


def test_hostile_readers_see_whole_nights_only(project: Project) -> None:
    night(project, 0)
    night(project, 1)
    readers = [
        Reader(project, views, style)
        for style in ("one statement", "repeatable read")
        for views in (TABLES, TABLES[::-1], ("orders", "card"))
    ]
    for reader in readers:
        reader.start()
    for number in range(2, 42):
        night(project, number)
        if number % 4 == 0:
            rollback(project)
    for reader in readers:
        reader.stop.set()
    for reader in readers:
        reader.join(timeout=30)
    assert [reader.errors for reader in readers] == [[]] * len(readers)
    assert [(reader.mixed, reader.missing) for reader in readers] == [(0, 0)] * len(readers)
    assert all(reader.reads > 10 and len(reader.nights) > 1 for reader in readers)


def test_a_flip_does_not_wait_for_a_long_reader(project: Project) -> None:
    night(project, 1)
    night(project, 2)
    build(project, 3)
    with postgres.connect(project) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        before = reader.execute("select sum(night) from marts.card").fetchone()
        started = time.perf_counter()
        result = publish(project, run_id="run 3")
        waited = time.perf_counter() - started
        assert waited < 1
        assert result["views"] == []
        assert reader.execute("select sum(night) from marts.card").fetchone() == before
    assert seen(project) == {3}


def test_readers_with_the_reader_role_see_marts_and_nothing_else(project: Project) -> None:
    postgres.start(project)
    night(project, 1)
    with psycopg.connect(postgres.reader_dsn(project, with_password=True)) as conn:
        assert conn.execute("select count(*) from marts.orders").fetchone() == (ROWS,)
        assert conn.execute("select as_of, build_id from marts.about").fetchone() == (
            date(2026, 1, 2),
            1,
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("select * from marts_a.orders")


def test_views_leave_out_technical_columns(project: Project) -> None:
    night(project, 1)
    with postgres.connect(project) as conn:
        cursor = conn.execute("select * from marts.card limit 0")
        assert [column.name for column in cursor.description or ()] == ["id", "night"]


def test_views_carry_the_descriptions_of_their_models(project: Project) -> None:
    columns = {"night": {"description": "Number of\n the night."}, "gone": {"description": "Gone."}}
    node = {"resource_type": "model", "alias": "card", "description": "Cards.", "columns": columns}
    build(project, 1)
    for side in ("a", "b"):
        target = project.var / "dbt" / side
        target.mkdir(parents=True)
        nodes = {"card": node | {"config": {"materialized": "mart"}}}
        (target / "manifest.json").write_text(json.dumps({"nodes": nodes}))
    publish(project, run_id="run 1")
    with postgres.connect(project) as conn:
        told = conn.execute(
            "select obj_description(oid), col_description(oid, 2) "
            "from pg_class where oid = 'marts.card'::regclass"
        ).fetchone()
    assert told == ("Cards.", "Number of the night.")


def test_rollback_points_back_and_forward_again(project: Project) -> None:
    night(project, 1)
    night(project, 2)
    assert rollback(project)["as_of"] == "2026-01-02"
    assert seen(project) == {1}
    rollback(project)
    assert seen(project) == {2}
    with postgres.connect(project) as conn:
        actions = conn.execute(
            "select action from ops.publications order by publication_id"
        ).fetchall()
    assert actions == [("publish",), ("publish",), ("rollback",), ("rollback",)]


def test_rollback_without_a_second_publication_says_so(project: Project) -> None:
    with pytest.raises(SchedaError, match="nothing was ever published"):
        rollback(project)
    night(project, 1)
    with pytest.raises(SchedaError, match="only one publication"):
        rollback(project)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (sides.mark_failed, "failed or was refused"),
        (sides.mark_rejected, "failed or was refused"),
        (None, "a build is overwriting it"),
    ],
)
def test_rollback_refuses_a_side_unfit_for_readers(
    project: Project,
    spoil: Callable[[psycopg.Connection, int, str, str], None] | None,
    message: str,
) -> None:
    night(project, 1)
    night(project, 2)
    build_id = build(project, 3)
    if spoil:
        with postgres.connect(project) as conn:
            side = sides.other(sides.published(conn) or "b")
            spoil(conn, build_id, side, "half of the e-mails are blank")
    with pytest.raises(SchedaError, match=message):
        rollback(project)
    assert seen(project) == {2}


def test_a_refused_build_is_not_published_and_the_next_one_is(project: Project) -> None:
    night(project, 1)
    build_id = build(project, 2)
    with postgres.connect(project) as conn:
        sides.mark_rejected(conn, build_id, "b", "half of the e-mails are blank")
    with pytest.raises(SchedaError, match="half of the e-mails are blank"):
        publish(project, run_id="run 2")
    assert seen(project) == {1}
    night(project, 3)
    assert seen(project) == {3}


def test_publishing_twice_changes_nothing(project: Project) -> None:
    night(project, 1)
    with postgres.connect(project) as conn:
        before = conn.execute("select * from ops.published").fetchall()
    publish(project, run_id="run 1")
    with postgres.connect(project) as conn:
        assert conn.execute("select * from ops.published").fetchall() == before


def test_a_build_whose_side_was_claimed_meanwhile_is_not_published(project: Project) -> None:
    night(project, 1)
    build(project, 2)
    with postgres.connect(project) as conn:
        sides.side_to_build(conn)
    with pytest.raises(SchedaError, match="a newer build took side"):
        publish(project, run_id="run 2")
    assert seen(project) == {1}


def test_publishing_before_any_build_says_what_to_do(project: Project) -> None:
    with pytest.raises(SchedaError, match="scheda build"):
        publish(project, run_id="first")


def test_a_new_column_appears_with_its_night_and_goes_with_it(project: Project) -> None:
    def columns() -> list[str]:
        with postgres.connect(project) as conn:
            cursor = conn.execute("select * from marts.card limit 0")
            return [column.name for column in cursor.description or ()]

    night(project, 1)
    night(project, 2)
    result_id = build(project, 3, extra="nickname")
    assert columns() == ["id", "night"]
    assert publish(project, run_id="run 3")["views"] == list(TABLES)
    assert columns() == ["id", "night", "nickname"]
    assert result_id == 3
    rollback(project)
    assert (columns(), seen(project)) == (["id", "night"], {2})


def test_a_table_set_aside_is_dropped_after_its_successor_is_published(project: Project) -> None:
    night(project, 1)
    night(project, 2)
    with postgres.connect(project) as conn:
        side = sides.other(sides.published(conn) or "a")
        conn.execute(f"alter table marts_{side}.card rename to card__old_3")
    night(project, 3)
    with postgres.connect(project) as conn:
        left = conn.execute("select count(*) from pg_tables where tablename ~ '__old_'").fetchone()
    assert left == (0,)
    assert seen(project) == {3}


def test_a_change_of_columns_gives_way_to_a_reader_and_then_says_who_holds(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheda.publish.TRIES", 2)
    monkeypatch.setattr("scheda.publish.PAUSE", 0.01)
    night(project, 1)
    build(project, 2, extra="nickname")
    with postgres.connect(project) as reader:
        reader.execute("select count(*) from marts.card")
        with pytest.raises(SchedaError, match=r"server process \d+.*close that session"):
            publish(project, run_id="run 2")
        assert reader.execute("select max(night) from marts.orders").fetchone() == (1,)
    publish(project, run_id="run 2")
    assert seen(project) == {2}
