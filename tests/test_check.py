"""The gates on a real PostgreSQL: what closes them, what they say, what they leave behind."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from scheda import catalog, check, ingest, postgres, sample, sides
from scheda.errors import GateClosed, SchedaError
from scheda.gates import engine, suites

if TYPE_CHECKING:
    from collections.abc import Callable

    from scheda.project import Project

DAY = date(2026, 10, 31)
SOURCE = """
version: 2
sources:
  - name: club
    schema: raw
    tables:
      - name: members
        config: {{meta: {{path: "club/*.csv", key: [code], max_reject_share: 0.1{more}}}}}
        columns: [{{name: code}}, {{name: email}}, {{name: town}}]
"""
RAW = """
table: club.members
description: One row per member.
expectations:
  - type: volume_against_recent_nights
    kwargs: {at_least: 0.5, needs: 2}
    severity: critical
    message: The list lost members; ask for a whole one.
  - type: expect_column_values_to_not_be_null
    column: email
    kwargs: {mostly: 0.8}
    severity: critical
    message: Ask the club for a list with e-mails.
  - type: expect_column_values_to_match_regex
    column: town
    kwargs: {regex: '^[A-Z]', mostly: 0.9}
    severity: warning
    message: Towns begin with a capital.
"""
CARD = """
table: customer_card
description: One row per customer.
expectations:
  - type: volume_against_published
    kwargs: {max_loss: 0.1}
    severity: critical
    message: Customers vanish.
  - type: expect_column_values_to_be_between
    column: first_purchase_on
    kwargs: {max_value: '{as_of}'}
    severity: critical
    message: The model lets the future in.
  - type: expect_column_values_to_not_be_null
    column: phone
    row_condition: {column: country, equals: IT}
    severity: warning
    message: Italians without a telephone.
