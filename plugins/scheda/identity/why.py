"""Why two records are one person, or why they are two. Nothing here is logged: it is personal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scheda import page, postgres
from scheda.identity import apart, declared, records
from scheda.identity.paths import Edge, Step, shortest

if TYPE_CHECKING:
    import psycopg
    from rich.console import RenderableType

    from scheda.identity.records import Point, Record
    from scheda.project import Project

_MOST_SHOWN = 30


def why(project: Project, one: str, other: str) -> RenderableType:
    """The chain of evidence from one to the other, step by step; or what they share, and what
    keeps them apart. Both are an e-mail address or source:key.

    Raises SchedaError when nobody has what was asked.
    """
    from rich.console import Group

    with postgres.connect(project) as conn:
        mine, theirs = records.find(conn, one), records.find(conn, other)
        parts = [_listed("The first", mine), _listed("The second", theirs)]
        both = {r.customer_id for r in mine} & {r.customer_id for r in theirs} - {None}
        if {r.point for r in mine} & {r.point for r in theirs}:
            parts.append(
                page.facts("They are one person", [("because", "the records are the same")])
            )
        elif both:
            parts += [
                _one_person(project, conn, mine, theirs, customer) for customer in sorted(both)
            ]
        else:
            parts.append(apart.told(project, conn, mine, theirs))
    return Group(*parts)


def _listed(title: str, found: list[Record]) -> RenderableType:
    rows = [(r.label, r.name, r.email, r.customer_id) for r in found[:_MOST_SHOWN]]
    more = f" ({len(found) - _MOST_SHOWN} more)" if len(found) > _MOST_SHOWN else ""
    return page.table(f"{title}{more}", ["record", "name", "e-mail", "customer"], rows)


def _one_person(
    project: Project,
    conn: psycopg.Connection,
    mine: list[Record],
    theirs: list[Record],
    customer: str,
) -> RenderableType:
    starts = {r.point for r in mine if r.customer_id == customer}
    ends = {r.point for r in theirs if r.customer_id == customer}
    steps = shortest(_edges_of(project, conn, customer), starts, ends)
    title = f"They are one person: {customer}"
    if not steps:
        return page.facts(title, [("but", "the evidence has changed since; build again")])
    who = records.described(conn, [point for step in steps for point in (step.start, step.end)])
    rules = declared.rules(project)
    rows = [
        (
            number,
            _who(who, step.start),
            _who(who, step.end),
            rules[step.edge.rule]["sentence"],
            step.edge.rule,
            _evidence(conn, step),
            _first_seen(conn, step.edge),
        )
        for number, step in enumerate(steps, start=1)
    ]
    head = ["", "record", "is the same as", "because", "rule", "evidence", "first seen"]
    return page.table(title, head, rows)


def _who(known: dict[Point, Record], point: Point) -> str:
    record = known.get(point)
    label = ":".join(point)
    return f"{label} ({record.name})" if record and record.name else label


def _edges_of(project: Project, conn: psycopg.Connection, customer: str) -> list[Edge]:
    """The edges among the points of a customer. Those of a whole cluster may reach further."""
    ranks = {rule: place for place, rule in enumerate(declared.rules(project), start=1)}
    rows = conn.execute(
        """
        select
            edges.left_source, edges.left_key, edges.right_source, edges.right_key,
            edges.rule, edges.kind, edges.value
        from core.identity_edges as edges
        inner join core.identity_map as one
            on edges.left_source = one.source and edges.left_key = one.contact_key
        inner join core.identity_map as other
            on edges.right_source = other.source and edges.right_key = other.contact_key
        where one.customer_id = %(customer)s and other.customer_id = %(customer)s
        """,
        {"customer": customer},
    ).fetchall()
    return [
        Edge((ls, lk), (rs, rk), rule, ranks.get(rule, len(ranks) + 1), kind, value)
        for ls, lk, rs, rk, rule, kind, value in rows
    ]


def _evidence(conn: psycopg.Connection, step: Step) -> str:
    """The value that both have; of a matcher what it found, of a person what they noted."""
    edge = step.edge
    if edge.kind not in _SAID:
        return edge.value
    row = conn.execute(
        _SAID[edge.kind]
        + " (left_source, left_key, right_source, right_key) = (%s, %s, %s, %s) limit 1",
        [*edge.left, *edge.right],
    ).fetchone()
    return row[0] if row and row[0] else edge.value


#: Evidence that is no value which both have.
_SAID = {
    "matcher": "select matcher || ', ' || round(probability::numeric, 3) || ': ' || evidence"
    " from core.proposed_pairs where is_present and",
    "human": "select concat_ws(', ', decided_by, decided_on, note)"
    " from core.human_decisions where decision = 'same' and",
}


def _first_seen(conn: psycopg.Connection, edge: Edge) -> Any:
    row = conn.execute(
        """
        select min(as_of) from core.identity_edge_ledger
        where
            (left_source, left_key, right_source, right_key) = (%s, %s, %s, %s)
            and rule = %s and kind = %s and value = %s and change = 'appeared'
        """,
        [*edge.left, *edge.right, edge.rule, edge.kind, edge.value],
    ).fetchone()
    return str(row[0]) if row and row[0] else None
