"""A file that should not have come is taken back before any build uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingest_help import counts, declare, drop, load, query, table
from scheda import accounts, catalog, ledger, postgres
from scheda.errors import SchedaError

if TYPE_CHECKING:
    from scheda.project import Project

LINES = "code;name;city\n1;Anna;Roma\n2;Bice;Bari\n"


def take_back(project: Project, name: str) -> int:
    [only] = catalog.load(project).tables
    with postgres.connect(project) as conn:
        return ledger.withdraw(conn, only, name)


def test_its_rows_count_nowhere_and_it_is_not_loaded_again(own_project: Project) -> None:
    declare(own_project, table())
    drop(own_project, "crm/contacts.csv", LINES)
    load(own_project)
    assert take_back(own_project, "crm/contacts.csv") == 2
    with postgres.connect(own_project) as conn:
        assert accounts.came_in(conn) == []
    assert counts(load(own_project)) == (0, 0, 0)


def test_the_same_content_may_come_again_in_a_mended_delivery(own_project: Project) -> None:
    declare(own_project, table())
    drop(own_project, "crm/contacts.csv", LINES)
    load(own_project)
    take_back(own_project, "crm/contacts.csv")
    drop(own_project, "crm/contacts_2.csv", LINES)
    assert counts(load(own_project)) == (2, 2, 0)


def test_a_file_that_a_build_has_used_stays(own_project: Project) -> None:
    declare(own_project, table())
    drop(own_project, "crm/contacts.csv", LINES)
    load(own_project)
    with postgres.connect(own_project) as conn:
        conn.execute("update ops.loads set build_id = 7")
    with pytest.raises(SchedaError, match="build 7 has used"):
        take_back(own_project, "crm/contacts.csv")
    assert query(own_project, "select status from ops.loads") == [("loaded",)]


def test_an_unknown_file_is_told(own_project: Project) -> None:
    declare(own_project, table())
    drop(own_project, "crm/contacts.csv", LINES)
    load(own_project)
    with pytest.raises(SchedaError, match=r"no loaded file is called 'contacts\.csv'"):
        take_back(own_project, "contacts.csv")
