"""`make up` and `make down`: the warehouse and Airflow's real services, in the background."""

from __future__ import annotations

import fcntl
import http.client
import json
import socket
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scheda import airflow_env, postgres, processes
from scheda.errors import SchedaError
from scheda.processes import Background
from scheda.progress import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scheda.project import Project

#: Airflow's components, as its command line names them. The scheduler's and the triggerer's log
#: servers would listen on every interface; the api-server reads the same log folder instead.
SERVICES: dict[str, tuple[str, ...]] = {
    "api-server": (),
    "scheduler": ("--skip-serve-logs",),
    "dag-processor": (),
    "triggerer": ("--skip-serve-logs",),
}
#: The same components in the answer of the health endpoint.
_HEALTH = {
    "api-server": "metadatabase",
    "scheduler": "scheduler",
    "dag-processor": "dag_processor",
    "triggerer": "triggerer",
}
_PATIENCE = 150.0


def up(project: Project) -> str:
    """Start what is not running, wait until all of it is healthy; the web interface's address.

    Safe to repeat. Raises SchedaError, with nothing of Airflow left behind, when a component
    stops or stays unhealthy.
    """
    with _one_at_a_time(project):
        began = time.monotonic()
        postgres.start(project)
        say(f"warehouse: {'running' if postgres.is_embedded(project) else 'reached (SCHEDA_DSN)'}")
        if airflow_env.ensure_metadata(project):
            say("airflow: metadata database created")
        airflow_env.admin_password(project)
        running = {name: Background(name, folder(project)) for name in SERVICES}
        if not running["api-server"].process():
            _need_port(project.ui_port)
        env = airflow_env.airflow_env(project)
        for name, background in running.items():
            command = [sys.executable, "-m", "airflow", name, *SERVICES[name]]
            say(
                f"airflow {name}: {'starting' if background.start(command, env=env) else 'running'}"
            )
        try:
            _wait(project, running)
        except SchedaError:
            processes.stop(running.values())
            raise
        say(f"everything is up after {time.monotonic() - began:.0f} s")
        say(
            f"web interface: {address(project)} (user {airflow_env.ADMIN}, password in "
            f"{airflow_env.password_file(project)})"
        )
        return address(project)


def down(project: Project) -> list[str]:
    """Stop every process that `up` started, then the warehouse; the names of what was running."""
    with _one_at_a_time(project):
        backgrounds = [Background(name, folder(project)) for name in reversed(SERVICES)]
        stopped = processes.stop(backgrounds)
        for name in stopped:
            say(f"airflow {name}: stopped")
        if postgres.stop(project):
            say("warehouse: stopped")
            stopped.append("warehouse")
        if not stopped:
            say("nothing was running")
        return stopped


def running(project: Project) -> list[str]:
    """The names of the Airflow services that are alive."""
    return [name for name in SERVICES if Background(name, folder(project)).process()]


def address(project: Project) -> str:
    return f"http://127.0.0.1:{project.ui_port}"


def folder(project: Project) -> Path:
    """Pid files and logs of the services."""
    return airflow_env.home(project) / "services"


def _wait(project: Project, backgrounds: dict[str, Background]) -> None:
    """Return once every component says it is healthy, with a line for each that does."""
    began = time.monotonic()
    waiting = list(backgrounds)
    while waiting:
        for name, background in backgrounds.items():
            if not background.process():
                raise SchedaError(f"airflow {name} stopped; the reason is in {background.log}")
        health = _health(project)
        for name in [name for name in waiting if health.get(_HEALTH[name]) == "healthy"]:
            waiting.remove(name)
            say(f"airflow {name}: healthy after {time.monotonic() - began:.0f} s")
        if waiting and time.monotonic() - began > _PATIENCE:
            logs = ", ".join(str(backgrounds[name].log) for name in waiting)
            raise SchedaError(f"not healthy after {_PATIENCE:.0f} s: see {logs}")
        time.sleep(0.5 if waiting else 0)


def _health(project: Project) -> dict[str, str]:
    """Component -> status, as the api-server tells; empty while it does not answer."""
    link = http.client.HTTPConnection("127.0.0.1", project.ui_port, timeout=5)
    try:
        link.request("GET", "/api/v2/monitor/health")
        told = json.loads(link.getresponse().read())
        return {name: str(state.get("status")) for name, state in told.items() if state}
    except (http.client.HTTPException, OSError, ValueError):
        return {}
    finally:
        link.close()


def _need_port(port: int) -> None:
    with socket.socket() as probe:
        # A connection of the last `down` that lingers is no obstacle; a listener is.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise SchedaError(
                f"port {port} is taken by another program: choose another one with SCHEDA_UI_PORT"
            ) from None


@contextmanager
def _one_at_a_time(project: Project) -> Iterator[None]:
    folder(project).mkdir(parents=True, exist_ok=True)
    with (folder(project) / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
