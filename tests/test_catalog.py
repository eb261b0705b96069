"""The declarations of the sources: what they give, and what a mistake in them says."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from scheda import catalog
from scheda.errors import SchedaError

if TYPE_CHECKING:
    from scheda.project import Project

GOOD = """
version: 2
sources:
  - name: crm
    schema: raw
    description: The CRM.
    config: {meta: {priority: 10}}
    tables:
      - name: contacts
        identifier: crm__contacts
        description: One row per contact.
        config:
          meta:
            door: files
            path: crm/contacts*.csv
            delimiter: ";"
            key: [code]
            fresh_within_days: 2
        columns:
          - {name: code, description: Its code., meta: {header: Cod. Cliente}}
          - {name: email, description: Address.}
"""


def declare(project: Project, text: str, source: str = "crm") -> None:
    folder = project.staging / source
    folder.mkdir(exist_ok=True)
    (folder / f"_{source}__sources.yml").write_text(textwrap.dedent(text), encoding="utf-8")


def test_a_declaration_gives_source_and_table(own_project: Project) -> None:
    declare(own_project, GOOD)
    found = catalog.load(own_project)
    [table] = found.tables
    assert found.source("crm").priority == 10
    assert (table.raw_table, table.format, table.delimiter) == ("crm__contacts", "csv", ";")
    assert table.key == ("code",)
    assert table.columns[0].header == "Cod. Cliente"
    assert table.max_reject_share == 0.01


def test_no_source_is_an_empty_catalog_and_unknown_names_are_told(own_project: Project) -> None:
    assert catalog.load(own_project).sources == {}
    declare(own_project, GOOD)
    with pytest.raises(SchedaError, match="no source is called 'crn'; declared: crm"):
        catalog.load(own_project).source("crn")


def test_a_folder_without_sources_page_is_fine(own_project: Project) -> None:
    declare(own_project, GOOD)
    (own_project.staging / "ops").mkdir()
    (own_project.staging / "ops" / "stg_ops__loads.sql").write_text("select 1", encoding="utf-8")
    assert list(catalog.load(own_project).sources) == ["crm"]


def test_entities_follow_the_files_that_exist(own_project: Project) -> None:
    for source, entity in (("crm", "contacts"), ("shop", "contacts"), ("shop", "orders"),
                           ("ops", "loads")):  # fmt: skip
        folder = own_project.staging / source
        folder.mkdir(exist_ok=True)
        (folder / f"stg_{source}__{entity}.sql").write_text("select 1", encoding="utf-8")
    assert catalog.entities(own_project) == {
        "contacts": ["crm", "shop"],
        "orders": ["shop"],
        "order_lines": [],
        "refunds": [],
        "payments": [],
        "order_keys": [],
        "control_totals": [],
        "message_events": [],
    }


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a/b*.csv.gz", "csv"), ("x.JSONL", "jsonl"), ("s3://b/k.json.bz2", "json"),
     ("y.parquet", "parquet"), ("z.xlsx", "excel"), ("files/contacts*", None)],
)  # fmt: skip
def test_format_by_extension(path: str, expected: str | None) -> None:
    assert catalog.format_of(path) == expected


DATABASE = "door: database\n            address_env: SHOP_DB\n            "

MISTAKES = [
    ("misspelt key", ("delimiter:", "delimeter:"), "unknown key 'delimeter'; did you mean 'deli"),
    ("unknown door", ("door: files", "door: file"), "unknown door 'file'; did you mean 'files'"),
    ("unknown format", ("door: files", "format: cvs"), "unknown format 'cvs'; did you mean 'csv'"),
    ("unknown key column", ("key: [code]", "key: [cod]"), "unknown key 'cod'; did you mean 'code'"),
    ("no path", ("path: crm/contacts*.csv", "sheet: x"), "path is missing"),
    ("long delimiter", ('";"', '";;"'), "delimiter is one character"),
    ("number as text", ("fresh_within_days: 2", "fresh_within_days: soon"), "whole number"),
    ("share", ("fresh_within_days: 2", "max_reject_share: 5"), "a share from 0 to 1"),
    ("encoding", ("fresh_within_days: 2", "encoding: latin-99"), "no encoding is called"),
    ("identifier", ("identifier: crm__contacts", "identifier: contacts"), "identifier is 'crm__c"),
    ("schema", ("schema: raw", "schema: public"), "its schema is 'raw'"),
    ("other folder", ("- name: crm", "- name: erp"), "belongs in the folder models/staging/erp/"),
    ("json with columns", ("contacts*.csv", "contacts*.jsonl"), "JSON table declares no columns"),
    ("twice", ("name: email", "name: code"), "column 'code' is declared twice"),
    ("column name", ("name: email", "name: E-mail"), "the file's own spelling goes to meta"),
    ("cursor of a file", ("door: files", "cursor: code"), "'cursor' belongs to door: database"),
    ("two addresses", ("door: files", DATABASE + "connection: x\n            table: t"), "one of"),
    ("no table", ("door: files", DATABASE.rstrip()), "table or query, one of them"),
    ("not a list", ("tables:\n", "tables: none\n    rest:\n"), "unknown key 'rest'"),
    ("not yaml", ("sources:", "sources: ]"), "is not valid YAML"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES]
)
def test_a_mistake_says_where_and_what(
    own_project: Project, change: tuple[str, str], message: str
) -> None:
    assert change[0] in GOOD
    declare(own_project, GOOD.replace(*change, 1))
    with pytest.raises(SchedaError) as caught:
        catalog.load(own_project)
    assert message in str(caught.value)
    assert str(caught.value).startswith("dbt_project/models/staging/crm/_crm__sources.yml")


def test_the_mistake_names_source_and_table(own_project: Project) -> None:
    declare(own_project, GOOD.replace("delimiter:", "delimeter:"))
    with pytest.raises(SchedaError, match=r"source 'crm', table 'contacts', config, meta"):
        catalog.load(own_project)
