"""Bad input at the door (law 10): a clear error or a counted reject, and all the rest is loaded."""

from __future__ import annotations

import gzip
import io
import re
import shutil
import zipfile
from typing import TYPE_CHECKING, NamedTuple

import psycopg
import pytest

from ingest_help import counts, declare, drop, load, query, raw, rejects, table
from scheda import ledger, loading, postgres
from scheda.sources import csv_files

if TYPE_CHECKING:
    from scheda.project import Project

GOOD = "code;name;city\n1;Anna;Roma\n2;Bruno;Bari\n"


class Case(NamedTuple):
    """A bad file beside a good one: what its failure says, or which of its rows are set aside."""

    name: str
    content: bytes
    says: str = ""
    loaded: int = 0
    rejected: int = 0
    note: str = ""


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name in names:
            zipped.writestr(name, GOOD)
    return out.getvalue()


SHEET = [["code", "name", "city"], [7, "Anna", "Roma"]]
LONG = b"x" * (10 * 2**20)

CASES = {
    "empty file": Case("bad.csv", b"", "the file is empty, without even a header"),
    "only blank lines": Case("bad.csv", b"\n\n \n", "the file is empty"),
    "header only": Case("bad.csv", b"code;name;city\n"),
    "missing key column": Case(
        "bad.csv", b"name;city\nAnna;Roma\n", "key column 'code' is not in the header, which has:"
    ),
    "missing column": Case(
        "bad.csv", b"code;name\n7;Anna\n", loaded=1, note="columns not in the file: city"
    ),
    "unknown column": Case(
        "bad.csv", b"code;name;city;fax\n7;Anna;Roma;1\n", loaded=1, note="kept in _extra: fax"
    ),
    "wrong delimiter": Case(
        "bad.csv", b"code,name,city\n7,Anna,Roma\n",
        "with delimiter ';' the header is one column only, and ',' occurs in it 2 times",
    ),
    "no header": Case("bad.csv", b"7;Anna;Roma\n8;Bea;Bari\n", "is it the header, and"),
    "column twice": Case(
        "bad.csv", b"code;name;Name;city\n7;a;b;c\n", "names column 'Name' twice (also as 'name')"
    ),
    "open quote in the header": Case("bad.csv", b'code;"name;city\n7;a;b\n', "never closed"),
    "a field too many": Case("bad.csv", b"code;name;city\n7;a;b;c\n8;a;b\n", "", 1, 1),
    "broken quotes": Case(
        "bad.csv", b'code;name;city\n7;"Anna;Roma\n8;"Bea" x;Bari\n9;Carla;Pisa\n', "", 1, 2
    ),
    "inch marks": Case("bad.csv", b'code;name;city\n7;24" screen;Roma\n', "", 1),
    "invalid UTF-8": Case(
        "bad.csv", b"code;name;city\n7;\xc3\xa8;Roma\n8;\xff;x\n", "", 1, 1
    ),
    "NUL byte": Case("bad.csv", b"code;name;city\n7;An\0na;Roma\n8;Bea;Bari\n", "", 1, 1),
    "NUL in the header": Case("bad.csv", b"co\0de;name;city\n7;a;b\n", "NUL"),
    "half a UTF-16 character": Case(
        "bad.csv", "code;name;city\n7;a;b\n".encode("utf-16")[:-1], "middle of a character"
    ),
    "truncated gz": Case(
        "bad.csv.gz", gzip.compress(GOOD.encode() * 50)[:-30], "the .gz file is truncated"
    ),
    "damaged gz": Case("bad.csv.gz", b"\x1f\x8b\x08nonsense that is no gz", ".gz file is trunc"),
    "not a gz": Case("bad.csv.gz", GOOD.encode(), "the .gz file is truncated or damaged"),
    "not a zip": Case("bad.csv.zip", GOOD.encode(), "the .zip file is truncated or damaged"),
    "two files in a zip": Case("bad.zip", archive("a.csv", "b.csv"), "the zip holds 2 files"),
    "truncated bz2": Case("bad.csv.bz2", b"BZh91AY&SY\x00", "the .bz2 file is truncated"),
    "duplicate keys": Case("bad.csv", b"code;name;city\n7;a;b\n7;c;d\n", "", 2),
    "comma decimals, 31/02, absurd dates, negative totals": Case(
        "bad.csv", b"code;name;city\n7;1.234,56;31/02/2026\n8;-5;0001-01-01\n", "", 2
    ),
    "a 10 MB field": Case("bad.csv", b"code;name;city\n7;" + LONG + b";x\n", "", 1),
    "a 10 MB field with lines": Case(
        "bad.csv", b'code;name;city\n7;"' + b"y\n" * (5 * 2**20) + b'";x\n8;a;b\n', "", 2
    ),
    "an Excel file with two sheets": Case(
        "bad.xlsx", workbook(("Clienti", SHEET), ("Altro", SHEET)),
        "the workbook has 2 sheets (Clienti, Altro): declare which one",
    ),
    "an Excel file with an empty second sheet": Case(
        "bad.xlsx", workbook(("Clienti", SHEET), ("Foglio2", [])), "", 1
    ),
    "an empty Excel file": Case("bad.xlsx", workbook(("Foglio1", [])), "is empty, without even"),
    "not an Excel file": Case("bad.xlsx", GOOD.encode(), "not a workbook that can be read"),
    "not a Parquet file": Case("bad.parquet", GOOD.encode(), "not a Parquet file that can be read"),
    "JSON among columns": Case("bad.jsonl", b'{"code": 7}\n', "it is a JSON file, and crm.contac"),
    "a picture called csv": Case("bad.csv", bytes(range(256)) * 40, ""),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_bad_file_beside_a_good_one(own_project: Project, case: Case) -> None:
    """Named so that the bad one comes first; the good one is loaded whatever happens to it."""
    declare(own_project, table(path="crm/*", delimiter=";"))
    drop(own_project, f"crm/{case.name}", case.content)
    drop(own_project, "crm/good.csv", GOOD)
    result = load(own_project)
    failures = result["failures"]
    assert len(query(own_project, "select 1 from raw.crm__contacts where code in ('1','2')")) == 2
    if case.name == "bad.csv" and case.content[:1] == b"\0":  # whatever it says, it is told
        assert failures
        return
    if case.says:
        [failure] = failures
        assert failure["file"] == f"crm/{case.name}"
        assert case.says in failure["message"]
        assert counts(result) == (2, 2, 0)
        assert query(own_project, "select count(*) from ops.rejects") == [(0,)]
        return
    assert failures == []
    assert counts(result) == (2 + case.loaded + case.rejected, 2 + case.loaded, case.rejected)
    assert len(rejects(own_project)) == case.rejected
    assert all(reason for _number, reason, _content in rejects(own_project))
    note = query(own_project, "select message from ops.loads where file_name like '%/bad%'")
    assert case.note in (note[0][0] or "")


def test_messages_and_rejects_quote_nobody(own_project: Project) -> None:
    """Reasons and failures name file, row and column; the data stays in ops.rejects.content."""
    declare(own_project, table(path="crm/*", delimiter=";"))
    for number, case in enumerate(CASES.values()):
        drop(own_project, f"crm/{number}-{case.name}", case.content)
    load(own_project)
    said = query(
        own_project, "select message from ops.loads union all select reason from ops.rejects"
    )
    words = " ".join(text for (text,) in said if text)
    assert not re.search(r"\b(Anna|Bruno|Bea|Roma|Bari)\b", words)


def test_the_column_of_a_bad_byte_is_named(own_project: Project) -> None:
    declare(own_project, table(encoding="utf-8"))
    drop(own_project, "crm/contacts.csv", b"code;name;city\n7;Anna;Forl\xec\n8;Be\0a;x\n")
    load(own_project)
    assert [reason for _number, reason, _content in rejects(own_project)] == [
        "byte 0xEC in field 3 is not UTF-8",
        "a NUL byte in field 2",
    ]


def test_a_file_without_line_ends_is_told_not_swallowed(
    own_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_files, "LONGEST_RECORD", 2 * 2**20)
    declare(own_project, table())
    drop(own_project, "crm/contacts_1.csv", b"code;name;city\n1;a;b\n" + b"x" * (5 * 2**20))
    drop(own_project, "crm/contacts_2.csv",
         b'code;name;city\n7;"never closed;x\n' + b"8;a;b\n" * 500_000)  # fmt: skip
    result = load(own_project)
    assert "row 2 is longer than 2 MB" in result["failures"][0]["message"]
    assert counts(result) == (500_001, 500_000, 1)


def test_disk_full_while_loading(own_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(own_project, table())
    drop(own_project, "crm/contacts_1.csv", GOOD)
    drop(own_project, "crm/contacts_2.csv", GOOD.replace("1;", "3;"))
    write, calls = loading.Sender.write, []

    def full_once(sender: loading.Sender, block: bytes) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise psycopg.errors.DiskFull("could not extend file")
        write(sender, block)

    monkeypatch.setattr(loading.Sender, "write", full_once)
    result = load(own_project)
    assert "the warehouse's disk is full" in result["failures"][0]["message"]
    assert counts(result) == (2, 2, 0)
    assert counts(load(own_project)) == (2, 2, 0)
    with postgres.connect(own_project) as conn:
        assert ledger.open_failures(conn) == []


def test_a_source_that_vanished(own_project: Project) -> None:
    declare(own_project, table(), table("orders"))
    drop(own_project, "crm/contacts.csv", GOOD)
    load(own_project)
    shutil.rmtree(own_project.var / "landing" / "crm")
    result = load(own_project)
    [failure] = result["failures"]
    assert failure["file"] == "crm/contacts*"
    assert "the folder has vanished" in failure["message"]
    assert len(raw(own_project)) == 2
    drop(own_project, "crm/contacts.csv", GOOD)
    assert load(own_project)["failures"] == []
    with postgres.connect(own_project) as conn:
        assert ledger.open_failures(conn) == []


def test_a_storage_that_does_not_answer(own_project: Project) -> None:
    declare(own_project, table(path="http://user:hidden@127.0.0.1:9/x.csv"), table("orders"))
    drop(own_project, "crm/orders.csv", GOOD)
    result = load(own_project)
    [failure] = result["failures"]
    assert "hidden" not in str(result)
    assert failure["table"] == "contacts"
    assert counts(result, "orders") == (2, 2, 0)


def test_a_file_that_may_not_be_read_or_changes_while_read(
    own_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scheda.sources import files

    declare(own_project, table())
    drop(own_project, "crm/contacts_1.csv", GOOD)
    drop(own_project, "crm/contacts_2.csv", GOOD.replace("1;", "3;"))
    listed = files.deliveries

    def stale(*arguments: object) -> list[files.Delivery]:
        first, second = listed(*arguments)
        gone = files.Delivery("crm/contacts_0.csv", "/nowhere/contacts_0.csv", 9, None)
        grown = files.Delivery(first.name, first.address, 3, first.modified_at)
        return [gone, grown, second]

    monkeypatch.setattr(files, "deliveries", stale)
    result = load(own_project)
    assert "cannot be read" in result["failures"][0]["message"]
    assert "changed while it was read" in result["failures"][1]["message"]
    assert counts(result) == (2, 2, 0)
