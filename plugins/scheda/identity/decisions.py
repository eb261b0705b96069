"""`same`, `different`, `undo`: a person's decisions about two records, for the next builds."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Literal

from scheda import postgres
from scheda.errors import SchedaError
from scheda.identity import records

if TYPE_CHECKING:
    import psycopg

    from scheda.identity.records import Point, Record
    from scheda.project import Project

Decision = Literal["same", "different"]

_NEXT = "takes effect with the next build (tonight, or `scheda build` and `scheda publish`)"
_MOST_SHOWN = 20


def decide(
    project: Project,
    one: str,
    other: str,
    decision: Decision,
    *,
    note: str | None = None,
    by: str | None = None,
) -> str:
    """Write that two records are one person's or two people's; what was decided, in a sentence.

    one, other: e-mail address or source:key. Raises SchedaError for nobody, for an address of
    several people, and for a record and itself.
    """
    with postgres.connect(project) as conn:
        left, right = _one(conn, one), _one(conn, other)
        if left.point == right.point:
            raise SchedaError(
                "both are the same record; name two (`scheda why` lists the records of an address)"
            )
        known = _standing(conn, [left.point], [right.point])
        if known and known[0][1] == decision:
            return f"{left.label} and {right.label}: that was decided already; nothing changed"
        conn.execute(
            "insert into ops.identity_decisions"
            " (left_source, left_key, right_source, right_key, decision, decided_by, note)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            [*left.point, *right.point, decision, by or _who_am_i(), note],
        )
    people = "one person" if decision == "same" else "two people"
    return f"{left.label} and {right.label} are {people}: {_NEXT}"


def undo(project: Project, one: str, other: str, *, by: str | None = None) -> str:
    """Take back the last decision about two records; what was taken back, in a sentence.

    Raises SchedaError when there is none, or several between the records of two addresses.
    """
    with postgres.connect(project) as conn:
        mine, theirs = (records.find(conn, text) for text in (one, other))
        points = [r.point for r in mine], [r.point for r in theirs]
        standing = _standing(conn, *points)
        pairs = {frozenset(row[2:4]) for row in standing}
        if not standing:
            raise SchedaError(_nothing_to_undo(conn, *points))
        if len(pairs) > 1:
            listed = "\n".join(sorted({f"  {_label(a)} {_label(b)}" for *_, a, b in standing}))
            raise SchedaError(f"several decisions fit; name two records:\n{listed}")
        number, decision, left, right = standing[0]
        conn.execute(
            "update ops.identity_decisions set undone_at = clock_timestamp(), undone_by = %s"
            " where decision_id = %s and undone_at is null",
            [by or _who_am_i(), number],
        )
    return f"{_label(left)} and {_label(right)}: '{decision}' is taken back; it {_NEXT}"


def _one(conn: psycopg.Connection, meant: str) -> Record:
    """The record that stands for what was asked: the first of the one person whose it is."""
    found = records.find(conn, meant)
    people = {record.customer_id for record in found}
    if len(people) > 1:
        listed = "\n".join(
            f"  {record.label}  {record.name or 'no name'}" for record in found[:_MOST_SHOWN]
        )
        raise SchedaError(
            f"{len(people)} people have this address; say which record by source:key:\n{listed}"
        )
    return found[0]


def _standing(
    conn: psycopg.Connection, mine: list[Point], theirs: list[Point]
) -> list[tuple[int, str, Point, Point]]:
    """Decisions of the commands that hold between two sets of records, the last first."""
    rows = conn.execute(
        """
        with mine as (select * from unnest(cast(%(ms)s as text[]), cast(%(mk)s as text[]))),
        theirs as (select * from unnest(cast(%(ts)s as text[]), cast(%(tk)s as text[])))
        select decision_id, decision, left_source, left_key, right_source, right_key
        from ops.identity_decisions
        where
            undone_at is null
            and (
                ((left_source, left_key) in (select * from mine)
                and (right_source, right_key) in (select * from theirs))
                or ((left_source, left_key) in (select * from theirs)
                and (right_source, right_key) in (select * from mine))
            )
        order by decided_at desc, decision_id desc
        """,
        {
            "ms": [source for source, _key in mine], "mk": [key for _source, key in mine],
            "ts": [source for source, _key in theirs], "tk": [key for _source, key in theirs],
        },
    ).fetchall()  # fmt: skip
    return [(number, decision, (ls, lk), (rs, rk)) for number, decision, ls, lk, rs, rk in rows]


def _nothing_to_undo(conn: psycopg.Connection, mine: list[Point], theirs: list[Point]) -> str:
    seeded = conn.execute(
        "select left_source, left_key, right_source, right_key from core.human_decisions"
        " where origin = 'seed'"
    ).fetchall()
    pairs = {frozenset(((ls, lk), (rs, rk))) for ls, lk, rs, rk in seeded}
    if any(frozenset((a, b)) in pairs for a in mine for b in theirs):
        return "this was decided in the seed identity_decisions: remove its row there"
    return "no decision about these two holds; `scheda review` lists what was decided"


def _label(point: Point) -> str:
    return ":".join(point)


def _who_am_i() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
