"""JSON objects cut out of lines and arrays in the bytes that the file has, and judged."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: A NUL character in a string: valid JSON that PostgreSQL's jsonb cannot hold.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_SIGNS = b'"{}[],'
_BLANK = b" \t\r\n"
_GROUP, _FEW = 256, 16


class Record(NamedTuple):
    """One record of the file; reason: why it is set aside, None when it is one JSON object."""

    content: bytes
    reason: str | None = None


class Cut(NamedTuple):
    """consumed: bytes up to the end of the last complete record; in_array: where that end lies."""

    records: list[bytes]
    consumed: int
    in_array: bool


def are_objects(lines: bytes, count: int) -> bool:
    """Is each of `count` lines a JSON object? One parse for all; the last line has no line end.

    An object may still be one that the server refuses (may_be_refused).
    """
    import orjson

    marker = secrets.randbits(60)  # no line can hold it by chance: none joins with its neighbour
    try:
        found = orjson.loads(b"[%b]" % lines.replace(b"\n", b",%d," % marker))
    except orjson.JSONDecodeError:
        return False
    return (
        len(found) == 2 * count - 1
        and found[1::2].count(marker) == count - 1
        and set(map(type, found[::2])) == {dict}
    )


def groups(lines: bytes) -> Iterator[tuple[bytes, int]]:
    """Lines (each with its end) in order, in groups: how many objects, or 0 for a group that needs
    a look line by line. Small groups: a bad line costs a look at few, few objects live at once."""
    import numpy as np

    data = np.frombuffer(lines, dtype=np.uint8)
    ends = np.flatnonzero(data == ord("\n"))
    yield from _groups(lines, 0, ends, size=_GROUP, is_odd=may_be_refused(lines, data))


def _groups(
    lines: bytes, begin: int, ends: Any, *, size: int, is_odd: bool
) -> Iterator[tuple[bytes, int]]:
    for first in range(0, len(ends), size):
        inner = ends[first : first + size]
        end = int(inner[-1])
        text = lines[begin:end]
        if are_objects(text, len(inner)) and not (is_odd and may_be_refused(text)):
            yield lines[begin : end + 1], len(inner)
        elif size == _FEW:
            yield lines[begin : end + 1], 0
        else:
            yield from _groups(lines, begin, inner, size=_FEW, is_odd=is_odd)
        begin = end + 1


def may_be_refused(text: bytes, data: Any = None) -> bool:
    """May JSON hold what the server does not: a NUL character, a number too close to zero?

    data: the text as an array of bytes, when there is one.
    """
    import numpy as np

    if b"\\u0000" in text:
        return True
    data = np.frombuffer(text, dtype=np.uint8) if data is None else data
    signs = np.flatnonzero(data[:-4] == ord("-"))
    signs = signs[(data[signs - 1] | 0x20) == ord("e")]
    digits = [(data[signs + step] - ord("0")) < 10 for step in range(1, 5)]
    return bool(np.logical_and.reduce(digits).any())


def judge(text: bytes) -> Record:
    """One text that should be a JSON object. The reason never quotes it."""
    import orjson

    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return Record(text, f"not JSON: {error.msg} (character {error.pos + 1})")
    if not isinstance(value, dict):
        return Record(text, f"{_kind(value)} instead of a JSON object")
    if b"\\u0000" in text and _NUL.search(text):
        return Record(text, "a NUL character (\\u0000) in a text, which a database cannot hold")
    if (b"e-" in text or b"E-" in text) and _has_tiny(value):
        return Record(text, "a number closer to zero than a database can hold")
    return Record(text)


def judged(texts: list[bytes]) -> list[Record]:
    """Texts that may hold line ends, each judged; together where all are good."""
    records: list[Record] = []
    for begin in range(0, len(texts), _FEW):
        few = texts[begin : begin + _FEW]
        lines = b"\n".join(text.replace(b"\n", b" ") for text in few)
        is_good = are_objects(lines, len(few)) and not may_be_refused(lines)
        records += map(Record if is_good else judge, few)
    return records


def of_line(line: bytes) -> list[Record]:
    """The records of one line: an object, or an array whose elements are records."""
    if not line.lstrip(_BLANK).startswith(b"["):
        return [judge(line)]
    found = cut(line, in_array=False)
    records = judged(found.records)
    tail = line[found.consumed :].strip(_BLANK)
    if tail:
        records.append(end_of_array(tail) if found.in_array else judge(tail))
    return records


def end_of_array(tail: bytes) -> Record:
    """What is left of an array that is never closed: whole, or cut off."""
    whole = judge(tail)
    if whole.reason is None:
        return whole
    return Record(tail, "cut off: the array ends in the middle of this element")


def cut(text: bytes, *, in_array: bool) -> Cut:
    """The complete records at the start of `text`, which begins between records.

    Records are the elements of top-level arrays, one level deep, and values outside arrays.
    A line end inside a string closes the string: JSON has none there, and what follows is saved.
    """
    positions, kinds, depths = _brackets(text, 1 if in_array else 0)
    records: list[bytes] = []
    consumed = begin = 0
    top = "[" if in_array else ""
    for position, kind, depth in zip(positions, kinds, depths, strict=True):
        if kind in "[{" and not top:
            stray = text[begin:position].strip(_BLANK)
            if stray.strip(b","):
                records.append(stray)
            top, begin = kind, position + 1 if kind == "[" else position
            consumed = begin
        elif kind == "," and top == "[":
            records += _bare(text[begin:position])
            consumed = begin = position + 1
        elif kind in "]}" and depth == 0:
            # A bracket that closes nothing, or the wrong thing, belongs to a record that is bad.
            closes_array = top == "[" and kind == "]"
            records += _bare(text[begin : position if closes_array else position + 1])
            top, consumed, begin = "", position + 1, position + 1
    return Cut(records, consumed, top == "[")


def copy_text(texts: Sequence[bytes]) -> bytes:
    """Rows for COPY's text format with one column: texts that may hold line ends."""
    if not texts:
        return b""
    joined = b"\x02".join(texts)  # a byte that JSON cannot hold
    return copy_lines(joined).replace(b"\n", b"\\n").replace(b"\x02", b"\n") + b"\n"


