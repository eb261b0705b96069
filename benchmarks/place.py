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
    from collections.abc import Iterator

    from scheda.project import Project


@contextmanager
def warehouse() -> Iterator[Project]:
    """A project whose var/ is a temporary folder; server and folder go at the end."""
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
    try:
        postgres.start(ours)
        yield ours
    finally:
        postgres.stop(ours)
        shutil.rmtree(folder, ignore_errors=True)
