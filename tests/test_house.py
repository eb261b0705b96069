"""The rules of the house (DESIGN, section 4): where things live, and what they may import."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "plugins" / "scheda"
MODELS = ROOT / "dbt_project" / "models"
STEPS = {"ingest", "check", "build", "publish", "export"}
HEAVY = {"pandas", "great_expectations", "dbt", "pyarrow", "numpy", "scipy", "sqlalchemy"}


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).exists()]


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def models() -> list[Path]:
    return sorted(MODELS.rglob("*.sql"))


def imports(path: Path, *, everywhere: bool) -> set[str]:
    """Names imported by a module: at its top level (type checking apart), or anywhere in it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if everywhere else tree.body
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def test_folders_hold_something() -> None:
    assert len(modules()) > 15
    assert len(models()) > 20


def test_airflow_never_scans_our_package() -> None:
    lines = (ROOT / "plugins" / ".airflowignore").read_text(encoding="utf-8").splitlines()
    assert "scheda/" in lines


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_module_is_short_and_light(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""') or not text.strip(), "a module begins with its one sentence"
    assert len(text.splitlines()) <= 300, "one job each: split it"
    heavy = {name.split(".")[0] for name in imports(path, everywhere=False)} & HEAVY
    assert not heavy, f"import {heavy} inside the function that needs it"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_project_reads_the_environment(path: Path) -> None:
    if path.name != "project.py":
        assert not re.search(r"os\.(environ|getenv)", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("step", sorted(STEPS))
def test_steps_ignore_each_other(step: str) -> None:
    used = {
        name.removeprefix("scheda.") for name in imports(PACKAGE / f"{step}.py", everywhere=True)
    }
    assert not used & (STEPS - {step} | {"cli", "run", "nightly", "engine"})


@pytest.mark.parametrize("path", sorted((ROOT / "dags").glob("*.py")), ids=lambda p: p.name)
def test_a_dag_file_is_docstring_schedule_and_wiring(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "If this fails at 3 a.m." in (ast.get_docstring(ast.parse(text)) or "")
    assert len(text.splitlines()) <= 80
    assert "sql" not in text.lower().replace("postgresql", "")
    top = imports(path, everywhere=False)
    allowed = ("__future__", "typing", "pendulum", "airflow.sdk", "scheda")
    assert all(name.startswith(allowed) for name in top), top
    steps = {f"scheda.{step}" for step in STEPS}
    assert not top & steps, "steps are imported inside the task"


@pytest.mark.parametrize("path", models(), ids=lambda p: p.stem)
def test_model_tells_its_grain_and_has_its_page(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("-- Grain: one row per ")
    page = path.with_suffix(".yml")
    assert page.exists(), "one yml per model, same stem"
    [entry] = yaml.safe_load(page.read_text(encoding="utf-8"))["models"]
    assert entry["name"] == path.stem
    assert entry["description"].strip()


@pytest.mark.parametrize("path", models(), ids=lambda p: p.stem)
def test_model_name_tells_its_layer(path: Path) -> None:
    layer = path.relative_to(MODELS).parts[0]
    if layer == "staging":
        assert path.stem.startswith("stg_") or path.stem == "quarantine"
    else:
        assert not path.stem.startswith("stg_")


@pytest.mark.parametrize("path", models(), ids=lambda p: p.stem)
def test_model_names_no_database(path: Path) -> None:
    """What only PostgreSQL understands lives in macros/dialect/."""
    lines = path.read_text(encoding="utf-8").splitlines()
    sql = "\n".join(line.split("--")[0] for line in lines)
    sql = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}|'[^']*'", "''", sql, flags=re.DOTALL)
    forbidden = (
        r"::\s*[a-z]", r"distinct\s+on\s*\(", r"\blateral\b", r"->>?", r"\bjsonb\b", r"~\*?\s*'",
        r"\bgenerate_series\b", r"\bunnest\b", r"\bfilter\s*\(\s*where", r"\bilike\b", r"\bnow\(\)",
        r"\bcurrent_date\b", r"\bcurrent_timestamp\b", r"pg_\w+", r"\barray\[",
    )  # fmt: skip
    found = [pattern for pattern in forbidden if re.search(pattern, sql, re.I)]
    assert not found


def test_no_machine_path_nor_registry_host_is_tracked() -> None:
    words = ["py" + "pi.o" + "rg", "python" + "hosted", "registry" + ".npmjs", "deb" + ".debian"]
    words += ["/wo" + "rk/", "/ro" + "ot/"]
    for path in tracked():
        if path.suffix in {".gz", ".parquet", ".png", ".xlsx"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not [word for word in words if word in text], path


def test_nothing_generated_nor_large_is_tracked() -> None:
    for path in tracked():
        assert path.stat().st_size < 2_000_000, path
        assert path.name != "uv.lock"


def test_environment_example_names_every_variable() -> None:
    read = set(
        re.findall(r'"(SCHEDA_[A-Z_]+)"', (PACKAGE / "project.py").read_text(encoding="utf-8"))
    )
    told = (ROOT / ".env.example").read_text(encoding="utf-8")
    inner = {"SCHEDA_PROGRESS_FD", "SCHEDA_HOME"}
    assert read - inner <= set(re.findall(r"SCHEDA_[A-Z_]+", told))
