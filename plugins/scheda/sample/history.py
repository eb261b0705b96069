"""Two years of purchases: who ordered what and when, and what happened to the order afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from scheda.sample.orders import ZERO, Order, at_night, instant, new_order, refund
from scheda.sample.vocabulary import PRODUCTS

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence
    from datetime import date, datetime

    from scheda.sample.people import Person

_CATEGORIES = sorted({product.category for product in PRODUCTS})


def shop_orders(people: Sequence[Person], as_of: date, rng: random.Random) -> list[list[Order]]:
    """Every order of the shop as its successive versions, the oldest order first."""
    plans = [plan for person in people for plan in _plans(person, as_of, rng)]
    plans += [(as_of - timedelta(days=rng.randint(0, 720)), None) for _ in range(40)]
    plans.sort(key=lambda plan: (plan[0], plan[1].number if plan[1] else 0))
    found: list[list[Order]] = []
    for number, (day, person) in enumerate(plans, start=1001):
        found.append(_life(_place(number, person, day, as_of, rng), as_of, rng))
    return found


def _plans(person: Person, as_of: date, rng: random.Random) -> list[tuple[date, Person | None]]:
    """The days on which this person buys in the shop."""
    span = (as_of - person.registered_on).days
    count, oldest, newest = {
        "once": (1, span, 0),
        "few": (rng.randint(2, 5), span, 0),
        "loyal": (rng.randint(10, 18), span, 0),
        "dormant": (rng.choices((1, 2, 3), (60, 25, 15))[0], span, 400),
        "young": (rng.randint(1, 3), 29, 1),
        "new": (rng.choice((0, 1)), max(span - 1, 0), 0),
        "foreign": (rng.randint(1, 4), span, 0),
    }.get(person.behaviour, (0, 0, 0))
    return [
        (as_of - timedelta(days=rng.randint(newest, max(oldest, newest))), person)
        for _ in range(count)
    ]


def _place(number: int, person: Person | None, day: date, as_of: date, rng: random.Random) -> Order:
    """One order of that day, at any hour; some shortly before midnight, UTC."""
    channel = rng.choices(("online", "phone", "marketplace"), (90, 6, 4))[0]
    minimum = ZERO
    favourite = None
    if person and person.behaviour == "young":
        channel, minimum = "online", Decimal("130")
    if person is None:
        channel = rng.choice(("phone", "marketplace"))
    elif person.number % 3 == 0:
        favourite = _CATEGORIES[person.number % len(_CATEGORIES)]
    at = at_night(day) if number % 61 == 0 else instant(day, rng)
    order = new_order(
        number, person, at, rng, channel=channel, minimum=minimum, favourite=favourite
    )
    guest = person is not None and (not person.has_account or rng.random() < 0.04)
    order = replace(order, is_guest=guest, is_test=number % 701 == 0)
    if number % 907 == 0:  # a present for a journalist: everything discounted
        gift = sum((line.gross - line.discount for line in order.lines), ZERO)
        free = tuple(replace(line, tax=ZERO) for line in order.lines)
        nothing = {"shipping": ZERO, "shipping_tax": ZERO, "tip": ZERO}
        order = replace(order, lines=free, discount=gift, **nothing)
    if number % 5 == 0 and order.currency == "USD":
        order = replace(order, rate=None)  # that gateway does not say the rate
    return order


def _life(order: Order, as_of: date, rng: random.Random) -> list[Order]:
    """The order as first written, then as changed later, never after the end of `as_of`."""
    end = instant(as_of, rng, hours=(23, 24))
    if (order.person and order.person.behaviour == "young") or order.is_test:
        return [order]
    fate = rng.random()
    if fate < 0.02:
        status = rng.choice(("pending", "authorized", "voided"))
        order = replace(order, status=status, fulfilled_at=None)
    elif fate < 0.025:
        order = replace(order, status="partially_paid")
    later = _cancelled if fate < 0.045 else _refunds if fate < 0.125 else _edited
    return [order, *(later(order, rng, end) if 0.025 <= fate < 0.135 else [])]


def _cancelled(order: Order, rng: random.Random, end: datetime) -> list[Order]:
    """Called off before it left the store, and paid back."""
    at = order.placed_at + timedelta(hours=rng.randint(2, 40))
    if at >= end:
        return []
    given = refund(order, at, Decimal(1))
    gone = replace(order, updated_at=at, cancelled_at=at, fulfilled_at=None)
    return [replace(gone, status="refunded", refunds=(given,))]


def _refunds(order: Order, rng: random.Random, end: datetime) -> list[Order]:
    """Goods given back days or months later, often after the month has closed."""
    versions: list[Order] = []
    whole = rng.random() < 0.35
    at = order.placed_at
    shares = [Decimal(1)] if whole else [Decimal("0.25")] * rng.randint(1, 2)
    for share in shares:
        at += timedelta(days=rng.randint(3, 55), hours=rng.randint(0, 5))
        if at >= end:
            break
        given = (*order.refunds, refund(order, at, share))
        status = "refunded" if whole else "partially_refunded"
        order = replace(order, status=status, updated_at=at, refunds=given)
        versions.append(order)
    return versions


def _edited(order: Order, rng: random.Random, end: datetime) -> list[Order]:
    """One line less than ordered: the lines of the first version must vanish."""
    at = order.placed_at + timedelta(hours=rng.randint(1, 20))
    if len(order.lines) < 2 or at >= end or order.discount:
        return []
    return [replace(order, updated_at=at, lines=order.lines[:-1])]
