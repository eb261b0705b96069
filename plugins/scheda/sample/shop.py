"""The web shop's export: one JSON document per order and line, money as text."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from scheda.sample.orders import ROME, Order
from scheda.sample.records import record, shop_address
from scheda.sample.vocabulary import GIFT_CARD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scheda.sample.people import Person


def months(histories: Sequence[Sequence[Order]], *, as_of: date) -> dict[str, list[Order]]:
    """The files of the shop: one per month with its orders as they stood at the month's end, and
    one of updates with the last state of those that changed later."""
    files: dict[str, list[Order]] = defaultdict(list)
    updates: list[Order] = []
    for versions in histories:
        month = versions[0].placed_at.astimezone(ROME).strftime("%Y-%m")
        inside = [v for v in versions if v.updated_at.astimezone(ROME).strftime("%Y-%m") <= month]
        written = inside[-1] if inside else versions[0]
        files[f"orders_{month}.jsonl"].append(written)
        if versions[-1] is not written:
            updates.append(versions[-1])
        elif written.number % 97 == 0:
            updates.append(written)  # sent again, unchanged
    files[f"orders_{as_of}_updates.jsonl"] = updates
    return dict(files)


def document(order: Order) -> dict[str, Any]:
    """The order as the shop's API writes it."""
    person = order.person
    return {
        "id": order.number,
        "number": f"W{order.number}",
        "store": order.store,
        "channel": order.channel,
        "created_at": _stamp(order.placed_at),
        "updated_at": _stamp(order.updated_at),
        "financial_status": order.status,
        "cancelled_at": _stamp(order.cancelled_at),
        "fulfilled_at": _stamp(order.fulfilled_at if not order.cancelled_at else None),
        "test": order.is_test,
        "currency": order.currency if order.number % 13 else order.currency.lower(),
        **({"exchange_rate": str(order.rate)} if order.rate else {}),
        "taxes_included": order.taxes_included,
        "customer": None if person is None or order.is_guest else _customer(person),
        "email": _typed(shop_address(person), order.number) if person else None,
        "lines": [
            {
                "id": line.number,
                "sku": line.product.sku,
                "title": line.product.title,
                "category": line.product.category,
                "quantity": line.quantity,
                "price": str(line.price),
                "discount": str(line.discount),
                "tax": str(line.tax),
                "gift_card": line.product is GIFT_CARD,
            }
            for line in order.lines
        ],
        "discount_total": str(order.discount),
        "shipping": str(order.shipping),
        "tax": str(order.tax),
        "tip": str(order.tip),
        "total": str(order.total),
        "refunds": [
            {
                "id": given.number,
                "created_at": _stamp(given.at),
                "merchandise": str(given.merchandise),
                "tax": str(given.tax),
                "shipping": str(given.shipping),
            }
            for given in order.refunds
        ],
    }


def lines(orders: Iterable[Order]) -> list[str]:
    """One compact JSON document per order."""
    return [_text(document(order)) for order in orders]


def spoiled(orders: Sequence[Order]) -> tuple[list[str], int, int]:
    """Three documents that cannot be orders (no id, an impossible day, a sale below zero) and one
    line that the connection cut in two: (lines, to quarantine, to reject)."""
    documents = [document(order) for order in orders[:4]]
    for offset, wrong in enumerate(documents):
        wrong["id"] = 900_001 + offset
        wrong["number"] = f"W{900_001 + offset}"
    documents[0]["id"] = None
    documents[1]["created_at"] = f"{documents[1]['created_at'][:4]}-02-31T10:00:00+01:00"
    documents[2]["total"] = "-" + documents[2]["total"]
    whole = [_text(found) for found in documents]
    return [*whole[:3], whole[3][: len(whole[3]) // 2]], 3, 1


def _customer(person: Person) -> dict[str, Any]:
    registered = datetime.combine(person.registered_on, datetime.min.time(), tzinfo=ROME)
    known = record(person, "shop")
    return {
        "id": person.shop_id,
        "email": _typed(known.email, person.number),
        "first_name": known.first_name.lower() if person.number % 7 == 0 else known.first_name,
        "last_name": known.last_name.upper() if person.number % 9 == 0 else known.last_name,
        "phone": known.phone or None,
        "accepts_marketing": bool(person.consent),
        "accepts_marketing_updated_at": _stamp(registered) if person.consent else None,
        "created_at": _stamp(registered),
        "address": {
            "company": known.company or None,
            "street": known.street,
            "postal_code": known.postal_code,
            "city": known.city,
            "province": known.province or None,
            "country": known.country,
        },
    }


def _typed(email: str | None, number: int) -> str | None:
    """As typed at the checkout: some like capitals."""
    if not email:
        return None
    return email.capitalize() if number % 11 == 0 else email


def _stamp(at: datetime | None) -> str | None:
    """ISO 8601; two servers write it, one in Rome's time and one in UTC."""
    if at is None:
        return None
    if at.tzinfo is UTC:
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return at.isoformat(timespec="seconds")


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
