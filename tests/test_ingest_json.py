"""JSON: one object a row in its own bytes, whatever lines and arrays it came in."""

from __future__ import annotations

import bz2
import gzip
import json
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest_help import counts, declare, drop, load, query, rejects, table
from scheda import json_records

if TYPE_CHECKING:
    from scheda.project import Project


def events(**meta: str) -> str:
    return table("events", columns="", **meta)


def payloads(project: Project) -> list[tuple[int, str]]:
    return query(
        project, "select _row_number, payload from raw.crm__events order by _load_id, _row_number"
    )


A, B, C = '{"a": 1}', '{"b":"x\\\\y\\n\\"q\\"\\u00e8"}', '{"c": {"d": [1, {"e": "]},"}]}}'
ABC = [(1, A), (2, B), (3, C)]

SHAPES = [
    ("lines", "events.jsonl", f"{A}\n{B}\n{C}\n".encode()),
    ("windows lines", "events.ndjson", f"{A}\r\n{B}\r\n\r\n{C}".encode()),
    ("an array per line", "events.json", f"[{A},{B}]\n[]\n[{C}]\n".encode()),
    ("lines and arrays", "events.jsonl", f"{A}\n[{B}, {C}]\n".encode()),
    ("one array", "events.json", f"[{A},{B},{C}]".encode()),
    ("one array over lines", "events.json", f"[\n  {A},\n  {B},\n{C}\n]\n".encode()),
    ("one array in a file of lines", "events.jsonl", f"[{A},\n{B},\n{C}]".encode()),
    ("objects without lines", "events.json", f"{A}{B} {C}".encode()),
    ("bom", "events.jsonl", f"{A}\n{B}\n{C}\n".encode("utf-8-sig")),
    ("utf-16", "events.json", f"[{A},{B},{C}]".encode("utf-16")),
    ("gz", "events.jsonl.gz", gzip.compress(f"{A}\n{B}\n{C}\n".encode())),
    ("bz2", "events.json.bz2", bz2.compress(f"[{A},{B},{C}]".encode())),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content"), [s[1:] for s in SHAPES], ids=[s[0] for s in SHAPES])
def test_every_shape_becomes_the_same_objects(
    own_project: Project, name: str, content: bytes
) -> None:
    form = "jsonl" if "jsonl" in name or "ndjson" in name else "json"
    declare(own_project, events(format=form))
    drop(own_project, f"crm/{name}", content)
    result = load(own_project)
    assert result["failures"] == []
    assert counts(result, "events") == (3, 3, 0)
    assert payloads(own_project) == ABC


def test_an_object_over_several_lines_is_kept_as_received(own_project: Project) -> None:
    declare(own_project, events(format="json"))
    text = json.dumps({"a": [1, 2], "b": {"c": None}}, indent=2)
    drop(own_project, "crm/events.json", f"[{text},\r\n{text}]")
    load(own_project)
    assert payloads(own_project) == [(1, text), (2, text)]


BAD = [
    ("half an object", '{"a": ', "not JSON"),
    ("text", '"a"', "a text instead of"),
    ("number", "12", "a number instead of"),
    ("null", "null", "null instead of"),
    ("nul character", '{"a": "x\\u0000y"}', "a NUL character"),
    ("lone surrogate", '{"a": "\\ud800"}', "not JSON"),
    ("huge number", '{"a": 1e999999}', "not JSON"),
    ("tiny number", '{"a": 1e-99999}', "closer to zero"),
    ("not a number", '{"a": NaN}', "not JSON"),
    ("two on a line", '{"a": 1} {"b": 2}', "not JSON"),
    ("comma between two", '{"a": 1}, {"b": 2}', "not JSON"),
    ("raw tab in a text", '{"a": "x\ty"}', "not JSON"),
]


@pytest.mark.parametrize(("line", "reason"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_a_bad_line_is_set_aside(own_project: Project, line: str, reason: str) -> None:
    declare(own_project, events(format="jsonl"))
    drop(own_project, "crm/events.jsonl", f"{A}\n{line}\n{B}\n{C}\n")
    assert counts(load(own_project), "events") == (4, 3, 1)
    assert payloads(own_project) == [(1, A), (3, B), (4, C)]
    [(number, why, content)] = rejects(own_project)
    assert (number, content.decode()) == (2, line)
    assert reason in why


def test_escaped_backslash_before_u0000_is_no_nul(own_project: Project) -> None:
    declare(own_project, events(format="jsonl"))
    drop(own_project, "crm/events.jsonl", '{"a": "\\\\u0000"}\n')
    assert counts(load(own_project), "events") == (1, 1, 0)


def test_lines_that_only_together_are_json_are_not_taken(own_project: Project) -> None:
    declare(own_project, events(format="jsonl"))
    drop(own_project, "crm/events.jsonl", '{"a": 1}\n{"a": [{"b": 1}\n{"c": 2}]}\n')
    assert counts(load(own_project), "events") == (3, 1, 2)


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_half_an_array_gives_its_whole_elements(own_project: Project, form: str) -> None:
    declare(own_project, events(format=form))
    drop(own_project, "crm/events.json", f'[{A},{B},{{"c": [1,')
    assert counts(load(own_project), "events") == (3, 2, 1)
    assert payloads(own_project) == ABC[:2]
    assert rejects(own_project)[0][2] == b'{"c": [1,'
    assert "cut off" in rejects(own_project)[0][1]


def test_a_broken_text_costs_its_element(own_project: Project) -> None:
    declare(own_project, events(format="json"))
    drop(own_project, "crm/events.json", f'[\n{A},\n{{"b": "open}},\n{C}\n]\n[{A}]\n'.encode())
    read, loaded, rejected = counts(load(own_project), "events")
    assert read == loaded + rejected
    assert payloads(own_project)[0] == (1, A)
    drop(own_project, "crm/events2.json", f'[{A},\n{{"b": "open,\n "x": 1}},\n{C}]')
    assert counts(load(own_project), "events") == (3, 2, 1)


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_10_mb_text(own_project: Project, form: str) -> None:
    declare(own_project, events(format=form))
    long = '{"t": "' + "x" * (10 * 2**20) + '"}'
    text = f"[{A},\n{long},\n{B}]" if form == "json" else f"{A}\n{long}\n{B}\n"
    drop(own_project, "crm/events.json", text)
    assert counts(load(own_project), "events") == (3, 3, 0)
    assert [len(payload) for _number, payload in payloads(own_project)] == [8, len(long), len(B)]


def test_an_empty_file_is_no_objects(own_project: Project) -> None:
    declare(own_project, events(format="jsonl"))
    drop(own_project, "crm/events.jsonl", "")
    assert counts(load(own_project), "events") == (0, 0, 0)
    assert query(own_project, "select status, message from ops.loads") == [
        ("loaded", "the file is empty")
    ]


def test_long_files_in_both_shapes(own_project: Project) -> None:
    """Longer than a block, with bad elements: bytes and numbers are exact."""
    declare(own_project, events(format="json"))
    rng = random.Random(3)
    texts = []
    for number in range(30_000):
        value = {"n": number, "t": rng.choice(["è", "a\nb", 'q"', "\\", "[{"]) * rng.randrange(9)}
        text = json.dumps(value, ensure_ascii=rng.random() < 0.5)
        texts.append(text if rng.randrange(500) else text.replace('"n":', '"n"'))
    good = [(number, text) for number, text in enumerate(texts, start=1) if '"n":' in text]
    expected = (30_000, len(good), 30_000 - len(good))
    drop(own_project, "crm/events1.json", "\n".join(texts))
    drop(own_project, "crm/events2.json", "[" + " ,\n".join(texts) + "]")
    load(own_project)
    found = query(
        own_project, "select rows_read, rows_loaded, rows_rejected from ops.loads order by 1"
    )
    assert found == [expected, expected]
    assert payloads(own_project) == good + good
    query(own_project, "select count(payload::jsonb) from raw.crm__events")


PIECES = [b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"\n", b" ", b"1", b'"a":1', b'{"b":2}']


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join))
def test_cutting_keeps_every_byte_that_says_something(noise: bytes) -> None:
    found = json_records.cut(noise, in_array=False)
    assert 0 <= found.consumed <= len(noise)
    kept = b"".join([*found.records, noise[found.consumed :]])
    said = noise.translate(None, b" \t\r\n,[]")
    assert kept.translate(None, b" \t\r\n,[]") == said


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=9) | st.lists(st.none())),
                max_size=8), st.integers(0, 60))  # fmt: skip
def test_cutting_in_two_is_cutting_once(values: list[dict[str, object]], at: int) -> None:
    text = json.dumps(values).encode()
    once = json_records.cut(text, in_array=False)
    first = json_records.cut(text[:at], in_array=False)
    second = json_records.cut(text[first.consumed :], in_array=first.in_array)
    assert [json.loads(record) for record in once.records] == values
    assert first.records + second.records == once.records
