"""Where the records of a block of CSV end, and how many fields each has: vectorised.

Quotes follow PostgreSQL's CSV: every quote toggles. A record with a quote that neither opens nor
closes a field, or a quote that swallows whole lines, ends at its first physical line, so that one
stray quote costs one line and not the rest of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

QUOTE, LF, CR = 34, 10, 13


@dataclass(frozen=True)
class Rule:
    """How the file's records look: number of columns, delimiter, line end (LF or CR LF)."""

    columns: int
    delimiter: bytes
    line_end: bytes = b"\n"


def records(block: bytes, data: Any, rule: Rule, final: bool) -> tuple[int, Any, Any, list[int]]:
    """(consumed, offset of each record's line end, its fields or None when all are right, indexes
    of the records whose quotes are broken)."""
    import numpy as np

    delimiter = rule.delimiter[0]
    marks = (data == delimiter) | (data == LF)
    if b'"' not in block:
        positions = np.flatnonzero(marks)
        return _plain_records(positions, data[positions], rule)
    marks |= data == QUOTE
    positions = np.flatnonzero(marks)
    kinds = data[positions]
    is_quote = kinds == QUOTE
    if _all_regular(data, positions[is_quote], delimiter):
        # Quotes counted modulo 256 are enough to know odd from even.
        outer = (np.cumsum(is_quote, dtype=np.uint8) & 1 == 0) & ~is_quote
        found = _plain_records(positions[outer], kinds[outer], rule)
        holds_lines = np.count_nonzero(kinds == LF) != len(found[1])
        if not holds_lines and not (final and found[0] < len(block)):
            return found
    return _quoted_records(block, positions, data, rule, final)


def _plain_records(positions: Any, kinds: Any, rule: Rule) -> tuple[int, Any, Any, list[int]]:
    """As records, from the delimiters and line ends that are outside quotes."""
    import numpy as np

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


def _all_regular(data: Any, quotes: Any, delimiter: int) -> bool:
    """Does every quote open or close a field, the first one opening?"""
    import numpy as np

    before, after = data[quotes[::2] - 1], data[np.minimum(quotes[1::2] + 1, len(data) - 1)]
    opens = (before == delimiter) | (before == LF) | (before == QUOTE)
    closes = (after == delimiter) | (after == LF) | (after == QUOTE) | (after == CR)
    if len(opens) and quotes[0] == 0:
        opens[0] = True
    return bool(opens.all() and closes.all())


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
