"""The golden card night by night: where a field comes from, who is in charge, what is missing.

One warehouse: a first night, one that changes who is believed, one without news, one on which a
salesperson has gone, and a rebuild of everything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from nights import CORE, build, receive
from scheda import postgres

if TYPE_CHECKING:
    from collections.abc import Callable

    from scheda.project import Project

CRM = (
    "Codice Cliente;Nome;Cognome;Email;Telefono;Agente;Data registrazione;Consenso email;"
    "Data consenso;Ultima modifica"
)
FILES = "contact_key,email,first_name,last_name,phone,city,owner_name,registered_on,updated_at"
MARTS = (
    "customer_card",
    "customer_card_fields",
    "owner_conflicts",
    "card_completeness",
    "completeness_work_list",
    "completeness_trend",
)
FIRST, SECOND, LATER = date(2026, 3, 10), date(2026, 3, 11), date(2026, 3, 12)
#: The marts of the card and what they read. The seeds are made once: a test writes into one itself.
WITH_SEEDS = (*CORE[:-1], replace(CORE[-1], select="+path:models/marts/card"))
STEPS = (
    *CORE[:-1],
    replace(WITH_SEEDS[-1], exclude=f"{CORE[-1].exclude} resource_type:seed"),
)


def crm(phone: str, owner: str, changed: str) -> str:
    """Anna's telephone number, salesperson and last change; the others stay as they are."""
    return "\n".join([
        CRM,
        f"C1;Anna;Neri;anna@example.com;{phone};{owner};10/02/2025;SI;10/02/2025;{changed} 10:00",
        "C2;Bruno;Conti;bruno@example.com;;Ugo Riva;11/02/2025;;;01/03/2026 10:00:00",
        "C3;Carla;Serra;carla@example.com;+39 06 69821234;Zoe Sala;12/02/2025;NO;;01/03/2026 10:00",
    ]) + "\n"  # fmt: skip


NIGHTS = [
    {
        "crm/contacts_1.csv": crm("12", "Ugo Riva", "01/03/2026"),
        "files/contacts_1.csv": "\n".join([
            FILES,
            "L1,anna@example.com,Anna,Neri,+39 333 123 4567,Torino,Zoe Sala,2025-01-01,2026-02-01",
            "L2,bruno@example.com,Bruno,Conti,,,,2025-03-01,2026-02-01",
        ]) + "\n",
        "files/orders_1.csv": "order_key,contact_key,ordered_at,channel,total\n"
        "T1,email:dario@example.com,2026-03-01T10:00:00Z,online,12.00\n",
    },
    # Anna's number becomes one at which she can be called, and the CRM agrees on who is in charge.
    {"crm/contacts_2.csv": crm("+39 06 6982 5678", "Zoe Sala", "11/03/2026")},
]  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """The tables of the card after a build: rows as text, and per row the write that made it."""

    rows: dict[str, list[str]]
    writes: dict[str, dict[str, str]]
    fields: dict[tuple[str, str], dict[str, Any]]
    conflicts: list[tuple[Any, ...]]
    owners: dict[str, str | None]
    claims: dict[str, int]


def look(project: Project) -> Seen:
    with postgres.connect(project) as conn:
        rows, writes = {}, {}
        for name in MARTS:
            found = conn.execute(
                f"select to_jsonb(t)::text, t.xmin::text from marts_a.{name} as t"
            ).fetchall()
            rows[name] = sorted(line for line, _write in found)
            writes[name] = dict(found)
        fields = {
            (who, field): {"value": value, "source": source, "rule": rule, "lost": lost}
            for who, field, value, source, rule, lost in conn.execute(
                "select card.first_name, said.field, said.value, said.source, said.rule,"
                " said.losing_values from marts_a.customer_card_fields as said"
                " join marts_a.customer_card as card on card.customer_id = said.customer_id"
            )
        }
        conflicts = conn.execute(
            "select card.first_name, c.owner_name, c.other_owners, c.rule, c.other_statements"
            " from marts_a.owner_conflicts as c"
            " join marts_a.customer_card as card on card.customer_id = c.customer_id"
        ).fetchall()
        owners = dict(
            conn.execute("select first_name, owner_name from marts_a.customer_card").fetchall()
        )
        claims = dict(
            conn.execute("select contact_key, _build_id from core.customer_claims").fetchall()
        )
    return Seen(rows, writes, fields, conflicts, owners, claims)


@pytest.fixture(scope="module")
def project(make_project: Callable[..., Project]) -> Project:
    return make_project()


@pytest.fixture(scope="module")
def seen(project: Project) -> dict[str, Seen]:
    found = {}
    receive(project, NIGHTS[:1], build_id=1)
    build(project, 1, FIRST, steps=WITH_SEEDS)
    found["first"] = look(project)
    receive(project, NIGHTS[1:], build_id=2)
    build(project, 2, SECOND, steps=STEPS)
    found["second"] = look(project)
    build(project, 3, SECOND, steps=STEPS)
    found["no news"] = look(project)
    with postgres.connect(project) as conn:
        conn.execute(
            "insert into seeds.salespeople (owner_name, active_to) values ('UGO RIVA', %s)",
            [SECOND],
        )
        conn.execute("update core.customer_claims set _rules = 'older' where contact_key = 'C3'")
    build(project, 4, LATER, steps=STEPS)
    found["later"] = look(project)
    build(project, 5, LATER, steps=STEPS, full_refresh=True)
    found["rebuilt"] = look(project)
    return found


