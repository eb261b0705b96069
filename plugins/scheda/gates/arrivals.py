"""What came in and is not published yet: which rows the raw gate judges, by the ledger."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scheda import ledger
from scheda.gates.outcome import Outcome
from scheda.gates.wording import percent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import psycopg

    from scheda.catalog import Catalog, Table
    from scheda.gates.suites import Rule
    from scheda.project import Project


@dataclass(frozen=True)
class Arrival:
    """One file in raw whose rows readers do not see yet."""

    load_id: int
    file_name: str
    rows_read: int
    rows_rejected: int


def pending(conn: psycopg.Connection, table: Table) -> list[Arrival]:
    """Loads that no published build has seen, by file name. A file delivered again under its name
    speaks for itself: its earlier content is not judged any more."""
    found = conn.execute(
        """
        select load_id, file_name, rows_read, rows_rejected
        from ops.loads as this
        where source = %(source)s and table_name = %(table)s and status = 'loaded'
            and coalesce(build_id > (select coalesce(build_id, 0) from ops.published), true)
            and not exists (
                select 1 from ops.loads as later
                where later.source = this.source and later.table_name = this.table_name
                    and later.file_name = this.file_name and later.load_id > this.load_id
                    and later.status in ('loaded', 'duplicate')
            )
        order by file_name
        """,
        {"source": table.source, "table": table.name},
    )
    return [Arrival(*row) for row in found]


def failed_files(conn: psycopg.Connection) -> list[Outcome]:
    """A file that nobody could read may hold what is missing: it stops publishing until mended."""
    failures = ledger.open_failures(conn)
    if not failures:
        return [
            Outcome("every source", "no_failed_files", "critical", "pass",
                    "Every file that arrived could be read.",
                    expected="no file waits for a person", observed="none")
        ]  # fmt: skip
    return [
        Outcome(f"{failure.source}.{failure.table}", "no_failed_files", "critical", "fail",
                f"{failure.message} Then ingest {failure.source} again; a file that should not be"
                " there at all is taken out of landing.",
                expected="no file waits for a person", observed=f"{failure.file_name} failed")
        for failure in failures
    ]  # fmt: skip


def reject_share(table: Table, arrived: Sequence[Arrival]) -> Outcome | None:
    read = sum(arrival.rows_read for arrival in arrived)
    if not read:
        return None
    rejected = sum(arrival.rows_rejected for arrival in arrived)
    worst = sorted(arrived, key=lambda arrival: -arrival.rows_rejected)
    return Outcome(
        table.label,
        "reject_share",
        "critical",
        "pass" if rejected / read <= table.max_reject_share else "fail",
        "Rows that cannot be parsed are kept with their reasons in ops.rejects: look there, have"
        " the file made again and put it in the place of this one; a file that should not have come"
        " is taken back with `scheda withdraw`. If so many are normal, raise max_reject_share in"
        " the table's declaration.",
        expected=f"at most {percent(table.max_reject_share)} of the rows rejected",
        observed=f"{rejected:,} of {read:,} rows rejected ({percent(rejected / read)})",
        places=tuple(
            f"{arrival.file_name}: {arrival.rows_rejected:,} rejected"
            for arrival in worst[:3]
            if arrival.rows_rejected
        ),
    )


def freshness(
    conn: psycopg.Connection, project: Project, table: Table, as_of: date
) -> Outcome | None:
    """Days from the last new content to `as_of`, where the declaration says how many are normal."""
    if table.fresh_within_days is None:
        return None
    last = conn.execute(
        "select max(loaded_at) from ops.loads"
        " where source = %s and table_name = %s and status in ('loaded', 'duplicate')",
        [table.source, table.name],
    ).fetchone()[0]
    day = last.astimezone(project.timezone).date() if last else None
    is_fresh = day is not None and (as_of - day).days <= table.fresh_within_days
    return Outcome(
        table.label,
        "fresh_within_days",
        "warning",
        "pass" if is_fresh else "fail",
        "The source has stopped sending. What it sent before stays published; ask whoever runs it.",
        expected=f"something new within {table.fresh_within_days} days of {as_of}",
        observed=f"last came on {day}" if day else "nothing ever came",
    )


def volume(
    conn: psycopg.Connection, table: Table, arrived: Sequence[Arrival], rule: Rule
) -> Outcome:
    """Each new file's rows against the median of the files before it.

    Arguments: at_least and at_most (ratios), loads (how many files back, default 7), needs (fewer
    files than this are no habit to compare with, default 3).
    """
    wanted = rule.kwargs.get("loads", 7)
    needs = rule.kwargs.get("needs", 3)
    low, high = rule.kwargs.get("at_least", 0), rule.kwargs.get("at_most", float("inf"))
    strange: list[str] = []
    compared = 0
    for arrival in arrived:
        before = _before(conn, table, arrival, wanted)
        if len(before) < needs:
            continue
        compared += 1
        usual = statistics.median(before) or 1
        if not low <= arrival.rows_read / usual <= high:
            strange.append(f"{arrival.file_name}: {arrival.rows_read:,} rows, usually {usual:,.0f}")
    bounds = [
        f"at least {percent(low)}" if low else "",
        f"at most {percent(high)}" if high != float("inf") else "",
    ]
    return Outcome(
        table.label,
        rule.type,
        rule.severity,
        "fail" if strange else "pass",
        rule.message,
        expected=f"{' and '.join(filter(None, bounds))} of the rows of the last {wanted} files",
        observed=f"{len(strange)} of {compared} files differ"
        if compared
        else "too few earlier files to compare with",
        places=tuple(strange[:3]),
    )


def catalogue(conn: psycopg.Connection, tables: Catalog) -> dict[str, tuple[Table, list[Arrival]]]:
    """Every declared table with what is pending for it, by label."""
    return {table.label: (table, pending(conn, table)) for table in tables.tables}


def _before(conn: psycopg.Connection, table: Table, arrival: Arrival, wanted: int) -> list[Any]:
    """Rows of the files that came before this one, each in its latest content."""
    found = conn.execute(
        """
        select rows_read from (
            select distinct on (file_name) file_name, load_id, rows_read
            from ops.loads
            where source = %s and table_name = %s and status = 'loaded'
                and load_id < %s and file_name <> %s
            order by file_name, load_id desc
        ) as latest
        order by load_id desc
        limit %s
        """,
        [table.source, table.name, arrival.load_id, arrival.file_name, wanted],
    )
    return [row[0] for row in found]
