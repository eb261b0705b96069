"""One customer's card, as a person would read it. Nothing here is logged: it is personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.rows import dict_row

from scheda import card_lines, page, postgres
from scheda.errors import SchedaError

if TYPE_CHECKING:
    import psycopg
    from rich.console import RenderableType

    from scheda.project import Project

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


def render(project: Project, email: str, *, fields: bool = False) -> RenderableType:
    """The published card of the person with this address, upper or lower case alike; of everybody
    who shares it, where they are several.

    fields   add where each value comes from, why, and what lost
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
        parts = [part for card in cards for part in _page(project, conn, card, fields)]
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
    if _exists(conn, "marts.customer_card_fields") and (
        conn.execute(
            "select 1 from marts.customer_card_fields"
            " where field = 'email' and strpos(losing_values, %s) > 0 limit 1",
            [f"{wanted} ("],
        ).fetchone()
    ):
        return (
            "no card shows this address, but one knows it beside a better one: look for it in "
            "marts.customer_card_fields, where the values that lost are kept"
        )
    if _exists(conn, "core.contact_points") and (
        conn.execute(
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
    project: Project, conn: psycopg.Connection[Any], card: dict[str, Any], fields: bool
) -> list[RenderableType]:
    from rich.text import Text

    customer = card["customer_id"]
    currency = str(project.settings.get("business_currency", ""))
    beside = {
        "owner": _one(conn, "owner_conflicts", customer),
        "missing": _one(conn, "card_completeness", customer),
        "ask": _one(conn, "completeness_work_list", customer),
    }
    parts: list[RenderableType] = [Text(card_lines.headline(card), style="bold underline"), Text()]
    for section, pairs in card_lines.sections(card, currency, beside).items():
        known = [(label, value) for label, value in pairs if value not in (None, "")]
        if known:
            parts.append(page.facts(section, known))
    parts.append(_segments(conn, customer))
    parts.append(_orders(conn, customer))
    if fields:
        parts.append(_fields(conn, customer))
    return parts


def _exists(conn: psycopg.Connection[Any], name: str) -> bool:
    return conn.execute("select to_regclass(%s) as name", [name]).fetchone()["name"] is not None


def _one(conn: psycopg.Connection[Any], mart: str, customer_id: str) -> dict[str, Any]:
    """The customer's row of a mart; empty when there is none, or no such mart yet."""
    if not _exists(conn, f"marts.{mart}"):
        return {}
    statement = sql.SQL("select * from {} where customer_id = %s").format(
        sql.Identifier("marts", mart)
    )
    return conn.execute(statement, [customer_id]).fetchone() or {}


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


def _fields(conn: psycopg.Connection[Any], customer_id: str) -> RenderableType:
    """In the order in which a person reads a card."""
    if not _exists(conn, "marts.customer_card_fields"):
        raise SchedaError("the published marts do not say yet where fields come from: `scheda run`")
    found = conn.execute(
        "select field, value, source, contact_key, said_on, rule, losing_values"
        " from marts.customer_card_fields where customer_id = %s",
        [customer_id],
    ).fetchall()
    found.sort(key=lambda row: card_lines.reading_order(row["field"]))
    rows = [
        (
            row["field"].replace("_", " "),
            row["value"],
            " ".join(filter(None, (row["source"], row["contact_key"]))) or None,
            str(row["said_on"]) if row["said_on"] else None,
            row["rule"],
            row["losing_values"],
        )
        for row in found
    ]
    head = ["field", "value", "record", "said on", "because", "others say"]
    return page.table("Where it comes from", head, rows)
