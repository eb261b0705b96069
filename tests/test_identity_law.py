"""Law 6: identity is reversible. Two cards become one and two again; facts are never rewritten."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scheda import postgres
from warehouse import marts, night

if TYPE_CHECKING:
    from collections.abc import Callable

    from scheda.project import Project

DAY = date(2026, 3, 31)
ORDERS = (
    "order_key,contact_key,ordered_at,total\n"
    "o1,anna,2026-03-01T10:00:00+01:00,10.00\n"
    "o2,anna_web,2026-03-02T10:00:00+01:00,20.00\n"
)
FACTS = ("orders", "message_events", "order_values")


def deliver(project: Project, name: str, web_email: str) -> None:
    """Anna of the store, and a second contact of hers with another address or the same one. The
    later file holds; the row's own day stays, so that nothing else of it changes."""
    folder = Path(project.landing) / "files"
    folder.mkdir(exist_ok=True)
    (folder / f"contacts_{name}.csv").write_text(
        "contact_key,email,first_name,registered_on,updated_at\n"
        "anna,anna@example.com,Anna,2024-01-01,2024-01-01T00:00:00Z\n"
        f"anna_web,{web_email},Anna,2025-01-01,2025-01-01T00:00:00Z\n"
    )
    (folder / "orders.csv").write_text(ORDERS)


def facts(project: Project) -> dict[str, list[Any]]:
    with postgres.connect(project) as conn:
        return {
            name: conn.execute(f"select * from core.{name} order by 1, 2").fetchall()
            for name in FACTS
        }


def cards(project: Project) -> list[tuple[str, Any]]:
    with postgres.connect(project) as conn:
        return conn.execute(
            "select customer_id, orders_count from marts.customer_card order by 1"
        ).fetchall()


@pytest.fixture(scope="module")
def nights(make_project: Callable[..., Project]) -> list[dict[str, Any]]:
    """Two people; one, because the addresses became the same; two again; one, because a person
    says so; two again, because the decision is taken back."""
    project = make_project()
    seen = []
    for name, email in (
        ("1", "web@example.com"),
        ("2", "anna@example.com"),
        ("3", "web@example.com"),
    ):
        deliver(project, name, email)
        night(project, DAY, run_id=name)
        seen.append({"marts": marts(project), "cards": cards(project), "facts": facts(project)})
    for number, statement in enumerate((
        "insert into ops.identity_decisions"
        " (left_source, left_key, right_source, right_key, decision, decided_by)"
        " values ('files', 'anna_web', 'files', 'anna', 'same', 'tests')",
        "update ops.identity_decisions set undone_by = 'tests', undone_at = clock_timestamp()",
    ), start=4):  # fmt: skip
        with postgres.connect(project) as conn:
            conn.execute(statement)
        night(project, DAY, run_id=str(number))
        seen.append({"marts": marts(project), "cards": cards(project), "facts": facts(project)})
    with postgres.connect(project) as conn:
        told = conn.execute(
            "select kind, previous_customer_id, customer_id, points_moved, run_id"
            " from marts.identity_lineage order by build_id"
        ).fetchall()
        lineage = conn.execute(
            "select contact_key, previous_customer_id, customer_id from core.identity_assignments"
            " where previous_customer_id is not null order by _build_id"
        ).fetchall()
    seen.append({"lineage": lineage, "told": told})
    return seen


def test_the_same_address_makes_one_card_with_the_older_id(nights: list[dict[str, Any]]) -> None:
    apart, together = nights[0]["cards"], nights[1]["cards"]
    assert [orders for _id, orders in apart] == [1, 1]
    assert [orders for _id, orders in together] == [2]
    assert together[0][0] in {customer for customer, _orders in apart}


def test_once_apart_again_everything_readers_see_is_as_before(nights: list[dict[str, Any]]) -> None:
    assert nights[2]["marts"] == nights[0]["marts"]


def test_a_decision_makes_one_card_and_undoing_it_restores_both(
    nights: list[dict[str, Any]],
) -> None:
    assert [orders for _id, orders in nights[3]["cards"]] == [2]
    assert nights[4]["marts"] == nights[2]["marts"]


def test_facts_are_not_rewritten(nights: list[dict[str, Any]]) -> None:
    assert all(night["facts"] == nights[0]["facts"] for night in nights[1:5])


def test_every_change_of_customer_leaves_a_trace(nights: list[dict[str, Any]]) -> None:
    merged, split, *again = nights[5]["lineage"]
    assert merged[0] == split[0] == "anna_web"
    assert (merged[1], merged[2]) == (split[2], split[1])
    assert again == [merged, split]


def test_readers_can_follow_an_id(nights: list[dict[str, Any]]) -> None:
    told = nights[5]["told"]
    assert [(kind, points, run) for kind, _, _, points, run in told] == [
        ("merged into", 1, "2"),
        ("split from", 1, "3"),
        ("merged into", 1, "4"),
        ("split from", 1, "5"),
    ]
    web, anna = told[0][1:3]
    assert {night["cards"][0][0] for night in (nights[1], nights[3])} == {anna}
    assert told[1][1:3] == (anna, web)
