"""The card as a person reads it: found by e-mail, complete, with a hint when there is none."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from scheda import postgres
from scheda.card import render
from scheda.errors import SchedaError

if TYPE_CHECKING:
    from scheda.project import Project


@pytest.fixture
def shop(project: Project) -> Project:
    with postgres.connect(project) as conn:
        conn.execute(
            """
            create table marts.customer_card (
                customer_id text, title text, first_name text, last_name text, email text,
                is_shared_email boolean, phone text, phone_type text, mobile text, street text,
                postal_code text, city text, province text, birth_date date, gender text,
                owner_name text, email_consent boolean, total_spend numeric(14, 2),
                orders_count bigint, products_count numeric, completeness numeric,
                favourite_shop text);
            insert into marts.customer_card values
            ('c1', 'Dott.ssa', 'Anna', 'Rossi [VIP]', 'anna@example.com', false, '+393331234567',
                'mobile', '+393331234567', 'Via Po, 1', '10121', 'Torino', 'TO', '1990-05-01',
                'F', 'Bruno Neri', true, 1234.50, 3, 8.000, 0.875, 'Via Roma'),
            ('c2', null, 'Carlo', 'Blu', 'Carlo@example.com', false, null, null, null, null, null,
                null, null, null, 'M', null, false, 0, 0, 0, 0.2, null),
            ('c3', null, 'Dora', 'Sala', 'home@example.com', true, null, null, null, null, null,
                null, null, null, null, null, null, 0, 0, 0, 0.2, null),
            ('c4', null, 'Elia', 'Sala', 'home@example.com', true, null, null, null, null, null,
                null, null, null, null, null, null, 0, 0, 0, 0.2, null);
            create table marts.owner_conflicts (customer_id text, other_owners text);
            insert into marts.owner_conflicts values ('c1', 'Vera Sala, Ugo Riva');
            create table marts.card_completeness (customer_id text, missing_fields text);
            insert into marts.card_completeness values
            ('c1', null), ('c2', 'phone, birth_date');
            create table marts.completeness_work_list (
                customer_id text, next_field text, ask_by text, ask_at text, why text);
            insert into marts.completeness_work_list values
            ('c2', 'birth_date', 'phone', '+39011222333', 'worth 1 of 18; refused e-mails');
            create table marts.customer_card_fields (
                customer_id text, field text, value text, source text, contact_key text,
                said_on date, rule text, losing_values text);
            insert into marts.customer_card_fields values
            ('c1', 'phone', '+393331234567', 'crm', 'C7', '2026-03-01', 'source priority',
                '+39011999888 (shop)'),
            ('c1', 'email', 'anna@example.com', 'shop', '77', null, 'personal mailbox',
                'office@example.com (crm)'),
            ('c2', 'email', 'Carlo@example.com', 'crm', 'C8', null, 'undisputed', null);
            create table marts.segments (segment text, description text);
            create table marts.segment_members (segment text, customer_id text);
            insert into marts.segments values ('high_value', 'Top spenders'), ('new', 'New');
            insert into marts.segment_members values ('high_value', 'c1'), ('new', 'c2');
            create table marts.orders (
                order_key text, customer_id text, order_number text, ordered_on date,
                channel text, net_merchandise numeric(14, 2));
            insert into marts.orders
            select i::text, 'c1', 'W' || i, date '2026-01-01' + i, 'online', 10
            from generate_series(1, 12) as i;
            create table core.contact_points (email text);
            insert into core.contact_points values ('late@example.com');
            update ops.published set side = 'a', build_id = 7, as_of = '2026-10-31';
            """
        )
    return project


def text(project: Project, email: str, *, fields: bool = False) -> str:
    console = Console(
        file=io.StringIO(), width=120, highlight=False, soft_wrap=True, color_system=None
    )
    console.print(render(project, email, fields=fields))
    return console.file.getvalue()


def test_who_and_how_much(shop: Project) -> None:
    page = text(shop, "anna@example.com")
    for words in ("Anna Rossi [VIP]", "+393331234567", "Bruno Neri", "1,234.50 EUR", "88%", "yes"):
        assert words in page
    assert "as of 2026-10-31" in page


def test_one_thought_per_line(shop: Project) -> None:
    page = text(shop, "anna@example.com")
    for line in (
        "Dott.ssa Anna Rossi",
        "+393331234567 (mobile)",
        "Via Po, 1 · 10121 Torino (TO)",
        "1990-05-01 (woman)",
        "Bruno Neri (others name Vera Sala, Ugo Riva)",
    ):
        assert line in page
    assert page.count("+393331234567") == 1, "a mobile that is the phone is told once"


def test_what_nobody_knows_takes_no_line(shop: Project) -> None:
    page = text(shop, "carlo@example.com")
    assert "address" not in page
    assert "E-mail\n" not in page, "nobody ever wrote to Carlo"
    assert "missing                 phone, birth date" in page


def test_what_to_ask_next_and_why(shop: Project) -> None:
    line = "birth date, phone at +39011222333 (worth 1 of 18; refused e-mails)"
    assert line in text(shop, "carlo@example.com")
    assert "ask next" not in text(shop, "anna@example.com")


def test_everybody_who_shares_an_address_is_shown(shop: Project) -> None:
    page = text(shop, "home@example.com")
    assert "Dora Sala" in page
    assert "Elia Sala" in page
    assert page.count("home@example.com (shared with others)") == 2


def test_where_it_comes_from_is_told_when_asked(shop: Project) -> None:
    page = text(shop, "anna@example.com", fields=True)
    for words in ("crm C7", "2026-03-01", "source priority", "+39011999888 (shop)"):
        assert words in page
    told = page[page.index("Where it comes from") :]
    assert told.index("email") < told.index("phone"), "in the order of the page"
    assert "Where it comes from" not in text(shop, "anna@example.com")


def test_segments_are_only_this_persons(shop: Project) -> None:
    page = text(shop, "anna@example.com")
    assert "Top spenders" in page
    assert "new " not in page


def test_last_orders_newest_first_and_not_all(shop: Project) -> None:
    page = text(shop, "anna@example.com")
    assert page.index("W12") < page.index("W3")
    assert "W2 " not in page


def test_a_column_nobody_placed_is_shown(shop: Project) -> None:
    assert "favourite shop" in text(shop, "anna@example.com")


@pytest.mark.parametrize("typed", ["ANNA@Example.com", " anna@example.com "])
def test_case_and_spaces_do_not_matter(shop: Project, typed: str) -> None:
    assert "Anna Rossi" in text(shop, typed)


def test_a_card_with_capitals_in_its_address(shop: Project) -> None:
    assert "Carlo Blu" in text(shop, "carlo@example.com")


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("nobody@example.com", "Check the spelling"),
        ("late@example.com", "not yet on a published card"),
        ("office@example.com", "beside a better one"),
        ("Anna", "found by e-mail address"),
    ],
)
def test_no_card(shop: Project, typed: str, hint: str) -> None:
    with pytest.raises(SchedaError, match=hint) as caught:
        render(shop, typed)
    assert typed not in str(caught.value)


def test_nothing_published_yet(project: Project) -> None:
    with pytest.raises(SchedaError, match="nothing was published yet"):
        render(project, "anna@example.com")


def test_nothing_is_logged(
    shop: Project, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    render(shop, "anna@example.com")
    assert not caplog.records
    assert capfd.readouterr() == ("", "")
