"""Where the sample's files go: a local landing folder, each file whole or not there at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheda.errors import SchedaError

if TYPE_CHECKING:
    from scheda.project import Project

MARKER = "sample.json"


class Landing:
    """The landing folder of a project; raises SchedaError when it is not a local folder."""

    def __init__(self, project: Project) -> None:
        address = project.landing.removeprefix("file://")
        if "://" in address:
            raise SchedaError(
                "the sample company's files need a local landing folder, and SCHEDA_LANDING names "
                "an object store; unset SCHEDA_LANDING to try the sample"
            )
        self.folder = Path(address)
        self.files: dict[str, int] = {}

    def add(self, name: str, content: bytes | str, rows: int) -> None:
        """Write landing/<name>; `rows` is the number of records it holds."""
        path = self.folder / name
        data = content.encode("utf-8") if isinstance(content, str) else content
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.part")
            part.write_bytes(data)
            part.replace(path)
        except OSError as error:
            raise SchedaError(
                f"cannot write the sample file {name} in the landing folder: {error.strerror}; "
                "make room or set SCHEDA_LANDING to a folder that may be written"
            ) from None
        self.files[name] = rows

    def marker(self) -> dict[str, Any] | None:
        """What was written before, or None."""
        path = self.folder / MARKER
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def mark(self, told: dict[str, Any]) -> None:
        """Written last: a folder without it was left half full, and is filled again."""
        self.add(MARKER, json.dumps(told, indent=2) + "\n", 0)
        del self.files[MARKER]
