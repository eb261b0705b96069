"""Which records of a block of CSV the server would refuse or misread: vectorised, and exact.

The block goes to PostgreSQL's COPY as it is; only the records named here are taken out of it.
Quotes follow PostgreSQL's CSV: every quote toggles. A record with a quote that neither opens nor
closes a field, or a quote that swallows whole lines, ends at its first physical line, so that one
stray quote costs one line and not the rest of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

QUOTE, LF, CR = 34, 10, 13


@dataclass(frozen=True)
class Rule:
    """How the file's records look: number of columns, delimiter, line end (LF or CR LF)."""

    columns: int
    delimiter: bytes
    line_end: bytes = b"\n"


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
    consumed, ends, fields, broken = _records(block, data, rule, final)
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


def _records(block: bytes, data: Any, rule: Rule, final: bool) -> tuple[int, Any, Any, list[int]]:
    """(consumed, offset of each record's line end, its fields or None when all are right, indexes
    of the records whose quotes are broken)."""
    import numpy as np

    delimiter = rule.delimiter[0]
    marks = (data == delimiter) | (data == LF)
    if b'"' in block:
        marks |= data == QUOTE
        return _quoted_records(block, np.flatnonzero(marks), data, rule, final)
    positions = np.flatnonzero(marks)
    kinds = data[positions]
    lines = np.flatnonzero(kinds == LF)
    ends = positions[lines]
    consumed = int(ends[-1]) + 1 if len(ends) else 0
    whole = len(lines) * rule.columns
    if (
        len(lines)
        and int(lines[-1]) + 1 == whole
        and not (lines != np.arange(rule.columns - 1, whole, rule.columns)).any()
    ):
        return consumed, ends, None, []
    return consumed, ends, np.diff(lines, prepend=-1), []


def _quoted_records(
    block: bytes, positions: Any, data: Any, rule: Rule, final: bool
) -> tuple[int, Any, Any, list[int]]:
    import numpy as np

    kinds = data[positions]
    is_quote = kinds == QUOTE
    quotes = positions[is_quote]
    quotes_before = np.cumsum(is_quote, dtype=np.int64) - is_quote
    irregular = _irregular(data, quotes, rule.delimiter[0])
    ends, fields, broken, total = [], [], [], 0
    start = mark = quote = 0
    while True:
        wrong = irregular[quote & 1]
        nearest = int(np.searchsorted(wrong, quote))
        is_cut = nearest < len(wrong)
        last = int(np.searchsorted(positions, quotes[wrong[nearest]])) if is_cut else len(positions)
        inside = ((quotes_before[mark:last] - quote) & 1).astype(bool) & ~is_quote[mark:last]
        outer = np.flatnonzero(~inside & ~is_quote[mark:last])
        lines = np.flatnonzero(kinds[mark:last][outer] == LF)
        found = positions[mark:last][outer[lines]]
        widths = np.diff(lines, prepend=-1)
        swallowing = _swallowing(block, start, found, inside, kinds[mark:last], outer, lines, rule)
        if swallowing is not None:
            is_cut, found, widths = True, found[:swallowing], widths[:swallowing]
        ends.append(found)
        fields.append(widths)
        total += len(found)
        at = int(found[-1]) + 1 if len(found) else start
        line_end = block.find(b"\n", at) if is_cut or final else -1
        if line_end < 0:
            break
        broken.append(total)
        total += 1
        ends.append(np.array([line_end]))
        fields.append(np.array([rule.columns]))
        start = line_end + 1
        mark = int(np.searchsorted(positions, line_end, side="right"))
        quote = int(np.searchsorted(quotes, line_end, side="right"))
    return at, np.concatenate(ends), np.concatenate(fields), broken


def _irregular(data: Any, quotes: Any, delimiter: int) -> tuple[Any, Any]:
    """Numbers of the quotes out of place, when even ones open fields, and when odd ones do."""
    import numpy as np

    before = data[quotes - 1]
    before[quotes == 0] = LF
    size = len(data)
    after = np.where(quotes + 1 < size, data[np.minimum(quotes + 1, size - 1)], LF)
    second = np.where(quotes + 2 < size, data[np.minimum(quotes + 2, size - 1)], LF)
    opens = (before == delimiter) | (before == LF) | (before == QUOTE)
    closes = (after == delimiter) | (after == LF) | (after == QUOTE)
    closes |= (after == CR) & (second == LF)
    even = np.arange(len(quotes)) % 2 == 0
    return (
        np.flatnonzero(~np.where(even, opens, closes)),
        np.flatnonzero(~np.where(even, closes, opens)),
    )


def _swallowing(
    block: bytes, start: int, found: Any, inside: Any, kinds: Any, outer: Any, lines: Any,
    rule: Rule,
) -> int | None:  # fmt: skip
    """Index of the first record of three lines or more that all look like records of their own.

    Two lone quotes far apart make one well-formed record of everything between them; a note of
    several lines does not have the file's number of delimiters in every one of its lines.
    """
    import numpy as np

    if rule.columns < 3 or not len(found) or not inside.any():
        return None
    records = outer[lines]  # each record's line end, counted in marks
    swallowed = np.searchsorted(np.flatnonzero(inside & (kinds == LF)), records)
    breaks = np.diff(swallowed, prepend=0)
    for index in np.flatnonzero(breaks >= 2).tolist():
        begin = int(found[index - 1]) + 1 if index else start
        pieces = block[begin : int(found[index])].split(b"\n")
        if all(piece.count(rule.delimiter) == rule.columns - 1 for piece in pieces):
            return index
    return None


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
