"""Laws 2 and 3: in whatever nights, order and halves the files come, the core tables are those of
one rebuild from everything. as_of wanders, so what a night could not see yet is seen later."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from nights import NIGHTS, build, last_builds, receive
from scheda import postgres, values

if TYPE_CHECKING:
    from collections.abc import Callable

    from scheda.project import Project

TODAY = date(2026, 3, 15)
#: The history of identity differs by nature; so does the memory of all that was ever written and
#: how it was read: what is used of it is in uniform_contacts. How complete the cards were on the
#: days that were built is a memory too, and so are the moves between segments, every pair of names
#: that was ever compared, and (core()) the keys that withdrew.
APART = {
    "compared_names",
    "completeness_nights",
    "identity_assignments",
    "identity_edge_ledger",
    "model_progress",
    "name_verdicts",
    "rfm_segment_changes",
    "written_values",
}
#: What people and matchers say has tests of its own.
UNSAID = {"human_decisions", "matcher_models", "proposed_pairs"}
#: Who was missing and is listed again keeps a row that says so: it is as good as none.
STANDING = {"order_tombstones": "is_missing"}
DICTIONARIES = {f"value_{kind}" for kind in (*values.KINDS, "versions")}


def core(project: Project) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of the core without its technical columns, in order."""
    found = {}
    with postgres.connect(project) as conn:
        tables = conn.execute(
            "select table_schema || '.' || table_name, table_name,"
            " string_agg(column_name, ', ' order by ordinal_position)"
            " filter (where left(column_name, 1) <> '_')"
            " from information_schema.columns where table_schema = 'core'"
            " or table_name = 'quarantine' group by 1, 2"
        ).fetchall()
        for address, name, columns in tables:
            if name not in APART | DICTIONARIES and not name.endswith("__withdrawn"):
                standing = STANDING.get(name, "true")
                rows = conn.execute(f"select {columns} from {address} where {standing}").fetchall()
                found[name] = sorted(rows, key=repr)
    return found


@pytest.fixture(scope="module")
def whole(make_project: Callable[..., Project]) -> dict[str, list[tuple[Any, ...]]]:
    """Everything at once, on the last day."""
    project = make_project()
    receive(project, NIGHTS, build_id=1)
    build(project, 1, TODAY)
    return core(project)


@pytest.fixture(scope="module")
def by_night(make_project: Callable[..., Project]) -> Project:
    """Night after night; one is rebuilt for an older day on the way."""
    project = make_project()
    days = (date(2026, 3, 10), date(2026, 3, 12), date(2026, 3, 8), TODAY)
    for build_id, (night, as_of) in enumerate(zip(NIGHTS, days, strict=True), start=1):
        receive(project, [night], build_id=build_id)
        build(project, build_id, as_of)
    return project


def test_the_nights_hold_what_they_promise(whole: dict[str, list[tuple[Any, ...]]]) -> None:
    """A comparison of empty tables would prove nothing."""
    assert {name for name, rows in whole.items() if not rows} <= UNSAID
    assert len(whole) >= 14


def test_night_after_night_equals_all_at_once(
    whole: dict[str, list[tuple[Any, ...]]], by_night: Project
) -> None:
    assert core(by_night) == whole


def test_full_refresh_equals_the_nights(
    whole: dict[str, list[tuple[Any, ...]]], by_night: Project
) -> None:
    build(by_night, 9, TODAY, full_refresh=True)
    assert core(by_night) == whole


def test_any_order_and_any_halves_give_the_same(
    whole: dict[str, list[tuple[Any, ...]]], make_project: Callable[..., Project]
) -> None:
    """The last nights first, their files dealt into two loads, the first night again at the end."""
    project = make_project()
    back = list(reversed(NIGHTS))
    halves = [dict(list(night.items())[0::2]) for night in back]
    others = [dict(list(night.items())[1::2]) for night in back]
    receive(project, halves, build_id=1)
    build(project, 1, TODAY)
    receive(project, [*others, NIGHTS[0]], build_id=2)
    build(project, 2, TODAY)
    assert core(project) == whole


def test_a_night_without_news_writes_nothing(by_night: Project) -> None:
    before = last_builds(by_night)
    build(by_night, 20, TODAY)
    assert last_builds(by_night) == before
