"""One customer's card, as a person would read it. Nothing here is logged: it is personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.rows import dict_row

from scheda import page, postgres
from scheda.errors import SchedaError

if TYPE_CHECKING:
    import psycopg
    from rich.console import RenderableType

    from scheda.project import Project

#: Sections of the page: the label of each column of customer_card, in reading order.
SECTIONS: dict[str, dict[str, str]] = {
    "Contact": {
        "email": "e-mail",
        "phone": "phone",
        "company_name": "company",
        "street": "street",
        "postal_code": "postal code",
        "city": "city",
        "province": "province",
        "country": "country",
        "birth_date": "born on",
        "gender": "gender",
    },
    "Relationship": {
        "owner_name": "salesperson",
        "registered_on": "registered on",
        "registration_source": "registered through",
        "registration_channel": "channel",
        "acquired_on": "acquired on",
        "last_contact_on": "last contact on",
        "email_consent": "may be e-mailed (consent)",
        "email_consent_at": "said so at (UTC)",
    },
    "Purchases": {
        "total_spend": "total spend",
        "orders_count": "orders",
        "products_count": "products",
        "average_order_value": "average order value",
        "first_purchase_on": "first purchase on",
        "last_purchase_on": "last purchase on",
        "purchase_days": "days with a purchase",
        "mean_days_between_purchases": "mean days between",
        "orders_per_year": "orders per year",
    },
    "E-mail": {
        "messages_sent": "sent",
        "messages_delivered": "delivered",
        "messages_bounced": "bounced",
        "messages_opened": "opened",
        "messages_human_opened": "opened by a person",
        "messages_clicked": "clicked",
        "messages_human_clicked": "clicked by a person",
    },
    "This card": {
        "completeness": "completeness",
        "sources": "known from",
        "customer_id": "customer id",
    },
}
MONEY = {"total_spend", "average_order_value"}
SHARES = {"completeness"}
_IN_TITLE = {"first_name", "last_name"}
#: What a row of `orders` shows: those of these columns that the mart has.
ORDER_COLUMNS = (
    "ordered_on",
    "order_number",
    "shop",
    "channel",
    "order_type",
    "financial_status",
    "is_purchase",
    "currency",
    "net_merchandise",
    "paid_total",
)
LAST_ORDERS = 10


def render(project: Project, email: str) -> RenderableType:
    """The published card of the person with this address, upper or lower case alike.

    SchedaError with a hint when there is none; the message does not repeat the address.
    """
    from rich.console import Group

    wanted = email.strip().lower()
    with postgres.connect(project, row_factory=dict_row) as conn:
        published = conn.execute("select side, as_of from ops.published").fetchone()
        if published is None or published["side"] == "none":
            raise SchedaError("nothing was published yet: `scheda run` makes the first cards")
        cards = _cards(conn, wanted)
        if not cards:
            raise SchedaError(_hint(conn, wanted))
        parts = [part for card in cards for part in _page(project, conn, card)]
    return Group(*parts, f"as of {published['as_of']}")


def _cards(conn: psycopg.Connection[Any], wanted: str) -> list[dict[str, Any]]:
    """Addresses on cards are lower case, so the index finds them; else every card is asked."""
    for statement in (
        "select * from marts.customer_card where email = %s order by customer_id",
        "select * from marts.customer_card where lower(email) = %s order by customer_id",
    ):
        found = conn.execute(statement, [wanted]).fetchall()
        if found:
            return found
    return []


def _hint(conn: psycopg.Connection[Any], wanted: str) -> str:
    if "@" not in wanted:
        return "a card is found by e-mail address, such as `scheda card name@example.com`"
    points = conn.execute("select to_regclass('core.contact_points') as name").fetchone()
    if (
        points["name"]
        and conn.execute(
            "select 1 from core.contact_points where email = %s limit 1", [wanted]
        ).fetchone()
    ):
        return (
            "this address is known, but not yet on a published card: it came after the last "
            "publication, or its night was stopped at the gate (`scheda status` tells)"
        )
    return (
        "no card has this e-mail address. Check the spelling; if its source has it, "
        "`scheda status` shows whether the file arrived and was read"
    )


def _page(
    project: Project, conn: psycopg.Connection[Any], card: dict[str, Any]
) -> list[RenderableType]:
    from rich.text import Text

    currency = str(project.settings.get("business_currency", ""))
    name = " ".join(filter(None, (card.get("first_name"), card.get("last_name"))))
    title = name or card.get("company_name") or card.get("email") or card["customer_id"]
    parts: list[RenderableType] = [Text(str(title), style="bold underline"), Text()]
    placed = {column for labels in SECTIONS.values() for column in labels} | _IN_TITLE
    rest = {name: name.replace("_", " ") for name in card if name not in placed}
    for section, labels in {**SECTIONS, "More": rest}.items():
        pairs = [
            (label, _value(column, card[column], currency))
            for column, label in labels.items()
            if column in card
        ]
        if pairs:
            parts.append(page.facts(section, pairs))
    parts.append(_segments(conn, card["customer_id"]))
    parts.append(_orders(conn, card["customer_id"]))
    return parts


def _value(column: str, value: Any, currency: str) -> Any:
    if value is None:
        return None
    if column in MONEY:
        return f"{value:,} {currency}".strip()
    if column in SHARES:
        return f"{float(value):.0%}"
    return value


def _segments(conn: psycopg.Connection[Any], customer_id: str) -> RenderableType:
    found = conn.execute(
        "select member.segment, segment.description"
        " from marts.segment_members as member"
        " left join marts.segments as segment on member.segment = segment.segment"
        " where member.customer_id = %s order by member.segment",
        [customer_id],
    ).fetchall()
    rows = [(row["segment"], row["description"]) for row in found]
    return page.table("Segments", ["segment", "who is in it"], rows)


def _orders(conn: psycopg.Connection[Any], customer_id: str) -> RenderableType:
    known = conn.execute(
        "select column_name from information_schema.columns"
        " where table_schema = 'marts' and table_name = 'orders'"
    ).fetchall()
    names = {row["column_name"] for row in known}
    columns = [name for name in ORDER_COLUMNS if name in names]
    statement = sql.SQL(
        "select {} from marts.orders where customer_id = {} order by ordered_on desc, {} desc"
        " limit {}"
    ).format(
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.Literal(customer_id),
        sql.Identifier("order_key" if "order_key" in names else columns[0]),
        sql.Literal(LAST_ORDERS),
    )
    rows = [[row[name] for name in columns] for row in conn.execute(statement)]
    head = [name.replace("_", " ") for name in columns]
    return page.table(f"Last orders (at most {LAST_ORDERS})", head, rows)
