"""Which sources exist, and how their files look: read from the sources' own dbt pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from scheda.declaration import Declaration
from scheda.errors import SchedaError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scheda.project import Project

#: The input contract's entities: what a staging model may bring (DESIGN, section 2).
ENTITIES = (
    "contacts",
    "orders",
    "order_lines",
    "refunds",
    "payments",
    "order_keys",
    "control_totals",
    "message_events",
)
DOORS = ("files", "database")
FORMATS = ("csv", "jsonl", "json", "parquet", "excel")
COMPRESSIONS = (".gz", ".bz2", ".xz", ".zip")
SUFFIXES = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json",
    ".parquet": "parquet", ".pq": "parquet",
    ".xlsx": "excel", ".xls": "excel", ".xlsm": "excel", ".ods": "excel",
}  # fmt: skip
#: Schemas that models read but nobody loads from landing.
_OUR_BOOKS = {"ops", "quality"}
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Column:
    """One declared column; header is its name in the files when it is not `name`."""

    name: str
    description: str = ""
    header: str | None = None


@dataclass(frozen=True)
class Table:
    """One table of a source: where its rows come from and what they must hold.

    path              glob below landing, or an absolute path, or an address with a scheme
    format            one of FORMATS; None: each file's extension tells
    key               columns that every file must have
    columns           declared columns; JSON tables have none: they keep `payload`
    max_reject_share  0..1; more rejected rows than this close the raw gate
    address_env       environment variable with the database's SQLAlchemy address
    connection        Airflow connection id, the alternative to address_env
    cursor            column that grows with every change; None: the table is read in full
    """

    source: str
    name: str
    description: str = ""
    door: str = "files"
    path: str = ""
    format: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    key: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    fresh_within_days: int | None = None
    max_reject_share: float = 0.01
    address_env: str | None = None
    connection: str | None = None
    remote_table: str | None = None
    query: str | None = None
    cursor: str | None = None

    @property
    def raw_table(self) -> str:
        """Name of the table in schema `raw`."""
        return f"{self.source}__{self.name}"

    @property
    def is_json(self) -> bool:
        """Are its rows JSON objects kept whole in `payload`?"""
        return self.format in ("json", "jsonl")

    @property
    def label(self) -> str:
        return f"{self.source}.{self.name}"


@dataclass(frozen=True)
class Source:
    """One source: a folder of models/staging. priority: smaller wins when sources disagree."""

    name: str
    description: str
    tables: tuple[Table, ...]
    priority: int = 100


@dataclass(frozen=True)
class Catalog:
    sources: dict[str, Source]

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """Every table of every source, in the order of their names."""
        return tuple(table for source in self.sources.values() for table in source.tables)

    def source(self, name: str) -> Source:
        """Raises SchedaError that names the declared sources when `name` is none of them."""
        if name not in self.sources:
            known = ", ".join(self.sources) or "none yet"
            raise SchedaError(f"no source is called '{name}'; declared: {known}")
        return self.sources[name]


def load(project: Project) -> Catalog:
    """Every declared source, by name. Raises SchedaError naming file, source, table and key."""
    found: dict[str, Source] = {}
    for page in sorted(project.staging.glob("*/_*__sources.yml")):
        for source in _read(page, project):
            if source.name in found:
                raise SchedaError(f"{page.name}: source '{source.name}' is declared twice")
            found[source.name] = source
    return Catalog(dict(sorted(found.items())))


def entities(project: Project) -> dict[str, list[str]]:
    """For each entity, the sources that have a staging model stg_<source>__<entity>.sql."""
    found: dict[str, list[str]] = {entity: [] for entity in ENTITIES}
    for model in sorted(project.staging.glob("*/stg_*__*.sql")):
        source, entity = model.stem.removeprefix("stg_").split("__", 1)
        if entity in found and source == model.parent.name:
            found[entity].append(source)
    return found


def format_of(path: str) -> str | None:
    """The format that a path's extension tells (compression apart), or None."""
    lowered = path.lower()
    for suffix in COMPRESSIONS:
        lowered = lowered.removesuffix(suffix)
    return next((known for end, known in SUFFIXES.items() if lowered.endswith(end)), None)


