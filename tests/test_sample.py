"""The sample company: the same bytes every time, rich enough to show everything, nobody real."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scheda import sample
from scheda.errors import SchedaError
from scheda.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = date(2026, 10, 31)
RESERVED = re.compile(r"(^|\.)example(\.(com|org|net))?$")


def _project(folder: Path) -> Project:
    return Project(root=folder, var=folder, landing=str(folder / "landing"), exports=str(folder))


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    project = _project(tmp_path_factory.mktemp("company"))
    return Path(project.landing), sample.write(project, as_of=DAY)


def _bytes(landing: Path) -> dict[str, bytes]:
    files = [path for path in landing.rglob("*") if path.is_file()]
    return {str(path.relative_to(landing)): path.read_bytes() for path in files}


def _orders(landing: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(landing.glob("shop/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                continue


def _events(landing: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(landing.glob("sendgrid/*.json")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield from json.loads(line)


def _contacts(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";"))


def test_the_same_day_gives_the_same_bytes(
    company: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    again = _project(tmp_path)
    sample.write(again, as_of=DAY)
    assert _bytes(Path(again.landing)) == _bytes(company[0])


def test_a_landing_that_holds_the_sample_is_left_alone(tmp_path: Path) -> None:
    project = _project(tmp_path)
    first = sample.write(project, as_of=DAY)
    before = _bytes(Path(project.landing))
    second = sample.write(project, as_of=DAY + timedelta(days=9))
    assert (second["as_of"], second["written"]) == (first["as_of"], False)
    assert _bytes(Path(project.landing)) == before


def test_the_counts_told_are_the_records_of_the_files(
    company: tuple[Path, dict[str, Any]],
) -> None:
    landing, told = company
    found = {f"crm/{path.name}": len(_contacts(path)) for path in landing.glob("crm/*.csv")}
    for path in landing.glob("shop/*.jsonl"):
        found[f"shop/{path.name}"] = len(path.read_text(encoding="utf-8").splitlines())
    for path in landing.glob("sendgrid/*.json"):
        lines = path.read_text(encoding="utf-8").splitlines()
        found[f"sendgrid/{path.name}"] = sum(len(json.loads(line)) for line in lines)
    for path in landing.glob("files/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found[f"files/{path.name}"] = sum(1 for _ in csv.DictReader(file))
    assert found == told["files"]
    assert told["rows"] == sum(found.values())


def test_the_planted_damage_stays_below_one_in_a_hundred(
    company: tuple[Path, dict[str, Any]],
) -> None:
    landing, told = company
    latest = _contacts(landing / f"crm/contacts_{DAY}.csv")
    assert sum(row["Codice Cliente"] == "" for row in latest) == 1
    assert sum(None in row for row in latest) == told["planted"]["rejects"]["crm.contacts"]
    for kind in ("rejects", "quarantined"):
        for table, count in told["planted"][kind].items():
            source = table.split(".")[0]
            rows = sum(n for name, n in told["files"].items() if name.startswith(source))
            assert 0 < count < rows / 100


def test_no_address_can_belong_to_anybody(company: tuple[Path, dict[str, Any]]) -> None:
    domains = set()
    for name, content in _bytes(company[0]).items():
        text = content.decode("utf-8-sig")
        found = re.findall(r"[\w.+-]+@([\w.-]*\w)|https?://([\w.-]+)", text.lower())
        domains |= {mail or site for mail, site in found}
        for number in re.findall(r"\+(\d{9,14})", text):
            assert re.match(r"39\d{2,3}000|4179000|447700900|121255501", number), name
    assert domains
    assert {domain for domain in domains if not RESERVED.search(domain)} == set()


def test_every_order_adds_up_to_its_total(company: tuple[Path, dict[str, Any]]) -> None:
    wrong = []
    for order in _orders(company[0]):
        named = ("discount_total", "shipping", "tax", "tip")
        money = {name: Decimal(order[name]) for name in named}
        lines = sum(
            Decimal(line["price"]) * line["quantity"] - Decimal(line["discount"])
            for line in order["lines"]
        )
        tax = 0 if order["taxes_included"] else money["tax"]
        total = lines - money["discount_total"] + money["shipping"] + money["tip"] + tax
        if total != Decimal(order["total"]):
            wrong.append(order["number"])
    assert len(wrong) == 1  # the planted sale below zero


def test_nothing_happens_after_the_day(company: tuple[Path, dict[str, Any]]) -> None:
    end = datetime.fromisoformat(f"{DAY}T23:59:59+01:00")
    moments = [
        datetime.fromisoformat(order["created_at"])
        for order in _orders(company[0])
        if "-02-31T" not in order["created_at"]
    ]
    instants = [event["timestamp"] for event in _events(company[0]) if "timestamp" in event]
    assert max(moments) <= end
    assert max(instants) <= end.timestamp()


def test_the_orders_hold_every_trap(company: tuple[Path, dict[str, Any]]) -> None:
    orders = list(_orders(company[0]))
    assert {order["currency"].upper() for order in orders} == {"EUR", "CHF", "GBP", "USD"}
    assert {order["channel"] for order in orders} == {"online", "phone", "marketplace"}
    assert sum(order["customer"] is None for order in orders) > 100
    assert any(order["created_at"].endswith("T23:30:00Z") for order in orders)
    assert any(order["test"] for order in orders)
    assert any(order["cancelled_at"] for order in orders)
    assert any(Decimal(order["total"]) == 0 for order in orders)
    assert any(line["gift_card"] for order in orders for line in order["lines"])
    assert any(
        refund["created_at"][:7] > order["created_at"][:7]
        for order in orders
        for refund in order["refunds"]
    )


def test_the_newsletter_holds_every_kind_of_event(company: tuple[Path, dict[str, Any]]) -> None:
    events = list(_events(company[0]))
    kinds = Counter(event["event"] for event in events)
    assert {
        "processed",
        "deferred",
        "delivered",
        "bounce",
        "dropped",
        "open",
        "click",
        "spamreport",
        "unsubscribe",
        "group_unsubscribe",
    } <= set(kinds)
    assert len(events) > 15_000
    assert len({event["sg_event_id"] for event in events}) < len(events)
    assert any(event.get("sg_machine_open") for event in events)
    assert any(event["event"] == "bounce" and "sg_message_id" not in event for event in events)


def test_one_more_day_brings_news_from_every_source(tmp_path: Path) -> None:
    project = _project(tmp_path)
    sample.write(project, as_of=DAY)
    before = len(_contacts(Path(project.landing) / f"crm/contacts_{DAY}.csv"))
    news = sample.new_day(project, as_of=DAY + timedelta(days=1))
    assert {name.split("/")[0] for name in news["files"]} == {"crm", "shop", "sendgrid"}
    # Two new contacts, and the line that nobody could read is gone.
    assert news["files"][f"crm/contacts_{DAY + timedelta(days=1)}.csv"] == before + 2 - 1
    with pytest.raises(SchedaError, match="already reaches 2026-11-01"):
        sample.new_day(project, as_of=DAY)


def test_an_object_store_is_refused_in_words(tmp_path: Path) -> None:
    remote = replace(_project(tmp_path), landing="s3://bucket/landing")
    with pytest.raises(SchedaError, match="need a local landing folder"):
        sample.write(remote, as_of=DAY)
