"""Load what is new at a source's doors into raw tables: one file, one transaction, one row."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg

from scheda import catalog, formats, ledger, postgres, progress, raw_tables
from scheda.errors import SchedaError, SourceError
from scheda.loading import Load
from scheda.sources import files

if TYPE_CHECKING:
    from collections.abc import Callable

    from scheda.catalog import Table
    from scheda.project import Project
    from scheda.sources.files import Delivery


class _SameContent(Exception):
    """The content turned out to be loaded already: roll back. Carries that load's id."""


def ingest(
    project: Project, source: str, *, run_id: str, say: Callable[[str], None] = progress.say
) -> dict[str, Any]:
    """Load every new file of every table of `source`; what fails does not stop the others.

    Returns {source, tables: {name: counts}, failures: [{table, file, message}]}; counts are files,
    rows_read, rows_loaded, rows_rejected, duplicates, skipped (in raw already), failed.
    Raises SchedaError when the warehouse does not answer or the source is not declared.
    """
    found = catalog.load(project).source(source)
    postgres.start(project)
    result: dict[str, Any] = {"source": source, "tables": {}, "failures": []}
    for table in found.tables:
        with postgres.connect(project, autocommit=True) as conn:
            conn.execute("set client_encoding to utf8")
            work = _Work(project, conn, table, run_id, say)
            work.run()
        result["tables"][table.name] = work.counts
        result["failures"] += work.failures
    return result


def complain(result: dict[str, Any]) -> None:
    """Raises SourceError naming the files of an ingest's result that could not be loaded."""
    failures = result["failures"]
    if failures:
        lines = [f"  {f['table']}: {f['file']}: {f['message']}" for f in failures[:10]]
        more = [f"  … and {len(failures) - 10} more"] if len(failures) > 10 else []
        raise SourceError(
            "\n".join([f"{result['source']}: {len(failures)} could not be loaded;"
                       " everything else was", *lines, *more])
        )  # fmt: skip


