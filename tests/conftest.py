"""One temporary PostgreSQL for the session; every test or module gets a database of its own."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from scheda import ops
from scheda.project import Project
from scheda.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The session's own server, below pytest's temporary folder, without durability."""
    home = tmp_path_factory.mktemp("postgres")
    for folder in (home, *home.parents):
        if folder.stat().st_uid == os.geteuid() and folder.name.startswith(("pytest", "popen-")):
            folder.chmod(folder.stat().st_mode | 0o055)
    host = Server(
        home,
        settings={
            "shared_buffers": "256MB",
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": "60",
        },
    )
    host.start()
    with psycopg.connect(host.dsn("postgres"), autocommit=True) as conn:
        conn.execute("create database books")
    with psycopg.connect(host.dsn("books")) as conn:
        ops.ensure(conn)
    yield host
    host.stop()


def _create(server: Server, folder: Path, root: Path) -> Project:
    name = f"t{next(_numbers)}"
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as conn:
        conn.execute(f"create database {name} template books")
    (folder / "landing").mkdir(parents=True, exist_ok=True)
    return Project(
        root=root,
        var=folder,
        landing=str(folder / "landing"),
        exports=str(folder / "exports"),
        dsn=server.dsn(name),
        reader_password="only-for-tests",
    )


@pytest.fixture
def project(server: Server, tmp_path: Path) -> Project:
    """This checkout with a fresh database, an empty landing and a var of its own."""
    return _create(server, tmp_path, ROOT)


@pytest.fixture(scope="module")
def make_project(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Project]:
    """make_project(root=…): as `project`, for tests that share one warehouse per module."""

    def make(root: Path = ROOT) -> Project:
        return _create(server, tmp_path_factory.mktemp("project"), root)

    return make


@pytest.fixture
def own_project(server: Server, tmp_path: Path) -> Project:
    """A project that declares no source yet: tests write their own below `root`."""
    root = tmp_path / "root"
    (root / "dbt_project" / "models" / "staging").mkdir(parents=True)
    (root / "expectations" / "raw").mkdir(parents=True)
    (root / "expectations" / "published").mkdir(parents=True)
    (root / "dbt_project" / "dbt_project.yml").write_text(
        "name: scheda\nvars:\n  business_timezone: Europe/Rome\n  business_currency: EUR\n",
        encoding="utf-8",
    )
    return _create(server, tmp_path / "var", root)
