"""Laws 2 and 3 for identity: in whatever order contacts, decisions, verdicts and proposals come,
the same people, edges and matters; and a night without news writes nothing."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from identity_help import Graph, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scheda.project import Project

FIRST = ["anna", "bruno", "carla", "dario", "elena", "a", "b", ""]
LAST = ["rossi", "neri", "verdi", "sala", "rosi", ""]
BORN = ["1980-03-04", "1980-04-03", "1961-07-21", "1995-12-30", *["1970-01-01"] * 4]
CODES = [f"RSSMRA80A01H5{n:02}U" for n in range(6)]
VERDICTS = ["same", "compatible", "compatible", "different", "different"]
#: Contacts; two thirds of them say something else before what they say at last.
SIZE = 260


class Company:
    """Contacts that share few values, so that everything that can go wrong does."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.contacts = [self.contact(number) for number in range(SIZE)]
        self.contacts += [
            {"point": f"{source}:email:{email}"}
            for email in self.emails()
            for source in ("shop", "sendgrid")
            if self.dice.random() < 0.4
        ]
        self.before = {
            contact["point"]: {**self.contact(0), "point": contact["point"]}
            for contact in self.contacts[:SIZE]
            if self.dice.random() < 0.66
        }
        points = [contact["point"] for contact in self.contacts[:SIZE]]
        self.decisions = [
            (*sorted(self.dice.sample(points, 2)), self.dice.choice(["same", "different"]))
            for _ in range(14)
        ]
        self.proposals = [
            (*sorted(self.dice.sample(points, 2)), self.dice.choice([0.3, 0.7, 0.99]))
            for _ in range(20)
        ]

    def emails(self) -> list[str]:
        return [f"m{number}@example.com" for number in range(60)]

    def contact(self, number: int) -> dict[str, Any]:
        dice = self.dice

        def perhaps(share: float, values: list[Any]) -> Any:
            return dice.choice(values) if dice.random() < share else None

        name = " ".join(part for part in (dice.choice(FIRST), dice.choice(LAST)) if part)
        email = perhaps(0.6, [*self.emails(), "info@example.com", "info@example.org"])
        return {
            "point": f"{dice.choice(['crm', 'shop'])}:{number}",
            "name": name or None,
            "email": email,
            "role": bool(email and email.startswith("info")),
            "phone": perhaps(0.5, [*(f"+39{n}" for n in range(70)), *["+3900"] * 40]),
            "mobile": perhaps(0.2, [f"+39{n}" for n in range(70)]),
            "code": perhaps(0.1, CODES),
            "card": perhaps(0.2, [f"CARD{n}" for n in range(90)]),
            "address": perhaps(0.4, [f"road {n}" for n in range(50)]),
            "born": perhaps(0.4, BORN),
            "since": perhaps(0.8, [f"20{n}-01-0{n % 9 + 1}" for n in range(10, 26)]),
            "suggested_email": perhaps(0.05, self.emails()),
        }

    def verdicts(self, salt: str) -> dict[tuple[str, str], str]:
        """What Python says of every two names; another salt, another opinion of some."""
        names = sorted({contact.get("name") or "" for contact in self.every_version()})
        found = {}
        for place, one in enumerate(names):
            for other in names[place + 1 :]:
                dice = random.Random(
                    one + other + (salt if random.Random(other + one).random() < 0.1 else "")
                )
                found[one, other] = dice.choice(VERDICTS)
        return found

    def every_version(self) -> list[dict[str, Any]]:
        return [*self.contacts, *self.before.values()]


@pytest.fixture(scope="module")
def project(make_project: Callable[..., Project]) -> Project:
    return make_project()


@pytest.fixture(scope="module")
def run(project: Project) -> Iterator[Callable[..., None]]:
    with serving(project) as run:
        yield run


@pytest.fixture(scope="module")
def company() -> Company:
    return Company(3)


@pytest.fixture(scope="module")
def at_once(
    company: Company, run: Callable[..., None], project: Project
) -> dict[str, list[tuple[Any, ...]]]:
    """What one build makes of everything as it is at last."""
    graph = Graph(project, run, verdicts=company.verdicts("last"))
    for left, right, decision in company.decisions:
        graph.decide(left, right, decision)
    for left, right, probability in company.proposals:
        graph.propose(left, right, probability)
    graph.night(company.contacts)
    return graph.content()