class _Work:
    """One table of one source in one run."""

    def __init__(
        self,
        project: Project,
        conn: psycopg.Connection,
        table: Table,
        run_id: str,
        say: Callable[[str], None],
    ) -> None:
        self.project, self.conn, self.table, self.run_id = project, conn, table, run_id
        self.say = say
        self.counts = dict.fromkeys(
            ("files", "rows_read", "rows_loaded", "rows_rejected", "duplicates", "skipped",
             "failed"), 0
        )  # fmt: skip
        self.failures: list[dict[str, str]] = []

    def run(self) -> None:
        raw_tables.ensure(self.conn, self.table)
        raw_tables.lock(self.conn, self.table)
        self._take_what_is_new()
        # A landed extraction that cannot be loaded comes first: another one would fail like it.
        if self.table.door == "database" and not self.failures and self._extract():
            self.counts["skipped"] = 0
            self._take_what_is_new()
        if self.counts["files"]:
            raw_tables.settle(self.conn, self.table)

    def _take_what_is_new(self) -> None:
        try:
            found = self._listed()
        except SourceError as error:
            self._fail(files.public(self.table.path), str(error))
            return
        known = ledger.known(self.conn, self.table)
        for delivery in found:
            signature = (delivery.name, delivery.size, delivery.modified_at)
            if delivery.modified_at is not None and signature in known:
                self.counts["skipped"] += 1
            else:
                self._take(delivery)

    def _extract(self) -> bool:
        """A database's new rows become one more file in landing; False: it could not be read."""
        from scheda.sources import database

        try:
            database.extract(self.project, self.conn, self.table)
        except SourceError as error:
            self._fail("database", str(error))
            return False
        ledger.close(self.conn, self.table, "database")
        return True

    def _listed(self) -> list[Delivery]:
        found = files.deliveries(self.table, self.project.landing)
        if (
            not found
            and self.table.door == "files"
            and files.folder_is_gone(self.table, self.project.landing)
            and ledger.has_loads(self.conn, self.table)
        ):
            raise SourceError(
                "the folder has vanished, and files came from it before: mount or create it again"
            )
        waiting = ["database"] if self.table.door == "database" else []
        ledger.close_missing(self.conn, self.table, [file.name for file in found] + waiting)
        return found

    def _take(self, delivery: Delivery) -> None:
        try:
            with psycopg_in_words():
                self._load(delivery)
        except SourceError as error:
            self._fail(delivery.name, str(error), delivery)

    def _load(self, delivery: Delivery) -> None:
        started = datetime.now(tz=UTC)
        if ledger.may_be_known(self.conn, self.table, delivery.size):
            content_hash = files.hash_of(delivery)
            same = ledger.loaded_with(self.conn, self.table, content_hash)
            if same is not None:
                self._duplicate(delivery, content_hash, same)
                return
        encoding = None
        while True:
            try:
                self._load_as(delivery, encoding, started)
            except formats.WrongEncoding as error:
                encoding = error.encoding
            except _SameContent as same:
                self._duplicate(delivery, same.args[1], same.args[0])
                return
            else:
                return

    def _load_as(self, delivery: Delivery, encoding: str | None, started: datetime) -> None:
        """One attempt, in one transaction."""
        with self.conn.transaction():
            load = Load(self.conn, self.table, ledger.next_load_id(self.conn))
            try:
                raw_tables.begin_load(self.conn, self.table, load.load_id)
                with files.received(delivery) as file:
                    formats.load(file, delivery.name, load, encoding)
                    content_hash = file.finish()
                    bytes_read = file.bytes_read
                self._still_the_same(delivery, bytes_read)
                same = ledger.loaded_with(self.conn, self.table, content_hash)
                if same is not None:
                    raise _SameContent(same, content_hash)
                load.settle()
                ledger.record_loaded(
                    self.conn, self.table, delivery,
                    load_id=load.load_id, content_hash=content_hash, bytes_read=bytes_read,
                    counts=load.counts, message=load.note, run_id=self.run_id, started_at=started,
                )  # fmt: skip
                load.write_rejects()
                if load.cursor is not None:
                    from scheda.sources import database

                    database.advance(self.conn, self.table, load.cursor, load.load_id)
            finally:
                load.close()
        self._count(delivery, load)

    def _still_the_same(self, delivery: Delivery, bytes_read: int) -> None:
        if delivery.size is not None and delivery.size != bytes_read:
            raise SourceError(
                f"the file changed while it was read ({delivery.size:,} bytes listed,"
                f" {bytes_read:,} read): it is tried again at the next run"
            )

    def _count(self, delivery: Delivery, load: Load) -> None:
        self.counts["files"] += 1
        self.counts["rows_read"] += load.rows_read
        self.counts["rows_loaded"] += load.counts.rows_loaded
        self.counts["rows_rejected"] += load.rows_rejected
        aside = f", {load.rows_rejected:,} set aside" if load.rows_rejected else ""
        note = f" ({load.note})" if load.note else ""
        self.say(f"{self.table.label}: {delivery.name} {load.rows_read:,} rows{aside}{note}")

    def _duplicate(self, delivery: Delivery, content_hash: str, same: int) -> None:
        ledger.record_duplicate(
            self.conn, self.table, delivery,
            content_hash=content_hash, bytes_read=delivery.size or 0, duplicate_of=same,
            run_id=self.run_id,
        )  # fmt: skip
        self.counts["duplicates"] += 1
        self.say(f"{self.table.label}: {delivery.name} was loaded before, nothing to do")

    def _fail(self, name: str, message: str, delivery: Delivery | None = None) -> None:
        self.counts["failed"] += 1
        self.failures.append({"table": self.table.name, "file": name, "message": message})
        self.say(f"{self.table.label}: {name} NOT loaded: {message}")
        if self.conn.closed:
            raise SchedaError(
                f"{self.table.label}: {name}: {message}; nothing of this file was kept,"
                " start the ingest again when the warehouse answers"
            )
        try:
            ledger.record_failed(
                self.conn, self.table, name, message=message, run_id=self.run_id,
                size=delivery.size if delivery else None,
                modified_at=delivery.modified_at if delivery else None,
            )  # fmt: skip
        except psycopg.errors.DiskFull:
            raise SchedaError(f"{self.table.label}: {name}: {message}") from None


class psycopg_in_words:  # noqa: N801  reads as a statement
    """Turns the warehouse's errors into SourceError, without the data that they may quote."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        if isinstance(error, psycopg.errors.DiskFull):
            raise SourceError(
                "the warehouse's disk is full: nothing of this file was kept;"
                " free some space, then start the ingest again"
            ) from None
        if isinstance(error, psycopg.Error):
            # Its own words may quote the row; the kind of error and the line do not.
            line = re.search(r", line (\d+)", error.diag.context or "")
            where = f" at line {line[1]} of the data" if line else ""
            raise SourceError(
                f"the warehouse refused it{where} ({type(error).__name__}, {error.sqlstate}):"
                " nothing of this file was kept"
            ) from None
