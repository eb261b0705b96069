"""Small readers over a stream of bytes."""

from __future__ import annotations

from typing import Protocol


class Reader(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


def read(reader: Reader, size: int) -> bytes:
    """`size` bytes, or what is left."""
    block = reader.read(size)
    if len(block) == size or not block:
        return block
    parts, missing = [block], size - len(block)
    while missing > 0 and (block := reader.read(missing)):
        parts.append(block)
        missing -= len(block)
    return b"".join(parts)


class Again:
    """A stream whose beginning was read already."""

    def __init__(self, head: bytes, stream: Reader) -> None:
        self._head, self._stream = head, stream

    def read(self, size: int = -1) -> bytes:
        if self._head:
            block = self._head[:size] if size >= 0 else self._head
            self._head = self._head[len(block) :]
            return block
        return self._stream.read(size)


class ReturnsAsLines:
    """Lines that end in a carriage return alone, as old systems write them."""

    def __init__(self, stream: Reader) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(size).replace(b"\r", b"\n")
