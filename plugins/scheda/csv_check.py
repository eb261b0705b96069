"""Which records of a block of CSV the server would refuse or misread, found before it sees them.

The block goes to PostgreSQL's COPY as it is; only the records named here are taken out of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from scheda.csv_records import CR, Rule, records

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Checked", "Edit", "Rule", "check", "requote"]


class Edit(NamedTuple):
    """A record to take out of the block: bytes start..end, its line end included.

    index  records of the block before it, blank lines not counted
    text   what goes to the server instead (repaired, or b"" for a blank line); None: set it aside
    """

    start: int
    end: int
    index: int
    text: bytes | None
    reason: str = ""


class Checked(NamedTuple):
    """consumed: bytes of complete records; records: how many of them are rows (blank lines not)."""

    consumed: int
    records: int
    edits: list[Edit]


def check(block: bytes, rule: Rule, *, final: bool = False) -> Checked:
    """Check the complete records at the start of `block`, which begins outside quotes.

    final: nothing follows, or nothing may: the tail is judged too (`block` ends with a line end).
    """
    import numpy as np

    data = np.frombuffer(block, dtype=np.uint8)
    consumed, ends, fields, broken = records(block, data, rule, final)
    count = len(ends)
    if not count:
        return Checked(consumed, 0, [])
    wrong: dict[int, str] = dict.fromkeys(broken, "quotes")
    if fields is not None:
        for index in np.flatnonzero(fields != rule.columns).tolist():
            wrong.setdefault(index, "fields")
    if rule.columns == 1:
        lengths = np.diff(ends, prepend=-1)
        for index in np.flatnonzero(lengths <= len(rule.line_end) + 2).tolist():
            wrong.setdefault(index, "short")
    for index in _line_ends(block, data, ends, rule):
        wrong.setdefault(index, "line end")
    for offset in _undecodable(block, ends, consumed):
        wrong[int(np.searchsorted(ends, offset))] = "encoding"
    for offset in _found(block, b"\0", consumed):
        wrong[int(np.searchsorted(ends, offset))] = "nul"
    edits, blanks = [], 0
    for index in sorted(wrong):
        start = int(ends[index - 1]) + 1 if index else 0
        end = int(ends[index]) + 1
        text, reason = _judge(block[start:end], wrong[index], rule)
        edits.append(Edit(start, end, index - blanks, text, reason))
        blanks += text == b""
    return Checked(consumed, count - blanks, edits)


def _line_ends(block: bytes, data: Any, ends: Any, rule: Rule) -> Iterator[int]:
    """Records that end otherwise than the file's others, or hold a lone carriage return."""
    import numpy as np

    if b"\r" not in block:
        if rule.line_end == b"\r\n":
            yield from range(len(ends))
        return
    has_return = (data[ends - 1] == CR) & (ends > 0)
    yield from np.flatnonzero(has_return != (rule.line_end == b"\r\n")).tolist()
    returns = np.flatnonzero(data[: int(ends[-1])] == CR)
    if len(returns) == int(has_return.sum()):
        return
    for offset in np.setdiff1d(returns, ends[has_return] - 1).tolist():
        index = int(np.searchsorted(ends, offset))
        begin = int(ends[index - 1]) + 1 if index else 0
        if block.count(b'"', begin, offset) % 2 == 0:
            yield index


def _undecodable(block: bytes, ends: Any, consumed: int) -> Iterator[int]:
    """Offset of the first byte that is not UTF-8, for each record that has one."""
    import codecs

    import numpy as np

    if block.isascii():
        return
    view, begin = memoryview(block), 0
    while begin < consumed:
        try:
            codecs.utf_8_decode(view[begin:consumed], "strict", True)
            return
        except UnicodeDecodeError as error:
            offset = begin + error.start
        yield offset
        begin = int(ends[int(np.searchsorted(ends, offset))]) + 1


def _found(block: bytes, what: bytes, consumed: int) -> Iterator[int]:
    offset = block.find(what, 0, consumed)
    while offset >= 0:
        yield offset
        offset = block.find(what, offset + 1, consumed)


def _judge(record: bytes, problem: str, rule: Rule) -> tuple[bytes | None, str]:
    """(what goes to the server instead, "") or (None, why the record is set aside)."""
    bare = record.removesuffix(b"\n").removesuffix(b"\r")
    if not bare.strip():
        return b"", ""
    reason = ""
    if problem == "encoding":
        reason = _not_utf8(bare, rule)
    elif problem == "nul":
        reason = f"a NUL byte in field {_fields(bare[: bare.index(0)], rule)}"
    elif problem == "fields":
        reason = f"{_fields(bare, rule)} fields instead of {rule.columns}"
    elif problem in ("quotes", "line end"):
        fields = requote(bare, rule.delimiter)
        if isinstance(fields, int):
            reason = f"the quote in field {fields} is not closed properly"
        elif len(fields) != rule.columns:
            reason = f"{len(fields)} fields instead of {rule.columns}"
        else:
            bare = rule.delimiter.join(fields)
    if bare == b"\\.":
        bare = b'"\\."'  # unquoted, it would end the data for servers before version 18
    return (None, reason) if reason else (bare + rule.line_end, "")


def requote(record: bytes, delimiter: bytes) -> list[bytes] | int:
    """The fields of one line, each fit for COPY; or the number of the field that cannot be read.

    A quote inside a field that does not begin with one is a character like any other (24" screen),
    and so is a carriage return that ends no line.
    """
    fields, at = [], 0
    while True:
        end = at
        if record[at : at + 1] == b'"':
            end = record.find(b'"', at + 1)
            while end >= 0 and record[end + 1 : end + 2] == b'"':
                end = record.find(b'"', end + 2)
            end += 1
            if not end or record[end : end + 1] not in (b"", delimiter):
                return len(fields) + 1
            fields.append(record[at:end])
        else:
            end = record.find(delimiter, at)
            end = len(record) if end < 0 else end
            text = record[at:end]
            is_odd = b'"' in text or b"\r" in text
            fields.append(b'"' + text.replace(b'"', b'""') + b'"' if is_odd else text)
        if end >= len(record):
            return fields
        at = end + 1


def _not_utf8(record: bytes, rule: Rule) -> str:
    try:
        record.decode("utf-8")
    except UnicodeDecodeError as error:
        field = _fields(record[: error.start], rule)
        return f"byte 0x{record[error.start]:02X} in field {field} is not UTF-8"
    return ""


def _fields(record: bytes, rule: Rule) -> int:
    """Number of fields, delimiters between quotes not counted."""
    return sum(part.count(rule.delimiter) for part in record.split(b'"')[::2]) + 1
