"""Running dbt: a child process with our environment, its events told and its results returned."""

from __future__ import annotations

import contextlib
import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import conninfo

from scheda import catalog, postgres
from scheda.errors import SchedaError
from scheda.progress import say
from scheda.project import environment

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from scheda.project import Project


@dataclass(frozen=True)
class NodeResult:
    """What dbt says of one node of one invocation (`seconds` of execution)."""

    node: str
    resource_type: str
    status: str
    seconds: float
    rows_affected: int | None
    message: str | None
    query: str | None = None


class Session:
    """dbt on one side of the marts, for as many commands as its `with` block gives it.

    Each side keeps its own target folder, so that dbt's partial parsing never mixes the two.
    """

    def __init__(self, project: Project, *, side: str, build_id: int, as_of: date) -> None:
        self._results = target_folder(project, side) / "run_results.json"
        self._results.parent.mkdir(parents=True, exist_ok=True)
        target = self._results.parent
        command = [
            sys.executable, "-m", "scheda.dbt_session",
            "--log-format", "json", "--log-path", str(target / "logs"), "--no-use-colors", "--",
            "--project-dir", str(project.dbt), "--profiles-dir", str(project.dbt),
            "--target-path", str(target), "--target", side,
        ]  # fmt: skip
        self._child = subprocess.Popen(
            command,
            env=dbt_environment(project, build_id=build_id, as_of=as_of),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_error: object) -> None:
        with self._child:  # waits, and closes the pipes: without input the child ends
            if self._child.stdin:
                self._child.stdin.close()

    def run(self, arguments: list[str]) -> tuple[int, list[NodeResult]]:
        """Run `dbt ARGUMENTS`; returns (0 or 1, results per node)."""
        if arguments[0] != "retry":
            self._results.unlink(missing_ok=True)
        assert self._child.stdin and self._child.stdout  # noqa: S101  (they are pipes)
        code, last_words = 1, []
        with contextlib.suppress(BrokenPipeError):  # a child that died says why on its output
            self._child.stdin.write(json.dumps(arguments) + "\n")
            self._child.stdin.flush()
        for line in self._child.stdout:
            if line.startswith('{"command_done"'):
                code = 0 if json.loads(line)["command_done"] else 1
                break
            _tell(line, last_words)
        found = _read_results(self._results)
        if code and not any(result.status in ("error", "fail") for result in found):
            raise SchedaError("dbt stopped before running a model:\n" + "\n".join(last_words[-8:]))
        return code, found


def invoke(
    project: Project, arguments: list[str], *, side: str, build_id: int, as_of: date
) -> tuple[int, list[NodeResult]]:
    """Run `dbt ARGUMENTS` against `side` ('a' or 'b'); returns (0 or 1, results per node)."""
    with Session(project, side=side, build_id=build_id, as_of=as_of) as session:
        return session.run(arguments)


def tests_that_show_rows(project: Project, side: str) -> set[str]:
    """Data tests whose failing rows hold nothing personal (`meta: shows_rows`), by unique id."""
    manifest = target_folder(project, side) / "manifest.json"
    if not manifest.exists():
        return set()
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    return {name for name, node in nodes.items() if node["config"]["meta"].get("shows_rows")}


def models_fingerprint(project: Project) -> str:
    """What the tables are computed by: the SQL of models and macros, and the settings. Segments,
    audiences and descriptions are in pages beside them and do not count."""
    digest = hashlib.sha256()
    for path in sorted([project.dbt / "dbt_project.yml", *project.dbt.glob("m*/**/*.sql")]):
        digest.update(path.relative_to(project.dbt).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def target_folder(project: Project, side: str) -> Path:
    return project.var / "dbt" / side


def dbt_environment(project: Project, *, build_id: int, as_of: date) -> dict[str, str]:
    """The variables that profiles.yml and the macros read (the password among them)."""
    parts = conninfo.conninfo_to_dict(postgres.dsn(project))
    return environment(
        SCHEDA_DB_HOST=str(parts.get("host") or "localhost"),
        SCHEDA_DB_PORT=str(parts.get("port") or 5432),
        SCHEDA_DB_USER=str(parts.get("user") or ""),
        DBT_ENV_SECRET_DB_PASSWORD=str(parts.get("password") or ""),
        SCHEDA_DB_NAME=str(parts.get("dbname") or ""),
        SCHEDA_AS_OF=as_of.isoformat(),
        SCHEDA_BUILD_ID=str(build_id),
        SCHEDA_ENTITIES=json.dumps(catalog.entities(project), sort_keys=True),
    )


def _tell(line: str, last_words: list[str]) -> None:
    """Pass on what a person wants to see of dbt's events: finished models, and errors."""
    try:
        event = json.loads(line)
    except json.JSONDecodeError:
        last_words.append(line.rstrip())
        return
    info, data = event.get("info", {}), event.get("data", {})
    if info.get("level") == "error":
        last_words.append(str(info.get("msg", "")).rstrip())
    if info.get("name") in ("LogModelResult", "LogSeedResult"):
        node = data.get("node_info", {}).get("node_name", "")
        seconds = float(data.get("execution_time") or 0)
        place = f"{data.get('index')}/{data.get('total')}"
        say(f"  {place:>8}  {node:<32} {data.get('status', '')} {seconds:.1f} s")
    elif info.get("name") == "LogTestResult" and data.get("status") not in ("pass", None):
        say(f"  test {data.get('name', '')}: {data.get('status')}, {data.get('num_failures')} rows")


def _read_results(path: Path) -> list[NodeResult]:
    if not path.exists():
        return []
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return [_result(entry) for entry in body["results"]]


def _result(entry: dict[str, Any]) -> NodeResult:
    unique_id = entry["unique_id"]
    affected = (entry.get("adapter_response") or {}).get("rows_affected")
    return NodeResult(
        node=unique_id,
        resource_type=unique_id.split(".", 1)[0],
        status=entry["status"],
        seconds=float(entry.get("execution_time") or 0),
        rows_affected=int(affected) if affected is not None else None,
        message=entry.get("message"),
        query=entry.get("compiled_code"),
    )
