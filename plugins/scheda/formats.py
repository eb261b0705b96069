"""The reader of each file format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheda.catalog import format_of
from scheda.errors import SourceError
from scheda.sources import csv_files, json_files
from scheda.sources.csv_files import WrongEncoding
from scheda.sources.files import on_disk, unpacked

if TYPE_CHECKING:
    from scheda.loading import Load
    from scheda.sources.files import Received

__all__ = ["WrongEncoding", "load"]


def load(file: Received, name: str, load: Load, encoding: str | None = None) -> None:
    """Read a file in its declared format, or the one that its name tells, into `load`."""
    form = load.table.format or format_of(name) or "csv"
    if not load.table.is_json and form in ("json", "jsonl"):
        raise SourceError(
            f"it is a JSON file, and {load.table.label} declares columns: declare its JSON files"
            " as a table of their own (format: jsonl, no columns)"
        )
    if form == "csv":
        with unpacked(file, name) as stream:
            csv_files.load(stream, load, encoding)
    elif form in ("json", "jsonl"):
        with unpacked(file, name) as stream:
            json_files.load(stream, load, is_lines=form == "jsonl")
    elif form == "parquet":
        from scheda.sources import parquet

        with on_disk(file, name) as path:
            parquet.load(path, load)
    else:
        from scheda.sources import excel

        with on_disk(file, name) as path:
            excel.load(path, load)