@pytest.fixture(scope="module")
def by_night(
    company: Company, run: Callable[..., None], project: Project, at_once: object
) -> Graph:
    """Five nights, in the same database after `at_once`: what was said before, shuffled; decisions
    taken and taken back, proposals that come and go, seeds edited, verdicts revised; at last
    everything as it is at once."""
    dice = random.Random(11)
    graph = Graph(project, run, verdicts=company.verdicts("first"))
    old = [company.before.get(contact["point"], contact) for contact in company.contacts]
    dice.shuffle(old)
    half = len(old) // 2
    graph.decide(*company.decisions[0])
    graph.night(old[:half], marts=False)
    undone = [graph.decide(old[n]["point"], old[n + 40]["point"], word)
              for n, word in enumerate(["same", "different", "same", "different"] * 3)]  # fmt: skip
    for left, right, _ in company.proposals:
        graph.propose(left, right, 0.97)
    graph.propose(old[0]["point"], old[1]["point"], 0.99)
    graph.night(old[half:], marts=False)
    graph.seed("insert into seeds.blocked_identifiers values ('email', 'm1@example.com', 'x'),"
               " ('phone', '+393', 'x'), ('birth_date', '1961-07-21', 'x')")  # fmt: skip
    graph.seed("insert into seeds.role_mailboxes values ('m2', 'x'), ('m3@example.com', 'x')")
    new = [contact for contact in company.contacts if contact["point"] in company.before]
    dice.shuffle(new)
    graph.verdicts = company.verdicts("second")
    graph.night(new[: len(new) // 2], marts=False)
    for number in undone:
        graph.undo(number)
    graph.propose(old[0]["point"], old[1]["point"], 0.99, is_present=False)
    for decision in company.decisions[1:]:
        graph.decide(*decision)
    for proposal in company.proposals:
        graph.propose(*proposal)
    graph.verdicts = company.verdicts("last")
    graph.night(new[len(new) // 2 :], marts=False)
    graph.seed("delete from seeds.blocked_identifiers where reason = 'x';"
               "delete from seeds.role_mailboxes where note = 'x'")  # fmt: skip
    graph.night()
    return graph


def test_the_company_holds_what_it_promises(at_once: dict[str, list[tuple[Any, ...]]]) -> None:
    """A comparison of people whom nothing parts would prove little."""
    guards = {row[8] for row in at_once["identity_evidence"]}
    assert guards >= {
        "different_names",
        "ambiguous",
        "value_over_cap",
        "role_mailbox",
        "blocked_value",
        "different_fiscal_codes",
        "different_birth_dates",
    }
    assert sum(row[4] for row in at_once["identity_components"]) > 10, "guards part components"
    reasons = {row[1] for row in at_once["identity_review"]}
    assert reasons >= {"human_different", "matcher_proposal"}
    assert reasons & {"weak_bridge", "third_record"}


def test_any_order_gives_the_same(
    at_once: dict[str, list[tuple[Any, ...]]], by_night: Graph
) -> None:
    theirs = by_night.content()
    for name, rows in at_once.items():
        assert [row for row in rows if row not in theirs[name]][:3] == [], name
        assert [row for row in theirs[name] if row not in rows][:3] == [], name


def test_the_ledger_ends_with_the_edges(by_night: Graph) -> None:
    edge = "left_source, left_key, right_source, right_key, rule, kind, value"
    standing = by_night.rows(
        f"(select distinct on ({edge}) {edge}, change from core.identity_edge_ledger"
        f" order by {edge}, _build_id desc) as ledger where change = 'appeared'",
        edge,
    )
    assert standing == by_night.rows("core.identity_edges", edge)
    changes = by_night.rows("core.identity_edge_ledger", "change")
    assert changes.count(("withdrawn",)) > 50


def test_a_night_without_news_writes_nothing(by_night: Graph) -> None:
    before = {**by_night.content(builds=True), "ledger": by_night.rows("core.identity_edge_ledger")}
    by_night.night()
    after = {**by_night.content(builds=True), "ledger": by_night.rows("core.identity_edge_ledger")}
    assert after == before


def test_a_rebuild_gives_the_same_and_forgets_nothing(by_night: Graph) -> None:
    before = by_night.content()
    assignments = by_night.rows("core.identity_assignments")
    ledger = by_night.rows("core.identity_edge_ledger")
    by_night.night(full_refresh=True)
    assert by_night.content() == before
    assert by_night.rows("core.identity_assignments") == assignments
    assert by_night.rows("core.identity_edge_ledger") == ledger


def test_ids_are_of_the_first_registered(by_night: Graph) -> None:
    """The id of a person is that of the anchor, whatever the component is called."""
    people: dict[str, list[tuple[str, str, str]]] = {}
    for source, key, customer, since in by_night.rows(
        "core.identity_map inner join core.contact_points using (source, contact_key)",
        "source, contact_key, customer_id, coalesce(registered_on::text, '9')",
    ):
        people.setdefault(customer, []).append((since, source, key))
    with by_night.connect() as conn:
        for customer, points in people.items():
            _since, source, key = min(points)
            found = conn.execute("select 'c' || left(md5(%s), 15)", [f"{source}:{key}"]).fetchone()
            assert found == (customer,)
