"""Which encoding a text file has, and its bytes as UTF-8 with nothing lost."""

from __future__ import annotations

import codecs
import io
from typing import IO

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What Windows-1252 text of Western Europe is made of, beyond ASCII. Ã and Â are left out: they
#: are what UTF-8 looks like to that encoding.
_LIKELY = set(
    "ÀÁÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûü€‚„…ˆ‰Š‹Œ‘’“”•–—™š›œ«»¿¡°ºª£§²³½·\xa0®©&"
)


def guess(sample: bytes, declared: str | None) -> str:
    """The encoding of a file that begins with `sample` (a codec's name; "utf-8" needs no work)."""
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    if declared:
        name = codecs.lookup(declared).name
        return "utf-8" if name in ("utf-8-sig", "ascii") else name
    head = sample[:4096]
    zeros = head[1::2].count(0), head[::2].count(0)
    if len(head) >= 4 and max(zeros) > len(head) // 5:
        return "utf-16-le" if zeros[0] > zeros[1] else "utf-16-be"
    return "cp1252" if looks_like_cp1252(sample) else "utf-8"


def looks_like_cp1252(sample: bytes) -> bool:
    """Is no line beyond ASCII valid UTF-8, and is every such byte a letter of Western Europe?"""
    if sample.isascii():
        return False
    found = False
    for line in sample.split(b"\n")[: -1 if b"\n" in sample else None]:
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            text = line.decode("cp1252", "replace")
            if any(ord(letter) > 127 and letter not in _LIKELY for letter in text):
                return False
            found = True
        else:
            return False
    return found


def as_received(record: bytes, encoding: str) -> bytes:
    """A record of the UTF-8 stream in the bytes that the file had."""
    if encoding == "utf-8":
        return record
    escape = "surrogatepass" if encoding.startswith("utf") else "surrogateescape"
    return record.decode("utf-8", escape).encode(encoding, escape)


class AsUtf8(io.RawIOBase):
    """A stream of another encoding, read as UTF-8; bytes it does not know stay as they are, so
    that the record that holds them is set aside and not silently changed."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        escape = "surrogatepass" if encoding.startswith("utf") else "surrogateescape"
        self._stream, self._escape = stream, escape
        self._decoder = codecs.getincrementaldecoder(encoding)(escape)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while True:
            block = self._stream.read(size)
            text = self._decoder.decode(block, final=not block)
            if text or not block:
                return text.encode("utf-8", self._escape)
