"""The dictionaries of values: each distinct value is parsed once, again only by another parser."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from scheda import postgres, values
from scheda.errors import SchedaError
from scheda.values import emails, filling, kinds, tables

if TYPE_CHECKING:
    from scheda.project import Project
    from scheda.values.kinds import Parts

WRITTEN = """
create table core.written_values (
    kind text, value_id text, part_1 text, part_2 text, part_3 text, part_4 text, part_5 text,
    _build_id bigint
)
"""


def write(project: Project, build_id: int, kind: str, *rows: tuple[str | None, ...]) -> None:
    """What dbt does: one row per distinct written value."""
    with postgres.connect(project) as conn, conn.cursor() as cursor:
        for row in rows:
            text = "\x1f".join(part or "" for part in row)
            value_id = hashlib.md5(text.encode()).hexdigest()
            cursor.execute(
                "insert into core.written_values values (%s, %s, %s, %s, %s, %s, %s, %s)",
                [kind, value_id, *row, *(None,) * (5 - len(row)), build_id],
            )


def query(project: Project, text: str) -> list[tuple[Any, ...]]:
    with postgres.connect(project) as conn:
        return conn.execute(text).fetchall()


def run(project: Project, text: str) -> None:
    with postgres.connect(project) as conn:
        conn.execute(text)


@pytest.fixture
def warehouse(project: Project) -> Project:
    run(project, WRITTEN)
    return project


def shouting(parts: Parts, home: str) -> tuple[Any, ...]:
    """Another parser of e-mail addresses: it knows one domain more."""
    clean, *rest = emails.parse(parts, home)
    return (clean.upper() if clean == "bo@example.com" else clean, *rest)


def broken(parts: Parts, home: str) -> tuple[Any, ...]:
    raise RuntimeError(f"cannot read {parts[0]}")


def upgrade(monkeypatch: pytest.MonkeyPatch, parse: Any) -> None:
    monkeypatch.setattr(emails, "KIND", replace(emails.KIND, parse=parse))


EMAILS = "select email, clean, _build_id from core.value_emails order by email"


def test_each_new_value_is_parsed_once(warehouse: Project) -> None:
    write(warehouse, 1, "emails", ("Anna@Example.com",), ("n/a",))
    first = values.fill(warehouse, 1)
    write(warehouse, 2, "emails", ("bo@example.com",))
    again = [values.fill(warehouse, build_id)["emails"] for build_id in (2, 2, 3)]
    assert (first["emails"], again) == (2, [1, 0, 0])
    assert query(warehouse, EMAILS) == [
        ("Anna@Example.com", "anna@example.com", 1),
        ("bo@example.com", "bo@example.com", 2),
        ("n/a", None, 1),
    ]


def test_what_a_failed_build_collected_is_parsed_by_the_next(warehouse: Project) -> None:
    values.fill(warehouse, 1)
    write(warehouse, 2, "emails", ("bo@example.com",))
    assert values.fill(warehouse, 3)["emails"] == 1


def test_every_kind_fills_its_columns(warehouse: Project) -> None:
    write(warehouse, 1, "emails", ("info@example.com",))
    write(warehouse, 1, "phones", ("333 1234567", None))
    write(warehouse, 1, "names", ("ANNA", "DE ROSSI"))
    write(warehouse, 1, "companies", ("ROSSI SRL",))
    write(warehouse, 1, "tax_codes", ("RSSMRA85T10A562S", "Italia"))
    write(warehouse, 1, "addresses", ("V.le Roma 1", "20121", "MILANO", "MI", "Italia"))
    assert values.fill(warehouse, 1) == dict.fromkeys(values.KINDS, 1)
    assert query(warehouse, "select is_role from core.value_emails") == [(True,)]
    assert query(warehouse, "select clean_last_name from core.value_names") == [("De Rossi",)]
    assert query(warehouse, "select birth_date, birth_place from core.value_tax_codes") == [
        (date(1985, 12, 10), "San Giuliano Terme")
    ]


def test_another_version_changes_only_the_rows_that_it_reads_otherwise(
    warehouse: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(warehouse, 1, "emails", ("anna@example.com",), ("bo@example.com",), ("n/a",))
    values.fill(warehouse, 1)
    [(before,)] = query(warehouse, "select version from core.value_versions where kind = 'emails'")
    upgrade(monkeypatch, shouting)
    assert [values.fill(warehouse, build_id)["emails"] for build_id in (2, 3)] == [1, 0]
    assert query(warehouse, EMAILS) == [
        ("anna@example.com", "anna@example.com", 1),
        ("bo@example.com", "BO@EXAMPLE.COM", 2),
        ("n/a", None, 1),
    ]
    after = query(warehouse, "select version from core.value_versions where kind = 'emails'")
    assert after == [(emails.KIND.version("IT"),)] != [(before,)]
    assert query(warehouse, "select count(distinct version) from core.value_emails") == [(2,)]


def test_a_value_that_breaks_its_parser_stays_with_a_reason_that_does_not_repeat_it(
    warehouse: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(monkeypatch, broken)
    write(warehouse, 1, "emails", ("bo@example.com",))
    values.fill(warehouse, 1)
    assert query(warehouse, "select email, clean, reason from core.value_emails") == [
        ("bo@example.com", None, "the parser stopped on it (RuntimeError)")
    ]


def test_a_fill_that_fails_leaves_nothing_of_its_kind_and_goes_on_when_called_again(
    warehouse: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(warehouse, 1, "emails", ("anna@example.com",), ("bo@example.com",))
    write(warehouse, 1, "names", ("Anna", "Rossi"))
    honest = filling.parse_rows

    def stopped(name: str, home: str, rows: filling.Rows) -> filling.Rows:
        if name == "names":
            raise OSError("the disk is full")
        return honest(name, home, rows)

    with monkeypatch.context() as patch:
        patch.setattr(filling, "parse_rows", stopped)
        with pytest.raises(OSError, match="disk"):
            values.fill(warehouse, 1)
    assert query(warehouse, "select kind from core.value_versions order by 1") == [
        ("emails",),
        ("phones",),
    ]
    assert values.fill(warehouse, 1) == {**dict.fromkeys(values.KINDS, 0), "names": 1}


def test_a_rebuild_forgets_what_nobody_writes_any_more(warehouse: Project) -> None:
    write(warehouse, 1, "emails", ("anna@example.com",), ("bo@example.com",))
    values.fill(warehouse, 1)
    run(warehouse, "truncate core.written_values")
    write(warehouse, 2, "emails", ("bo@example.com",), ("cy@example.com",))
    assert values.fill(warehouse, 2)["emails"] == 1
    assert query(warehouse, EMAILS) == [
        ("bo@example.com", "bo@example.com", 1),
        ("cy@example.com", "cy@example.com", 2),
    ]


def test_any_text_that_the_database_holds_is_kept_as_written(warehouse: Project) -> None:
    odd = [
        "x" * 300_000,
        "a\tb\nc\\N",
        "\\.",
        "ʼ\u202e\ufeff",
        "\x01\x7f",
        "𝔄𝔫𝔫𝔞@example.com",
        "''",
    ]
    write(warehouse, 1, "emails", *[(text,) for text in odd])
    write(warehouse, 1, "names", *[(text, text[::-1]) for text in odd])
    write(warehouse, 1, "phones", *[(text, text) for text in odd])
    values.fill(warehouse, 1)
    kept = query(warehouse, "select email from core.value_emails")
    assert sorted(text for (text,) in kept) == sorted(odd)
    assert query(warehouse, "select count(*) from core.value_names") == [(len(odd),)]


def test_many_values_are_parsed_by_other_processes_all_the_same(
    warehouse: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(warehouse, 1, "emails", *[(f"anna{n}@Example.com",) for n in range(50)])
    write(warehouse, 1, "names", *[("Anna", f"Rossi{n}") for n in range(50)])
    monkeypatch.setattr(filling, "_BATCH", 8)
    monkeypatch.setattr(filling, "_MANY", 16)
    elsewhere = []
    honest = filling._Pool._started
    monkeypatch.setattr(filling._Pool, "_started", lambda pool: elsewhere.append(1) or honest(pool))
    filled = values.fill(warehouse, 1, kinds=["emails", "names"])
    assert (filled, len(elsewhere)) == ({"emails": 50, "names": 50}, 10)
    assert query(
        warehouse, "select count(*) from core.value_emails where clean = lower(email)"
    ) == [(50,)]


def test_fill_says_what_is_missing(project: Project) -> None:
    with pytest.raises(SchedaError, match="written_values"):
        values.fill(project, 1)


def test_ensure_stands_alone_and_is_repeatable(project: Project) -> None:
    for _ in range(2):
        with postgres.connect(project) as conn:
            values.ensure(conn)
    found = query(
        project,
        "select table_name::text from information_schema.tables where table_schema = 'core'",
    )
    assert {name for (name,) in found} == {
        "value_versions", "name_verdicts", "proposed_pairs", *(f"value_{k}" for k in values.KINDS)
    }  # fmt: skip


def test_a_dictionary_of_other_columns_gets_the_parsers_and_is_parsed_again(
    warehouse: Project,
) -> None:
    write(warehouse, 1, "phones", ("333 1234567", None))
    values.fill(warehouse, 1)
    run(
        warehouse,
        "alter table core.value_phones drop column line_type, add column old text,"
        " alter column reason type varchar(9)",
    )
    assert values.fill(warehouse, 2)["phones"] == 1
    columns = query(
        warehouse,
        "select column_name::text from information_schema.columns"
        " where table_schema = 'core' and table_name = 'value_phones'",
    )
    assert {name for (name,) in columns} == {
        name for name, _type in tables.columns(values.kind("phones"))
    }
    assert query(warehouse, "select line_type, _build_id from core.value_phones") == [("mobile", 2)]


def test_a_version_follows_sources_lists_libraries_and_for_some_the_country() -> None:
    assert {"emails", "mailboxes", "role_mailboxes.txt", "free_mail.txt"} <= set(
        kinds.sources("scheda.values.emails")
    )
    assert {"names", "name_lists", "folding", "italian_names.txt", "shared_names.txt"} <= set(
        kinds.sources("scheda.values.names")
    )
    assert {"places", "countries", "comuni.tsv", "birth_countries.tsv"} <= set(
        kinds.sources("scheda.values.tax_codes")
    )
    told = {name: values.kind(name).version("IT") for name in values.KINDS}
    assert "phonenumbers 9" in told["phones"]
    assert told["phones"] != values.kind("phones").version("DE")
    assert told["names"] == values.kind("names").version("DE")


@pytest.mark.parametrize("name", values.KINDS)
def test_a_kind_declares_what_it_gives(name: str) -> None:
    kind = values.kind(name)
    assert kind.name == name
    empty = kind.parse((None,) * len(kind.parts), "IT")
    assert len(empty) == len(kind.columns)


def test_one_value_without_a_warehouse() -> None:
    assert values.parse_one("emails", ("Info@Example.com",))["clean"] == "info@example.com"
    assert values.parse_one("phones", ("333 1234567",))["clean"] == "+393331234567"
    with pytest.raises(KeyError, match="no kind of value"):
        values.parse_one("shoes", ("42",))
    with pytest.raises(ValueError, match="1 part"):
        values.parse_one("emails", ("a", "b"))
