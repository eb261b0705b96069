"""JSON lines, arrays, arrays one per line: every object goes to the server in its own bytes."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from scheda import encodings, json_records
from scheda.errors import SourceError
from scheda.sources.streams import Again, Reader, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scheda.json_records import Record
    from scheda.loading import Load

BLOCK = 512 * 1024
LONGEST_RECORD = 32 * 2**20


def load(stream: IO[bytes], load: Load, *, is_lines: bool) -> None:
    """Load one file of JSON; is_lines: its name or declaration says one value per line.

    Raises SourceError when a record is longer than LONGEST_RECORD.
    """
    sample = read(stream, BLOCK)
    encoding = encodings.guess(sample, load.table.encoding)
    reader: Reader = Again(sample, stream)
    if encoding != "utf-8":
        reader = encodings.AsUtf8(reader, encoding)
    head = read(reader, BLOCK).removeprefix(b"\xef\xbb\xbf")
    if not head.strip():
        load.note = "the file is empty"
        return
    reader = Again(head, reader)
    by_line = _by_line(head, is_lines=is_lines)
    blocks = _line_blocks(reader, load) if by_line else _document_blocks(reader, load)
    with load.json() as sender:
        for block in blocks:
            sender.write(block)


def _by_line(head: bytes, *, is_lines: bool) -> bool:
    """Does every line stand for itself? Where the first one is a whole value, it does.

    A first line that is none may be a broken one, or the beginning of something longer: in a file
    of lines, the next one begins as a record does.
    """
    import orjson

    first, _line_end, rest = head.lstrip().partition(b"\n")
    try:
        orjson.loads(first)
    except orjson.JSONDecodeError:
        following = rest.lstrip()[:1]
        if first.startswith(b"["):
            return is_lines and following == b"["
        return is_lines and following in (b"", b"{", b"[")
    return True


def _line_blocks(reader: Reader, load: Load) -> Iterator[bytes]:
    size, pending, at_end = BLOCK, b"", False
    while not at_end:
        block = read(reader, size - len(pending))
        at_end = len(block) < size - len(pending)
        pending += block
        if at_end and pending and not pending.endswith(b"\n"):
            pending += b"\n"
        end = pending.rfind(b"\n") + 1
        if end:
            yield _lines(pending[:end], load)
            pending, size = pending[end:], BLOCK
        elif not at_end:
            size = _longer(pending, load)


def _lines(block: bytes, load: Load) -> bytes:
    """Whole lines; blank ones are not records."""
    if b"\r\n" in block:
        block = block.replace(b"\r\n", b"\n")
    pieces = []
    for group, count in json_records.groups(block):
        if count:
            load.rows_read += count
            pieces.append(group)
            continue
        for line in group.split(b"\n"):
            if line.strip():
                texts = _taken(json_records.of_line(line), load)
                pieces += [text + b"\n" for text in texts]
    return json_records.copy_lines(b"".join(pieces))


def _document_blocks(reader: Reader, load: Load) -> Iterator[bytes]:
    size, pending, at_end, in_array = BLOCK, b"", False, False
    while not at_end:
        block = read(reader, size - len(pending))
        at_end = len(block) < size - len(pending)
        pending += block
        found = json_records.cut(pending, in_array=in_array)
        if found.records:
            yield json_records.copy_text(_taken(json_records.judged(found.records), load))
        if found.consumed:
            pending, in_array, size = pending[found.consumed :], found.in_array, BLOCK
            size = max(BLOCK, len(pending) * 2)
        elif not at_end:
            size = _longer(pending, load)
    tail = pending.strip()
    if in_array:
        load.note = "the array is not closed: the file may be cut off"
    if tail:
        last = json_records.end_of_array(tail) if in_array else json_records.judge(tail)
        yield json_records.copy_text(_taken([last], load))


def _taken(records: list[Record], load: Load) -> list[bytes]:
    """What goes to the server; a rejected record leaves a row that only takes its number."""
    texts = []
    for record in records:
        load.rows_read += 1
        if record.reason is None:
            texts.append(record.content)
        else:
            load.reject(load.rows_read, record.reason, record.content)
            texts.append(load.token)
    return texts


def _longer(pending: bytes, load: Load) -> int:
    if len(pending) >= LONGEST_RECORD:
        raise SourceError(
            f"record {load.rows_read + 1} is longer than {LONGEST_RECORD // 2**20} MB:"
            " is a quote or a bracket missing before it?"
        )
    return max(BLOCK, len(pending) * 2)
