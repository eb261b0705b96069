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


def deliver(project: Project, name: str, web_email: str, changed: str) -> None:
    """Anna of the store, and a second contact of hers with another address or the same one."""
    folder = Path(project.landing) / "files"
    folder.mkdir(exist_ok=True)
    (folder / f"contacts_{name}.csv").write_text(
        "contact_key,email,first_name,registered_on,updated_at\n"
        "anna,anna@example.com,Anna,2024-01-01,2024-01-01T00:00:00Z\n"
        f"anna_web,{web_email},Anna,2025-01-01,{changed}\n"
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
    """Two people; one, because the addresses became the same; two again."""
    project = make_project()
    seen = []
    for name, email, changed in (
        ("1", "web@example.com", "2025-01-01T00:00:00Z"),
        ("2", "anna@example.com", "2026-03-10T00:00:00Z"),
        ("3", "web@example.com", "2026-03-20T00:00:00Z"),
    ):
        deliver(project, name, email, changed)
        night(project, DAY, run_id=name)
        seen.append({"marts": marts(project), "cards": cards(project), "facts": facts(project)})
    with postgres.connect(project) as conn:
        lineage = conn.execute(
            "select contact_key, previous_customer_id, customer_id from core.identity_assignments"
            " where previous_customer_id is not null order by _build_id"
        ).fetchall()
    seen.append({"lineage": lineage})
    return seen


def test_the_same_address_makes_one_card_with_the_older_id(nights: list[dict[str, Any]]) -> None:
    apart, together = nights[0]["cards"], nights[1]["cards"]
    assert [orders for _id, orders in apart] == [1, 1]
    assert [orders for _id, orders in together] == [2]
    assert together[0][0] in {customer for customer, _orders in apart}


def test_once_apart_again_everything_readers_see_is_as_before(nights: list[dict[str, Any]]) -> None:
    assert nights[2]["marts"] == nights[0]["marts"]


def test_facts_are_not_rewritten(nights: list[dict[str, Any]]) -> None:
    assert nights[0]["facts"] == nights[1]["facts"] == nights[2]["facts"]


def test_every_change_of_customer_leaves_a_trace(nights: list[dict[str, Any]]) -> None:
    (merged, split) = nights[3]["lineage"]
    assert merged[0] == split[0] == "anna_web"
    assert (merged[1], merged[2]) == (split[2], split[1])
