"""Files of a door: on this machine or at any fsspec address, listed, opened, hashed as received."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import shutil
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from scheda.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scheda.catalog import Table

#: What may go wrong inside a compressed file.
_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, zipfile.BadZipFile)
#: Names of files that somebody is still writing.
_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart")
_BLOCK = 2**20


@dataclass(frozen=True)
class Delivery:
    """One file of a door.

    name         path below landing, or the whole address (never a password)
    address      what fsspec opens
    size         bytes, as the door says; None when it does not
    modified_at  UTC, as the door says; None when it does not
    """

    name: str
    address: str
    size: int | None = None
    modified_at: datetime | None = None


class Received(io.RawIOBase):
    """A file's bytes as received, hashed while they are read."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._hash = hashlib.sha256()
        self.bytes_read = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._raw.read(size)
        self._hash.update(block)
        self.bytes_read += len(block)
        return block

    def readinto(self, buffer: Any) -> int:
        block = self.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)

    def finish(self) -> str:
        """Read what is left; the sha256 of the whole file in hexadecimal."""
        while self.read(_BLOCK):
            pass
        return self._hash.hexdigest()


def place(path: str, landing: str) -> str:
    """The full address of a declared path: absolute and schemed ones stand for themselves."""
    if "://" in path or path.startswith("/"):
        return path
    return f"{landing.rstrip('/')}/{path}"


def deliveries(table: Table, landing: str) -> list[Delivery]:
    """The files that match the table's glob, by name. Raises SourceError if they cannot be listed.

    Hidden files and files still being written (.part, .tmp) are not there yet.
    """
    import fsspec

    address = place(table.path, landing)
    try:
        filesystem, pattern = fsspec.core.url_to_fs(address)
        found = filesystem.glob(pattern, detail=True)
        if not found and not any(sign in pattern for sign in "*?["):
            found = {pattern: filesystem.info(pattern)} if filesystem.exists(pattern) else {}
        home = fsspec.core.url_to_fs(landing)[1].rstrip("/") + "/"
    except ImportError as error:
        raise SourceError(
            f"reading {public(table.path)} takes a package that is not installed: {error}"
        ) from None
    except Exception as error:  # every kind of storage has its own errors
        raise SourceError(
            f"cannot list {public(table.path)} ({type(error).__name__}):"
            " check the address, the permissions and the network; then start the ingest again"
        ) from None
    files = []
    for path, info in found.items():
        base = path.rsplit("/", 1)[-1]
        if info.get("type") == "directory" or base.startswith(".") or base.endswith(_UNFINISHED):
            continue
        inside = path.startswith(home) and "://" not in table.path
        name = path.removeprefix(home) if inside else public(filesystem.unstrip_protocol(path))
        files.append(
            Delivery(name, filesystem.unstrip_protocol(path), info.get("size"), _instant(info))
        )
    return sorted(files, key=lambda file: file.name)


def folder_is_gone(table: Table, landing: str) -> bool:
    """Has the folder of a local door vanished (a mount that is down), glob or not?"""
    address = place(table.path, landing)
    if "://" in address:
        return False
    folder = Path(address).parent
    while any(sign in folder.name for sign in "*?["):
        folder = folder.parent
    return not folder.is_dir()


@contextmanager
def received(delivery: Delivery) -> Iterator[Received]:
    """The file as received. Raises SourceError when it cannot be opened or read to its end."""
    import fsspec

    try:
        with fsspec.open(delivery.address, "rb") as raw:
            yield Received(raw)
    except OSError as error:
        if isinstance(error, _DAMAGE):
            raise
        raise SourceError(
            f"cannot be read ({error.strerror or type(error).__name__}): is it still there, and"
            " may this user read it?"
        ) from None


def hash_of(delivery: Delivery) -> str:
    with received(delivery) as file:
        return file.finish()


@contextmanager
def unpacked(file: Received, name: str) -> Iterator[IO[bytes]]:
    """The content of a file: decompressed when its name ends in .gz, .bz2, .xz or .zip.

    Raises SourceError when the compressed file is truncated or damaged.
    """
    lowered = name.lower()
    openers = {".gz": gzip.GzipFile, ".bz2": bz2.BZ2File, ".xz": lzma.LZMAFile}
    end = lowered[lowered.rfind(".") :]
    buffered = io.BufferedReader(file, _BLOCK)
    try:
        if end == ".zip":
            with _on_disk(buffered) as path, zipfile.ZipFile(path) as archive:
                yield archive.open(_only_member(archive))
        elif end == ".gz":
            yield openers[end](fileobj=buffered)
        elif end in openers:
            yield openers[end](buffered)
        else:
            yield file
    except _DAMAGE:
        raise SourceError(
            f"the {end} file is truncated or damaged: nothing of it was kept;"
            " ask for it to be delivered again"
        ) from None


@contextmanager
def on_disk(file: Received, name: str) -> Iterator[Path]:
    """The content as a temporary file, for formats that are read from several places at once."""
    with unpacked(file, name) as stream, _on_disk(stream) as path:
        yield path


@contextmanager
def _on_disk(stream: IO[bytes]) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(prefix="scheda-") as copy:
        shutil.copyfileobj(stream, copy, _BLOCK)
        copy.flush()
        yield Path(copy.name)


def _only_member(archive: zipfile.ZipFile) -> str:
    names = [
        name
        for name in archive.namelist()
        if not name.endswith("/") and not name.startswith("__MACOSX/")
    ]
    if len(names) != 1:
        raise SourceError(
            f"the zip holds {len(names)} files ({', '.join(names[:5])}): deliver one file per zip"
        )
    return names[0]


def _instant(info: dict[str, Any]) -> datetime | None:
    """When the file was last written: each kind of storage has its own key for it."""
    for key in ("mtime", "LastModified", "last_modified", "updated", "modified", "created"):
        value = info.get(key)
        if isinstance(value, (int, float)):
            return datetime.fromtimestamp(value, tz=UTC)
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                continue
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
    return None


def public(address: str) -> str:
    """An address fit for a log: no user, no password, no query."""
    scheme, mark, rest = address.partition("://")
    if not mark:
        return address
    if scheme == "file":
        return rest
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path.partition('?')[0]}"
