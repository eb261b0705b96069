"""The tutorial docs/bring-your-own-source.md, step by step, on the example's part of the data."""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scheda import build, check, postgres, publish
from warehouse import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from scheda.project import Project

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "online_retail"
SAMPLE = EXAMPLE / "data" / "online_retail_sample.csv"
DAY = date(2011, 12, 31)


@pytest.fixture(scope="module")
def retailer(
    make_project: Callable[..., Project], tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """A checkout in which somebody followed the tutorial, with pounds as the business currency."""
    root = tmp_path_factory.mktemp("checkout")
    for folder in ("dbt_project", "expectations"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copytree(
        EXAMPLE / "staging", root / "dbt_project" / "models" / "staging" / "online_retail"
    )
    shutil.copytree(EXAMPLE / "expectations", root / "expectations" / "raw", dirs_exist_ok=True)
    settings = root / "dbt_project" / "dbt_project.yml"
    text = settings.read_text(encoding="utf-8")
    assert "business_currency: EUR" in text
    settings.write_text(text.replace("business_currency: EUR", "business_currency: GBP"))
    project = make_project(root)
    landing = Path(project.landing) / "online_retail"
    landing.mkdir()
    shutil.copy(SAMPLE, landing)
    load(project)
    check.gate_raw(project, run_id="retail", as_of=DAY)
    build.build(project, run_id="retail", as_of=DAY)
    check.gate_published(project, run_id="retail", as_of=DAY)
    publish.publish(project, run_id="retail")
    return project


@pytest.fixture(scope="module")
def invoices() -> dict[str, tuple[str, Decimal]]:
    """What the file says, added up without the warehouse: customer and total per invoice."""
    totals: dict[str, Decimal] = defaultdict(Decimal)
    customers = {}
    with SAMPLE.open(encoding="utf-8", newline="") as handle:
        for line in csv.DictReader(handle):
            exact = Decimal(line["Quantity"]) * Decimal(line["UnitPrice"])
            totals[line["InvoiceNo"]] += exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
            customers[line["InvoiceNo"]] = line["CustomerID"]
    return {number: (customers[number], total) for number, total in totals.items()}


def one(project: Project, query: str) -> tuple[object, ...]:
    with postgres.connect(project) as conn:
        return conn.execute(query).fetchone()


def test_every_line_is_accounted_for(retailer: Project) -> None:
    with SAMPLE.open(encoding="utf-8", newline="") as handle:
        lines = sum(1 for _line in csv.DictReader(handle))
    assert one(retailer, "select sum(rows_read), sum(rows_rejected) from ops.loads") == (lines, 0)
    assert one(retailer, "select count(*) from staging.quarantine") == (0,)
    assert one(retailer, "select count(*) from marts.order_lines") == (lines,)


def test_orders_are_the_invoices_of_the_file(
    retailer: Project, invoices: dict[str, tuple[str, Decimal]]
) -> None:
    assert one(retailer, "select count(*), sum(net_merchandise) from marts.orders") == (
        len(invoices),
        sum(total for _customer, total in invoices.values()),
    )


def test_purchases_are_sales_of_known_customers_above_zero(
    retailer: Project, invoices: dict[str, tuple[str, Decimal]]
) -> None:
    bought = {
        number: (customer, total)
        for number, (customer, total) in invoices.items()
        if number[0] not in "CA" and customer and total > 0
    }
    assert len(bought) > 50
    assert one(
        retailer,
        "select count(*), count(distinct customer_id), sum(net_merchandise) from marts.orders"
        " where is_purchase and customer_id is not null",
    ) == (
        len(bought),
        len({customer for customer, _total in bought.values()}),
        sum(total for _customer, total in bought.values()),
    )


def test_orders_without_a_customer_stay_without_a_card(
    retailer: Project, invoices: dict[str, tuple[str, Decimal]]
) -> None:
    nobody = sum(not customer for customer, _total in invoices.values())
    assert nobody > 0
    assert one(retailer, "select count(*) from marts.orders where customer_id is null") == (nobody,)
    known = len({customer for customer, _total in invoices.values() if customer})
    assert one(retailer, "select count(*) from marts.customer_card") == (known,)


def test_returns_lower_what_their_customer_spent(
    retailer: Project, invoices: dict[str, tuple[str, Decimal]]
) -> None:
    spent = sum(
        total for number, (customer, total) in invoices.items() if customer and number[0] != "A"
    )
    assert one(retailer, "select sum(total_spend) from marts.customer_card") == (spent,)
