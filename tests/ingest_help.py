"""Shared by the tests of ingest: declare a source, drop files, load, look."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheda import ingest, postgres

if TYPE_CHECKING:
    from scheda.project import Project


def declare(project: Project, *tables: str, source: str = "crm") -> None:
    """Write the source's page; each table is the YAML of one entry, unindented."""
    entries = "".join(textwrap.indent(textwrap.dedent(table).strip("\n") + "\n", " " * 6)
                      for table in tables)  # fmt: skip
    folder = project.staging / source
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"_{source}__sources.yml").write_text(
        f"version: 2\nsources:\n  - name: {source}\n    tables:\n{entries}", encoding="utf-8"
    )


def table(name: str = "contacts", *, columns: str = "code name city", **meta: Any) -> str:
    """One table's entry: files at crm/<name>*, key = the first column, unless `meta` says more."""
    meta = {"path": f"crm/{name}*", **meta}
    names = columns.split()
    if names and "key" not in meta:
        meta["key"] = names[:1]
    listed = ", ".join(f"{{name: {column}}}" for column in names)
    return f"- name: {name}\n  config: {{meta: {meta!r}}}\n  columns: [{listed}]\n"


def drop(project: Project, name: str, content: str | bytes) -> Path:
    """A file lands."""
    path = Path(project.landing) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def load(project: Project, run_id: str = "run", source: str = "crm") -> dict[str, Any]:
    return ingest.ingest(project, source, run_id=run_id, say=lambda _line: None)


def counts(result: dict[str, Any], name: str = "contacts") -> tuple[int, int, int]:
    """(read, loaded, rejected), which always add up."""
    found = result["tables"][name]
    assert found["rows_read"] == found["rows_loaded"] + found["rows_rejected"]
    return found["rows_read"], found["rows_loaded"], found["rows_rejected"]


def query(project: Project, text: str) -> list[tuple[Any, ...]]:
    with postgres.connect(project) as conn:
        return conn.execute(text).fetchall()


def raw(project: Project, name: str = "contacts", columns: str = "*") -> list[tuple[Any, ...]]:
    """The raw table's rows by load and row number, without the load id."""
    chosen = "_row_number, code, name, city" if columns == "*" else columns
    return query(project, f"select {chosen} from raw.crm__{name} order by _load_id, _row_number")


def rejects(project: Project) -> list[tuple[int, str, bytes]]:
    return query(
        project, "select row_number, reason, content from ops.rejects order by load_id, row_number"
    )
