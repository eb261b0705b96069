"""What two people's records share although they are two, and what keeps them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql

from scheda import page
from scheda.identity import declared
from scheda.matching.names import Name, compare

if TYPE_CHECKING:
    import psycopg
    from rich.console import RenderableType

    from scheda.identity.records import Record
    from scheda.project import Project

Sides = dict[str, list[str]]

#: Both sides' records as tables `mine` and `theirs`.
_SIDES = """
with mine as (
    select * from unnest(cast(%(my_sources)s as text[]), cast(%(my_keys)s as text[]))
        as points (source, contact_key)
),
theirs as (
    select * from unnest(cast(%(their_sources)s as text[]), cast(%(their_keys)s as text[]))
        as points (source, contact_key)
)
"""

_SHARED = """
select distinct one.kind, one.value
from mine
inner join core.identifiers as one using (source, contact_key)
inner join core.identifiers as other on one.kind = other.kind and one.value = other.value
inner join theirs on (other.source, other.contact_key) = (theirs.source, theirs.contact_key)
order by one.kind, one.value
"""

#: Why a value joins nobody, or not everybody; what concerns just these records before the rest.
_GUARDS = """
select evidence.guard, evidence.people_count
from core.identity_evidence as evidence
where evidence.kind = %(kind)s and evidence.value = %(value)s and evidence.guard is not null
order by
    (
        (evidence.left_source, evidence.left_key) in (select * from mine)
        or (evidence.left_source, evidence.left_key) in (select * from theirs)
    )
    and (
        (evidence.right_source, evidence.right_key) in (select * from mine)
        or (evidence.right_source, evidence.right_key) in (select * from theirs)
    ) desc,
    evidence.guard
limit 1
"""

#: Rows of a table about pairs of points, of which one is mine and one is theirs.
_BETWEEN = """
select {said}
from {table}
where
    {condition}
    and (
        ((left_source, left_key) in (select * from mine)
        and (right_source, right_key) in (select * from theirs))
        or ((left_source, left_key) in (select * from theirs)
        and (right_source, right_key) in (select * from mine))
    )
order by 1
"""

_CHAIN = """
select exists (
    select 1
    from mine
    inner join core.identity_components as one using (source, contact_key)
    inner join core.identity_components as other on one.cluster_id = other.cluster_id
    inner join theirs on (other.source, other.contact_key) = (theirs.source, theirs.contact_key)
)
"""

_KEYS = """
select 'mine', first_key, last_key
from mine
inner join core.uniform_contacts using (source, contact_key)
union
select 'theirs', first_key, last_key
from theirs
inner join core.uniform_contacts using (source, contact_key)
"""

#: What is known of all records of the customers of one side.
_KNOWN = """
select
    array_agg(distinct contacts.fiscal_code) filter (where contacts.fiscal_code is not null),
    array_agg(distinct cast(contacts.birth_date as text))
        filter (where contacts.birth_date is not null)
from {side} as side
inner join core.identity_map as one
    on (side.source, side.contact_key) = (one.source, one.contact_key)
inner join core.identity_map as map on one.customer_id = map.customer_id
inner join core.uniform_contacts as contacts
    on (map.source, map.contact_key) = (contacts.source, contacts.contact_key)
"""


def told(
    project: Project, conn: psycopg.Connection, mine: list[Record], theirs: list[Record]
) -> RenderableType:
    """The values that both sides have, each with the guard that keeps it from joining them; what
    contradicts; what a person decided; what a matcher proposes."""
    from rich.console import Group

    sides: dict[str, Any] = {
        "my_sources": [record.source for record in mine],
        "my_keys": [record.contact_key for record in mine],
        "their_sources": [record.source for record in theirs],
        "their_keys": [record.contact_key for record in theirs],
    }
    reasons = declared.reasons(project)
    shared = conn.execute(_SIDES + _SHARED, sides).fetchall()
    rows = [(kind, value, *_guard(conn, sides, reasons, kind, value)) for kind, value in shared]
    title = "They are two people" + ("" if rows else ", and share nothing that a rule looks at")
    facts = [
        ("their names", _names(conn, sides)),
        *_contradictions(conn, sides),
        *(("a person decided", text) for text in _between(conn, sides, *_DECIDED)),
        *(("a matcher says", text) for text in _between(conn, sides, *_PROPOSED)),
    ]
    if conn.execute(_SIDES + _CHAIN, sides).fetchone() == (True,):
        facts.append(("evidence", "a chain leads from one to the other; a guard parts it"))
    parts: list[RenderableType] = [page.facts(title, facts)]
    if rows:
        head = ["they share", "value", "it does not join them, because", "what to do"]
        parts.append(page.table("What they share", head, rows))
    return Group(*parts)


_DECIDED = (
    "human_decisions",
    "concat_ws(', ', decision, decided_by, decided_on, note)",
    "true",
)
_PROPOSED = (
    "proposed_pairs",
    "matcher || ', probability ' || round(probability::numeric, 3) || ': ' || evidence",
    "is_present",
)


def _between(
    conn: psycopg.Connection, sides: dict[str, Any], table: str, said: str, condition: str
) -> list[str]:
    statement = sql.SQL(_SIDES + _BETWEEN).format(
        table=sql.Identifier("core", table), said=sql.SQL(said), condition=sql.SQL(condition)
    )
    return [row[0] for row in conn.execute(statement, sides).fetchall()][:5]


def _guard(
    conn: psycopg.Connection,
    sides: dict[str, Any],
    reasons: dict[str, list[str]],
    kind: str,
    value: str,
) -> tuple[str, str | None]:
    row = conn.execute(_SIDES + _GUARDS, {**sides, "kind": kind, "value": value}).fetchone()
    if row is None:
        return "no rule joins two records on this alone, as their names stand", None
    guard, people = row
    sentence, advice = reasons.get(guard, (guard, None))
    of_many = f" ({people} of them at least)" if people and people > 2 else ""
    return f"{sentence}{of_many} [{guard}]", advice


def _names(conn: psycopg.Connection, sides: dict[str, Any]) -> str | None:
    """The kindest verdict between a name of the one side and one of the other."""
    found: dict[str, list[Name]] = {"mine": [], "theirs": []}
    for side, first, last in conn.execute(_SIDES + _KEYS, sides).fetchall():
        if first or last:
            found[side].append(Name(first, last))
    verdicts = [compare(one, other) for one in found["mine"] for other in found["theirs"]]
    if not verdicts:
        return "not known on both sides"
    best = max(verdicts, key=lambda verdict: (verdict.verdict != "different", verdict.score))
    return f"{best.verdict}: {best.why}"


def _contradictions(conn: psycopg.Connection, sides: dict[str, Any]) -> list[tuple[str, str]]:
    known = {
        side: conn.execute(
            sql.SQL(_SIDES + _KNOWN).format(side=sql.Identifier(side)), sides
        ).fetchone()
        or (None, None)
        for side in ("mine", "theirs")
    }
    found = []
    for place, label in enumerate(("fiscal codes", "birth dates")):
        one, other = (set(known[side][place] or ()) for side in ("mine", "theirs"))
        if one and other and not one & other:
            text = f"{', '.join(sorted(one))} here, {', '.join(sorted(other))} there"
            found.append((f"their {label}", text))
    return found
