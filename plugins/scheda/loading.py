"""One load in progress: where readers of every format send rows, and rows that cannot be loaded."""

from __future__ import annotations

import secrets
import struct
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Self

from psycopg import sql

from scheda import raw_tables
from scheda.errors import SourceError
from scheda.ledger import Counts

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from scheda.catalog import Table
    from scheda.headers import Mapping

#: Rejects wait here while the load's COPY holds the connection; beyond this they go to disk.
_SPOOL_BYTES = 4 * 2**20
#: JSON never holds this byte, so it can delimit COPY's single column.
JSON_DELIMITER = b"\x01"


@dataclass
class Load:
    """The rows of one file on their way to one raw table, inside one transaction.

    rows_read counts every record; a rejected one is counted too, and takes its row number.
    """

    conn: psycopg.Connection
    table: Table
    load_id: int
    rows_read: int = 0
    rows_rejected: int = 0
    rows_copied: int = 0
    note: str | None = None
    cursor: dict[str, str] | None = None
    #: A row that stands for a rejected one: it takes the row number and is not kept.
    token: bytes = field(default_factory=lambda: b"set-aside-" + secrets.token_hex(12).encode())
    _spool: IO[bytes] = field(
        default_factory=lambda: tempfile.SpooledTemporaryFile(_SPOOL_BYTES)  # noqa: SIM115  close()
    )

    @property
    def counts(self) -> Counts:
        return Counts(self.rows_read, self.rows_rejected)

    def reject(self, row_number: int, reason: str, content: bytes) -> None:
        """Set a record aside with its bytes as received."""
        self.rows_rejected += 1
        text = reason.encode()
        self._spool.write(struct.pack("<qII", row_number, len(text), len(content)))
        self._spool.write(text)
        self._spool.write(content)

    @contextmanager
    def csv(self, mapping: Mapping, delimiter: bytes) -> Iterator[Sender]:
        """COPY of CSV records whose fields are `mapping`'s columns, quote and escape '"'."""
        target = raw_tables.named(self.table)
        names = [column for column in mapping.columns if column is not None]
        if mapping.extra:
            target = sql.Identifier("pg_temp", "incoming")
            names = self._incoming(len(mapping.names))
        options = sql.SQL("format csv, delimiter {}").format(sql.Literal(delimiter.decode()))
        with Sender(self, target, names, options) as sender:
            yield sender
        if mapping.extra:
            self._move(mapping)

    @contextmanager
    def json(self) -> Iterator[Sender]:
        """COPY of JSON objects, one a line, backslashes doubled."""
        options = sql.SQL("format text, delimiter {}").format(sql.Literal(JSON_DELIMITER.decode()))
        with Sender(self, raw_tables.named(self.table), ["payload"], options) as sender:
            yield sender

    def _incoming(self, width: int) -> list[str]:
        names = [f"c{position}" for position in range(width)]
        self.conn.execute(
            sql.SQL(
                "create temporary table incoming ("
                "_row_number bigint default nextval({}::regclass), {}) on commit drop"
            ).format(
                sql.Literal(raw_tables.sequence(self.table).as_string(self.conn)),
                sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(n)) for n in names),
            )
        )
        return names

    def _move(self, mapping: Mapping) -> None:
        """Declared columns to their place, the others to _extra (null values are left out)."""
        taken = [
            (sql.Identifier(f"c{position}"), sql.Identifier(column))
            for position, column in enumerate(mapping.columns)
            if column is not None
        ]
        # 45 names a call: a function takes at most a hundred arguments.
        extra = mapping.extra
        objects = [
            sql.SQL("jsonb_build_object({})").format(
                sql.SQL(", ").join(
                    sql.SQL("{}, {}").format(sql.Literal(name), sql.Identifier(f"c{position}"))
                    for position, name in extra[begin : begin + 45]
                )
            )
            for begin in range(0, len(extra), 45)
        ]
        self.conn.execute(
            sql.SQL(
                "insert into {} (_load_id, _row_number, {}, _extra) select {}, _row_number, {},"
                " nullif(jsonb_strip_nulls({}), '{{}}'::jsonb) from pg_temp.incoming"
            ).format(
                raw_tables.named(self.table),
                sql.SQL(", ").join(column for _place, column in taken),
                sql.Literal(self.load_id),
                sql.SQL(", ").join(place for place, _column in taken),
                sql.SQL(" || ").join(objects),
            )
        )

    def settle(self) -> None:
        """Law 1, checked against what the server says it took. Raises SourceError."""
        if self.rows_copied != self.counts.rows_loaded:
            raise SourceError(
                f"{self.counts.rows_loaded:,} rows were sent and the warehouse took"
                f" {self.rows_copied:,}: nothing of this file was kept; please report it"
            )

    def write_rejects(self) -> None:
        """Send what was set aside to ops.rejects; the load's ledger row must exist."""
        if not self.rows_rejected:
            return
        self._spool.seek(0)
        with (
            self.conn.cursor() as cursor,
            cursor.copy(
                "copy ops.rejects (load_id, row_number, reason, content) from stdin"
            ) as copy,
        ):
            for _number in range(self.rows_rejected):
                row_number, reason, content = struct.unpack("<qII", self._spool.read(16))
                text = self._spool.read(reason).decode()
                copy.write_row((self.load_id, row_number, text, self._spool.read(content)))

    def close(self) -> None:
        self._spool.close()


class Sender:
    """One COPY after the other, without a filter until a row must leave no more than its number."""

    def __init__(
        self, load: Load, target: sql.Identifier, names: list[str], options: sql.Composable
    ) -> None:
        self._load, self._is_filtered = load, False
        self._statement = sql.SQL("copy {} ({}) from stdin ({})").format(
            target, sql.SQL(", ").join(map(sql.Identifier, names)), options
        )
        self._filter = sql.SQL(" where {} is distinct from {}").format(
            sql.Identifier(names[0]), sql.Literal(load.token.decode())
        )

    def __enter__(self) -> Self:
        self._open(self._statement)
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self._context.__exit__(kind, error, trace)
        if kind is None:
            self._load.rows_copied += self._cursor.rowcount

    def write(self, block: bytes | memoryview) -> None:
        """Rows; Load.token in the first field of those that only take their number."""
        if self._load.rows_rejected and not self._is_filtered:
            self.__exit__(None, None, None)
            self._is_filtered = True
            self._open(self._statement + self._filter)
        self._copy.write(block)

    def _open(self, statement: sql.Composed) -> None:
        self._cursor = self._load.conn.cursor()
        self._context = self._cursor.copy(statement)
        self._copy = self._context.__enter__()
