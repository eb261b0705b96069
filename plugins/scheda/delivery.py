"""Audience files: CSV that a spreadsheet cannot be tricked with, written whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from contextlib import contextmanager, suppress
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scheda.errors import SchedaError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fsspec import AbstractFileSystem

#: What makes a spreadsheet run a cell as a formula (the white space, by being skipped first).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: A phone in E.164 starts with + and holds digits only: it can run nothing, and campaign tools
#: need it as it is.
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class CsvFile:
    """RFC 4180, UTF-8, with a header; counts its rows and hashes its bytes as they go out."""

    def __init__(self, sink: Any, columns: Sequence[str]) -> None:
        self.rows = 0
        self._sink = sink
        self._hash = hashlib.sha256()
        self._line = io.StringIO(newline="")
        self._writer = csv.writer(self._line, lineterminator="\r\n")
        self._write(columns)

    def row(self, values: Sequence[Any]) -> None:
        self._write([cell(value) for value in values])
        self.rows += 1

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def _write(self, cells: Sequence[str]) -> None:
        self._writer.writerow(cells)
        data = self._line.getvalue().encode("utf-8")
        self._line.seek(0)
        self._line.truncate()
        self._hash.update(data)
        self._sink.write(data)


def cell(value: Any) -> str:
    """One value as text. A text that a spreadsheet would run as a formula gets a leading quote;
    numbers and dates are left alone: they run nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = "|".join(map(str, value)) if isinstance(value, list) else str(value)
    runs = text.startswith(_FORMULA) and not isinstance(value, int | float)
    return f"'{text}" if runs and not _E164.fullmatch(text) else text


class Folder:
    """The day's folder of exports: a local path or any fsspec address."""

    def __init__(self, exports: str, day: date) -> None:
        import fsspec

        self.address = f"{exports.rstrip('/')}/{day.isoformat()}"
        try:
            self._system: AbstractFileSystem
            self._system, self._path = fsspec.url_to_fs(self.address)
            self._system.makedirs(self._path, exist_ok=True)
        except (OSError, ValueError, ImportError) as error:
            raise SchedaError(
                f"cannot write exports to {exports} ({type(error).__name__}): check that it exists "
                "and SCHEDA_EXPORTS"
            ) from None

    @contextmanager
    def draft(self, name: str) -> Iterator[tuple[Any, str]]:
        """A file under a temporary name, as (sink, temporary path); gone if the block fails."""
        path = f"{self._path}/.{name}.{os.getpid()}.tmp"
        try:
            with self._system.open(path, "wb") as sink:
                yield sink, path
        except BaseException:
            with suppress(OSError):
                self._system.rm_file(path)
            raise

    def settle(self, draft: str, name: str) -> None:
        """Give a finished draft its name, in place of what had it."""
        self._system.mv(draft, f"{self._path}/{name}")

    def read(self, name: str) -> bytes | None:
        path = f"{self._path}/{name}"
        return self._system.cat_file(path) if self._system.exists(path) else None

    def remove(self, name: str) -> None:
        with suppress(FileNotFoundError):
            self._system.rm_file(f"{self._path}/{name}")
