"""The raw gate: the files of the night, by the ledger and by the suites in expectations/raw."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from scheda import catalog, postgres
from scheda.declaration import Declaration
from scheda.gates import arrivals, suites
from scheda.gates.engine import Engine, known_types
from scheda.gates.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scheda.catalog import Table
    from scheda.gates.arrivals import Arrival
    from scheda.gates.suites import Suite
    from scheda.project import Project

_ROW = ("_load_id", "_row_number")


def judge(project: Project, *, as_of: date) -> list[Outcome]:
    """Every check on what came in and is not published yet. Raises SchedaError on a wrong page."""
    with postgres.connect(project) as conn:
        found = arrivals.catalogue(conn, catalog.load(project))
        # Asking for the known types costs the import: a night without news is spared it.
        is_quiet = not any(_has_rows(arrived) for _, arrived in found.values())
        known = None if is_quiet else known_types()
        values = suites.placeholders(project, as_of)
        pages = suites.load(project, "raw", known=known, values=values)
        for page in pages:
            _agree(page, found)
        outcomes = arrivals.failed_files(conn)
        for table, arrived in found.values():
            checks = (
                arrivals.reject_share(table, arrived),
                arrivals.freshness(conn, project, table, as_of),
            )
            outcomes += [outcome for outcome in checks if outcome]
        for page in pages:
            table, arrived = found[page.table]
            outcomes += [
                arrivals.volume(conn, table, arrived, rule) for rule in page.rules if rule.is_own
            ]
            if not _has_rows(arrived):
                outcomes.append(_nothing(page))
    waiting = [page for page in pages if _has_rows(found[page.table][1])]
    if not waiting:
        return outcomes
    with Engine(project) as engine:
        for page in waiting:
            table, arrived = found[page.table]
            outcomes += _rows(engine, page, table, arrived)
    return outcomes


def _has_rows(arrived: Sequence[Arrival]) -> bool:
    return any(arrival.rows_read > arrival.rows_rejected for arrival in arrived)


def _agree(page: Suite, found: dict[str, Any]) -> None:
    """The page is about a declared table, and about columns that it has."""
    here = Declaration({}, page.place)
    if page.table not in found:
        raise here.unknown("table", page.table, sorted(found))
    table: Table = found[page.table][0]
    if page.fields and not table.is_json:
        raise here.error("'fields' is for JSON tables; this one has columns")
    named = page.fields if table.is_json else [column.name for column in table.columns]
    page.must_have([*_ROW, *named])


def _nothing(page: Suite) -> Outcome:
    return Outcome(
        page.table, "new_rows", "warning", "pass",
        "Nothing new came for this table: its expectations had no row to look at.",
        observed="no new row",
    )  # fmt: skip


def _rows(engine: Engine, page: Suite, table: Table, arrived: Sequence[Arrival]) -> list[Outcome]:
    """Copy the columns to judge of the new rows, blank as null, and judge them there: the raw table
    may hold years, and a JSON document is opened once."""
    files = {arrival.load_id: arrival.file_name for arrival in arrived}
    copy = f"new_{table.raw_table}"
    engine.execute(_copy(page, table, copy), {"loads": list(files)})

    def locate(keys: list[tuple[Any, ...]]) -> tuple[str, ...]:
        rows: dict[int, list[int]] = defaultdict(list)
        for load_id, row_number in keys:
            rows[load_id].append(row_number)
        return tuple(
            f"{files[load_id]} record{'s' if len(numbers) > 1 else ''} "
            + ", ".join(f"{number:,}" for number in sorted(numbers))
            for load_id, numbers in sorted(rows.items())[:3]
        )

    return engine.run(page, f'select * from "{copy}"', row_key=_ROW, locate=locate)  # noqa: S608


def _copy(page: Suite, table: Table, name: str) -> str:
    """Column names come from declarations that admit a-z, 0-9 and _ only; paths are quoted."""
    judged = [column for column in page.columns if column not in _ROW]
    source = f'raw."{table.raw_table}"'
    if table.is_json:
        # A document may be JSON and still hold what jsonb refuses: it is then judged as empty.
        source = (
            "(select _load_id, _row_number, case when pg_input_is_valid(payload, 'jsonb')"  # noqa: S608
            f" then cast(payload as jsonb) end as document from {source}"
            " where _load_id = any(:loads) offset 0)"
        )
        wanted = {column: f"document #>> {_path(page.fields[column])}" for column in judged}
    else:
        wanted = {column: f'"{column}"' for column in judged}
    listed = "".join(f", nullif(btrim({e}), '') as \"{c}\"" for c, e in wanted.items())
    return (
        f'create temp table "{name}" as select _load_id, _row_number{listed}'  # noqa: S608
        f" from {source} as received where _load_id = any(:loads)"
    )


def _path(path: str) -> str:
    """A path in a document as SQL; a colon would be a parameter."""
    keys = [key.replace("'", "''").replace(":", r"\:") for key in path.split(".")]
    return "array[" + ", ".join(f"'{key}'" for key in keys) + "]"
