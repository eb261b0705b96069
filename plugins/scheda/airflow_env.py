"""Airflow's environment: where it lives below var/, its keys, and its metadata database."""

from __future__ import annotations

import base64
import fcntl
import json
import secrets
import subprocess
import sys
from contextlib import contextmanager
from importlib import metadata
from typing import TYPE_CHECKING

from scheda import postgres
from scheda.errors import SchedaError
from scheda.project import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scheda.project import Project

ADMIN = "admin"


def home(project: Project) -> Path:
    """AIRFLOW_HOME: generated files only."""
    return project.var / "airflow"


def airflow_env(project: Project) -> dict[str, str]:
    """Every variable that an Airflow process of this project needs, over the caller's own.

    Absolute and explicit, so that a task finds the same project as the command that started it.
    It holds secrets: hand it to a child process, never print it. With the embedded warehouse the
    server must have been started once (SchedaError otherwise).
    """
    folder = home(project)
    keys = _keys(project)
    ui = f"http://127.0.0.1:{project.ui_port}"
    ours = {
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW_CONFIG": str(folder / "airflow.cfg"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(project.root / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(project.root / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__FERNET_KEY": keys["fernet"],
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{ui}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(password_file(project)),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata_url(project),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(project.ui_port),
        "AIRFLOW__API__BASE_URL": ui,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__EXPOSE_CONFIG": "False",
        "AIRFLOW__API__SECRET_KEY": keys["session"],
        "AIRFLOW__API_AUTH__JWT_SECRET": keys["jwt"],
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(folder / "logs"),
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "60",
        # Halves the wait between two tasks of a night.
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",
        "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",
        "SCHEDA_HOME": str(project.root),
        "SCHEDA_VAR": str(project.var),
        "SCHEDA_LANDING": project.landing,
        "SCHEDA_EXPORTS": project.exports,
        "SCHEDA_PORT": str(project.port),
        "SCHEDA_UI_PORT": str(project.ui_port),
    }
    optional = {
        "SCHEDA_DSN": project.dsn,
        "SCHEDA_AIRFLOW_DB": project.airflow_db,
        "SCHEDA_READER_PASSWORD": project.reader_password,
    }
    return environment(**ours, **{name: value for name, value in optional.items() if value})


def metadata_url(project: Project) -> str:
    """SQLAlchemy address of Airflow's own database: SCHEDA_AIRFLOW_DB; else a database of the
    embedded server; else (the warehouse is somebody else's server) a SQLite file below var/."""
    if project.airflow_db:
        return project.airflow_db
    if postgres.is_embedded(project):
        url = postgres.sqlalchemy_url(project, postgres.METADATA_DATABASE)
        # Airflow's asynchronous twin of this address must be one that asyncpg reads as well.
        return url.set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)
    return f"sqlite:///{home(project) / 'airflow.db'}"


def ensure_metadata(project: Project) -> bool:
    """Create or migrate Airflow's metadata database; True when there was something to do.

    A stamp below var/airflow names the Airflow version and the revision it left in the database,
    so the next call costs one query. Raises SchedaError when the migration fails.
    """
    folder = home(project)
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "metadata.json"
    with _locked(folder / "metadata.lock"):
        version = metadata.version("apache-airflow")
        known = json.loads(stamp.read_text(encoding="utf-8")) if stamp.exists() else {}
        revision = _revision(project)
        if revision and known == {"airflow": version, "revision": revision}:
            return False
        log = folder / "migrate.log"
        with log.open("wb") as output:
            done = subprocess.run(
                [sys.executable, "-m", "airflow", "db", "migrate"],
                env=airflow_env(project),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        revision = _revision(project)
        if done.returncode or not revision:
            raise SchedaError(
                f"Airflow's metadata database was not created; the reason is in {log}"
            )
        stamp.write_text(json.dumps({"airflow": version, "revision": revision}), encoding="utf-8")
        return True


def password_file(project: Project) -> Path:
    """Where Airflow's simple auth manager reads the password of the user `admin`."""
    return home(project) / "passwords.json"


def admin_password(project: Project) -> str:
    """The password of the user `admin` of the web interface: made up once, kept 0600 in var/."""
    made = json.dumps({ADMIN: secrets.token_urlsafe(12)})
    return json.loads(_write_once(password_file(project), made))[ADMIN]


def _keys(project: Project) -> dict[str, str]:
    """Airflow's three secrets. Every process must hold the same ones, or tokens are refused."""
    made = {
        "fernet": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "jwt": secrets.token_urlsafe(64),
        "session": secrets.token_urlsafe(32),
    }
    return json.loads(_write_once(home(project) / "keys.json", json.dumps(made)))


def _write_once(path: Path, text: str) -> str:
    """The content of `path`; `text` becomes that content if the file is not there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path.parent / "keys.lock"):
        if not path.exists():
            draft = path.with_suffix(".new")
            draft.unlink(missing_ok=True)
            draft.touch(mode=0o600)
            draft.write_text(text, encoding="utf-8")
            draft.rename(path)
        return path.read_text(encoding="utf-8")


def _revision(project: Project) -> str | None:
    """The revision that the metadata database says it has; None when it was never migrated."""
    import sqlalchemy as sa

    engine = sa.create_engine(metadata_url(project), poolclass=sa.pool.NullPool)
    try:
        with engine.connect() as conn:
            if not sa.inspect(conn).has_table("alembic_version"):
                return None
            return conn.execute(sa.text("select version_num from alembic_version")).scalar()
    except sa.exc.OperationalError:
        raise SchedaError(
            "Airflow's metadata database does not answer: start the warehouse with `scheda up`, "
            "or check SCHEDA_AIRFLOW_DB"
        ) from None
    finally:
        engine.dispose()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.touch(mode=0o600)
    with path.open("r+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
