"""Rows of values (a spreadsheet's, a Parquet file's) as CSV records for COPY."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scheda.headers import Mapping
    from scheda.loading import Load

DELIMITER = b","


def text_of(value: Any) -> str | None:
    """A value as raw tables keep it: ISO dates and instants, exact decimals, null for nothing."""
    if value is None or type(value) is str:
        return value
    spelling = next((_SPELLINGS[kind] for kind in type(value).__mro__ if kind in _SPELLINGS), str)
    return spelling(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=text_of)


def _number(value: float) -> str:
    # Spreadsheets keep whole numbers as floats: a code 1001 is not 1001.0.
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(float(value))


_SPELLINGS: dict[type, Callable[[Any], str]] = {
    bool: lambda value: "true" if value else "false",
    float: _number,
    Decimal: lambda value: format(value, "f"),
    datetime: lambda value: value.isoformat(sep=" "),
    date: date.isoformat,
    time: time.isoformat,
    timedelta: lambda value: f"{value.total_seconds():f}",
    bytes: bytes.hex,
    memoryview: memoryview.hex,
    dict: _json,
    list: _json,
    tuple: _json,
}


def records(rows: Iterable[list[str | None]], mapping: Mapping, load: Load) -> bytes:
    """The rows as CSV records, counted; one with a NUL character is set aside."""
    lines = []
    for row in rows:
        load.rows_read += 1
        if any(value is not None and "\0" in value for value in row):
            load.reject(load.rows_read, _nul(row, mapping), content_of(row, mapping))
            lines.append(load.token + DELIMITER * (len(row) - 1))
            continue
        fields = ("" if v is None else '"' + v.replace('"', '""') + '"' for v in row)
        lines.append(",".join(fields).encode("utf-8", "replace"))
    return b"".join(line + b"\n" for line in lines)


def content_of(row: list[str | None], mapping: Mapping) -> bytes:
    """A row that has no bytes of its own, as JSON."""
    return json.dumps(dict(zip(mapping.names, row, strict=True)), ensure_ascii=False).encode()


def _nul(row: list[str | None], mapping: Mapping) -> str:
    names = [n for n, v in zip(mapping.names, row, strict=True) if v is not None and "\0" in v]
    return f"a NUL character in {', '.join(names)}, which a database cannot hold"
