"""The sample company's planted truth against what the night finds: who is who, and which firm."""

from __future__ import annotations

import csv
import itertools
from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheda import postgres, sample
from scheda.pairwise import Agreement, agreement
from scheda.sample import truth
from warehouse import night

if TYPE_CHECKING:
    from collections.abc import Callable

    from scheda.project import Project

DAY = date(2026, 10, 31)
PEOPLE = 2500

Point = tuple[str, str]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=40))
def test_pairs_are_counted_as_if_they_were_listed(things: list[tuple[int, int]]) -> None:
    pairs = list(itertools.combinations(things, 2))
    together = [(one[0] == other[0], one[1] == other[1]) for one, other in pairs]
    assert agreement(things) == Agreement(
        sum(true for true, _ in together),
        sum(found for _, found in together),
        sum(true and found for true, found in together),
    )


@pytest.fixture(scope="module")
def company(make_project: Callable[..., Project]) -> Project:
    """One night of a company of some thousand people."""
    project = make_project()
    sample.write(project, as_of=DAY, people=PEOPLE)
    night(project, DAY)
    return project


@pytest.fixture(scope="module")
def told(company: Project) -> dict[Point, tuple[str, tuple[str, ...]]]:
    """Contact point -> (person, what was planted); nobody's points are left out."""
    return {
        (row["source"], row["contact_key"]): (row["person_id"], tuple(row["planted"].split()))
        for row in read(company, "truth.csv")
        if row["person_id"]
    }


@pytest.fixture(scope="module")
def found(company: Project) -> dict[Point, str]:
    """Contact point -> customer."""
    with postgres.connect(company) as conn:
        rows = conn.execute("select source, contact_key, customer_id from core.identity_map")
        return {(source, key): customer for source, key, customer in rows}


def read(project: Project, name: str) -> list[dict[str, str]]:
    with (truth.folder(project) / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def by_trap(told: dict[Point, tuple[str, tuple[str, ...]]], found: dict[Point, str]) -> str:
    """Recall of the pairs of contacts that have each planted trap, worst first."""
    contacts = defaultdict(list)
    for point, (person, planted) in told.items():
        if point in found and not point[1].startswith("email:"):
            contacts[person].append((found[point], planted))
    pairs, missed = Counter(), Counter()
    for group in contacts.values():
        for (one, traps), (other, more) in itertools.combinations(group, 2):
            for trap in {*traps, *more} or {"nothing"}:
                pairs[trap] += 1
                missed[trap] += one != other
    lines = [
        f"{1 - missed[trap] / pairs[trap]:6.3f}  {missed[trap]:4} of {pairs[trap]:4}  {trap}"
        for trap in pairs
    ]
    return "recall by what was planted:\n" + "\n".join(sorted(lines))


def test_every_contact_is_told_of(
    told: dict[Point, tuple[str, tuple[str, ...]]], found: dict[Point, str], company: Project
) -> None:
    known = {(row["source"], row["contact_key"]) for row in read(company, "truth.csv")}
    assert found.keys() <= known
    assert sum(point in found for point in told) > PEOPLE * 2.5


def test_the_rules_alone_find_who_is_who(
    told: dict[Point, tuple[str, tuple[str, ...]]], found: dict[Point, str]
) -> None:
    everywhere = agreement(
        (person, found[point]) for point, (person, _) in told.items() if point in found
    )
    contacts = agreement(
        (person, found[point])
        for point, (person, _) in told.items()
        if point in found and not point[1].startswith("email:")
    )
    assert contacts.true_pairs > PEOPLE / 2
    measured = f"all points: {everywhere}; contacts alone: {contacts}\n{by_trap(told, found)}"
    assert everywhere.precision >= 0.995, measured
    assert contacts.precision >= 0.995, measured
    assert everywhere.recall >= 0.95, measured
    assert contacts.recall >= 0.95, measured


TRAPS = (
    "family_email", "role_mailbox", "family_phone", "twins", "father_and_son", "homonyms",
    "borrowed_code",
)  # fmt: skip


@pytest.mark.parametrize("kind", TRAPS)
def test_people_who_share_something_stay_apart(
    company: Project, found: dict[Point, str], kind: str
) -> None:
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in read(company, "shared.csv"):
        customer = found.get((row["source"], row["contact_key"]))
        if row["kind"] == kind and customer:
            people[row["trap"], customer].add(row["person_id"])
    assert people
    welded = {trap for (trap, _), together in people.items() if len(together) > 1}
    traps = {trap for trap, _ in people}
    # One name, one house and no birthday: sometimes nothing tells the son from the father.
    tolerated = 0.2 if kind == "father_and_son" else 0
    assert len(welded) <= tolerated * len(traps), f"{len(welded)} of {len(traps)} {kind}"


@pytest.fixture(scope="module")
def firms(company: Project) -> dict[str, set[str]]:
    """Company as found -> the numbers of the firms whose spellings it has."""
    numbers = {row["spelling"]: row["company_number"] for row in read(company, "company_truth.csv")}
    together: dict[str, set[str]] = defaultdict(set)
    with postgres.connect(company) as conn:
        for spelling, company_id in conn.execute(
            "select distinct contacts.company_name, members.company_id"
            " from core.contacts inner join core.company_members as members"
            " using (source, contact_key) where contacts.company_name is not null"
        ):
            together[company_id].add(numbers[spelling])
    return together


def test_two_hundred_spellings_are_fifty_companies(
    company: Project, firms: dict[str, set[str]]
) -> None:
    assert len(read(company, "company_truth.csv")) == 200
    split = Counter(number for numbers in firms.values() for number in numbers)
    assert {number: times for number, times in split.items() if times > 1} == {}
    assert len(firms) == 50


def test_no_two_firms_become_one(firms: dict[str, set[str]]) -> None:
    assert [numbers for numbers in firms.values() if len(numbers) > 1] == []


def test_something_waits_for_a_person_to_decide(company: Project) -> None:
    with postgres.connect(company) as conn:
        reasons = dict(
            conn.execute("select reason, count(*) from marts.identity_review group by 1")
        )
    assert reasons
