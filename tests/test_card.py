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
                customer_id text, first_name text, last_name text, email text, phone text,
                city text, owner_name text, email_consent boolean, total_spend numeric(14, 2),
                orders_count bigint, completeness numeric, favourite_shop text);
            insert into marts.customer_card values
            ('c1', 'Anna', 'Rossi [VIP]', 'anna@example.com', '+393331234567', 'Torino',
                'Bruno Neri', true, 1234.50, 3, 0.875, 'Via Roma'),
            ('c2', 'Carlo', 'Blu', 'Carlo@example.com', null, null, null, false, 0, 0, 0.2, null);
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


def text(project: Project, email: str) -> str:
    console = Console(
        file=io.StringIO(), width=120, highlight=False, soft_wrap=True, color_system=None
    )
    console.print(render(project, email))
    return console.file.getvalue()


def test_who_and_how_much(shop: Project) -> None:
    page = text(shop, "anna@example.com")
    for words in ("Anna Rossi [VIP]", "+393331234567", "Bruno Neri", "1,234.50 EUR", "88%", "yes"):
        assert words in page
    assert "as of 2026-10-31" in page


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
