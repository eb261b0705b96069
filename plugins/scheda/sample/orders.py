"""The orders of the sample company, as facts; shop.py and till.py write them in their own ways."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from scheda.sample.vocabulary import BOOK, GIFT_CARD, PRODUCTS, Product

if TYPE_CHECKING:
    import random

    from scheda.sample.people import Person

ROME = ZoneInfo("Europe/Rome")
CENT = Decimal("0.01")
ZERO = Decimal("0.00")
#: Business currency per 1 unit, drifting by one day's worth of noise around these.
RATES = {"EUR": 1.0, "CHF": 1.0634, "GBP": 1.1521, "USD": 0.9187}
#: VAT is inside the price at home and in Switzerland; exports are priced without it.
VAT_ABROAD = {"CHF": Decimal("0.081"), "GBP": Decimal("0"), "USD": Decimal("0")}


@dataclass(frozen=True)
class Line:
    """One article of an order; amounts in the order's currency, as priced."""

    number: int
    product: Product
    quantity: int
    price: Decimal
    discount: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        return self.price * self.quantity


@dataclass(frozen=True)
class Refund:
    """Money given back: merchandise with the order's VAT convention, of which tax."""

    number: int
    at: datetime
    merchandise: Decimal
    tax: Decimal
    shipping: Decimal


@dataclass(frozen=True)
class Order:
    """One order at one moment: facts later than `updated_at` are not in it yet."""

    number: int
    person: Person | None
    placed_at: datetime
    updated_at: datetime
    channel: str
    store: str
    status: str
    currency: str
    rate: Decimal | None
    taxes_included: bool
    lines: tuple[Line, ...]
    discount: Decimal = ZERO
    shipping: Decimal = ZERO
    shipping_tax: Decimal = ZERO
    tip: Decimal = ZERO
    is_guest: bool = False
    is_test: bool = False
    cancelled_at: datetime | None = None
    fulfilled_at: datetime | None = None
    refunds: tuple[Refund, ...] = field(default=())

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), self.shipping_tax)

    @property
    def merchandise(self) -> Decimal:
        """After every discount, with the order's VAT convention."""
        return sum((line.gross - line.discount for line in self.lines), -self.discount)

    @property
    def total(self) -> Decimal:
        """What the customer pays."""
        tax = ZERO if self.taxes_included else self.tax
        return self.merchandise + self.shipping + self.tip + tax


def instant(day: date, rng: random.Random, *, hours: tuple[int, int] = (8, 23)) -> datetime:
    """An instant of the business day `day`, in Rome's time."""
    seconds = rng.randint(hours[0] * 3600, hours[1] * 3600 - 1)
    return datetime.combine(day, time(0), tzinfo=ROME) + timedelta(seconds=seconds)


def new_order(
    number: int,
    person: Person | None,
    at: datetime,
    rng: random.Random,
    *,
    channel: str = "online",
    minimum: Decimal = ZERO,
    favourite: str | None = None,
) -> Order:
    """A paid order placed at `at`, worth at least `minimum` of merchandise without VAT."""
    currency = person.currency if person else "EUR"
    chosen = [product for product in PRODUCTS if favourite in (None, product.category)]
    basket = [rng.choice(chosen) for _ in range(rng.choices((1, 2, 3, 4), (48, 30, 15, 7))[0])]
    if rng.random() < 0.06:
        basket.append(BOOK)
    if rng.random() < 0.025:
        basket.append(GIFT_CARD)
    while sum((p.price for p in basket), ZERO) < minimum * Decimal("1.25"):
        basket.append(rng.choice(chosen))
    # Half of the promotions are on the order, half on its lines; the tax is after both.
    promotion = rng.choice((0, 10, 15, 20)) if rng.random() < 0.22 and not minimum else 0
    on_order = rng.random() < 0.5
    lines = tuple(
        _line(number * 10 + position, product, currency, promotion, on_order, rng)
        for position, product in enumerate(basket, start=1)
    )
    merchandise = sum((line.gross - line.discount for line in lines), ZERO)
    discount = ZERO
    if on_order and promotion:
        discount = sum((_share(line.gross, promotion) for line in lines), ZERO)
    shipping = ZERO if merchandise > 90 or channel != "online" else Decimal("6.90")
    included = currency in ("EUR", "CHF")
    rate = None
    if currency != "EUR":
        rate = Decimal(str(round(RATES[currency] * (1 + rng.uniform(-0.01, 0.01)), 6)))
    return Order(
        number=number,
        person=person,
        placed_at=at,
        updated_at=at + timedelta(minutes=rng.randint(1, 8)),
        channel=channel,
        store="aurora.example" if currency == "EUR" else "export.aurora.example",
        status="paid",
        currency=currency,
        rate=rate,
        taxes_included=included,
        lines=lines,
        discount=discount,
        shipping=shipping,
        shipping_tax=_tax(shipping, Decimal("0.22")) if currency == "EUR" else ZERO,
        tip=Decimal(rng.choice(("2.00", "5.00"))) if rng.random() < 0.01 else ZERO,
        fulfilled_at=at + timedelta(days=2, hours=3) if rng.random() < 0.97 else None,
    )


def refund(order: Order, at: datetime, share: Decimal) -> Refund:
    """Give back this share of the merchandise; the shipping too when it is the whole order."""
    return Refund(
        number=order.number * 100 + len(order.refunds) + 1,
        at=at,
        merchandise=_cents(order.merchandise * share),
        tax=_cents(sum((line.tax for line in order.lines), ZERO) * share),
        shipping=order.shipping if share == 1 else ZERO,
    )


def at_night(day: date) -> datetime:
    """23:30 UTC of the day before: in Rome it is `day` already."""
    return datetime.combine(day - timedelta(days=1), time(23, 30), tzinfo=UTC)


def _line(
    number: int, product: Product, currency: str, promotion: int, on_order: bool, rng: random.Random
) -> Line:
    factor = Decimal(str(round(1 / RATES[currency], 2)))
    price = _cents(product.price * factor)
    if currency in ("GBP", "USD"):
        price = _cents(price / (1 + product.vat))
    quantity = rng.choices((1, 2, 3, 6), (82, 12, 4, 2))[0]
    reduced = _share(price * quantity, promotion)
    vat = product.vat if currency == "EUR" else VAT_ABROAD[currency]
    return Line(
        number=number,
        product=product,
        quantity=quantity,
        price=price,
        discount=ZERO if on_order else reduced,
        tax=_tax(price * quantity - reduced, vat if product.vat else Decimal("0")),
    )


def _share(amount: Decimal, percent: int) -> Decimal:
    return _cents(amount * percent / 100)


def _tax(amount: Decimal, vat: Decimal) -> Decimal:
    """The VAT inside an amount."""
    return _cents(amount * vat / (1 + vat))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
