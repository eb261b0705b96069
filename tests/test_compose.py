"""docker-compose.yml, read by the real Compose binary: sound, whole, private."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scheda import airflow_env, cluster
from scheda.errors import SchedaError

if TYPE_CHECKING:
    from scheda.project import Project

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = Path(sys.executable).parent / "docker-compose"
LONG_LIVED = {
    "postgres", "redis", "api-server", "scheduler", "dag-processor", "triggerer", "worker",
}  # fmt: skip


def secrets() -> list[str]:
    """The variables that .env.example leaves empty: whoever deploys fills them in."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return re.findall(r"^([A-Z_]+)=$", text, flags=re.MULTILINE)


def compose(env_file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Compose with the variables of `env_file` only."""
    return subprocess.run(
        [
            COMPOSE, "--project-directory", ROOT, "--env-file", env_file,
            "-f", ROOT / "docker-compose.yml", *arguments,
        ],
        env={"PATH": os.defpath, "HOME": str(env_file.parent)},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.fixture(scope="module")
def env_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("compose") / ".env"
    path.write_text("".join(f"{name}=filled-{name}\n" for name in secrets()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def services(env_file: Path) -> dict[str, dict[str, Any]]:
    done = compose(env_file, "config", "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["services"]


def test_file_is_valid(env_file: Path) -> None:
    done = compose(env_file, "config", "-q")
    assert (done.returncode, done.stderr) == (0, "")


def test_nothing_starts_without_secrets(tmp_path: Path) -> None:
    empty = tmp_path / ".env"
    empty.touch()
    done = compose(empty, "config", "-q")
    assert done.returncode != 0
    assert [name for name in secrets() if f"variable {name} is missing" not in done.stderr] == []


def test_every_part_is_there(services: dict[str, dict[str, Any]]) -> None:
    assert set(services) == LONG_LIVED | {"init"}
    assert services["worker"]["deploy"]["replicas"] >= 2
    assert services["worker"]["environment"]["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"
    assert services["postgres"]["image"].startswith("postgres:18")


@pytest.mark.parametrize("name", sorted(LONG_LIVED))
def test_service_is_watched_and_comes_back(services: dict[str, dict[str, Any]], name: str) -> None:
    assert services[name]["healthcheck"]["test"]
    assert services[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(LONG_LIVED - {"postgres", "redis"}))
def test_airflow_waits_for_its_database(services: dict[str, dict[str, Any]], name: str) -> None:
    assert services[name]["depends_on"]["init"]["condition"] == "service_completed_successfully"
    mounted = {volume["target"] for volume in services[name]["volumes"]}
    assert {"/opt/scheda/dags", "/opt/scheda/plugins", "/opt/scheda/dbt_project"} <= mounted


def test_nothing_listens_outside_this_machine(services: dict[str, dict[str, Any]]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert {port["host_ip"] for port in ports} == {"127.0.0.1"}


def test_secrets_come_from_the_env_file_only(services: dict[str, dict[str, Any]]) -> None:
    """Whatever looks like a secret holds one of the values that the test filled in."""
    looks = re.compile(r"PASSWORD|SECRET|FERNET|DSN|AUTH$|CONN|BROKER")
    harmless = {"AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"}
    found = {
        (name, key): value
        for name, service in services.items()
        for key, value in (service.get("environment") or {}).items()
        if looks.search(key) and key not in harmless
    }
    assert len(found) > 20
    assert [place for place, value in found.items() if "filled-" not in str(value)] == []


def test_the_image_is_locked_and_not_root() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes" in text
    assert "requirements-cluster.lock" in text
    assert re.search(r"^USER (?!root)\w+$", text, flags=re.MULTILINE)


def test_init_writes_the_administrator(project: Project) -> None:
    cluster.prepare(project, admin_password="first")
    cluster.prepare(project, admin_password="second")
    path = airflow_env.password_file(project)
    assert json.loads(path.read_text(encoding="utf-8")) == {"admin": "second"}
    assert path.stat().st_mode & 0o777 == 0o600


def test_init_wants_a_password(project: Project) -> None:
    with pytest.raises(SchedaError, match="SCHEDA_ADMIN_PASSWORD"):
        cluster.prepare(project, admin_password=None)
