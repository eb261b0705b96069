"""`scheda run`: the whole night from a shell, through Airflow's own engine, told as it goes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from scheda import airflow_env, catalog, postgres
from scheda.errors import SchedaError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from scheda.project import Project

NIGHTLY = "customer_card"
AUDIENCES = "audiences"


def run(
    project: Project, *, as_of: date, tell: Callable[[str], None], with_sample: bool = True
) -> tuple[bool, str]:
    """Run every ingest DAG, the nightly DAG and the audiences DAG for the business day `as_of`.

    tell   receives each line of progress
    Returns (did every DAG succeed, run id). The full Airflow log is var/log/<run id>.log.
    """
    run_id = f"run-{datetime.now().strftime('%Y%m%d-%H%M%S')}"
    begun = time.perf_counter()

    def say(line: str) -> None:
        tell(f"{time.perf_counter() - begun:6.1f} s  {line}")

    postgres.start(project)
    say("warehouse is up")
    airflow_env.ensure_metadata(project)
    say("Airflow's metadata is ready")
    if with_sample and _landing_is_empty(project):
        from scheda import sample

        written = sample.write(project, as_of=as_of)
        say(f"sample company dropped into landing: {len(written['files'])} files")
    ingests = [f"ingest_{name}" for name in catalog.load(project).sources]
    order = {
        "folder": str(project.root / "dags"),
        "dags": [*ingests, NIGHTLY, AUDIENCES],
        "stop_after": [NIGHTLY],
        "conf": {"as_of": as_of.isoformat(), "run_id": run_id},
    }
    code = _engine(project, order, run_id, say)
    say("all DAGs ended")
    if code not in (0, 1):
        raise SchedaError(f"Airflow stopped (exit {code}); its log: {log_file(project, run_id)}")
    return code == 0, run_id


def log_file(project: Project, run_id: str) -> Path:
    return project.logs / f"{run_id}.log"


def _landing_is_empty(project: Project) -> bool:
    import fsspec

    system, path = fsspec.url_to_fs(project.landing)
    return not system.exists(path) or not system.find(path)


def _engine(
    project: Project, order: dict[str, Any], run_id: str, say: Callable[[str], None]
) -> int:
    """Airflow in a child process of its own group: log to a file, progress through a pipe."""
    log = log_file(project, run_id)
    log.parent.mkdir(parents=True, exist_ok=True)
    listen, speak = os.pipe()
    with log.open("wb") as sink:
        child = subprocess.Popen(
            [sys.executable, "-m", "scheda.engine", json.dumps(order)],
            env={**airflow_env.airflow_env(project), "SCHEDA_PROGRESS_FD": str(speak)},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            pass_fds=(speak,),
        )
    os.close(speak)
    listener = threading.Thread(target=_relay, args=(listen, say), daemon=True)
    listener.start()
    try:
        code = child.wait()
    except BaseException:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=20)
        child.kill()
        raise
    listener.join(timeout=5)
    return code


def _relay(descriptor: int, say: Callable[[str], None]) -> None:
    with os.fdopen(descriptor, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            say(line.rstrip("\n"))
