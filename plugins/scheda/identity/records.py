"""The records that a person means by an e-mail address or by source:key."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from psycopg import sql

from scheda import values
from scheda.errors import SchedaError

if TYPE_CHECKING:
    import psycopg

#: A point of identity: source and the source's own key.
Point = tuple[str, str]


class Record(NamedTuple):
    """One contact point, as a person would tell it apart from others."""

    source: str
    contact_key: str
    customer_id: str | None
    name: str | None
    email: str | None
    has_contact_row: bool

    @property
    def point(self) -> Point:
        return self.source, self.contact_key

    @property
    def label(self) -> str:
        return f"{self.source}:{self.contact_key}"


def find(conn: psycopg.Connection, meant: str) -> list[Record]:
    """The records of an e-mail address (however it is written), or the one of source:key; those
    with a contact row first.

    Raises SchedaError, without repeating what was asked, when there is none.
    """
    if conn.execute("select to_regclass('core.identity_map')").fetchone()[0] is None:
        raise SchedaError(
            "nobody is known yet: `scheda run` or `scheda build` makes the first cards"
        )
    text = meant.strip()
    source, colon, key = text.partition(":")
    if colon and _is_source(conn, source):
        found = _records(conn, "points.source = %s and points.contact_key = %s", [source, key])
    elif "@" in text:
        read = values.parse_one("emails", (text,))
        found = _records(
            conn,
            "points.email = %s or points.email_key = %s",
            [read["clean"] or text.lower(), read["match_key"] or text.lower()],
        )
    else:
        raise SchedaError("say who by an e-mail address, or by source:key (such as crm:C123)")
    if not found:
        what = "key in that source" if colon and "@" not in text.partition(":")[0] else "address"
        raise SchedaError(
            f"no record has this {what}. Check the spelling; if its source has it, `scheda status`"
            " shows whether the file arrived and was read"
        )
    return found


def _is_source(conn: psycopg.Connection, name: str) -> bool:
    row = conn.execute(
        "select exists (select 1 from core.contact_points where source = %s)", [name]
    ).fetchone()
    return bool(row and row[0])


def described(conn: psycopg.Connection, points: list[Point]) -> dict[Point, Record]:
    """The records at these points."""
    sources, keys = zip(*points, strict=True) if points else ((), ())
    found = _records(
        conn,
        "(points.source, points.contact_key) in"
        " (select * from unnest(cast(%s as text[]), cast(%s as text[])))",
        [list(sources), list(keys)],
    )
    return {record.point: record for record in found}


def _records(conn: psycopg.Connection, condition: str, parameters: list[object]) -> list[Record]:
    rows = conn.execute(
        sql.SQL(
            """
            select
                points.source, points.contact_key, map.customer_id,
                nullif(concat_ws(' ', contacts.first_name, contacts.last_name), ''),
                points.email, points.has_contact_row
            from core.contact_points as points
            left join core.identity_map as map
                on points.source = map.source and points.contact_key = map.contact_key
            left join core.uniform_contacts as contacts
                on points.source = contacts.source and points.contact_key = contacts.contact_key
            where {condition}
            order by
                points.has_contact_row desc, points.registered_on nulls last,
                points.source, points.contact_key
            """
        ).format(condition=sql.SQL(condition)),
        parameters,
    ).fetchall()
    return [Record(*row) for row in rows]
