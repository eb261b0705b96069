"""Airflow's environment, background processes, `make up` and `make down`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest

from scheda import airflow_env, postgres, processes, services
from scheda.errors import SchedaError
from scheda.processes import Background

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scheda.project import Project
    from scheda.server import Server

#: Stands for Python running `-m airflow <component>`: the api-server answers the health check.
STAND_IN = """#!{python}
import http.server, json, os, sys, time
name = sys.argv[3]
healthy = ("metadatabase", "scheduler", "dag_processor", "triggerer")
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({{part: {{"status": "healthy"}} for part in healthy}}).encode())
if name == "api-server":
    address = ("127.0.0.1", int(os.environ["AIRFLOW__API__PORT"]))
    http.server.HTTPServer(address, Health).serve_forever()
time.sleep(600)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def ours(project: Project) -> Project:
    return replace(project, ui_port=free_port())


@pytest.fixture
def stand_in(ours: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """`up` and `down` with components that cost nothing."""
    script = tmp_path / "airflow-stand-in"
    script.write_text(STAND_IN.format(python=sys.executable), encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(services.sys, "executable", str(script))
    monkeypatch.setattr(airflow_env, "ensure_metadata", lambda _project: False)
    yield ours
    processes.stop([Background(name, services.folder(ours)) for name in services.SERVICES])


# -- environment ------------------------------------------------------------------------------


def test_environment_is_this_projects(ours: Project) -> None:
    env = airflow_env.airflow_env(ours)
    assert env["AIRFLOW_HOME"] == str(ours.var / "airflow")
    assert env["AIRFLOW__CORE__DAGS_FOLDER"] == str(ours.root / "dags")
    assert env["SCHEDA_DSN"] == ours.dsn
    assert env["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert env["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] == "false"


def test_keys_are_made_once_and_private(ours: Project) -> None:
    names = ["AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET"]
    first, second = (airflow_env.airflow_env(ours) for _ in range(2))
    assert [first[name] for name in names] == [second[name] for name in names]
    assert (ours.var / "airflow" / "keys.json").stat().st_mode & 0o777 == 0o600


def test_admin_password_is_made_once_and_private(ours: Project) -> None:
    assert airflow_env.admin_password(ours) == airflow_env.admin_password(ours)
    assert airflow_env.password_file(ours).stat().st_mode & 0o777 == 0o600


def test_metadata_is_where_it_should_be(ours: Project) -> None:
    assert airflow_env.metadata_url(ours) == f"sqlite:///{ours.var / 'airflow' / 'airflow.db'}"
    asked = replace(ours, airflow_db="postgresql+psycopg2://a@b/c")
    assert airflow_env.metadata_url(asked) == "postgresql+psycopg2://a@b/c"
    embedded = replace(ours, dsn=None)
    home = postgres.server(embedded).home
    home.mkdir()
    (home / "address.json").write_text('{"port": 5433, "password": "p/w"}', encoding="utf-8")
    assert airflow_env.metadata_url(embedded) == (
        "postgresql+psycopg2://scheda:p%2Fw@127.0.0.1:5433/airflow"
    )


def test_metadata_database_that_does_not_answer(ours: Project) -> None:
    away = replace(ours, airflow_db="postgresql+psycopg2://me:hidden@127.0.0.1:1/none")
    with pytest.raises(SchedaError, match="does not answer") as caught:
        airflow_env.ensure_metadata(away)
    assert "hidden" not in str(caught.value)


# -- background processes ---------------------------------------------------------------------


def test_a_process_is_known_by_its_file(tmp_path: Path) -> None:
    one = Background("one", tmp_path)
    assert one.start(["sleep", "60"], env=dict(os.environ))
    assert not one.start(["sleep", "60"], env=dict(os.environ))
    alive = one.process()
    assert os.getpgid(alive.pid) == alive.pid
    assert processes.stop([one]) == ["one"]
    assert one.process() is None
    assert processes.stop([one]) == []


def test_a_pid_that_belongs_to_somebody_else_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        one = Background("one", tmp_path)
        one.pid_file.write_text(
            json.dumps({"pid": stranger.pid, "born": time.time() - 86400}), encoding="utf-8"
        )
        assert processes.stop([one]) == []
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("text", ["", "{}", "12", '{"pid": 999999999, "born": 1}'])
def test_a_pid_file_that_tells_nothing(tmp_path: Path, text: str) -> None:
    one = Background("one", tmp_path)
    one.pid_file.write_text(text, encoding="utf-8")
    assert one.process() is None


def test_the_deaf_and_the_runaways_are_stopped_too(tmp_path: Path) -> None:
    """A process that ignores the polite signal, and its child in a session of its own."""
    one = Background("one", tmp_path)
    one.start(["sh", "-c", "trap '' TERM; setsid sleep 60 & wait; sleep 60"], env=dict(os.environ))
    deadline = time.monotonic() + 10
    while not (family := one.process().children(recursive=True)) and time.monotonic() < deadline:
        time.sleep(0.05)
    family.append(one.process())
    processes.stop([one], patience=0.5)
    _gone, alive = psutil.wait_procs(family, timeout=5)
    alive = [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
    assert (len(family), alive) == (2, [])


# -- up and down ------------------------------------------------------------------------------


def test_up_twice_and_down_twice(stand_in: Project, capfd: pytest.CaptureFixture[str]) -> None:
    assert services.up(stand_in) == f"http://127.0.0.1:{stand_in.ui_port}"
    pids = [Background(name, services.folder(stand_in)).process().pid for name in services.SERVICES]
    assert services.running(stand_in) == list(services.SERVICES)
    services.up(stand_in)
    assert pids == [
        Background(name, services.folder(stand_in)).process().pid for name in services.SERVICES
    ]
    assert sorted(services.down(stand_in)) == sorted(services.SERVICES)
    assert services.down(stand_in) == []
    told = capfd.readouterr().err
    assert f"web interface: http://127.0.0.1:{stand_in.ui_port}" in told
    assert airflow_env.admin_password(stand_in) not in told


def test_up_says_which_part_does_not_stand(
    stand_in: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.sys, "executable", "false")
    with pytest.raises(SchedaError, match=r"stopped; the reason is in .*\.log"):
        services.up(stand_in)
    assert services.running(stand_in) == []


def test_up_on_a_port_that_is_taken(stand_in: Project) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", stand_in.ui_port))
        other.listen()
        with pytest.raises(SchedaError, match="SCHEDA_UI_PORT"):
            services.up(stand_in)
    assert services.running(stand_in) == []


def test_the_real_services(server: Server, own_project: Project) -> None:
    """About 20 seconds: the metadata made once, every component healthy, nothing public."""
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as conn:
        conn.execute("create database airflow")
    url = postgres.sqlalchemy_url(own_project, "airflow").set(drivername="postgresql+psycopg2")
    ours = replace(
        own_project,
        ui_port=free_port(),
        airflow_db=url.render_as_string(hide_password=False),
    )
    for folder in ("dags", "plugins"):
        (ours.root / folder).mkdir()
    family: list[psutil.Process] = []
    try:
        services.up(ours)
        assert airflow_env.ensure_metadata(ours) is False
        family += [Background(name, services.folder(ours)).process() for name in services.SERVICES]
        family += [child for parent in family for child in parent.children(recursive=True)]
        listening = {
            link.laddr.ip
            for process in family
            for link in process.net_connections()
            if link.status == psutil.CONN_LISTEN
        }
        assert listening == {"127.0.0.1"}
    finally:
        services.down(ours)
    assert [process for process in family if processes.lives(process)] == []
