"""The warehouse's address: an embedded PostgreSQL below var/, or any server named by SCHEDA_DSN."""

from __future__ import annotations

import json
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import conninfo, sql

from scheda.errors import SchedaError
from scheda.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL

    from scheda.project import Project

DATABASE = "scheda"
METADATA_DATABASE = "airflow"
OWNER = "scheda"
READER = "scheda_reader"


def server(project: Project) -> Server:
    """The embedded server of this project, started or not."""
    return Server(project.var / "postgres", owner=OWNER, port=project.port)


def is_embedded(project: Project) -> bool:
    return project.dsn is None


def start(project: Project) -> str:
    """Start the embedded server unless it runs (nothing to do for SCHEDA_DSN), create what the
    warehouse needs, and return the owner's DSN (it holds a password: never log it)."""
    if is_embedded(project):
        host = server(project)
        host.start()
        with psycopg.connect(host.dsn("postgres"), autocommit=True) as conn:
            for name in (DATABASE, METADATA_DATABASE):
                _create_database(conn, name)
    from scheda import ops

    with connect(project) as conn:
        ops.ensure(conn)
        _ensure_reader(project, conn)
    return dsn(project)


def stop(project: Project) -> bool:
    """Stop the embedded server; True when one was running."""
    return is_embedded(project) and server(project).stop()


def dsn(project: Project, database: str | None = None) -> str:
    """The owner's DSN as a libpq connection string (it holds a password: never log it)."""
    if project.dsn:
        return conninfo.make_conninfo(_libpq(project.dsn), dbname=database)
    return server(project).dsn(database or DATABASE)


def reader_dsn(project: Project, *, with_password: bool = False) -> str:
    """The address that a BI tool uses: may read `marts`, nothing else."""
    parts = conninfo.conninfo_to_dict(dsn(project))
    secret = f":{reader_password(project)}" if with_password else ""
    place = f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}"
    return f"postgresql://{READER}{secret}@{place}/{parts['dbname']}"


def reader_password(project: Project) -> str:
    """The reader's password: SCHEDA_READER_PASSWORD, or one made up once and kept in var/."""
    if project.reader_password:
        return project.reader_password
    path = project.var / "reader.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps({"password": secrets.token_urlsafe(18)}), encoding="utf-8")
    return json.loads(path.read_text(encoding="utf-8"))["password"]


@contextmanager
def connect(project: Project, **options: Any) -> Iterator[psycopg.Connection]:
    """One transaction in the warehouse: committed at the end of the block, rolled back on error.

    Raises SchedaError when the server does not answer.
    """
    try:
        conn = psycopg.connect(dsn(project), application_name="scheda", **options)
    except psycopg.OperationalError as error:
        hint = (
            "start it with `scheda up` or `make run`"
            if is_embedded(project)
            else "check SCHEDA_DSN, and that the server accepts this user and database"
        )
        raise SchedaError(f"the warehouse does not answer ({_reason(error)}); {hint}") from None
    with conn:
        yield conn


def sqlalchemy_url(project: Project, database: str | None = None) -> URL:
    """The owner's address for SQLAlchemy (psycopg 3)."""
    from sqlalchemy import URL

    parts = conninfo.conninfo_to_dict(dsn(project, database))
    known = {"host", "port", "user", "password", "dbname"}
    return URL.create(
        "postgresql+psycopg",
        username=parts.get("user"),
        password=parts.get("password"),
        host=parts.get("host"),
        port=int(parts["port"]) if parts.get("port") else None,
        database=parts.get("dbname"),
        query={key: str(value) for key, value in parts.items() if key not in known},
    )


def _libpq(address: str) -> str:
    """Accept SQLAlchemy's spelling of the scheme too."""
    for scheme in ("postgresql+psycopg://", "postgresql+psycopg2://"):
        address = address.replace(scheme, "postgresql://", 1)
    return address


def _reason(error: psycopg.OperationalError) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__


def _create_database(conn: psycopg.Connection, name: str) -> None:
    known = conn.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
    if not known:
        conn.execute(sql.SQL("create database {}").format(sql.Identifier(name)))


def _ensure_reader(project: Project, conn: psycopg.Connection) -> None:
    """The role of BI tools: sees `marts` only. Where this user may not create roles (a managed
    server), the administrator creates it; publishing grants to it whenever it exists."""
    known = conn.execute("select 1 from pg_roles where rolname = %s", [READER]).fetchone()
    may = conn.execute(
        "select rolsuper or rolcreaterole from pg_roles where rolname = current_user"
    ).fetchone()
    if not known and may and may[0]:
        conn.execute(
            sql.SQL("create role {} login password {}").format(
                sql.Identifier(READER), sql.Literal(reader_password(project))
            )
        )
        known = (1,)
    if known:
        conn.execute(sql.SQL("grant usage on schema marts to {}").format(sql.Identifier(READER)))
