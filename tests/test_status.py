"""Status: one page that says what is published, what failed, and never a password."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import Console

from scheda import postgres
from scheda.status import status

if TYPE_CHECKING:
    from scheda.project import Project


def text(project: Project) -> str:
    console = Console(
        file=io.StringIO(), width=160, highlight=False, soft_wrap=True, color_system=None
    )
    console.print(status(project))
    return console.file.getvalue()


def a_night(project: Project) -> None:
    with postgres.connect(project) as conn:
        conn.execute(
            """
            update ops.published set side = 'b', build_id = 12, as_of = '2026-10-31';
            update ops.sides set state = 'ready', build_id = 11, as_of = '2026-10-30'
            where side = 'a';
            insert into ops.builds (run_id, as_of, side, status, ended_at)
            values ('r2', '2026-10-31', 'b', 'published', clock_timestamp());
            insert into ops.steps (run_id, step, status, seconds) values
            ('r1', 'ingest old', 'done', 9.0), ('r2', 'ingest crm', 'done', 1.26),
            ('r2', 'gate raw', 'failed', 2.0);
            insert into ops.loads (source, table_name, file_name, content_hash, status, rows_read,
                rows_loaded, rows_rejected, message) values
            ('crm', 'contacts', 'a.csv', 'h1', 'loaded', 1000, 990, 10, null),
            ('crm', 'contacts', 'b.csv', null, 'failed', 0, 0, 0, 'no column Codice Cliente');
            create table staging.quarantine (_load_id bigint, _row_number bigint);
            insert into staging.quarantine
            select load_id, row from ops.loads, generate_series(1, 4) as row
            where status = 'loaded';
            insert into quality.checks (run_id, gate, table_name, expectation, severity, verdict,
                message) values
            ('r1', 'raw', 'crm.contacts', 'x', 'critical', 'fail', 'an old story'),
            ('r2', 'raw', 'crm.contacts', 'x', 'critical', 'fail', 'half of [email] is empty'),
            ('r2', 'raw', 'crm.contacts', 'y', 'warning', 'pass', 'fresh');
            insert into ops.exports (run_id, audience, as_of, address, people_in_segment,
                people_exported, manifest) values
            ('r1', 'winback', '2026-10-30', 'old.csv', 9, 8, '{}'),
            ('r2', 'winback', '2026-10-31', 'new.csv', 70, 60, '{}');
            """
        )


def line(page: str, start: str) -> list[str]:
    """The words of the line that starts with `start`."""
    return next(row for row in page.splitlines() if row.strip().startswith(start)).split()


def test_what_readers_see(project: Project) -> None:
    a_night(project)
    page = text(project)
    assert line(page, "as of")[-1] == "2026-10-31"
    assert "build 11 of 2026-10-30" in page


def test_the_three_counts_add_up(project: Project) -> None:
    a_night(project)
    assert line(text(project), "crm.contacts ")[1:6] == ["1", "1,000", "986", "10", "4"]


def test_only_the_last_run_is_told(project: Project) -> None:
    a_night(project)
    page = text(project)
    assert line(page, "ingest crm")[-1] == "1.3"
    assert "ingest old" not in page
    assert "an old story" not in page
    assert "old.csv" not in page


def test_what_waits_for_a_person(project: Project) -> None:
    a_night(project)
    page = text(project)
    assert "crm.contacts: b.csv: no column Codice Cliente" in page
    assert "half of [email] is empty" in page
    assert line(page, "raw")[1] == "CLOSED"


def test_address_without_password(project: Project) -> None:
    secret = postgres.conninfo.conninfo_to_dict(postgres.dsn(project))["password"]
    page = text(project)
    assert "postgresql://scheda@127.0.0.1:" in page
    assert secret not in page


def test_nothing_happened_yet(project: Project) -> None:
    assert "nothing yet: `scheda run` makes the first" in text(project)


def test_a_warehouse_that_does_not_answer(project: Project) -> None:
    page = text(replace(project, dsn="postgresql://me:hidden@127.0.0.1:1/none"))
    assert "down: the warehouse does not answer" in page
    assert "hidden" not in page


def test_an_embedded_server_never_started(project: Project) -> None:
    assert "was never started" in text(replace(project, dsn=None))
