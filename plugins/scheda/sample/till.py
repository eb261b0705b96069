"""Files that already have the input contract's columns: the two shops' till, the loyalty cards, and
the survey of the old mailing tool, the only one that knows who replied."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from scheda.sample.orders import ROME, ZERO, Order, instant, new_order
from scheda.sample.records import mailing_address, record

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence

    from scheda.sample.people import Person

SHOPS = ("Milano Brera", "Bologna Centro")
CONTACTS = [
    "contact_key",
    "email",
    "first_name",
    "last_name",
    "company_name",
    "phone",
    "mobile",
    "street",
    "postal_code",
    "city",
    "province",
    "country",
    "birth_date",
    "gender",
    "fiscal_code",
    "vat_number",
    "loyalty_card",
    "owner_name",
    "registered_on",
    "registration_source",
    "registration_channel",
    "email_consent",
    "email_consent_at",
    "updated_at",
]
ORDERS = [
    "order_key",
    "contact_key",
    "order_number",
    "shop",
    "channel",
    "order_type",
    "ordered_at",
    "financial_status",
    "cancelled_at",
    "fulfilled_at",
    "is_test",
    "currency",
    "prices_include_vat",
    "discount",
    "shipping",
    "tax",
    "tip",
    "total",
    "updated_at",
]
LINES = [
    "order_key",
    "line_key",
    "product_key",
    "product_name",
    "category",
    "quantity",
    "unit_price",
    "gross",
    "discount",
    "tax",
    "is_gift_card",
]
EVENTS = [
    "event_key",
    "message_key",
    "contact_key",
    "email",
    "campaign",
    "subject",
    "event_type",
    "occurred_at",
    "is_machine",
    "is_commercial",
]
SURVEY, SUBJECT = "sondaggio-clienti", "Ci dici la tua?"


def sales(people: Sequence[Person], as_of: date, rng: random.Random) -> list[Order]:
    """Purchases at the counter: by card holders, and some by nobody known."""
    holders = [person for person in people if person.loyalty_card]
    buyers: list[Person | None] = []
    for person in holders:
        buyers += [person] * rng.choice((1, 1, 2, 3))
    buyers += [None] * 40
    placed = []
    for person in buyers:
        span = (as_of - person.registered_on).days if person else 700
        day = as_of - timedelta(days=rng.randint(0, span))
        placed.append((instant(day, rng, hours=(10, 19)), person))
    placed.sort(key=lambda sale: (sale[0], sale[1].number if sale[1] else 0))
    return [sale(number, person, at, rng) for number, (at, person) in enumerate(placed, start=1)]


def sale(number: int, person: Person | None, at: datetime, rng: random.Random) -> Order:
    return new_order(number, person, at, rng, channel="store")


def contacts(people: Iterable[Person]) -> str:
    """The holders of a loyalty card."""
    return _table(CONTACTS, [_contact(person, "till") for person in people if person.loyalty_card])


def signed_up(people: Iterable[Person]) -> str:
    """Who left name and address in the newsletter's form on the site."""
    return _table(
        CONTACTS, [_contact(person, "newsletter") for person in people if person.signed_up]
    )


def _contact(person: Person, registry: str) -> list[object]:
    known = record(person, registry)
    since = datetime.combine(person.registered_on, time(10), tzinfo=ROME)
    at_till = registry == "till"
    consent = "" if person.consent is None else str(person.consent).lower()
    return [
        known.key,
        known.email.upper() if at_till else known.email,
        known.first_name,
        known.last_name,
        known.company,
        known.phone,
        known.mobile,
        known.street,
        known.postal_code,
        known.city,
        known.province,
        known.country,
        known.birth_date or "",
        person.gender if at_till else "",
        known.fiscal_code,
        known.vat_number,
        known.key if at_till else "",
        "",
        person.registered_on,
        "Tessera fedeltà" if at_till else "",
        "Negozio" if at_till else "Online",
        consent,
        since.isoformat() if person.consent else "",
        since.isoformat(),
    ]


def orders(sold: Sequence[Order]) -> str:
    """The receipts; one in forty is brought back, as a credit note of its own."""
    rows = []
    for order in sold:
        rows.append(_order(order, 1))
        if order.number % 40 == 0:
            rows.append(_order(order, -1))
    return _table(ORDERS, rows)


def lines(sold: Sequence[Order]) -> str:
    rows = []
    for order in sold:
        for sign in (1, -1) if order.number % 40 == 0 else (1,):
            rows += _lines(order, sign)
    return _table(LINES, rows)


def survey(people: Sequence[Person], as_of: date, rng: random.Random) -> str:
    """A questionnaire of last spring, sent by the tool used before: delivered, opened, replied."""
    start = datetime.combine(as_of - timedelta(days=200), time(11), tzinfo=ROME)
    rows = []
    asked = {
        address.lower(): person
        for person in people
        if person.consent
        and person.registered_on < start.date()
        and (address := mailing_address(person))
    }
    for email, person in list(asked.items())[:160]:
        steps = [("sent", 0), ("delivered", 4)]
        if rng.random() < 0.5:
            steps.append(("open", rng.randint(300, 90_000)))
            if rng.random() < 0.35:
                steps.append(("reply", rng.randint(90_001, 400_000)))
        for kind, seconds in steps:
            at = (start + timedelta(seconds=seconds)).isoformat()
            key = f"S{person.number:05d}"
            what = (SURVEY, SUBJECT, kind, at, "false", "true")
            rows.append([f"{key}-{kind}", key, "", email, *what])
    return _table(EVENTS, rows)


def _order(order: Order, sign: int) -> list[object]:
    at = order.placed_at if sign > 0 else order.placed_at + timedelta(minutes=50)
    return [
        _key(order, sign),
        order.person.loyalty_card if order.person else "",
        _key(order, sign),
        SHOPS[order.number % 2],
        "store",
        "sale" if sign > 0 else "return",
        at.isoformat(),
        "paid",
        "",
        at.isoformat(),
        "false",
        order.currency,
        "true",
        sign * order.discount,
        ZERO,
        sign * order.tax,
        ZERO,
        sign * (order.total - order.tip),
        at.isoformat(),
    ]


def _lines(order: Order, sign: int) -> list[list[object]]:
    return [
        [
            _key(order, sign),
            f"{_key(order, sign)}-{n}",
            line.product.sku,
            line.product.title,
            line.product.category,
            sign * line.quantity,
            line.price,
            sign * line.gross,
            sign * line.discount,
            sign * line.tax,
            str(line.product.sku.startswith("GIFT")).lower(),
        ]
        for n, line in enumerate(order.lines, start=1)
    ]


def _key(order: Order, sign: int) -> str:
    return f"{'T' if sign > 0 else 'R'}{order.number:05d}"


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
