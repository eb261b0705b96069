"""The dictionaries of values: each distinct value is parsed once, again only by another parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scheda import postgres, values
from scheda.errors import SchedaError

if TYPE_CHECKING:
    from scheda.project import Project

WRITTEN = """
create table core.written_values (
    kind text, value_id text, part_1 text, part_2 text, part_3 text, part_4 text, part_5 text,
    _build_id bigint
)
"""


def write(project: Project, build_id: int, kind: str, *rows: tuple[str | None, ...]) -> None:
    """What dbt does: one row per distinct written value."""
    with postgres.connect(project) as conn, conn.cursor() as cursor:
        for row in rows:
            parts = (*row, *(None,) * (5 - len(row)))
            text = "\x1f".join(part or "" for part in row)
            cursor.execute(
                "insert into core.written_values values (%s, md5(%s), %s, %s, %s, %s, %s, %s)",
                [kind, text, *parts, build_id],
            )


def rows(project: Project, query: str) -> list[tuple]:
    with postgres.connect(project) as conn:
        return conn.execute(query).fetchall()


@pytest.fixture
def warehouse(project: Project) -> Project:
    with postgres.connect(project) as conn:
        conn.execute(WRITTEN)
    return project


def test_fill_parses_each_new_value_once(warehouse: Project) -> None:
    write(warehouse, 1, "emails", ("Anna@Example.com",), ("n/a",))
    first = values.fill(warehouse, 1)
    write(warehouse, 2, "emails", ("bo@example.com",))
    second = values.fill(warehouse, 2)
    third = values.fill(warehouse, 3)
    assert [first["emails"], second["emails"], third["emails"]] == [2, 1, 0]
    assert rows(
        warehouse, "select email, clean, _build_id from core.value_emails order by clean"
    ) == [
        ("Anna@Example.com", "anna@example.com", 1),
        ("bo@example.com", "bo@example.com", 2),
        ("n/a", None, 1),
    ]


def test_fill_says_what_is_missing(project: Project) -> None:
    with pytest.raises(SchedaError, match="written_values"):
        values.fill(project, 1)


def test_ensure_is_repeatable_and_alone(project: Project) -> None:
    for _ in range(2):
        with postgres.connect(project) as conn:
            values.ensure(conn)
    assert len(rows(project, "select 1 from pg_tables where tablename like 'value_%'")) == 7
