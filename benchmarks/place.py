"""A passing warehouse for a benchmark: its own folder and its own embedded server."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scheda import postgres
from scheda import project as projects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scheda.project import Project


@contextmanager
def warehouse(
    examples: Sequence[Path] = (), settings: Mapping[str, object] | None = None
) -> Iterator[Project]:
    """A project whose var/ is a temporary folder; server and folder go at the end.

    examples   folders of sources to add, as docs/bring-your-own-source.md adds one
    settings   vars of dbt_project.yml that are to be others here
    """
    folder = Path(tempfile.mkdtemp(prefix="scheda-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    ours = replace(
        projects.load(),
        var=folder,
        landing=str(folder / "landing"),
        exports=str(folder / "exports"),
        dsn=None,
        port=0,
    )
    Path(ours.landing).mkdir()
    if examples or settings:
        ours = replace(ours, root=_checkout(ours.root, folder / "checkout", examples))
        _set(ours.dbt / "dbt_project.yml", settings or {})
    try:
        postgres.start(ours)
        yield ours
    finally:
        postgres.stop(ours)
        shutil.rmtree(folder, ignore_errors=True)


def _checkout(root: Path, target: Path, examples: Sequence[Path]) -> Path:
    """A copy of the declarations, with those of the examples among them."""
    for name in ("dbt_project", "expectations"):
        shutil.copytree(root / name, target / name)
    for example in examples:
        models = target / "dbt_project" / "models" / "staging" / example.name
        shutil.copytree(example / "staging", models)
        suites = target / "expectations" / "raw"
        shutil.copytree(example / "expectations", suites, dirs_exist_ok=True)
    return target


def _set(page: Path, settings: Mapping[str, object]) -> None:
    import yaml

    content = yaml.safe_load(page.read_text(encoding="utf-8"))
    for name, value in settings.items():
        if name not in content["vars"]:
            raise KeyError(f"dbt_project.yml has no var {name}")
        content["vars"][name] = value
    page.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
