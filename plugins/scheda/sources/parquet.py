"""Parquet, batch by batch, every value as text: ISO dates and instants, exact decimals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scheda.errors import SourceError
from scheda.headers import Mapping, match
from scheda.sources.rows import DELIMITER, records, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from scheda.loading import Load

_ROWS = 20_000
#: Where an extraction writes how far it read, for the load to remember.
CURSOR = b"scheda.cursor"


def load(path: Path, load: Load) -> None:
    """Raises SourceError when the file is not Parquet, or is damaged."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path, buffer_size=2**20) as file:
            schema = file.schema_arrow
            found = (file.metadata.metadata or {}).get(CURSOR)
            load.cursor = json.loads(found) if found else None
            mapping = match(schema.names, load.table)
            load.note = mapping.note
            with load.csv(mapping, DELIMITER) as sender:
                for batch in file.iter_batches(batch_size=_ROWS):
                    sender.write(_records(batch, mapping, load))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise SourceError(
            f"it is not a Parquet file that can be read ({type(error).__name__}):"
            " ask for it to be delivered again"
        ) from None


def _records(batch: Any, mapping: Mapping, load: Load) -> bytes:
    import pyarrow as pa
    from pyarrow import csv

    columns = [_as_text(column) for column in batch.columns]
    if any(_has_nul(column) for column in columns):
        rows = zip(*(column.to_pylist() for column in columns), strict=True)
        return records(map(list, rows), mapping, load)
    load.rows_read += batch.num_rows
    texts = pa.RecordBatch.from_arrays(columns, names=[f"c{n}" for n in range(len(columns))])
    out = pa.BufferOutputStream()
    options = csv.WriteOptions(include_header=False, quoting_style="all_valid")
    csv.write_csv(texts, out, options)
    return out.getvalue().to_pybytes()


def _as_text(column: Any) -> Any:
    import pyarrow as pa
    from pyarrow import types

    kind = column.type
    if types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    plain = (
        types.is_string(kind) or types.is_large_string(kind) or types.is_integer(kind)
        or types.is_boolean(kind) or types.is_date(kind) or types.is_time(kind)
        or types.is_null(kind)
    )  # fmt: skip
    if plain:
        return column.cast(pa.string())
    return pa.array([text_of(value) for value in column.to_pylist()], pa.string())


def _has_nul(column: Any) -> bool:
    buffer = column.buffers()[2]
    return buffer is not None and b"\0" in memoryview(buffer).tobytes()