"""


def _declare(project: Project, *, more: str = "", raw: str = RAW, card: str | None = None) -> None:
    folder = project.staging / "club"
    folder.mkdir(exist_ok=True)
    (folder / "_club__sources.yml").write_text(SOURCE.format(more=more), encoding="utf-8")
    page = project.expectations / "raw" / "club.members.yml"
    page.write_text(raw, encoding="utf-8")
    if card:
        page = project.expectations / "published" / "customer_card.yml"
        page.write_text(card, encoding="utf-8")


def _deliver(project: Project, name: str, rows: list[str]) -> None:
    path = Path(project.landing) / "club" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(["code,email,town", *rows]) + "\n", encoding="utf-8")
    ingest.ingest(project, "club", run_id="test", say=lambda _: None)


def _members(count: int, *, blank: int = 0) -> list[str]:
    return [f"{n},{'' if n <= blank else f'm{n}@example.com'},Milano" for n in range(1, count + 1)]


def _gate(project: Project, gate: str = "raw", run_id: str = "test") -> dict[str, Any]:
    return check.check(project, gate, run_id=run_id, as_of=DAY)


def _checks(project: Project, run_id: str = "test") -> dict[tuple[str, str | None], str]:
    with postgres.connect(project) as conn:
        found = conn.execute(
            "select expectation, column_name, verdict from quality.checks where run_id = %s",
            [run_id],
        )
        return {(kind, column): verdict for kind, column, verdict in found}


def _build(
    project: Project, cards: list[tuple[str | None, str | None, str]], status: str = "built"
) -> str:
    """A build of DAY with these cards (first purchase, phone, country); its side."""
    with postgres.connect(project) as conn:
        side = sides.side_to_build(conn)
        build_id = conn.execute(
            "insert into ops.builds (run_id, as_of, side, status)"
            " values ('test', %s, %s, 'building') returning build_id",
            [DAY, side],
        ).fetchone()[0]
        table = f"{sides.schema(side)}.customer_card"
        conn.execute(f"drop table if exists {table}")
        conn.execute(f"create table {table} (first_purchase_on date, phone text, country text)")
        conn.cursor().executemany(f"insert into {table} values (%s, %s, %s)", cards)
        if status == "failed":
            sides.mark_failed(conn, build_id, side, "stopped")
        else:
            sides.mark_built(conn, build_id, side, DAY)
    return side


def _publish(project: Project, side: str) -> None:
    with postgres.connect(project) as conn:
        conn.execute(
            "update ops.published set side = %s, build_id = (select max(build_id) from ops.builds)",
            [side],
        )
        conn.execute("update ops.builds set status = 'published'")


def test_a_good_night_passes_and_every_result_is_a_row(own_project: Project) -> None:
    _declare(own_project)
    _deliver(own_project, "a.csv", _members(10))
    verdict = _gate(own_project)
    assert (verdict["warnings"], verdict["failed"]) == (0, 0)
    assert verdict["passed"] == len(_checks(own_project))
    assert _checks(own_project)["expect_column_values_to_not_be_null", "email"] == "pass"


def test_blank_emails_close_the_gate_on_one_screen(own_project: Project) -> None:
    _declare(own_project)
    _deliver(own_project, "a.csv", _members(10, blank=5))
    with pytest.raises(GateClosed) as closed:
        _gate(own_project)
    told = str(closed.value)
    for words in (
        "raw gate is closed", "club.members, column email", "at least 80 % of the rows",
        "5 of 10 rows are blank (50 %)", "club/a.csv records 1, 2, 3, 4, 5",
        "Ask the club for a list with e-mails.", "index.html",
    ):  # fmt: skip
        assert words in told
    assert len(told.splitlines()) < 25
    assert "@example.com" not in told
    assert _checks(own_project)["expect_column_values_to_not_be_null", "email"] == "fail"


def test_the_mended_file_speaks_for_itself(own_project: Project) -> None:
    _declare(own_project)
    _deliver(own_project, "a.csv", _members(10, blank=5))
    with pytest.raises(GateClosed):
        _gate(own_project)
    _deliver(own_project, "a.csv", _members(10))
    assert _gate(own_project, run_id="again")["failed"] == 0


def test_a_warning_is_recorded_and_lets_pass(own_project: Project) -> None:
    _declare(own_project)
    _deliver(own_project, "a.csv", [f"{n},m{n}@example.com,milano" for n in range(10)])
    assert _gate(own_project)["warnings"] == 1
    assert _checks(own_project)["expect_column_values_to_match_regex", "town"] == "fail"


def test_rows_already_published_are_not_judged_again(own_project: Project) -> None:
    _declare(own_project)
    _deliver(own_project, "a.csv", _members(10, blank=5))
    with postgres.connect(own_project) as conn:
        conn.execute("update ops.loads set build_id = 7")
        conn.execute("update ops.published set side = 'a', build_id = 7")
    assert _gate(own_project)["failed"] == 0
    assert _checks(own_project)["new_rows", None] == "pass"


def test_a_night_without_news_does_not_pay_for_the_library(
    own_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    _declare(own_project)
    monkeypatch.setattr("scheda.gates.raw.known_types", lambda: pytest.fail("imported"))
    assert _gate(own_project)["failed"] == 0


def test_rows_of_a_build_that_was_not_published_are_judged(own_project: Project) -> None:
    _declare(own_project)
    _deliver(own_project, "a.csv", _members(10, blank=5))
    with postgres.connect(own_project) as conn:
        conn.execute("update ops.loads set build_id = 8")
        conn.execute("update ops.published set side = 'a', build_id = 7")
    with pytest.raises(GateClosed):
        _gate(own_project)


def test_a_file_that_nobody_could_read_closes_the_gate(own_project: Project) -> None:
    _declare(own_project)
    path = Path(own_project.landing) / "club" / "b.csv"
    path.parent.mkdir()
    path.write_text("email,town\nm1@example.com,Milano\n", encoding="utf-8")
    ingest.ingest(own_project, "club", run_id="test", say=lambda _: None)
    with pytest.raises(GateClosed, match=r"club/b\.csv failed"):
        _gate(own_project)


def test_too_many_rejected_rows_close_the_gate(own_project: Project) -> None:
    _declare(own_project)
    _deliver(own_project, "a.csv", [*_members(8), "9,m9@example.com,Milano,stray", "10,a,b,c,d"])
    with pytest.raises(GateClosed, match=r"2 of 10 rows rejected \(20 %\)"):
        _gate(own_project)


def test_a_file_much_shorter_than_usual_closes_the_gate(own_project: Project) -> None:
    _declare(own_project)
    for name in ("a.csv", "b.csv", "c.csv"):
        _deliver(own_project, name, [*_members(10), f"99,{name}@example.com,Roma"])
    assert _gate(own_project)["failed"] == 0
    _deliver(own_project, "d.csv", _members(4))
    with pytest.raises(GateClosed, match=r"club/d\.csv: 4 rows, usually 11"):
        _gate(own_project, run_id="short")


def test_a_source_that_stopped_sending_is_a_warning(own_project: Project) -> None:
    _declare(own_project, more=", fresh_within_days: 2")
    _deliver(own_project, "a.csv", _members(10))
    with postgres.connect(own_project) as conn:
        old = datetime(2026, 10, 27, 9, tzinfo=UTC)
        conn.execute("update ops.loads set loaded_at = %s", [old])
    assert _gate(own_project)["warnings"] == 1
    with postgres.connect(own_project) as conn:
        conn.execute("update ops.loads set loaded_at = %s", [old + timedelta(days=2)])
    assert _gate(own_project, run_id="fresh")["warnings"] == 0


def test_the_published_gate_refuses_the_side_just_built(own_project: Project) -> None:
    _declare(own_project, card=CARD)
    side = _build(own_project, [("2026-10-30", "+39", "IT"), ("2026-11-01", None, "CH")])
    with pytest.raises(GateClosed, match=r"customer_card, column first_purchase_on\n.*2026-10-31"):
        _gate(own_project, "published")
    with postgres.connect(own_project) as conn:
        assert sides.read(conn, side).state == "spoiled"
        assert conn.execute("select status from ops.builds").fetchone()[0] == "rejected"
        conn.execute(f"update {sides.schema(side)}.customer_card set first_purchase_on = null")
    assert _gate(own_project, "published")["failed"] == 0
    with postgres.connect(own_project) as conn:
        assert sides.read(conn, side).state == "building"


def test_a_row_condition_limits_the_rows_judged(own_project: Project) -> None:
    _declare(own_project, card=CARD)
    _build(own_project, [(None, None, "CH"), (None, "+39", "IT")])
    assert _gate(own_project, "published")["warnings"] == 0
    _build(own_project, [(None, None, "IT")])
    assert _gate(own_project, "published", run_id="italian")["warnings"] == 1


def test_customers_that_vanish_close_the_gate(own_project: Project) -> None:
    _declare(own_project, card=CARD)
    _publish(own_project, _build(own_project, [(None, None, "CH")] * 10))
    _build(own_project, [(None, None, "CH")] * 8)
    with pytest.raises(GateClosed, match=r"8 rows, readers see 10"):
        _gate(own_project, "published")


@pytest.mark.parametrize(("status", "words"), [(None, "nothing was built"), ("failed", "failed")])
def test_there_must_be_a_complete_build(
    own_project: Project, status: str | None, words: str
) -> None:
    _declare(own_project, card=CARD)
    if status:
        _build(own_project, [], status=status)
    with pytest.raises(SchedaError, match=words):
        _gate(own_project, "published")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("expect_column_values_to_not_be_null", "expect_column_values_not_null",
         r"raw/club\.members\.yml, expectations 2: unknown expectation type .* did you mean"),
        ("column: email", "column: emial", r"unknown column 'emial'; did you mean 'email'"),
        ("severity: warning", "severity: grave", "unknown severity 'grave'"),
        ("    severity: warning\n", "", "'severity' is missing"),
        ("table: club.members", "table: club.people", r"name the file club\.people\.yml"),
        ("mostly: 0.9}", "mostly: 9}", r"expectations 3: .* does not accept this"),
        ("mostly: 0.9}", "mostly: '{nobody}'}", "unknown placeholder 'nobody'"),
        ("needs: 2", "need: 2", "unknown key 'need'; did you mean 'needs'"),
        ("expectations:", "expectation:", "unknown key 'expectation'"),
        ("regex: '^[A-Z]'", "value_set: [SI, NO]", "YAML reads NO"),
        ("table: club.members", "table: [", "is not valid YAML"),
    ],
)  # fmt: skip
def test_a_wrong_page_is_told_with_its_place(
    own_project: Project, old: str, new: str, words: str
) -> None:
    assert old in RAW
    _declare(own_project, raw=RAW.replace(old, new, 1))
    _deliver(own_project, "a.csv", _members(10))
    with pytest.raises(SchedaError, match=words):
        _gate(own_project)


def test_a_page_about_an_unknown_table_is_told(own_project: Project) -> None:
    _declare(own_project)
    page = own_project.expectations / "raw" / "club.member.yml"
    page.write_text(RAW.replace("club.members", "club.member"), encoding="utf-8")
    with pytest.raises(SchedaError, match=r"unknown table 'club\.member'; did you mean"):
        _gate(own_project)


def test_the_page_for_people_needs_no_network_and_shows_no_value(own_project: Project) -> None:
    _declare(own_project)
    _deliver(own_project, "a.csv", _members(10, blank=5))
    with pytest.raises(GateClosed):
        _gate(own_project)
    html = (own_project.var / "data_docs" / "index.html").read_text(encoding="utf-8")
    assert "5 of 10 rows are blank" in html
    assert "Ask the club for a list with e-mails." in html
    assert not re.search(r"https?://|@example\.com|<script", html)


def test_a_gate_asked_again_in_the_same_run_replaces_its_rows(own_project: Project) -> None:
    _declare(own_project)
    _deliver(own_project, "a.csv", _members(10))
    _gate(own_project)
    with postgres.connect(own_project) as conn:
        count = "select count(*) from quality.checks"
        before = conn.execute(count).fetchone()[0]
        _gate(own_project)
        assert conn.execute(count).fetchone()[0] == before


@pytest.mark.parametrize("gate", ["raw", "published"])
def test_every_page_of_this_house_can_be_read(project: Project, gate: str) -> None:
    pages = suites.load(
        project, gate, known=engine.known_types(), values=suites.placeholders(project, DAY)
    )
    assert len(pages) > 5


def test_published_pages_speak_of_columns_that_the_marts_have(project: Project) -> None:
    columns = _documented(project)
    for page in suites.load(
        project,
        "published",
        known=engine.known_types(),
        values=suites.placeholders(project, DAY),
    ):
        page.must_have(columns[page.table])


def test_every_declared_table_of_this_house_is_guarded(project: Project) -> None:
    guarded = {path.stem for path in (project.expectations / "raw").glob("*.yml")}
    assert {table.label for table in catalog.load(project).tables} <= guarded


def _documented(project: Project) -> dict[str, list[str]]:
    """The columns of each mart by its published name, as its page documents them."""
    found = {}
    for page in (project.dbt / "models" / "marts").rglob("*.yml"):
        for model in yaml.safe_load(page.read_text(encoding="utf-8")).get("models", []):
            names = [column["name"] for column in model.get("columns", [])]
            found[model["name"].removeprefix("mart_")] = names
    return found


@pytest.fixture(scope="module")
def company(make_project: Callable[..., Project]) -> Project:
    """The sample company in raw, nothing built."""
    project = make_project()
    sample.write(project, as_of=DAY)
    for source in catalog.load(project).sources:
        ingest.ingest(project, source, run_id="first", say=lambda _: None)
    return project


def test_the_sample_company_passes_without_a_warning_and_soon(company: Project) -> None:
    engine.known_types()
    begun = time.perf_counter()
    verdict = _gate(company, run_id="first")
    assert (verdict["failed"], verdict["warnings"]) == (0, 0)
    assert len(verdict["tables"]) > 5
    assert time.perf_counter() - begun < 8


def test_a_crm_file_with_half_of_its_emails_blank_closes_the_gate(company: Project) -> None:
    newest = sorted(Path(company.landing).glob("crm/*.csv"))[-1]
    head, *rows = newest.read_bytes().decode("utf-8-sig").split("\r\n")
    position = head.split(";").index("Email")
    for number in range(0, len(rows), 2):
        cells = rows[number].split(";")
        if len(cells) > position:
            cells[position] = ""
            rows[number] = ";".join(cells)
    spoiled = newest.with_name(f"contacts_{DAY + timedelta(days=1)}.csv")
    spoiled.write_text("\r\n".join([head, *rows]), encoding="utf-8", newline="")
    ingest.ingest(company, "crm", run_id="second", say=lambda _: None)
    with pytest.raises(GateClosed, match=r"crm\.contacts, column email"):
        _gate(company, run_id="second")
