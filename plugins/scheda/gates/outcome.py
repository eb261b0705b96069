"""What a check found: one row of quality.checks, and the words for whoever must act on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

#: A closed gate must be readable on one screen: this many failures in full, the rest counted.
ON_SCREEN = 4


@dataclass(frozen=True)
class Outcome:
    """The verdict of one expectation on one table.

    verdict   pass | fail | error (the check itself could not be made)
    message   for a person: what it means and what to do
    places    where, as `file record 3, 9 …`; never a value
    """

    table: str
    expectation: str
    severity: str
    verdict: str
    message: str
    column: str | None = None
    expected: str | None = None
    observed: str | None = None
    places: tuple[str, ...] = ()

    @property
    def stops(self) -> bool:
        """Does this close the gate?"""
        return self.severity == "critical" and self.verdict != "pass"


def record(conn: psycopg.Connection, gate: str, run_id: str, outcomes: Sequence[Outcome]) -> None:
    """Every result becomes a row; a gate that is asked again in the same run replaces its rows."""
    conn.execute("delete from quality.checks where run_id = %s and gate = %s", [run_id, gate])
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into quality.checks (run_id, gate, table_name, column_name, expectation,"
            " severity, verdict, expected, observed, message)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    run_id,
                    gate,
                    o.table,
                    o.column,
                    o.expectation,
                    o.severity,
                    o.verdict,
                    o.expected,
                    _observed(o),
                    o.message,
                )
                for o in outcomes
            ],
        )


def account(gate: str, outcomes: Sequence[Outcome], seconds: float) -> dict[str, Any]:
    """The verdict for the summary of a run."""
    return {
        "gate": gate,
        "passed": sum(o.verdict == "pass" for o in outcomes),
        "warnings": sum(o.verdict != "pass" and not o.stops for o in outcomes),
        "failed": sum(o.stops for o in outcomes),
        "seconds": round(seconds, 2),
        "tables": sorted({o.table for o in outcomes}),
    }


def why_closed(gate: str, outcomes: Sequence[Outcome], page: str) -> str:
    """One screen: what failed, what was seen, where, and what to do. No personal data."""
    bad = [outcome for outcome in outcomes if outcome.stops]
    plural = "expectations" if len(bad) > 1 else "expectation"
    lines = [
        f"the {gate} gate is closed: {len(bad)} critical {plural} failed. Nothing was published,"
        " readers still see the last good night."
    ]
    for outcome in bad[:ON_SCREEN]:
        lines += ["", *_paragraph(outcome)]
    if len(bad) > ON_SCREEN:
        lines += ["", f"… and {len(bad) - ON_SCREEN} more."]
    lines += ["", f"Every check of this night: {page}"]
    return "\n".join(lines)


def _paragraph(outcome: Outcome) -> list[str]:
    column = f", column {outcome.column}" if outcome.column else ""
    lines = [f"{outcome.table}{column}"]
    if outcome.expected:
        lines.append(f"  expected    {outcome.expected}")
    if outcome.observed:
        lines.append(f"  observed    {outcome.observed}")
    lines += [f"  where       {place}" for place in outcome.places]
    lines.append(f"  what to do  {outcome.message}")
    return lines


def _observed(outcome: Outcome) -> str | None:
    return "; ".join(filter(None, (outcome.observed, *outcome.places))) or None