def copy_lines(lines: bytes) -> bytes:
    """Rows for COPY's text format with one column: lines as they are, what COPY reads escaped."""
    if b"\\" in lines:
        lines = lines.replace(b"\\", b"\\\\")
    return lines.replace(b"\r", b"\\r") if b"\r" in lines else lines


def _brackets(text: bytes, depth: int) -> tuple[list[int], list[str], list[int]]:
    """Position, sign and depth after it, of the brackets and commas that begin or end records."""
    import numpy as np

    data = np.frombuffer(text, dtype=np.uint8)
    quotes = _quotes(text, data)
    marks = np.zeros(256, dtype=bool)
    marks[list(_SIGNS[1:])] = True
    positions = np.flatnonzero(marks[data])
    positions = positions[np.searchsorted(quotes, positions) & 1 == 0]
    kinds = data[positions]
    opens = (kinds == ord("{")) | (kinds == ord("["))
    closes = (kinds == ord("}")) | (kinds == ord("]"))
    depths = depth + np.cumsum(opens.astype(np.int64) - closes)
    # One closing bracket too many does not count: depth never falls below zero.
    depths -= np.minimum(np.minimum.accumulate(depths), 0) if len(depths) else 0
    kept = ((kinds == ord(",")) | opens) & (depths == 1)
    kept |= closes & (depths == 0)
    return (
        positions[kept].tolist(),
        [chr(kind) for kind in kinds[kept].tolist()],
        depths[kept].tolist(),
    )


def _quotes(text: bytes, data: Any) -> Any:
    """Positions where strings begin and end."""
    import numpy as np

    quotes = np.flatnonzero(data == ord('"'))
    if b"\\" in text:
        slashes = np.flatnonzero(data == ord("\\"))
        first = np.flatnonzero(np.diff(slashes, prepend=-2) != 1)
        lengths = np.diff(first, append=len(slashes))
        after = slashes[first] + lengths
        quotes = np.setdiff1d(quotes, after[lengths % 2 == 1], assume_unique=True)
    lines = np.flatnonzero(data == ord("\n"))
    while True:
        inside = lines[np.searchsorted(quotes, lines, side="right") & 1 == 1]
        if not len(inside):
            return quotes
        at = int(np.searchsorted(quotes, inside[0]))
        quotes = np.insert(quotes, at, inside[0])


def _bare(text: bytes) -> list[bytes]:
    text = text.strip(_BLANK)
    return [text] if text else []


def _kind(value: Any) -> str:
    names = {str: "a text", list: "an array", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _has_tiny(value: Any) -> bool:
    """orjson reads such a number as zero."""
    if isinstance(value, dict):
        return any(map(_has_tiny, value.values()))
    if isinstance(value, list):
        return any(map(_has_tiny, value))
    return isinstance(value, float) and value == 0
