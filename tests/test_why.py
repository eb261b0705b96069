"""`scheda why`, `same`, `different`, `undo`, `review`: asked and decided on one small warehouse."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from typer.testing import CliRunner

from scheda import cli, postgres
from scheda.errors import SchedaError
from scheda.identity import decisions, declared, review, why
from scheda.identity.paths import Edge, shortest
from warehouse import differences, marts, night

if TYPE_CHECKING:
    from collections.abc import Callable

    from scheda.project import Project

DAY = date(2026, 3, 31)
#: Anna's three records are one by two pieces of evidence; the Neri family has one mailbox; two men
#: are called Paolo Gallo; Elsa shares nothing with anybody.
CONTACTS = """\
contact_key,email,first_name,last_name,phone,birth_date,registered_on,updated_at
a1,anna@example.com,Anna,Bianchi,333 1112223,,2024-01-01,2024-01-01T00:00:00Z
a2,bianchi@example.org,Anna,Bianchi,+39 333 1112223,,2024-02-01,2024-02-01T00:00:00Z
a3,bianchi@example.org,A.,Bianchi,,,2024-03-01,2024-03-01T00:00:00Z
n1,casa.neri@example.com,Marco,Neri,,1970-05-01,2024-01-01,2024-01-01T00:00:00Z
n2,casa.neri@example.com,Lucia,Neri,,1999-07-08,2024-01-02,2024-01-02T00:00:00Z
p1,paolo@example.com,Paolo,Gallo,,,2024-01-01,2024-01-01T00:00:00Z
p2,gallo@example.net,Paolo,Gallo,,,2025-01-01,2025-01-01T00:00:00Z
e1,elsa@example.com,Elsa,Riva,,,2024-01-01,2024-01-01T00:00:00Z
"""
#: What remembers every night, and so does not forget a decision that was taken back.
MEMORIES = {"identity_lineage", "completeness_trend"}


@pytest.fixture(scope="module")
def warehouse(make_project: Callable[[], Project]) -> Project:
    project = make_project()
    folder = Path(project.landing) / "files"
    folder.mkdir()
    (folder / "contacts_1.csv").write_text(CONTACTS)
    night(project, DAY)
    return project


def told(renderable: object) -> str:
    out = io.StringIO()
    Console(file=out, width=250, highlight=False).print(renderable)
    return out.getvalue()


def people(project: Project) -> list[set[str]]:
    """The records of each customer that has several."""
    with postgres.connect(project) as conn:
        rows = conn.execute(
            "select array_agg(contact_key) from core.identity_map where source = 'files'"
            " group by customer_id having count(*) > 1 order by min(contact_key)"
        ).fetchall()
    return [set(keys) for (keys,) in rows]


def published(project: Project) -> dict[str, list[str]]:
    return {name: rows for name, rows in marts(project).items() if name not in MEMORIES}


def test_one_person_over_two_pieces_of_evidence(warehouse: Project) -> None:
    text = told(why.why(warehouse, "Anna@Example.com", "files:a3"))
    steps = [line for line in text.splitlines() if str(DAY) in line]
    assert len(steps) == 2
    assert "files:a1" in steps[0] and "phone_same_name" in steps[0] and "+393331112223" in steps[0]
    assert "files:a3" in steps[1] and "email_" in steps[1] and "bianchi@example.org" in steps[1]
    assert "the same telephone and the same name" in text


def test_every_record_of_an_address_is_listed(warehouse: Project) -> None:
    text = told(why.why(warehouse, "anna@example.com", "bianchi@example.org"))
    assert "files:a2" in text and "files:a3" in text


def test_two_people_of_one_mailbox(warehouse: Project) -> None:
    text = told(why.why(warehouse, "files:n1", "files:n2"))
    assert "two people" in text
    assert "casa.neri@example.com" in text and "[different_names]" in text
    assert "different: different first name" in text
    assert "1970-05-01 here, 1999-07-08 there" in text


def test_two_people_who_share_nothing(warehouse: Project) -> None:
    assert "share nothing" in told(why.why(warehouse, "elsa@example.com", "files:p1"))


def test_a_record_and_itself(warehouse: Project) -> None:
    assert "the same" in told(why.why(warehouse, "elsa@example.com", "files:e1"))


@pytest.mark.parametrize("meant", ["nobody@example.com", "files:nobody", "nobody"])
def test_nobody_is_told_without_being_named(warehouse: Project, meant: str) -> None:
    with pytest.raises(SchedaError) as error:
        why.why(warehouse, meant, "files:a1")
    assert "nobody@" not in str(error.value)


def test_an_address_of_several_people_asks_which(warehouse: Project) -> None:
    with pytest.raises(SchedaError, match="2 people") as error:
        decisions.decide(warehouse, "casa.neri@example.com", "files:e1", "same")
    assert "files:n1" in str(error.value) and "files:n2" in str(error.value)


def test_a_record_is_not_decided_against_itself(warehouse: Project) -> None:
    with pytest.raises(SchedaError, match="same record"):
        decisions.decide(warehouse, "elsa@example.com", "files:e1", "different")


def test_there_is_nothing_to_undo(warehouse: Project) -> None:
    with pytest.raises(SchedaError, match="no decision"):
        decisions.undo(warehouse, "files:e1", "files:p1")


def test_review_lists_what_waits_and_no_more_than_asked(warehouse: Project) -> None:
    text = told(review.review(warehouse, limit=1))
    assert "different_names" in text and "casa.neri@example.com" in text
    assert "The first 1" in text
    with pytest.raises(SchedaError, match="reasons: "):
        review.review(warehouse, reason="no such thing")


def test_decisions_hold_from_the_next_night_and_undoing_them_brings_all_back(
    warehouse: Project,
) -> None:
    before = published(warehouse)
    assert people(warehouse) == [{"a1", "a2", "a3"}]
    said = decisions.decide(
        warehouse, "paolo@example.com", "gallo@example.net", "same", note="he called", by="Rita"
    )
    assert "next build" in said
    decisions.decide(warehouse, "files:a1", "files:a2", "different", by="Rita")
    again = decisions.decide(warehouse, "files:p2", "files:p1", "same", by="Rita")
    assert "already" in again
    night(warehouse, DAY, run_id="decided")
    assert people(warehouse) == [{"a2", "a3"}, {"p1", "p2"}]
    text = told(why.why(warehouse, "files:p1", "files:p2"))
    assert "human_same" in text and "Rita" in text and "he called" in text
    assert "different, Rita" in told(why.why(warehouse, "files:a1", "files:a2"))

    decisions.undo(warehouse, "gallo@example.net", "paolo@example.com", by="Rita")
    decisions.undo(warehouse, "files:a2", "files:a1", by="Rita")
    night(warehouse, DAY, run_id="undone")
    assert not differences(before, published(warehouse))
    with postgres.connect(warehouse) as conn:
        kept = conn.execute(
            "select decision, undone_by, undone_at is not null from ops.identity_decisions"
            " order by decision_id"
        ).fetchall()
    assert kept == [("same", "Rita", True), ("different", "Rita", True)]


def test_the_shortest_chain_of_the_strongest_evidence() -> None:
    a, b, c, d = (("s", name) for name in "abcd")

    def edge(left: tuple[str, str], right: tuple[str, str], rank: int, value: str) -> Edge:
        return Edge(left, right, f"rule{rank}", rank, "phone", value)

    weak, strong = edge(a, b, 9, "weak"), edge(a, b, 2, "strong")
    ways = [weak, strong, edge(b, c, 1, "bc"), edge(a, c, 8, "direct"), edge(c, d, 1, "cd")]
    found = shortest(ways, {a}, {c})
    assert [step.edge.value for step in found] == ["direct"], "fewer steps before stronger ones"
    assert [step.edge.value for step in shortest(ways, {b}, {a})] == ["strong"]
    assert shortest(ways, {a}, {("s", "alone")}) is None
    assert shortest(ways, {a, c}, {c}) == []


def test_rules_and_reasons_are_read_as_declared(warehouse: Project) -> None:
    rules, reasons = declared.rules(warehouse), declared.reasons(warehouse)
    assert next(iter(rules)) == "human_same" and list(rules)[-1] == "matcher"
    assert all(rule["sentence"] for rule in rules.values())
    assert all(len(texts) == 2 for texts in reasons.values())


def test_the_document_tells_every_rule_and_every_reason(warehouse: Project) -> None:
    text = (warehouse.root / "docs" / "identity.md").read_text(encoding="utf-8")
    told_of = set(re.findall(r"`(\w+)`", text))
    assert not declared.rules(warehouse).keys() - told_of
    assert not declared.reasons(warehouse).keys() - told_of


@pytest.mark.parametrize("command", ["why", "same", "different", "undo", "review"])
def test_the_command_line_has_it(command: str) -> None:
    asked = CliRunner().invoke(cli.app, [command, "--help"])
    assert asked.exit_code == 0 and "Usage" in asked.output
