"""Opt-outs that the published marts cannot know: they arrived, or happened, after that build."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, LiteralString

from psycopg import sql

if TYPE_CHECKING:
    from datetime import date

    import psycopg

    from scheda.project import Project

UNSUBSCRIBED = "unsubscribed after publication"
COMPLAINED = "complained after publication"
BOUNCED = "address bounced after publication"
WITHDRAWN = "consent withdrawn after publication"

_EVENTS: LiteralString = """
    select
        facts.source,
        facts.contact_key,
        lower(facts.email),
        case facts.event_type
            when 'complaint' then {complained}
            when 'unsubscribe' then {unsubscribed}
            else {bounced}
        end
    from {table} as facts
    where {late}
        and (
            facts.event_type in ('complaint', 'unsubscribe')
            or (facts.event_type = 'bounce' and facts.bounce_type = 'hard')
        )
"""
_CONTACTS: LiteralString = """
    select facts.source, facts.contact_key, lower(facts.email), {withdrawn}
    from {table} as facts
    where {late} and facts.email_consent = false
"""


@dataclass
class OptOuts:
    """Reasons by e-mail address (canonical, lower case) and by customer id."""

    by_email: dict[str, str] = field(default_factory=dict)
    by_customer: dict[str, str] = field(default_factory=dict)

    def reason(self, customer_id: str, email: str) -> str | None:
        return self.by_customer.get(customer_id) or self.by_email.get(email.lower())


def since(project: Project, conn: psycopg.Connection, *, build_id: int, as_of: date) -> OptOuts:
    """Opt-outs that build `build_id`, made for business day `as_of`, did not take into account.

    Two kinds: statements in files that no build up to that one saw (read through the staging
    views, which are open on raw), and statements dated after `as_of` (an old day exported again).
    An opt-out here only ever excludes; the next build weighs it against later consents.
    """
    end = datetime.combine(as_of + timedelta(days=1), time(), tzinfo=project.timezone)
    dated = {
        "contacts": sql.SQL("facts.email_consent_at >= {}").format(sql.Literal(end)),
        # The business day, because it is indexed.
        "message_events": sql.SQL("facts.occurred_on > {}").format(sql.Literal(as_of)),
    }
    loads = [
        row[0]
        for row in conn.execute(
            """
            select distinct coalesce(duplicate_of, load_id)
            from ops.loads
            where status in ('loaded', 'duplicate') and (build_id is null or build_id > %s)
            """,
            [build_id],
        )
    ]
    unseen = sql.SQL("facts._load_id = any({})").format(sql.Literal(loads))
    found = OptOuts()
    for entity, query in (("contacts", _CONTACTS), ("message_events", _EVENTS)):
        if loads:
            for view in _staging_views(conn, entity):
                _collect(conn, query, sql.Identifier("staging", view), unseen, found)
        if _exists(conn, f"core.{entity}"):
            _collect(conn, query, sql.Identifier("core", entity), dated[entity], found)
    _include_who_shares_an_address(conn, found)
    return found


def _include_who_shares_an_address(conn: psycopg.Connection, found: OptOuts) -> None:
    """A refusal speaks for the mailbox: also for the others whose card has the same address."""
    for customer_id, email in conn.execute(
        "select customer_id, email from marts.customer_card"
        " where customer_id = any(%s) and email is not null",
        [list(found.by_customer)],
    ):
        _keep(found.by_email, email, found.by_customer[customer_id])


def _collect(
    conn: psycopg.Connection,
    query: LiteralString,
    table: sql.Identifier,
    late: sql.Composable,
    found: OptOuts,
) -> None:
    """Add what `query` finds to `found`; the identity map says which customer a contact is."""
    facts = sql.SQL(query).format(
        table=table,
        late=late,
        complained=sql.Literal(COMPLAINED),
        unsubscribed=sql.Literal(UNSUBSCRIBED),
        bounced=sql.Literal(BOUNCED),
        withdrawn=sql.Literal(WITHDRAWN),
    )
    if _exists(conn, "core.identity_map"):
        statement = sql.SQL(
            "with late (source, contact_key, email, reason) as ({})"
            " select late.email, map.customer_id, late.reason from late"
            " left join core.identity_map as map"
            " on late.source = map.source and late.contact_key = map.contact_key"
        ).format(facts)
    else:
        statement = sql.SQL(
            "with late (source, contact_key, email, reason) as ({})"
            " select email, null, reason from late"
        ).format(facts)
    for written, customer_id, reason in conn.execute(statement):
        email = _address(written)
        if email:
            _keep(found.by_email, email, reason)
        if customer_id:
            _keep(found.by_customer, customer_id, reason)


def _address(written: str | None) -> str | None:
    """The address to write to, read as every address of a contact is."""
    if not written:
        return None
    from scheda import values

    return values.parse_one("emails", (written,))["clean"] or written.strip().lower()


def _keep(reasons: dict[str, str], key: str, reason: str) -> None:
    """One reason per person, the same whatever the order of the rows."""
    reasons[key] = min(reason, reasons.get(key, reason))


def _staging_views(conn: psycopg.Connection, entity: str) -> list[str]:
    rows = conn.execute(
        "select table_name from information_schema.tables where table_schema = 'staging'"
        " and starts_with(table_name, 'stg_') and right(table_name, %s) = %s order by 1",
        [len(entity) + 2, f"__{entity}"],
    )
    return [name for (name,) in rows]


def _exists(conn: psycopg.Connection, name: str) -> bool:
    row = conn.execute("select to_regclass(%s) is not null", [name]).fetchone()
    return bool(row and row[0])
