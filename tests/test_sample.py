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

import phonenumbers
import pytest
from stdnum.it import codicefiscale, iva

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
    """Reserved domains, domains that cannot exist, and longer names than Gmail gives."""
    domains, local_parts = set(), set()
    for content in _bytes(company[0]).values():
        text = content.decode("utf-8-sig").lower()
        domains |= set(re.findall(r"https?://([\w.-]+)", text))
        for local, domain in re.findall(r"([\w.+-]+)@([\w.-]*\w)", text):
            if domain in ("gmail.com", "googlemail.com"):
                local_parts.add(local.split("+")[0].replace(".", ""))
            elif not domain.endswith((".con", ".cmo")):
                domains.add(domain)
    assert domains
    assert {domain for domain in domains if not RESERVED.search(domain)} == set()
    assert local_parts
    assert min(map(len, local_parts)) > 30


def test_numbers_are_valid_and_in_blocks_that_nobody_has(
    company: tuple[Path, dict[str, Any]],
) -> None:
    found = set()
    for content in _bytes(company[0]).values():
        found |= set(re.findall(r"\+\d{9,14}", content.decode("utf-8-sig")))
    blocks = r"\+(393\d\d000|390\d{1,2}0000|417[89]000|44\d{4}960|442079460|1\d{3}55501)"
    assert {number for number in found if not re.match(blocks, number)} == set()
    parsed = [phonenumbers.parse(number) for number in found]
    assert {found.country_code for found in parsed} == {39, 41, 44, 1}
    assert all(map(phonenumbers.is_valid_number, parsed))


def test_fiscal_codes_and_vat_numbers_are_valid_but_for_the_planted_ones(
    company: tuple[Path, dict[str, Any]],
) -> None:
    latest = _contacts(company[0] / f"crm/contacts_{DAY}.csv")
    rows = [row for row in latest if None not in row]
    known = [row["Codice Fiscale"] for row in rows if row["Codice Fiscale"]]
    wrong = [written for written in known if not codicefiscale.is_valid(written)]
    assert len(known) > 200
    assert 0 < len(wrong) < len(known) / 20
    vats = [row["Partita IVA"] for row in rows if row["Partita IVA"]]
    assert len(vats) > 50
    assert all(iva.is_valid(written) for written in vats)


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


def _truth(landing: Path, name: str) -> list[dict[str, str]]:
    with (landing.parent / "sample" / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_the_truth_tells_of_every_contact_and_lies_outside_landing(
    company: tuple[Path, dict[str, Any]],
) -> None:
    landing = company[0]
    told = {(row["source"], row["contact_key"]) for row in _truth(landing, "truth.csv")}
    crm = {row["Codice Cliente"] for row in _contacts(landing / f"crm/contacts_{DAY}.csv")}
    shop = {str(order["customer"]["id"]) for order in _orders(landing) if order["customer"]}
    files = set()
    for path in landing.glob("files/contacts*.csv"):
        with path.open(encoding="utf-8", newline="") as handle:
            files |= {row["contact_key"] for row in csv.DictReader(handle)}
    unreadable = {"", "C09999"}
    assert {key for source, key in told if source == "crm"} >= crm - unreadable
    assert {key for source, key in told if source == "shop"} >= shop
    assert {key for source, key in told if source == "files"} >= files
    written = {event["email"].lower() for event in _events(landing)} - {"nessuno@example.com"}
    assert {key for source, key in told if source == "sendgrid"} >= {f"email:{e}" for e in written}
    assert not list(landing.rglob("*truth*"))


def test_every_trap_is_planted(company: tuple[Path, dict[str, Any]]) -> None:
    landing = company[0]
    words = Counter(word for row in _truth(landing, "truth.csv") for word in row["planted"].split())
    slips = {"typo", "nickname", "initial", "swapped", "title", "married", "first_only"}
    changes = {"former_email", "former_mobile", "former_home", "plus_tag", "dots", "typo_domain"}
    gaps = {"no_phone", "no_email", "wrong_cap", "wrong_code", "birth_slip", "two_owners"}
    assert words.keys() >= slips | changes | gaps
    traps = {(row["kind"], row["trap"], row["person_id"]) for row in _truth(landing, "shared.csv")}
    people = Counter((kind, trap) for kind, trap, _ in traps)
    assert {kind for kind, _ in people} == {
        "family_email",
        "family_phone",
        "twins",
        "father_and_son",
        "homonyms",
        "borrowed_code",
        "role_mailbox",
    }
    assert min(people.values()) >= 2, "one alone is not taken for another"


def test_fifty_firms_are_written_in_two_hundred_ways(
    company: tuple[Path, dict[str, Any]],
) -> None:
    rows = _truth(company[0], "company_truth.csv")
    latest = _contacts(company[0] / f"crm/contacts_{DAY}.csv")
    assert len({row["spelling"] for row in rows}) == len(rows) == 200
    assert len({row["company_number"] for row in rows}) == 50
    assert {row["Ragione Sociale"] for row in latest if None not in row} - {""} <= {
        row["spelling"] for row in rows
    }


def test_a_company_has_as_many_people_as_asked(tmp_path: Path) -> None:
    project = _project(tmp_path)
    told = sample.write(project, as_of=DAY, people=300)
    people = {row["person_id"] for row in _truth(Path(project.landing), "truth.csv")} - {""}
    assert told["people"] == 300
    assert 290 <= len(people) <= 300, "a few have left no trace but anonymous orders"
    with pytest.raises(SchedaError, match="needs 100 people or more, not 9"):
        sample.write(project, as_of=DAY, people=9)


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
