"""CSV: what every dialect of it becomes in raw, and what the vectorised check takes out."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import random
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest_help import counts, declare, drop, load, query, raw, rejects, table
from scheda.csv_check import Rule, check

if TYPE_CHECKING:
    from scheda.project import Project

TEXT = "code;name;city\n1;Anna;Forlì\n2;Bruno;Rimini\n"
ROWS = [(1, "1", "Anna", "Forlì"), (2, "2", "Bruno", "Rimini")]


def zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("__MACOSX/x", b"")
        archive.writestr("contacts.csv", content)
    return out.getvalue()


DIALECTS = [
    ("comma", "contacts.csv", TEXT.replace(";", ",").encode()),
    ("tab", "contacts.tsv", TEXT.replace(";", "\t").encode()),
    ("pipe", "contacts.txt", TEXT.replace(";", "|").encode()),
    ("bom", "contacts.csv", TEXT.encode("utf-8-sig")),
    ("utf-16", "contacts.csv", TEXT.encode("utf-16")),
    ("utf-16 without bom", "contacts.csv", TEXT.encode("utf-16-le")),
    ("cp1252", "contacts.csv", TEXT.encode("cp1252")),
    ("windows lines", "contacts.csv", TEXT.replace("\n", "\r\n").encode()),
    ("mixed lines", "contacts.csv", TEXT.replace("\n2", "\r\n2").encode()),
    ("old mac lines", "contacts.csv", TEXT.replace("\n", "\r").encode()),
    ("no last line end", "contacts.csv", TEXT.rstrip("\n").encode()),
    ("blank lines", "contacts.csv", b"\n" + TEXT.replace("\n2", "\n\n  \n2").encode() + b"\n\n"),
    ("quoted", "contacts.csv", TEXT.replace("Anna", '"Anna"').encode()),
    ("header in capitals", "contacts.csv", TEXT.replace("name", ' "NÀ-Mé" ').encode()),
    ("gz", "contacts.csv.gz", gzip.compress(TEXT.encode())),
    ("gz in two members", "contacts.csv.gz",
     gzip.compress(TEXT[:20].encode()) + gzip.compress(TEXT[20:].encode())),
    ("bz2", "contacts.csv.bz2", bz2.compress(TEXT.encode())),
    ("zip", "contacts.csv.zip", zipped(TEXT.encode())),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"), [d[1:] for d in DIALECTS], ids=[d[0] for d in DIALECTS]
)
def test_every_dialect_becomes_the_same_rows(
    own_project: Project, name: str, content: bytes
) -> None:
    declare(own_project, table())
    drop(own_project, f"crm/{name}", content)
    result = load(own_project)
    assert result["failures"] == []
    assert counts(result) == (2, 2, 0)
    assert raw(own_project) == ROWS


def test_empty_fields_quotes_and_line_ends_inside_fields(own_project: Project) -> None:
    declare(own_project, table())
    drop(own_project, "crm/contacts.csv",
         'code;name;city\n1;;""\n2;"two\nlines; ""quoted""";x\n3;24" screen;y\n')  # fmt: skip
    assert counts(load(own_project)) == (3, 3, 0)
    assert raw(own_project) == [
        (1, "1", None, ""),
        (2, "2", 'two\nlines; "quoted"', "x"),
        (3, "3", '24" screen', "y"),
    ]


def test_declared_header_spelling_and_encoding(own_project: Project) -> None:
    entry = table(encoding="cp1250", key=["code"]).replace(
        "{name: code}", "{name: code, meta: {header: Cod. Cliente}}"
    )
    declare(own_project, entry)
    drop(own_project, "crm/contacts.csv", "COD CLIENTE;Name;City\n1;Łukasz;Łódź\n".encode("cp1250"))
    load(own_project)
    assert raw(own_project) == [(1, "1", "Łukasz", "Łódź")]


def test_latin_letters_far_into_the_file_are_noticed(own_project: Project) -> None:
    declare(own_project, table())
    lines = [f"{n};Anna;Roma\n" for n in range(60_000)] + ["60000;Nicolò;Forlì\n"]
    drop(own_project, "crm/contacts.csv", ("code;name;city\n" + "".join(lines)).encode("cp1252"))
    assert counts(load(own_project)) == (60_001, 60_001, 0)
    assert raw(own_project)[-1] == (60_001, "60000", "Nicolò", "Forlì")


def test_undeclared_columns_are_kept_and_move_when_declared(own_project: Project) -> None:
    declare(own_project, table())
    drop(own_project, "crm/contacts.csv", "Fax;code;name;city;\n7;1;Anna;;z\n;2;Bruno;;\n")
    result = load(own_project)
    assert counts(result) == (2, 2, 0)
    assert raw(own_project, columns="_row_number, name, _extra") == [
        (1, "Anna", {"Fax": "7", "column 5": "z"}),
        (2, "Bruno", None),
    ]
    assert (
        "kept in _extra: Fax, column 5" in query(own_project, "select message from ops.loads")[0][0]
    )
    query(own_project, "update ops.loads set build_id = 1 returning 1")
    declare(own_project, table(columns="code name city fax"))
    load(own_project)
    assert raw(own_project, columns="fax, _extra") == [("7", {"column 5": "z"}), (None, None)]
    assert query(own_project, "select build_id from ops.loads") == [(None,)]


