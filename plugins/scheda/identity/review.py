"""`scheda review`: what waits for a person in the published identity_review, readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheda import page, postgres
from scheda.errors import SchedaError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from scheda.project import Project

#: What a person settled; the rest waits.
SETTLED = ("human_different", "blocked_value")


def review(project: Project, *, reason: str | None = None, limit: int = 20) -> RenderableType:
    """How much waits, by reason; then the first matters (of one reason), the likeliest and the
    ones with most people first. Raises SchedaError before the first publication, and for a reason
    that nothing has."""
    from rich.console import Group

    with postgres.connect(project) as conn:
        if conn.execute("select to_regclass('marts.identity_review')").fetchone()[0] is None:
            raise SchedaError("nothing was published yet: `scheda run` makes the first cards")
        counted = conn.execute(
            "select reason, count(*), min(explanation), min(what_to_do)"
            " from marts.identity_review group by reason order by reason"
        ).fetchall()
        if reason is not None and reason not in {row[0] for row in counted}:
            known = ", ".join(row[0] for row in counted) or "none"
            raise SchedaError(f"nothing waits for this reason; reasons: {known}")
        rows = conn.execute(
            """
            select
                reason, coalesce(value, ''), left_source || ':' || left_key,
                right_source || ':' || right_key, probability, people_count, remark
            from marts.identity_review
            where
                case
                    when cast(%(reason)s as text) is null then not (reason = any(%(settled)s))
                    else reason = %(reason)s
                end
            order by probability desc nulls last, people_count desc nulls last, review_id
            limit %(limit)s
            """,
            {"reason": reason, "settled": list(SETTLED), "limit": limit},
        ).fetchall()
    waiting = sum(count for name, count, *_ in counted if name not in SETTLED)
    head = ["reason", "value", "record", "other record", "probability", "people", "remark"]
    title = f"The first {len(rows)}" + (f" for {reason}" if reason else "")
    return Group(
        page.table(f"{waiting:,} wait", ["reason", "matters", "that is", "what to do"], counted),
        page.table(title, head, rows),
        "decide with `scheda same RECORD RECORD` or `scheda different RECORD RECORD`;"
        " `scheda why` tells more of two",
    )
