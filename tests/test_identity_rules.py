"""Who is joined, who is not, and what is told of it: each case one small group of contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from identity_help import Graph, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scheda.project import Project

VERDICTS = {
    ("ann rossi", "anna rossi"): "compatible",
    ("beppe conti", "giuseppe conti"): "compatible",
    ("g conti", "giuseppe conti"): "compatible",
    ("elsa moro", "moro"): "compatible",
    ("fabio moro", "moro"): "compatible",
    ("lia nesi", "lia nesti"): "compatible",
    ("maria luisa tosi", "maria tosi"): "same",
}
ONE, TWO = "RSSMRA80A01H501U", "VRDLGU75C03F205X"


def case(
    name: str, contacts: list[dict[str, Any]], people: list[str], **more: Any
) -> dict[str, Any]:
    """A group of contacts whose points all begin with its own letters; people: who must be one,
    each a text of keys. The words `@` and `#` in addresses and telephones get the case's name."""
    return {"name": name, "contacts": contacts, "people": people, **more}


def of(key: str, name: str | None = None, **said: Any) -> dict[str, Any]:
    return {"point": key, "name": name, **said}


CASES = [
    case(
        "same mailbox and name",
        [of("crm:1", "anna rossi", email="a"), of("shop:2", "anna rossi", email="a")],
        ["crm:1 shop:2"],
    ),
    case(
        "a nickname in the same mailbox",
        [of("crm:1", "giuseppe conti", email="a"), of("shop:2", "beppe conti", email="a")],
        ["crm:1 shop:2"],
    ),
    case(
        "a family mailbox: only who has one name is joined, guests are joined to nobody",
        [
            of("crm:1", "carla neri", email="a"), of("crm:2", "dario neri", email="a"),
            of("shop:3", "carla neri", email="a"), of("shop:email:a"), of("sendgrid:email:a"),
        ],
        ["crm:1 shop:3", "shop:email:a sendgrid:email:a"],
        review=[("different_names", "email", 2)],
    ),
    case(
        "a surname alone in a family mailbox fits both and joins nobody",
        [
            of("crm:1", "elsa moro", email="a"), of("crm:2", "fabio moro", email="a"),
            of("shop:3", "moro", email="a"),
        ],
        [],
        review=[("different_names", "email", 2)],
    ),
    case(
        "a guest and a recipient join the one person of their mailbox",
        [of("crm:1", "gina sala", email="a"), of("shop:email:a"), of("sendgrid:email:a")],
        ["crm:1 shop:email:a sendgrid:email:a"],
    ),
    case(
        "nameless points of one mailbox are one",
        [of("shop:email:a"), of("sendgrid:email:a")],
        ["shop:email:a sendgrid:email:a"],
    ),
    case(
        "a family telephone",
        [
            of("crm:1", "carla neri", phone="+1"), of("crm:2", "dario neri", phone="+1"),
            of("shop:3", "dario neri", mobile="+1"), of("shop:4", None, phone="+1"),
        ],
        ["crm:2 shop:3"],
        review=[("different_names", "phone", 2)],
    ),
    case(
        "a role's mailbox joins one name only",
        [
            of("crm:1", "carla neri", email="info", role=True),
            of("shop:2", "carla neri", email="info", role=True),
            of("crm:3", "dario neri", email="info", role=True),
            of("crm:4", None, email="info", role=True),
            {"point": "shop:email:info", "role": True},
        ],
        ["crm:1 shop:2"],
        review=[("role_mailbox", "role_mailbox", 5)],
    ),
    case(
        "namesakes share nothing but the name",
        [
            of("crm:1", "anna rossi", email="a", address="milano"),
            of("shop:2", "anna rossi", email="b", address="roma"),
        ],
        [],
    ),
    case(
        "father and son of one name at one address, by their birthdays",
        [
            of("crm:1", "luca pace", address="a", born="1950-03-04"),
            of("crm:2", "luca pace", address="a", born="1981-11-12"),
        ],
        [],
        review=[("different_birth_dates", "name_address", None)],
    ),
    case(
        "father and son of one name at one address, each with his own mailbox",
        [
            of("crm:1", "luca pace", address="a", email="p"), of("shop:2", "luca pace", email="p"),
            of("crm:3", "luca pace", address="a", email="f"), of("shop:4", "luca pace", email="f"),
        ],
        ["crm:1 shop:2", "crm:3 shop:4"],
        review=[("weak_bridge", "name_address", 2)],
    ),
    case(
        "a former mailbox at the same address",
        [
            of("crm:1", "luca pace", address="a", email="old"),
            of("shop:2", "luca pace", address="a", email="new"),
            of("files:3", "luca pace", email="new"),
        ],
        ["crm:1 shop:2 files:3"],
    ),
    case(
        "two valid fiscal codes part a mailbox and its telephone",
        [
            of("crm:1", "anna rossi", email="a", phone="+1", code=ONE),
            of("shop:2", "anna rossi", email="a", phone="+1", code=TWO),
        ],
        [],
        review=[
            ("different_fiscal_codes", "email", None), ("different_fiscal_codes", "phone", None),
        ],
    ),
    case(
        "a third record that fits both fiscal codes joins neither",
        [
            of("crm:1", "anna rossi", email="a", code=ONE),
            of("crm:2", "anna rossi", email="a", code=TWO),
            of("shop:3", "anna rossi", email="a"),
        ],
        [],
        review=[("different_fiscal_codes", "email", None)],
    ),
    case(
        "two fiscal codes meet through a third record and two values: the stronger rule wins",
        [
            of("crm:1", "anna rossi", email="a", code=ONE),
            of("shop:2", "anna rossi", email="a", phone="+1"),
            of("crm:3", "anna rossi", phone="+1", code=TWO),
        ],
        ["crm:1 shop:2"],
        review=[("different_fiscal_codes", "phone", 2)],
    ),
    case(
        "the same fiscal code under names that contradict it",
        [of("crm:1", "anna rossi", code=ONE), of("crm:2", "dario neri", code=ONE)],
        [],
        review=[("different_names", "fiscal_code", 2)],
    ),
    case(
        "the same fiscal code, and one record has no name",
        [of("crm:1", "anna rossi", code=ONE), of("shop:2", None, code=ONE)],
        ["crm:1 shop:2"],
    ),
    case(
        "a slip in a birthday, a day written for the month, a year that alone is known",
        [
            of("crm:1", "anna rossi", email="a", born="1980-03-04"),
            of("shop:1", "anna rossi", email="a", born="1980-03-14"),
            of("crm:2", "bea rossi", email="b", born="1980-03-04"),
            of("shop:2", "bea rossi", email="b", born="1980-04-03"),
            of("crm:3", "cleo rossi", email="c", born="1980-03-04"),
            of("shop:3", "cleo rossi", email="c", born="1980-01-01"),
        ],
        ["crm:1 shop:1", "crm:2 shop:2", "crm:3 shop:3"],
    ),
    case(
        "a birthday that the seed blocks says nothing",
        [
            of("crm:1", "anna rossi", email="a", born="1970-01-01"),
            of("crm:2", "anna rossi", email="a", born="1982-05-06"),
            of("crm:3", "dario neri", born="1970-01-01"),
            of("shop:4", "dario neri", born="1970-01-01"),
        ],
        ["crm:1 crm:2"],
        review=[("blocked_value", "name_birth", 2)],
    ),
    case(
        "one loyalty card, one person; too short a card is none",
        [
            of("crm:1", "anna rossi", card="AUR0001"), of("files:2", "ann rossi", card="AUR0001"),
            of("crm:3", "anna rossi", card="7"), of("files:4", "anna rossi", card="7"),
        ],
        ["crm:1 files:2"],
    ),
    case(
        "a mailbox under more people than a household has",
        [of(f"crm:{n}", f"person{n} other{n}", email="a") for n in range(5)]
        + [of("shop:1", "person1 other1", email="a"), of("shop:email:a")],
        [],
        review=[("value_over_cap", "email", 5)],
    ),
    case(
        "one person under many records of one mailbox",
        [of(f"crm:{n}", "anna rossi", email="a") for n in range(40)],
        [" ".join(f"crm:{n}" for n in range(40))],
    ),
    case(
        "more records than one person has",
        [of(f"crm:{n:03}", "anna rossi", email="a") for n in range(101)],
        [],
        review=[("component_too_large", "email", 101)],
    ),
    case(
        "one weak piece of evidence between two groups of many records",
        [of(f"crm:{n}", "anna rossi", phone="+1") for n in range(6)]
        + [of(f"shop:{n}", "anna rossi", phone="+2") for n in range(6)]
        + [of("crm:a", "anna rossi", phone="+1", address="a"),
           of("shop:a", "anna rossi", phone="+2", address="a")],
        [" ".join(f"crm:{n}" for n in (*range(6), "a")),
         " ".join(f"shop:{n}" for n in (*range(6), "a"))],
        review=[("weak_bridge", "name_address", 2)],
    ),
    case(
        "a mistyped domain, and the mailbox that it means",
        [
            of("crm:1", "anna rossi", email="gmial", suggested_email="x.y+z@gmail.com"),
            of("shop:2", "anna rossi", email="xy@gmail.com"),
            of("shop:3", "dario neri", email="xy@gmail.com"),
        ],
        ["crm:1 shop:2"],
        review=[("different_names", "email", 2), ("different_names", "suggested_email", 2)],
    ),
    case(
        "a slip of the name at one address; another name there is another person",
        [
            of("crm:1", "lia nesi", address="a"), of("shop:2", "lia nesti", address="a"),
            of("crm:3", "ugo nesi", address="a"),
        ],
        ["crm:1 shop:2"],
    ),
    case(
        "name and birthday, name and VAT number",
        [
            of("crm:1", "anna rossi", born="1980-03-04"),
            of("shop:2", "anna rossi", born="1980-03-04"),
            of("crm:3", "dario neri", vat_number="IT01"),
            of("shop:4", "dario neri", vat_number="IT01"),
        ],
        ["crm:1 shop:2", "crm:3 shop:4"],
    ),
    case(
        "who shares a mailbox under another name is not joined to it by weaker evidence",
        [
            of("crm:1", "carla neri", email="a", phone="+1"), of("crm:2", "dario neri", email="a"),
            of("shop:3", "c neri", phone="+1", email="b"), of("shop:4", "d neri", email="b"),
            of("files:5", "d neri", email="b", phone="+3"), of("files:6", "dario neri", phone="+3"),
        ],
        ["crm:1 shop:3", "shop:4 files:5 files:6"],
        verdicts={
            ("c neri", "carla neri"): "compatible", ("d neri", "dario neri"): "compatible",
            ("c neri", "d neri"): "different",
        },
        review=[("different_names", "email", 2), ("different_names", "email", 2)],
    ),
]  # fmt: skip


