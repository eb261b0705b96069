"""Law 7: money that does not reconcile with what the source states blocks publishing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scheda import build, postgres, sides
from scheda.errors import SchedaError
from warehouse import load, marts, night

if TYPE_CHECKING:
    from collections.abc import Callable

    from scheda.project import Project

DAY = date(2026, 3, 31)
ORDERS = (
    "order_key,contact_key,order_number,shop,ordered_at,prices_include_vat,shipping,total,updated_at\n"
    "o1,c1,N1,Roma,2026-03-30T10:00:00+02:00,false,5.00,25.00,2026-03-30T10:00:00Z\n"
    "o2,c1,N2,Roma,2026-03-30T11:00:00+02:00,false,0.00,{total},{changed}\n"
    # No lines: the total stands for them.
    "o3,c2,N3,Bari,2026-03-30T12:00:00+02:00,false,0.00,70.00,2026-03-30T10:00:00Z\n"
)
LINES = (
    "order_key,line_key,product_key,quantity,unit_price\n"
    "o1,1,lamp,2,10.00\n"
    "o2,1,vase,1,30.00\n"
)  # fmt: skip

TOTALS = (
    "shop,sold_on,orders_count,total,updated_at\n"
    "Roma,2026-03-30,{orders},{total},2026-04-0{changed}T08:00:00Z\n"
)


def deliver(project: Project, name: str, *, total: str, changed: str) -> None:
    folder = Path(project.landing) / "files"
    folder.mkdir(exist_ok=True)
    (folder / f"orders_{name}.csv").write_text(ORDERS.format(total=total, changed=changed))
    (folder / "order_lines.csv").write_text(LINES)


@pytest.fixture(scope="module")
def shop(make_project: Callable[..., Project]) -> Project:
    """A shop whose books are right on the first night and, by a mistake, wrong on the second."""
    project = make_project()
    deliver(project, "1", total="30.00", changed="2026-03-30T10:00:00Z")
    night(project, DAY, run_id="right")
    deliver(project, "2", total="30.10", changed="2026-03-31T10:00:00Z")
    load(project)
    return project


def test_ten_cents_too_many_block_publishing_and_are_named(shop: Project) -> None:
    before = marts(shop)
    with pytest.raises(SchedaError) as told:
        build.build(shop, run_id="wrong", as_of=DAY)
    message = str(told.value)
    assert "money_reconciles" in message
    assert "shop Roma" in message
    assert "ordered_on 2026-03-30" in message
    assert "stated_more_than_parts 0.10" in message
    assert "first_order N2" in message
    assert marts(shop) == before
    with postgres.connect(shop) as conn:
        assert sides.read(conn, sides.other(sides.published(conn) or "")).state == "spoiled"


def test_mended_it_is_published(shop: Project) -> None:
    deliver(shop, "3", total="30.00", changed="2026-03-31T11:00:00Z")
    night(shop, DAY, run_id="mended")
    with postgres.connect(shop) as conn:
        paid = conn.execute(
            "select order_number, paid_total, net_merchandise from marts.orders order by 1"
        ).fetchall()
    assert paid == [
        ("N1", Decimal("25.00"), Decimal("20.00")),
        ("N2", Decimal("30.00"), Decimal("30.00")),
        ("N3", Decimal("70.00"), Decimal("70.00")),
    ]


def test_the_sellers_own_total_must_be_ours(shop: Project) -> None:
    """Rome's till counts an order that the list of existing orders no longer has."""
    folder = Path(shop.landing) / "files"
    (folder / "existing_order_keys_1.csv").write_text(
        "order_key,swept_at\no1,2026-03-31T20:00:00Z\no3,2026-03-31T20:00:00Z\n"
    )
    (folder / "control_totals_1.csv").write_text(TOTALS.format(orders=2, total="55.00", changed=1))
    load(shop)
    with pytest.raises(SchedaError) as told:
        build.build(shop, run_id="short", as_of=DAY)
    message = str(told.value)
    assert "control_totals_reconcile" in message
    assert "shop Roma" in message
    assert "difference 30.00" in message
    assert "first_order N1, last_order N1" in message


def test_a_corrected_total_opens_the_way_and_the_deleted_order_counts_no_more(
    shop: Project,
) -> None:
    (Path(shop.landing) / "files" / "control_totals_2.csv").write_text(
        TOTALS.format(orders=1, total="25.00", changed=2)
    )
    night(shop, DAY, run_id="reconciled")
    with postgres.connect(shop) as conn:
        kept = conn.execute(
            "select order_number, is_deleted, is_valid from marts.orders order by 1"
        ).fetchall()
        told = conn.execute(
            "select shop, stated_total, total, is_reconciled from marts.sales_reconciliation"
        ).fetchall()
    assert kept == [("N1", False, True), ("N2", True, False), ("N3", False, True)]
    assert told == [("Roma", Decimal("25.00"), Decimal("25.00"), True)]
