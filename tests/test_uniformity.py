"""What is written, what it means and why: side by side, and read anew only where it changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conftest import ROOT
from nights import build, last_builds, receive
from scheda import phases, postgres, values
from scheda.values import emails, phones, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scheda.project import Project
    from scheda.values.kinds import Kind

DAY = date(2026, 3, 31)
CONTACTS = """\
contact_key,email,first_name,last_name,phone,country,street,postal_code,city,company_name,vat_number
A, <Anna@Example.COM>,ANNA,de rossi,333 / 123 4567,Italia,V. Roma 1,184,roma,Rossi srl,00743110157
B,bruno at example.com,,,telefonare di sera,,,,,,00743110158
C,carla@example.com,Carla,Neri,+39 333-1234567,IT,,,,,
D,,Dario,Conti,02 6598,IT,,,,,
"""
ORDERS = """\
order_key,contact_key,ordered_at,total
1,email:guest+shop@example.com,2026-03-02T10:00:00Z,10
2,D,2026-03-02T10:00:00Z,10
"""


def _fill(project: Project, build_id: int) -> dict[str, int]:
    return values.fill(project, build_id)


STEPS = (
    replace(phases.PHASES[0], answer=_fill),
    phases.Phase("+contact_points", "+written_values"),
)


def query(project: Project, text: str) -> list[tuple[Any, ...]]:
    with postgres.connect(project) as conn:
        return conn.execute(text).fetchall()


@pytest.fixture(scope="module")
def read(make_project: Callable[..., Project]) -> Project:
    """Build 1 stopped before anything was read; build 2 had no news and went through."""
    project = make_project()
    receive(project, [{"files/contacts.csv": CONTACTS, "files/orders.csv": ORDERS}], build_id=1)

    def stopped(*_: Any) -> dict[str, int]:
        raise RuntimeError("the machine went down")

    with pytest.raises(RuntimeError, match="went down"):
        build(project, 1, DAY, steps=(replace(STEPS[0], answer=stopped), *STEPS[1:]))
    build(project, 2, DAY, steps=STEPS)
    return project


def test_the_declared_columns_are_those_that_python_writes() -> None:
    page = ROOT / "dbt_project/models/intermediate/uniformity/_values__sources.yml"
    [source] = yaml.safe_load(page.read_text(encoding="utf-8"))["sources"]
    declared = {each["name"]: [column["name"] for column in each["columns"]]
                for each in source["tables"]}  # fmt: skip
    for name in values.KINDS:
        written = [column for column, _type in tables.columns(values.kind(name))]
        assert declared[f"value_{name}"] == written, name


def test_what_a_stopped_build_collected_is_read_by_the_next(read: Project) -> None:
    assert query(read, "select distinct _build_id from core.written_values") == [(1,)]
    assert query(read, "select contact_key, _build_id from core.uniform_contacts order by 1") == [
        ("A", 2),
        ("B", 2),
        ("C", 2),
        ("D", 2),
    ]


def test_written_clean_and_reason_stand_side_by_side(read: Project) -> None:
    found = query(
        read,
        """
        select c.contact_key, c.email, u.email, u.email_reason is null,
            c.phone, u.phone, u.phone_reason is null,
            c.vat_number, u.vat_number, u.vat_reason is null
        from core.contacts as c
        inner join core.uniform_contacts as u using (source, contact_key)
        where contact_key in ('A', 'B') order by 1
        """,
    )
    assert found == [
        ("A", "<Anna@Example.COM>", "anna@example.com", True,
         "333 / 123 4567", "+393331234567", True, "00743110157", found[0][8], True),
        ("B", "bruno at example.com", None, False,
         "telefonare di sera", None, False, "00743110158", None, False),
    ]  # fmt: skip
    assert "00743110157" in found[0][8]


def test_every_written_value_is_found_by_the_contact_that_writes_it(read: Project) -> None:
    ids = ("email", "phone", "mobile", "name", "company_value", "fiscal_code", "vat_number")
    told = query(
        read,
        f"""
        select u.contact_key, w.kind,
            concat_ws('|', w.part_1, w.part_2, w.part_3, w.part_4, w.part_5)
        from core.uniform_contacts as u
        inner join core.written_values as w
            on w.value_id in ({", ".join(f"u.{name}_id" for name in (*ids, "address"))})
        where u.contact_key in ('A', 'D') order by 1, 2
        """,
    )
    assert told == [
        ("A", "addresses", "V. Roma 1|184|roma|Italia"),
        ("A", "companies", "Rossi srl"),
        ("A", "emails", "<Anna@Example.COM>"),
        ("A", "names", "ANNA|de rossi"),
        ("A", "phones", "333 / 123 4567|Italia"),
        ("A", "tax_codes", "00743110157|Italia"),
        ("D", "addresses", "IT"),
        ("D", "names", "Dario|Conti"),
        ("D", "phones", "02 6598|IT"),
    ]


def test_no_reason_repeats_what_is_written(read: Project) -> None:
    kinds = [(name, values.kind(name).parts[0]) for name in values.KINDS]
    said = query(
        read,
        " union all ".join(
            f"select '{name}', {part}, reason from core.value_{name} where reason is not null"
            for name, part in kinds
        ),
    )
    assert {name for name, _written, _reason in said} >= {"emails", "phones", "tax_codes"}
    assert not [name for name, written, reason in said if written and written in reason]


@pytest.fixture(scope="module")
def upgraded(read: Project) -> Iterator[tuple[Project, dict[str, int]]]:
    """Two libraries are upgraded and nothing arrives: Dario's number turns out to be another, the
    guest's mailbox too, and of every address one column changes that no contact shows."""

    def replaced(kind: Kind, column: str, change: Callable[[Any, Any], Any]) -> Kind:
        place = kind.column_names.index(column)

        def parse(parts: Any, home: str) -> tuple[Any, ...]:
            made = list(kind.parse(parts, home))
            made[place] = change(parts[0], made[place])
            return tuple(made)

        return replace(kind, parse=parse)

    with pytest.MonkeyPatch.context() as patch:
        number = replaced(
            phones.KIND, "clean", lambda written, was: "+3902" if written[:2] == "02" else was
        )
        mailbox = replaced(
            emails.KIND, "match_key", lambda written, was: "g@x" if written[0] == "g" else was
        )
        patch.setattr(phones, "KIND", number)
        patch.setattr(emails, "KIND", replaced(mailbox, "domain", lambda _written, _was: "x"))
        build(read, 3, DAY, steps=STEPS)
        after = last_builds(read)
        build(read, 4, DAY, steps=STEPS)
    yield read, after


def test_an_upgrade_changes_the_contacts_that_use_a_changed_value(
    upgraded: tuple[Project, dict[str, int]],
) -> None:
    project, _after = upgraded
    assert query(
        project, "select contact_key, phone from core.uniform_contacts where _build_id = 3"
    ) == [("D", "+3902")]
    assert query(
        project, "select contact_key, email_key from core.contact_points where _build_id = 3"
    ) == [("email:guest+shop@example.com", "g@x")]
    assert query(project, "select distinct domain from core.value_emails") == [("x",)]


def test_a_night_after_it_changes_nothing(upgraded: tuple[Project, dict[str, int]]) -> None:
    project, after = upgraded
    assert last_builds(project) == after