def placed(case: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """The case's contacts with keys and values that no other case has."""
    own = f"{number:02}"
    contacts = []
    for contact in case["contacts"]:
        said = dict(contact)
        source, _, key = said["point"].partition(":")
        if key.startswith("email:"):
            said["point"] = f"{source}:email:{key.removeprefix('email:')}{own}@example.com"
        else:
            said["point"] = f"{source}:{own}-{key}"
        for field in ("email", "address", "card", "phone", "mobile"):
            if said.get(field):
                said[field] += own
        if said.get("email") and "@" not in said["email"]:
            said["email"] += "@example.com"
        if "@" in (contact.get("email") or ""):
            said["email"] = contact["email"].replace("@", own + "@")
        if said.get("suggested_email"):
            said["suggested_email"] = said["suggested_email"].replace("+", own + "+")
        if said.get("code"):
            said["code"] = said["code"][:11] + f"{number:04}" + said["code"][15]
        contacts.append(said)
    return contacts


@pytest.fixture(scope="module")
def graph(make_project: Callable[..., Project]) -> Iterator[Graph]:
    """All the cases in one night; names are told apart by the number of their case."""
    project = make_project()
    with serving(project) as run:
        graph = Graph(project, run)
        contacts = []
        for number, one in enumerate(CASES):
            for contact in placed(one, number):
                if contact.get("name"):
                    contact["name"] += f"{number:02}"
                contacts.append(contact)
            for pair, verdict in {**VERDICTS, **one.get("verdicts", {})}.items():
                left, right = sorted(f"{name}{number:02}" for name in pair)
                graph.verdicts[left, right] = verdict
        graph.night(contacts)
        yield graph


@pytest.mark.parametrize("number", range(len(CASES)), ids=[one["name"] for one in CASES])
def test_who_is_one_person(graph: Graph, number: int) -> None:
    one = CASES[number]
    keys = [contact["point"] for contact in one["contacts"]]
    points = dict(zip(keys, (contact["point"] for contact in placed(one, number)), strict=True))
    expected = {frozenset(points[key] for key in group.split()) for group in one["people"]}
    mine = set(points.values())
    assert {group for group in graph.people() if group & mine} == expected


@pytest.mark.parametrize("number", range(len(CASES)), ids=[one["name"] for one in CASES])
def test_what_waits_for_a_person(graph: Graph, number: int) -> None:
    one = CASES[number]
    points = {contact["point"] for contact in placed(one, number)}
    found = [
        (reason, kind, people)
        for reason, kind, people, source, key in graph.review(
            "reason", "kind", "people_count", "left_source", "left_key"
        )
        if f"{source}:{key}" in points
    ]
    assert sorted(found, key=repr) == sorted(one.get("review", []), key=repr)


def test_every_reason_has_its_sentence(graph: Graph) -> None:
    told = graph.review("reason", "explanation", "what_to_do")
    assert {reason for reason, _, _ in told} > {"different_names", "weak_bridge", "value_over_cap"}
    assert all(explanation and advice for _, explanation, advice in told)


def test_a_decision_parts_or_joins_and_undoing_it_restores_everything(graph: Graph) -> None:
    """Two who are one by their mailbox, two who share a telephone; and one nobody ever saw."""
    before = graph.content()
    together = graph.decide("shop:00-2", "crm:00-1", "different")
    apart = graph.decide("crm:06-1", "crm:06-2", "same")
    ghost = graph.decide("crm:00-1", "crm:ghost", "same")
    graph.night()
    people = graph.people()
    assert frozenset({"crm:00-1", "shop:00-2"}) not in people
    assert frozenset({"crm:06-1", "crm:06-2", "shop:06-3"}) in people
    reasons = graph.review("reason", "left_key", "right_key")
    assert ("human_different", "00-1", "00-2") in reasons
    assert ("unknown_record", "00-1", "ghost") in reasons
    for decision in (together, apart, ghost):
        graph.undo(decision)
    graph.night()
    assert graph.content() == before


def test_a_person_may_join_two_fiscal_codes_but_not_what_a_person_parted(graph: Graph) -> None:
    before = graph.content()
    contacts = placed(CASES[12], 12)
    one, other = (contact["point"] for contact in contacts)
    same = graph.decide(one, other, "same")
    graph.decide("crm:02-1", "crm:02-2", "different")
    clash = [graph.decide("crm:02-1", "shop:02-3", "same"),
             graph.decide("crm:02-2", "shop:02-3", "same")]  # fmt: skip
    graph.night()
    people = graph.people()
    assert frozenset({one, other}) in people
    assert not [group for group in people if {"crm:02-1", "crm:02-2"} <= group]
    assert "refused_same" in {reason for (reason,) in graph.review("reason")}
    for decision in (same, same + 1, *clash):
        graph.undo(decision)
    graph.night()
    assert graph.content() == before
