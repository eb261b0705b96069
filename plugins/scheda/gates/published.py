"""The published gate: the side of the marts just built, before anybody reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from scheda import postgres, sides
from scheda.declaration import Declaration
from scheda.errors import SchedaError
from scheda.gates import suites
from scheda.gates.engine import Engine, known_types
from scheda.gates.outcome import Outcome
from scheda.gates.wording import percent

if TYPE_CHECKING:
    from datetime import date

    import psycopg

    from scheda.gates.suites import Rule, Suite
    from scheda.project import Project


@dataclass(frozen=True)
class Candidate:
    """The build to judge. is_waiting: not published yet, so the verdict changes its fate."""

    build_id: int
    side: str
    as_of: date
    status: str

    @property
    def is_waiting(self) -> bool:
        return self.status in ("built", "rejected")


def candidate(conn: psycopg.Connection) -> Candidate:
    """The newest build. Raises SchedaError when there is none, or it is not complete."""
    row = conn.execute(
        "select build_id, side, as_of, status from ops.builds order by build_id desc limit 1"
    ).fetchone()
    if row is None:
        raise SchedaError("nothing was built yet, so there is nothing to check; run `scheda build`")
    found = Candidate(*row)
    if found.status in ("building", "failed"):
        state = "still runs" if found.status == "building" else "failed"
        raise SchedaError(f"build {found.build_id} {state}: run `scheda build`, then check")
    return found


def judge(project: Project, build: Candidate) -> list[Outcome]:
    """Every check on one built side. Raises SchedaError on a wrong page."""
    values = suites.placeholders(project, build.as_of)
    pages = suites.load(project, "published", known=known_types(), values=values)
    schema = sides.schema(build.side)
    outcomes: list[Outcome] = []
    with postgres.connect(project) as conn:
        present = _columns(conn, schema)
        for page in pages:
            if page.table not in present:
                raise Declaration({}, page.place).unknown("table", page.table, sorted(present))
            page.must_have(present[page.table])
            outcomes += [_volume(conn, page, rule, build) for rule in page.rules if rule.is_own]
    with Engine(project) as engine:
        for page in pages:
            listed = ", ".join(f'"{column}"' for column in page.columns) or "1 as one"
            query = f'select {listed} from {schema}."{page.table}"'  # noqa: S608
            outcomes += engine.run(page, query)
    return outcomes


def _columns(conn: psycopg.Connection, schema: str) -> dict[str, list[str]]:
    found = conn.execute(
        "select table_name, array_agg(column_name::text) from information_schema.columns"
        " where table_schema = %s group by table_name",
        [schema],
    )
    return {table: columns for table, columns in found if "__old_" not in table}


def _volume(conn: psycopg.Connection, page: Suite, rule: Rule, build: Candidate) -> Outcome:
    """Rows of the new table against those that readers see; the first night has none."""
    shown = sides.published(conn)
    new = _count(conn, sides.schema(build.side), page.table)
    old = None if shown in (None, build.side) else _count(conn, sides.schema(shown), page.table)
    low = 1 - rule.kwargs.get("max_loss", 1)
    high = 1 + rule.kwargs["max_growth"] if "max_growth" in rule.kwargs else None
    good = not old or (new >= old * low and (high is None or new <= old * high))
    bounds = [f"at least {percent(low)}" if low else "", f"at most {percent(high)}" if high else ""]
    return Outcome(
        page.table,
        rule.type,
        rule.severity,
        "pass" if good else "fail",
        rule.message,
        expected=f"{' and '.join(filter(None, bounds))} of the rows that readers see",
        observed=f"{new:,} rows" + (f", readers see {old:,}" if old is not None else ""),
    )


def _count(conn: psycopg.Connection, schema: str, table: str) -> int | None:
    if conn.execute("select to_regclass(%s)", [f'{schema}."{table}"']).fetchone()[0] is None:
        return None
    return conn.execute(
        sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table))
    ).fetchone()[0]
