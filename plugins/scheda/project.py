"""Where things are: folders, addresses and settings. The only module that reads the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from scheda.errors import SchedaError


@dataclass(frozen=True)
class Project:
    """One checkout of scheda with its working folder and its warehouse.

    root      folder holding dbt_project/, dags/ and expectations/
    var       folder for everything generated (SCHEDA_VAR)
    landing   folder or fsspec address under which sources leave files (SCHEDA_LANDING)
    exports   folder or fsspec address where audiences are written (SCHEDA_EXPORTS)
    dsn       address of the warehouse; None means the embedded server (SCHEDA_DSN)
    port      TCP port of the embedded server; 0 means "pick one and remember it" (SCHEDA_PORT)
    ui_port   TCP port of Airflow's web interface on 127.0.0.1 (SCHEDA_UI_PORT)
    airflow_db  address of Airflow's own database (SCHEDA_AIRFLOW_DB); None: see airflow_env
    """

    root: Path
    var: Path
    landing: str
    exports: str
    dsn: str | None = None
    port: int = 0
    reader_password: str | None = None
    ui_port: int = 8080
    airflow_db: str | None = None

    @property
    def dbt(self) -> Path:
        return self.root / "dbt_project"

    @property
    def staging(self) -> Path:
        """The folder with one sub-folder per source."""
        return self.dbt / "models" / "staging"

    @property
    def expectations(self) -> Path:
        return self.root / "expectations"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The `vars` of dbt_project.yml: every threshold, the time zone and the currency."""
        import yaml

        text = (self.dbt / "dbt_project.yml").read_text(encoding="utf-8")
        return yaml.safe_load(text).get("vars") or {}

    @property
    def timezone(self) -> ZoneInfo:
        """Business time zone: a business day starts at local midnight here."""
        return ZoneInfo(self.settings.get("business_timezone", "Europe/Rome"))

    def last_business_day(self, at: datetime | None = None) -> date:
        """The last complete business day at the instant `at` (default: now)."""
        moment = (at or datetime.now(tz=self.timezone)).astimezone(self.timezone)
        return moment.date() - timedelta(days=1)


def parse_day(text: str) -> date:
    """Read a day typed by a person or passed by Airflow, as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise SchedaError(f"'{text}' is not a day; write it as YYYY-MM-DD") from None


def load() -> Project:
    """The project as the environment declares it (variables: .env.example)."""
    root = Path(os.environ.get("SCHEDA_HOME") or Path(__file__).resolve().parents[2])
    if not (root / "dbt_project").is_dir():
        raise SchedaError(
            f"no dbt_project/ in {root}: set SCHEDA_HOME to the folder of your scheda checkout"
        )
    var = Path(os.environ.get("SCHEDA_VAR") or root / "var").expanduser().absolute()
    return Project(
        root=root,
        var=var,
        landing=os.environ.get("SCHEDA_LANDING") or str(var / "landing"),
        exports=os.environ.get("SCHEDA_EXPORTS") or str(var / "exports"),
        dsn=os.environ.get("SCHEDA_DSN") or None,
        port=_port("SCHEDA_PORT", default=0),
        reader_password=os.environ.get("SCHEDA_READER_PASSWORD") or None,
        ui_port=_port("SCHEDA_UI_PORT", default=8080),
        airflow_db=os.environ.get("SCHEDA_AIRFLOW_DB") or None,
    )


def _port(name: str, *, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or int(text) > 65535:
        raise SchedaError(f"{name} is '{text}': give a TCP port number, or leave it out")
    return int(text)


#: No program that we start tells its makers about us.
_QUIET = {
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "SCARF_ANALYTICS": "false",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "false",
}


def environment(**extra: str) -> dict[str, str]:
    """The environment for a child process: ours, telemetry switched off, plus `extra`."""
    return {**os.environ, **_QUIET, "PYTHONWARNINGS": "ignore", **extra}


def silence_telemetry() -> None:
    """The same for this process, before a library that would send is imported."""
    os.environ.update(_QUIET)


def secret(name: str) -> str | None:
    """The value of the environment variable `name`, which a source's declaration refers to."""
    return os.environ.get(name) or None


def progress_channel() -> int | None:
    """The file descriptor that `scheda run` gives its child for lines of progress."""
    channel = os.environ.get("SCHEDA_PROGRESS_FD")
    return int(channel) if channel else None
