"""The identity models on hand-made contacts: a warehouse that begins at core.uniform_contacts.

One child process runs every dbt command of a module on one parsed project, whatever the number
of the build: a night of some hundred contacts takes seconds.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from scheda import dbt, ops, values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from scheda.project import Project

DAY = date(2026, 3, 31)
#: What the identity models read of core.uniform_contacts.
FIELDS = {
    "name_id": "text", "first_key": "text", "last_key": "text", "name_key": "text",
    "email_key": "text", "is_role_email": "boolean", "is_disposable_email": "boolean",
    "suggested_email": "text", "phone": "text", "mobile": "text", "fiscal_code": "text",
    "loyalty_card": "text", "vat_number": "text", "address_key": "text", "birth_date": "date",
    "registered_on": "date",
}  # fmt: skip
#: Every table of which an increment and a rebuild must hold the same.
TABLES = (
    "blocked_values", "identifiers", "human_decisions", "identity_evidence", "identity_edges",
    "identity_components", "identity_map",
)  # fmt: skip

Point = tuple[str, str]


@contextlib.contextmanager
def serving(project: Project) -> Iterator[Callable[[int, list[str]], None]]:
    """run(build_id, arguments): one dbt command on this project, in a child process."""
    folder = project.var / "identity"
    folder.mkdir(exist_ok=True)
    child = subprocess.Popen(
        [sys.executable, __file__, str(project.dbt), str(folder)],
        env={**dbt.dbt_environment(project, build_id=0, as_of=DAY), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip

    def run(build_id: int, arguments: list[str]) -> None:
        assert child.stdin and child.stdout
        child.stdin.write(json.dumps([build_id, arguments]) + "\n")
        child.stdin.flush()
        told = []
        for line in child.stdout:
            if line.startswith("done "):
                assert line == "done True\n", "".join(told[-40:])
                return
            told.append(line)
        raise AssertionError("dbt ended:\n" + "".join(told[-40:]))

    with child:
        yield run
        child.stdin.close()


def _serve(project_folder: str, target: str) -> None:
    """The child: a list [build_id, arguments] per line."""
    from dbt.cli.main import dbtRunner

    where = ["--project-dir", project_folder, "--profiles-dir", project_folder]
    where += ["--target-path", target, "--target", "a"]
    manifest = None
    for line in sys.stdin:
        build_id, arguments = json.loads(line)
        os.environ["SCHEDA_BUILD_ID"] = str(build_id)
        head = ["--log-path", target, "--no-use-colors", "--log-level", "error"]
        manifest = manifest or dbtRunner().invoke([*head, "parse", *where]).result
        done = dbtRunner(manifest=manifest).invoke([*head, *arguments, *where])
        failed = [] if done.success else [str(done.exception or "")]
        for result in getattr(done.result, "results", []) or []:
            if str(result.status) not in ("success", "pass", "no-op"):
                failed.append(f"{result.node.name}: {result.message}")
        print("\n".join(failed))
        print("done", not any(failed), flush=True)


@dataclass
class Graph:
    """A warehouse whose contacts are put in by hand, night by night; a new one empties it first.

    verdicts   (name, name) in order -> what Python would say of the two; 'different' otherwise
    """

    project: Project
    run: Callable[..., None]
    build_id: int = 0
    verdicts: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = ", ".join(f"{name} {kind}" for name, kind in FIELDS.items())
        with self.connect() as conn:
            conn.execute(
                "drop schema if exists core, seeds, marts_a cascade;"
                "truncate ops.identity_decisions restart identity"
            )
            ops.ensure(conn)
            values.ensure(conn)
            conn.execute(
                f"create table core.uniform_contacts (source text, contact_key text, {columns},"
                " _build_id bigint, primary key (source, contact_key));"
                "create table core.contact_points (source text, contact_key text, email_key text,"
                " is_role_email boolean, registered_on date, _build_id bigint,"
                " primary key (source, contact_key))"
            )

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.project.dsn, autocommit=True)

    def night(
        self,
        contacts: Iterable[dict[str, Any]] = (),
        *,
        full_refresh: bool = False,
        marts: bool = True,
    ) -> None:
        """One build that sees these contacts (source:key, name, email, … as in `row`) as new or
        changed; the others stay as they are."""
        self.build_id += 1
        with self.connect() as conn:
            for contact in contacts:
                self._put(conn, row(**contact))
        refresh = ["--full-refresh"] if full_refresh else []
        if self.build_id == 1:
            seeds = ["blocked_identifiers", "role_mailboxes", "identity_decisions"]
            self.run(self.build_id, ["seed", "--select", *seeds])
        before = ["blocked_values", "identifiers", "compared_names"]
        self._build(before, refresh)
        self._judge()
        identity = ["path:models/intermediate/identity"]
        identity += ["path:models/marts/identity"] if marts else []
        self._build([*identity, "--exclude", *before], refresh)

    def _build(self, select: list[str], more: list[str]) -> None:
        self.run(self.build_id, ["run", "--select", *select, *more])

    def _put(self, conn: psycopg.Connection, contact: dict[str, Any]) -> None:
        point = [contact.pop("source"), contact.pop("contact_key")]
        for table in ("contact_points", "uniform_contacts"):
            conn.execute(f"delete from core.{table} where source = %s and contact_key = %s", point)
        conn.execute(
            "insert into core.contact_points values (%s, %s, %s, %s, %s, %s)",
            [*point, contact["email_key"], contact["is_role_email"], contact["registered_on"],
             self.build_id],
        )  # fmt: skip
        if not point[1].startswith("email:"):
            marks = ", ".join(["%s"] * (len(FIELDS) + 3))
            conn.execute(
                f"insert into core.uniform_contacts values ({marks})",
                [*point, *(contact[name] for name in FIELDS), self.build_id],
            )

    def _judge(self) -> None:
        """What scheda.matching does between the phases; name_id is the name itself here."""
        with self.connect() as conn:
            asked = conn.execute("select left_id, right_id from core.compared_names").fetchall()
            for one, other in asked:
                verdict = self.verdicts.get((one, other), "different")
                conn.execute(
                    "insert into core.name_verdicts as known"
                    " (left_id, right_id, verdict, _build_id) values (%s, %s, %s, %s)"
                    " on conflict (left_id, right_id) do update set verdict = excluded.verdict,"
                    " _build_id = excluded._build_id where known.verdict <> excluded.verdict",
                    [one, other, verdict, self.build_id],
                )

    def decide(self, left: str, right: str, decision: str) -> int:
        """What `scheda same` and `scheda different` write; the number of the decision."""
        with self.connect() as conn:
            return conn.execute(
                "insert into ops.identity_decisions (left_source, left_key, right_source,"
                " right_key, decision, decided_by) values (%s, %s, %s, %s, %s, 'tests')"
                " returning decision_id",
                [*_point(left), *_point(right), decision],
            ).fetchone()[0]

    def undo(self, decision_id: int) -> None:
        with self.connect() as conn:
            conn.execute(
                "update ops.identity_decisions set undone_by = 'tests',"
                " undone_at = clock_timestamp() where decision_id = %s",
                [decision_id],
            )

    def seed(self, statement: str) -> None:
        """Change a seed's table by hand, as an edited file does at the next build."""
        with self.connect() as conn:
            conn.execute(statement)

    def propose(
        self, left: str, right: str, probability: float, *, is_present: bool = True
    ) -> None:
        """What a matcher writes, seen by the next build."""
        with self.connect() as conn:
            conn.execute(
                "insert into core.proposed_pairs values ('tests', %s, %s, %s, %s, %s, 'alike', '1',"
                " %s, %s) on conflict (matcher, left_source, left_key, right_source, right_key)"
                " do update set probability = excluded.probability,"
                " is_present = excluded.is_present, _build_id = excluded._build_id",
                [*_point(left), *_point(right), probability, is_present, self.build_id + 1],
            )

    def people(self) -> set[frozenset[str]]:
        """The groups of two or more points (source:key) that are one customer."""
        together: dict[str, set[str]] = {}
        for source, key, customer in self.rows(
            "core.identity_map", "source, contact_key, customer_id"
        ):
            together.setdefault(customer, set()).add(f"{source}:{key}")
        return {frozenset(points) for points in together.values() if len(points) > 1}

    def rows(self, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
        with self.connect() as conn:
            return sorted(conn.execute(f"select {columns} from {table}").fetchall(), key=repr)

    def review(self, *columns: str) -> list[tuple[Any, ...]]:
        return self.rows("marts_a.identity_review", ", ".join(columns))

    def content(self, *, builds: bool = False) -> dict[str, list[tuple[Any, ...]]]:
        """Every table of identity; with the numbers of the builds that wrote the rows, or not."""
        found = {}
        for name in TABLES:
            columns = self._columns(name)
            if not builds:
                columns = [column for column in columns if not column.startswith("_")]
            found[name] = self.rows(f"core.{name}", ", ".join(columns))
        found["identity_review"] = self.review("*")
        return found

    def _columns(self, name: str) -> list[str]:
        with self.connect() as conn:
            rows = conn.execute(
                "select column_name from information_schema.columns"
                " where table_schema = 'core' and table_name = %s order by ordinal_position",
                [name],
            ).fetchall()
        return [column for (column,) in rows]


def row(point: str, name: str | None = None, **said: Any) -> dict[str, Any]:
    """A row of core.uniform_contacts from short words: point source:key, name as 'first last' (or
    one of the two), email, role, born, code, card, address, since; other fields as they are."""
    source, key = _point(point)
    first, _, last = (name or "").partition(" ")
    short = {
        "email": "email_key", "role": "is_role_email", "born": "birth_date", "code": "fiscal_code",
        "card": "loyalty_card", "address": "address_key", "since": "registered_on",
    }  # fmt: skip
    contact = {
        **dict.fromkeys(FIELDS),
        "is_role_email": False,
        "is_disposable_email": False,
        "source": source,
        "contact_key": key,
        "name_id": name,
        "first_key": first or None,
        "last_key": last or None,
        "name_key": " ".join(sorted((first, last))) if last and len(first) > 1 else None,
        **{short.get(field, field): value for field, value in said.items()},
    }
    if key.startswith("email:"):
        contact["email_key"] = key.removeprefix("email:")
    return contact


def _point(text: str) -> Point:
    source, _, key = text.partition(":")
    return source, key


if __name__ == "__main__":
    _serve(*map(str, map(Path, sys.argv[1:3])))