def test_many_undeclared_columns(own_project: Project) -> None:
    declare(own_project, table())
    names = [f"x{n}" for n in range(120)]
    drop(own_project, "crm/contacts.csv",
         f"code;{';'.join(names)}\n1;{';'.join(names)}\n2;only\n")  # fmt: skip
    assert counts(load(own_project)) == (2, 1, 1)
    [(number, extra)] = raw(own_project, columns="_row_number, _extra")
    assert number == 1
    assert extra == {name: name for name in names}


def test_one_column_and_the_mark_that_ends_data(own_project: Project) -> None:
    declare(own_project, table(columns="code"))
    drop(own_project, "crm/contacts.csv", "code\n1\n\n\\.\n3\n")
    assert counts(load(own_project)) == (3, 3, 0)
    assert raw(own_project, columns="_row_number, code") == [(1, "1"), (2, "\\."), (3, "3")]


def test_bad_rows_are_set_aside_and_the_others_keep_their_numbers(own_project: Project) -> None:
    """A long file, so that blocks meet in the middle of records; every kind of damage."""
    declare(own_project, table())
    rng = random.Random(11)
    lines, expected, bad = [b"code;name;city"], {}, {}
    for number in range(1, 40_001):
        name = rng.choice(["Anna", "Zoë", '"due\nrighe; sì"', '"d""oc"', ""])
        line = f"{number};{name};{'x' * rng.randrange(30)}".encode()
        damage = rng.randrange(400)
        spoiled = {
            0: line + b";4", 1: b"%d" % number, 2: line + b"\xe8", 3: line.replace(b";", b"\0;"),
            4: b'%d;"open;%s' % (number, b"y"),
        }.get(damage)  # fmt: skip
        if spoiled is None or b"\n" in spoiled:
            expected[number] = line.decode()
        else:
            bad[number] = line = spoiled
        lines.append(line)
    drop(own_project, "crm/contacts.csv", b"\n".join(lines) + b"\n")
    result = load(own_project)
    assert counts(result) == (40_000, len(expected), len(bad))
    found = {number: (code, name, city) for number, code, name, city in raw(own_project)}
    want = {
        number: tuple(value or None for value in next(csv.reader(io.StringIO(line), delimiter=";")))
        for number, line in expected.items()
    }
    assert found == want
    assert {number: content for number, _reason, content in rejects(own_project)} == {
        number: line + b"\n" for number, line in bad.items()
    }


def test_two_lone_quotes_do_not_swallow_what_lies_between(own_project: Project) -> None:
    declare(own_project, table())
    drop(own_project, "crm/contacts.csv",
         'code;name;city\n1;";a\n2;b;b\n3;c;c\n4;";d\n5;e;e\n')  # fmt: skip
    assert counts(load(own_project)) == (5, 3, 2)
    assert [row[0] for row in raw(own_project)] == [2, 3, 5]


field = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(field, min_size=4, max_size=4), min_size=1, max_size=12))
def test_what_a_csv_writer_writes_is_never_touched(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    block = out.getvalue().encode()
    whole = check(block, Rule(4, b";"), final=True)
    # A field may look like lines of the file itself; everything else passes as it is.
    if not any("is not closed" in edit.reason for edit in whole.edits):
        assert (whole.consumed, whole.records, whole.edits) == (len(block), len(rows), [])
        half = check(block[: len(block) // 2], Rule(4, b";"))
        rest = check(block[half.consumed :], Rule(4, b";"), final=True)
        assert half.records + rest.records == len(rows)


PIECES = [
    b'"',
    b";",
    b"\n",
    b"\r\n",
    b"\r",
    b"a",
    b"bc",
    b"\0",
    b"\xe8",
    "è".encode(),
    b" ",
    b"\\.",
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join), st.integers(1, 4))
def test_any_bytes_are_accounted_for(noise: bytes, columns: int) -> None:
    """Whatever the bytes: the edits lie in the block in order, and what is left passes."""
    block, rule = noise + b"\n", Rule(columns, b";")
    found = check(block, rule, final=True)
    assert found.consumed == len(block)
    kept, at = [], 0
    for edit in found.edits:
        assert at <= edit.start < edit.end
        kept += [block[at : edit.start], edit.text or b""]
        at = edit.end
    clean = b"".join([*kept, block[at:]])
    again = check(clean, rule, final=True)
    rejected = sum(edit.text is None for edit in found.edits)
    assert again.records == found.records - rejected
    assert all(edit.text == clean[edit.start : edit.end] for edit in again.edits)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_server_takes_whatever_passes_the_check(own_project: Project, line_end: str) -> None:
    """Noise, with the server as the judge: it refuses nothing, and counts what we count."""
    declare(own_project, table())
    rng = random.Random(5)
    noise = b"".join(rng.choice([*PIECES, b";", b"\n", b"\n"]) for _ in range(120_000))
    drop(own_project, "crm/contacts.csv", f"code;name;city{line_end}".encode() + noise)
    result = load(own_project)
    assert result["failures"] == []
    read, loaded, rejected = counts(result)
    assert read > 15_000
    assert min(loaded, rejected) > 100
    numbers = query(
        own_project,
        "select count(distinct n), min(n), max(n) from (select _row_number from raw.crm__contacts"
        " union all select row_number from ops.rejects) as found(n)",
    )
    assert numbers == [(read, 1, read)]
