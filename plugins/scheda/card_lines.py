"""The lines of a card: what a salesperson reads at a glance, one thought per line."""

from __future__ import annotations

from typing import Any

from scheda.page import words

Pairs = list[tuple[str, Any]]

#: The columns in the order of the page; what is not here comes under "More", column by column.
READ = (
    "title", "first_name", "last_name", "company_id", "company_name", "vat_number", "email",
    "is_shared_email", "phone", "phone_type", "mobile", "street", "postal_code", "city",
    "province", "region", "country", "birth_date", "gender", "fiscal_code", "loyalty_card",
    "owner_name", "registered_on", "registration_source", "registration_channel", "acquired_on",
    "last_contact_on", "email_consent", "email_consent_at", "total_spend", "orders_count",
    "products_count", "average_order_value", "first_purchase_on", "last_purchase_on",
    "purchase_days", "mean_days_between_purchases", "orders_per_year", "messages_sent",
    "messages_delivered", "messages_bounced", "messages_opened", "messages_human_opened",
    "messages_clicked", "messages_human_clicked", "completeness", "sources", "customer_id",
)  # fmt: skip
SEPARATOR = " · "
GENDERS = {"F": "woman", "M": "man"}


def reading_order(field: str) -> tuple[int, str]:
    """Where a column of the card stands on the page; unknown ones last, by name."""
    return (READ.index(field) if field in READ else len(READ), field)


def headline(card: dict[str, Any]) -> str:
    """The name with its title, otherwise the best that is known."""
    name = " ".join(filter(None, map(card.get, ("title", "first_name", "last_name"))))
    return str(name or card.get("company_name") or card.get("email") or card["customer_id"])


def sections(card: dict[str, Any], currency: str, beside: dict[str, Any]) -> dict[str, Pairs]:
    """Titled blocks of (label, value); a value of None is not known and not shown.

    card      a row of customer_card, columns that a mart lacks left out
    beside    the customer's rows of owner_conflicts ("owner"), card_completeness ("missing") and
              completeness_work_list ("ask"); {} where there is none
    """
    rest = [(name.replace("_", " "), value) for name, value in card.items() if name not in READ]
    return {
        "Contact": _contact(card),
        "Relationship": _relationship(card, beside),
        "Purchases": _purchases(card, currency),
        "E-mail": _messages(card),
        "This card": _itself(card, beside),
        "More": rest,
    }


def _joined(*values: Any) -> str | None:
    return SEPARATOR.join(words(value) for value in values if value not in (None, "")) or None


def _with(value: Any, note: str | None) -> str | None:
    """A value with a note in brackets; nothing without a value."""
    if value in (None, ""):
        return None
    return f"{words(value)} ({note})" if note else words(value)


def _contact(card: dict[str, Any]) -> Pairs:
    get = card.get
    town = " ".join(filter(None, (get("postal_code"), get("city"))))
    province = f"({get('province')})" if get("province") else ""
    mobile = get("mobile") if get("mobile") != get("phone") else None
    line = str(get("phone_type") or "").replace("_", " ") or None
    return [
        ("e-mail", _with(get("email"), "shared with others" if get("is_shared_email") else None)),
        ("may be e-mailed", _consent(card)),
        ("phone", _with(get("phone"), line)),
        ("mobile", mobile),
        (
            "address",
            _joined(
                get("street"), " ".join(filter(None, (town, province))), get("region"),
                get("country"),
            ),
        ),
        ("born on", _with(get("birth_date"), GENDERS.get(str(get("gender"))))),
        ("gender", None if get("birth_date") else GENDERS.get(str(get("gender")), get("gender"))),
        ("company", _joined(get("company_name"), _said("VAT", get("vat_number")))),
        ("fiscal code", get("fiscal_code")),
        ("loyalty card", get("loyalty_card")),
    ]  # fmt: skip


def _said(label: str, value: Any) -> str | None:
    return f"{label} {value}" if value else None


def _consent(card: dict[str, Any]) -> str | None:
    if "email_consent" not in card:
        return None
    if card["email_consent"] is None:
        return "nobody asked yet"
    at = card.get("email_consent_at")
    return _with(card["email_consent"], f"said so {words(at)} UTC" if at else None)


def _relationship(card: dict[str, Any], beside: dict[str, Any]) -> Pairs:
    get = card.get
    others = (beside.get("owner") or {}).get("other_owners")
    return [
        ("salesperson", _with(get("owner_name"), f"others name {others}" if others else None)),
        (
            "registered on",
            _joined(
                get("registered_on"), get("registration_source"), get("registration_channel")
            ),
        ),
        ("acquired on", get("acquired_on")),
        ("last contact on", get("last_contact_on")),
    ]  # fmt: skip


def _purchases(card: dict[str, Any], currency: str) -> Pairs:
    get = card.get
    spend, average = (
        f"{value:,} {currency}".strip() if value is not None else None
        for value in (get("total_spend"), get("average_order_value"))
    )
    days = _joined(get("first_purchase_on"), get("last_purchase_on"))
    return [
        ("total spend", spend),
        ("orders", _with(get("orders_count"), f"{average} on average" if average else None)),
        ("products", _plain(get("products_count"))),
        ("first and last purchase", days),
        ("days with a purchase", get("purchase_days")),
        ("mean days between", get("mean_days_between_purchases")),
        ("orders per year", get("orders_per_year") or None),
    ]


def _plain(quantity: Any) -> str | None:
    """8.000 pieces are 8; half a metre stays 0.5."""
    if quantity is None:
        return None
    text = f"{quantity:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _messages(card: dict[str, Any]) -> Pairs:
    """Counts that are all zero say one thing: nobody ever wrote."""
    get = card.get
    if not get("messages_sent"):
        return []
    return [
        (
            "sent",
            _with(
                get("messages_sent"),
                f"{words(get('messages_delivered'))} arrived,"
                f" {words(get('messages_bounced'))} came back",
            ),
        ),
        ("opened by a person", _of_all(get("messages_human_opened"), get("messages_opened"))),
        ("clicked by a person", _of_all(get("messages_human_clicked"), get("messages_clicked"))),
    ]


def _of_all(human: Any, reported: Any) -> str | None:
    return _with(human, f"{words(reported)} reported" if reported is not None else None)


def _itself(card: dict[str, Any], beside: dict[str, Any]) -> Pairs:
    get = card.get
    share = get("completeness")
    ask = beside.get("ask") or {}
    missing = (beside.get("missing") or {}).get("missing_fields")
    question = None
    if ask:
        at = f" at {ask['ask_at']}" if ask.get("ask_at") else ""
        question = f"{ask['next_field'].replace('_', ' ')}, {ask['ask_by']}{at} ({ask['why']})"
    return [
        ("completeness", f"{float(share):.0%}" if share is not None else None),
        ("missing", missing.replace("_", " ") if missing else None),
        ("ask next", question),
        ("known from", get("sources")),
        ("customer id", get("customer_id")),
    ]