def _read(page: Path, project: Project) -> Iterator[Source]:
    import yaml

    where = page.relative_to(project.root)
    try:
        content = yaml.load(
            page.read_text(encoding="utf-8"),
            Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),  # noqa: S506  safe, and faster
        )
    except yaml.YAMLError as error:
        raise SchedaError(f"{where} is not valid YAML: {' '.join(str(error).split())}") from None
    root = Declaration(content, str(where))
    root.only("version", "sources")
    for entry in root.children("sources"):
        name = entry.text("name", required=True)
        here = entry.at(f"source '{name}'")
        here.only("name", "schema", "description", "config", "tables", "loader", "tags", "quoting")
        if not _NAME.fullmatch(name):
            raise here.error(f"'{name}' is not a name: use a-z, 0-9 and _, a letter first")
        if name != page.parent.name:
            raise here.error(f"it belongs in the folder models/staging/{name}/")
        schema = here.text("schema", default="raw")
        if schema in _OUR_BOOKS:
            continue
        if schema != "raw":
            raise here.error("its schema is 'raw', where every source is loaded")
        meta = here.child("config").child("meta")
        meta.only("priority")
        yield Source(
            name=name,
            description=here.text("description", default="").strip(),
            tables=tuple(_table(name, here, child) for child in here.children("tables")),
            priority=meta.integer("priority", default=100),
        )


def _table(source: str, parent: Declaration, entry: Declaration) -> Table:
    name = entry.text("name", required=True)
    here = entry.at(f"{parent.place}, table '{name}'")
    here.only(
        "name", "identifier", "description", "config", "columns", "data_tests", "tests", "tags",
    )  # fmt: skip
    if not _NAME.fullmatch(name):
        raise here.error(f"'{name}' is not a name: use a-z, 0-9 and _, a letter first")
    if here.text("identifier", default=f"{source}__{name}") != f"{source}__{name}":
        raise here.error(f"its identifier is '{source}__{name}'")
    meta = here.child("config").child("meta")
    meta.only(
        "door", "path", "format", "delimiter", "encoding", "sheet", "key", "fresh_within_days",
        "max_reject_share", "address_env", "connection", "table", "query", "cursor",
    )  # fmt: skip
    columns = tuple(_column(child) for child in here.children("columns"))
    door = meta.choice("door", DOORS, default="files")
    path = meta.text("path", default="")
    if door == "database":
        path = path or f"{source}/{name}/*.parquet"
    declared = meta.choice("format", FORMATS, default=None)
    table = Table(
        source=source,
        name=name,
        description=here.text("description", default="").strip(),
        door=door,
        path=path,
        format=declared or ("parquet" if door == "database" else format_of(path)),
        delimiter=meta.text("delimiter", default=None),
        encoding=meta.text("encoding", default=None),
        sheet=meta.text("sheet", default=None),
        key=meta.names("key"),
        columns=columns,
        fresh_within_days=meta.integer("fresh_within_days", default=None),
        max_reject_share=meta.share("max_reject_share", default=0.01),
        address_env=meta.text("address_env", default=None),
        connection=meta.text("connection", default=None),
        remote_table=meta.text("table", default=None),
        query=meta.text("query", default=None),
        cursor=meta.text("cursor", default=None),
    )
    _agree(table, meta)
    return table


def _column(entry: Declaration) -> Column:
    name = entry.text("name", required=True)
    here = entry.at(f"{entry.place}, column '{name}'")
    if not _NAME.fullmatch(name):
        raise here.error(
            f"'{name}' is not a name: use a-z, 0-9 and _, a letter first;"
            " the file's own spelling goes to meta: {header: …}"
        )
    metas = here.child("config").child("meta"), here.child("meta")
    headers = [meta.text("header", default=None) for meta in metas]
    return Column(
        name=name,
        description=here.text("description", default="").strip(),
        header=next((header for header in headers if header), None),
    )


def _agree(table: Table, meta: Declaration) -> None:
    """Rules between keys of one table."""
    names = [column.name for column in table.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise meta.error(f"column '{twice[0]}' is declared twice")
    if table.is_json and (names or table.key):
        raise meta.error("a JSON table declares no columns and no key: its rows are kept whole")
    if not table.is_json and not names:
        raise meta.error("declare its columns (only JSON tables have none)")
    for key in table.key:
        if key not in names:
            raise meta.unknown("key", key, names)
    if table.delimiter is not None and len(table.delimiter.encode()) != 1:
        raise meta.error(f"delimiter is one character, not {table.delimiter!r}")
    if table.encoding is not None:
        try:
            "".encode(table.encoding)
        except LookupError:
            raise meta.error(f"no encoding is called '{table.encoding}'") from None
    (_files_agree if table.door == "files" else _database_agrees)(table, meta)


def _files_agree(table: Table, meta: Declaration) -> None:
    if not table.path:
        raise meta.error("path is missing: the files' place below landing, such as crm/*.csv")
    for key in ("address_env", "connection", "table", "query", "cursor"):
        if key in meta.content:
            raise meta.error(f"'{key}' belongs to door: database, this one is door: files")


def _database_agrees(table: Table, meta: Declaration) -> None:
    if (table.address_env is None) == (table.connection is None):
        raise meta.error("a database has address_env (a variable) or connection, one of them")
    if (table.remote_table is None) == (table.query is None):
        raise meta.error("a database has table or query, one of them")