def test_an_older_valid_number_beats_a_newer_that_is_none(seen: dict[str, Seen]) -> None:
    assert seen["first"].fields["Anna", "phone"] == {
        "value": "+393331234567", "source": "files", "rule": "undisputed", "lost": None,
    }  # fmt: skip


def test_a_night_changes_who_is_believed_and_the_other_value_is_kept(
    seen: dict[str, Seen],
) -> None:
    assert seen["second"].fields["Anna", "phone"] == {
        "value": "+390669825678", "source": "crm", "rule": "source priority",
        "lost": "+393331234567 (files)",
    }  # fmt: skip


def test_the_registration_is_the_earliest_of_any_source(seen: dict[str, Seen]) -> None:
    anna, bruno = (seen["first"].fields[who, "registered_on"] for who in ("Anna", "Bruno"))
    assert (anna["value"], anna["source"]) == ("2025-01-01", "files")
    assert (bruno["value"], bruno["rule"]) == ("2025-02-11", "earliest")


def test_every_value_on_a_card_is_the_one_its_record_gave(
    project: Project, seen: dict[str, Seen]
) -> None:
    with postgres.connect(project) as conn:
        wrong = conn.execute(
            "select said.field, said.value, to_jsonb(card) ->> said.field"
            " from marts_a.customer_card_fields as said"
            " join marts_a.customer_card as card on card.customer_id = said.customer_id"
            " where said.value is distinct from to_jsonb(card) ->> said.field"
        ).fetchall()
    assert wrong == []
    assert len(seen["rebuilt"].fields) > 20


def test_two_active_salespeople_are_a_conflict_until_the_sources_agree(
    seen: dict[str, Seen],
) -> None:
    assert seen["first"].conflicts == [
        ("Anna", "Ugo Riva", "Zoe Sala", "source priority", "Zoe Sala (files, 2026-02-01)")
    ]
    assert seen["first"].owners["Anna"] == "Ugo Riva"
    assert seen["second"].conflicts == []
    assert seen["second"].owners["Anna"] == "Zoe Sala"


def test_who_has_gone_is_on_no_card_and_his_name_is_kept_beside(seen: dict[str, Seen]) -> None:
    assert seen["no news"].owners["Bruno"] == "Ugo Riva"
    assert seen["later"].owners["Bruno"] is None
    assert seen["later"].fields["Bruno", "owner_name"] == {
        "value": None, "source": None, "rule": "active salesperson", "lost": "Ugo Riva (crm)",
    }  # fmt: skip


def test_a_record_judged_by_older_rules_is_judged_again(seen: dict[str, Seen]) -> None:
    assert seen["no news"].claims["C3"] == 1
    assert seen["later"].claims["C3"] == 4


def test_a_night_touches_only_whom_it_tells_something_of(seen: dict[str, Seen]) -> None:
    """Rows of the fields that are the same after the second night were not written again."""
    before, after = (seen[night].writes["customer_card_fields"] for night in ("first", "second"))
    same = before.keys() & after.keys()
    assert len(same) > 10
    assert {line for line in same if before[line] != after[line]} == set()
    assert seen["second"].claims["C2"] == 1
    assert seen["second"].claims["C1"] == seen["second"].claims["L1"] == 2


def test_a_night_without_news_writes_nothing(seen: dict[str, Seen]) -> None:
    assert seen["no news"].writes == seen["second"].writes
    assert seen["no news"].claims == seen["second"].claims


@pytest.mark.parametrize("mart", MARTS)
def test_the_nights_give_what_a_rebuild_gives(seen: dict[str, Seen], mart: str) -> None:
    """The trend too: a rebuild leaves the days that it remembers."""
    assert seen["later"].rows[mart] == seen["rebuilt"].rows[mart]
    assert seen["later"].rows[mart] or mart == "owner_conflicts"


def test_the_trend_remembers_each_day_once(project: Project, seen: dict[str, Seen]) -> None:
    with postgres.connect(project) as conn:
        days = conn.execute(
            "select as_of, cards from marts_a.completeness_trend where grouped_by = 'all'"
            " order by as_of"
        ).fetchall()
    assert days == [(FIRST, 4), (SECOND, 4), (LATER, 4)]
    assert len(seen["rebuilt"].rows["completeness_trend"]) > len(days)


def test_what_to_ask_next_and_how(project: Project, seen: dict[str, Seen]) -> None:
    """Bruno has no number and never agreed to e-mails; Dario, a guest, is asked when he orders."""
    with postgres.connect(project) as conn:
        asked = conn.execute(
            "select card.email, work.next_field, work.ask_by"
            " from marts_a.completeness_work_list as work"
            " join marts_a.customer_card as card on card.customer_id = work.customer_id"
        ).fetchall()
        reasons = conn.execute(
            "select card.email, done.registered_on_reason, done.acquired_on_reason"
            " from marts_a.card_completeness as done"
            " join marts_a.customer_card as card on card.customer_id = done.customer_id"
        ).fetchall()
    assert {email: (field, how) for email, field, how in asked} == {
        # Bruno never bought and nobody is in charge of him any more: he is asked nothing
        "anna@example.com": ("street", "e-mail"),
        "carla@example.com": ("street", "phone"),
        "dario@example.com": ("last_name", "with the next order"),
    }
    assert ("dario@example.com", "known from orders only", None) in reasons
    assert ("carla@example.com", None, "no purchase yet") in reasons
