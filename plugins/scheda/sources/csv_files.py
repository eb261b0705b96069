"""CSV: blocks of the file pass through COPY as they are; records that cannot are set aside."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from scheda import encodings
from scheda.csv_check import Rule, check
from scheda.errors import SourceError
from scheda.headers import Mapping, match, plain
from scheda.sources.streams import Again, Reader, ReturnsAsLines, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scheda.catalog import Table
    from scheda.csv_check import Checked
    from scheda.loading import Load

DELIMITERS = ";,\t|"
#: Small enough that we check a block while the server loads the one before.
BLOCK = 384 * 1024
#: A record longer than this is a quote that nobody closed, or not a record.
LONGEST_RECORD = 32 * 2**20
_HEADER = 2**20


class WrongEncoding(Exception):
    """The file is not in the encoding that its beginning suggested: load it again, in this one."""

    def __init__(self, encoding: str) -> None:
        super().__init__(encoding)
        self.encoding = encoding


@dataclass(frozen=True)
class _Layout:
    mapping: Mapping
    rule: Rule
    encoding: str


def load(stream: IO[bytes], load: Load, encoding: str | None = None) -> None:
    """Load one CSV file. `encoding` overrules what is declared and what its beginning suggests.

    Raises SourceError when the file as a whole is unusable, WrongEncoding to be called again.
    """
    declared = encoding or load.table.encoding
    sample = read(stream, BLOCK)
    if not sample.strip():
        raise SourceError("the file is empty, without even a header: ask for it again")
    found = encodings.guess(sample, declared)
    reader: Reader = Again(sample, stream)
    if found != "utf-8":
        reader = encodings.AsUtf8(reader, found)
    try:
        head = read(reader, BLOCK)
        if b"\n" not in head and b"\r" in head:
            reader = ReturnsAsLines(Again(head, reader))
            head = read(reader, BLOCK)
        header, rest, line_end = _header(head)
        mapping, delimiter = _columns(header, load.table)
        load.note = mapping.note
        rule = Rule(len(mapping.names), delimiter, line_end)
        layout = _Layout(mapping, rule, found)
        with load.csv(mapping, delimiter) as sender:
            for block in _blocks(Again(rest, reader), layout, load, is_sure=bool(declared)):
                sender.write(block)
    except UnicodeDecodeError:
        raise SourceError(f"the file ends in the middle of a character ({found}): is it whole?"
                          ) from None  # fmt: skip


def _blocks(
    reader: Reader, layout: _Layout, load: Load, *, is_sure: bool
) -> Iterator[bytes | memoryview]:
    """What goes to the server: the file's blocks, less the records set aside."""
    rule, size, pending, at_end = layout.rule, BLOCK, b"", False
    is_sure = is_sure or layout.encoding != "utf-8"
    while True:
        if not at_end and len(pending) < size:
            block = read(reader, size - len(pending))
            at_end = len(block) < size - len(pending)
            pending += block
            if at_end and pending and not pending.endswith(b"\n"):
                pending += rule.line_end
        if not pending:
            return
        checked = check(pending, rule, final=at_end)
        if not checked.consumed:
            if len(pending) < LONGEST_RECORD:
                size = len(pending) * 2
                continue
            checked = check(_first_line(pending, load), rule, final=True)
        size = BLOCK
        if not is_sure:
            is_sure = _settle_encoding(pending[: checked.consumed], checked)
        yield _outgoing(pending, checked, layout, load)
        pending = pending[checked.consumed :]


def _outgoing(block: bytes, checked: Checked, layout: _Layout, load: Load) -> bytes | memoryview:
    """The checked records as the server gets them. A rejected one leaves a row that only takes
    its number, so that those after it keep theirs."""
    view, rule, pieces, at = memoryview(block), layout.rule, [], 0
    stand_in = load.token + rule.delimiter * (rule.columns - 1) + rule.line_end
    for edit in checked.edits:
        pieces.append(view[at : edit.start])
        if edit.text is None:
            record = encodings.as_received(block[edit.start : edit.end], layout.encoding)
            load.reject(load.rows_read + edit.index + 1, edit.reason, record)
            pieces.append(stand_in)
        else:
            pieces.append(edit.text)
        at = edit.end
    load.rows_read += checked.records
    if not pieces:
        return view[: checked.consumed]
    return b"".join([*pieces, view[at : checked.consumed]])


def _settle_encoding(block: bytes, checked: Checked) -> bool:
    """Is it sure now that the file is UTF-8? Raises WrongEncoding when it rather is not."""
    if block.isascii():
        return False
    if any("is not UTF-8" in edit.reason for edit in checked.edits) and (
        encodings.looks_like_cp1252(block)
    ):
        raise WrongEncoding("cp1252")
    return True


def _header(head: bytes) -> tuple[bytes, bytes, bytes]:
    """(first record without its line end, what follows, the file's line end)."""
    start = 0
    if head.startswith(b"\xef\xbb\xbf"):
        start = 3
    while head[start : start + 1] in (b"\n", b"\r"):
        start += 1
    end = head.find(b"\n", start)
    while end >= 0 and head.count(b'"', start, end) % 2:
        end = head.find(b"\n", end + 1)
    if end < 0:
        end = len(head)
        if head.count(b'"', start) % 2 or end - start > _HEADER:
            raise SourceError("the header has a quote that is never closed: mend its first line")
    line_end = b"\r\n" if head[end - 1 : end] == b"\r" else b"\n"
    return head[start:end].removesuffix(b"\r"), head[end + 1 :], line_end


def _columns(header: bytes, table: Table) -> tuple[Mapping, bytes]:
    try:
        text = header.decode("utf-8")
    except UnicodeDecodeError:
        raise SourceError(
            "the header is not UTF-8: declare the file's encoding in the source's page"
        ) from None
    if "\0" in text:
        raise SourceError("the header holds NUL bytes: is this a CSV file?")
    delimiter = table.delimiter or _likely_delimiter(text, table)
    names = _split(text, delimiter)
    others = [sign for sign in DELIMITERS if sign != delimiter and sign in text]
    if len(names) == 1 and len(table.columns) > 1 and others:
        best = max(others, key=text.count)
        raise SourceError(
            f"with delimiter {delimiter!r} the header is one column only, and {best!r} occurs in it"
            f" {text.count(best)} times: declare delimiter: {best!r}, or have the file delivered"
            f" with {delimiter!r}"
        )
    return match(names, table), delimiter.encode()


def _likely_delimiter(header: str, table: Table) -> str:
    """The one that finds most declared columns; among equals, the one that occurs most."""
    declared = {plain(column.header or column.name) for column in table.columns}

    def score(sign: str) -> tuple[int, int]:
        return len(declared & {plain(name) for name in _split(header, sign)}), header.count(sign)

    return max(DELIMITERS, key=score)


def _split(header: str, delimiter: str) -> list[str]:
    return next(csv.reader(io.StringIO(header, newline=""), delimiter=delimiter))


def _first_line(pending: bytes, load: Load) -> bytes:
    end = pending.find(b"\n")
    if end < 0:
        raise SourceError(
            f"row {load.rows_read + 1} is longer than {LONGEST_RECORD // 2**20} MB:"
            " is this a CSV file with line ends?"
        )
    return pending[: end + 1]
