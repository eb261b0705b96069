"""core.name_verdicts: the verdict on every pair of names that an identity rule asks about."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version as installed_version
from importlib.resources import files
from typing import TYPE_CHECKING

from scheda import postgres
from scheda.errors import SchedaError
from scheda.matching.names import Name, compare
from scheda.values import kinds, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scheda.project import Project

#: Pairs fetched, judged and written at a time, which bounds the memory.
_BATCH = 10_000
_KIND = "name_verdicts"


def fill(project: Project, build_id: int) -> int:
    """Judge the pairs of core.compared_names that have no verdict yet, or one from another version
    of the judge or of their names; how many verdicts are new or changed (they carry `build_id`).

    One transaction. Raises SchedaError when core.compared_names does not exist yet.
    """
    with postgres.connect(project) as conn:
        tables.ensure(conn)
        if not conn.execute("select to_regclass('core.compared_names')").fetchone()[0]:
            raise SchedaError("core.compared_names does not exist yet; build it with dbt first")
        known = conn.execute(
            "select version, _build_id from core.value_versions where kind = %s", [_KIND]
        ).fetchone()
        afresh = known is None or known[0] != version()
        since = 0 if afresh else known[1]
        conn.execute(
            "create temp table judged (left_id text, right_id text, verdict text,"
            " score numeric(4,3), why text) on commit drop"
        )
        with conn.cursor() as writer, writer.copy("copy pg_temp.judged from stdin") as copy:
            for row in _judged(project, since):
                copy.write_row(row)
        changed = conn.execute(_MERGE, [version(), build_id]).rowcount
        if changed:
            conn.execute("analyze core.name_verdicts")
        conn.execute(
            "insert into core.value_versions (kind, version, _build_id) values (%s, %s, %s)"
            " on conflict (kind) do update"
            " set version = excluded.version, _build_id = excluded._build_id",
            [_KIND, version(), build_id],
        )
    return changed


@cache
def version() -> str:
    """What decides a verdict: our own lines, the lists they read, and the library."""
    package = files("scheda.matching")
    digest = hashlib.sha256()
    for name in ("names.py", "words.py", "data/nicknames.txt"):
        digest.update((package / name).read_bytes())
    lists = kinds.revision("scheda.values.name_lists")
    return f"{digest.hexdigest()[:12]}, {lists}, rapidfuzz {installed_version('rapidfuzz')}"


def _judged(project: Project, since: int) -> Iterator[tuple[str, str, str, float, str]]:
    """(left_id, right_id, verdict, score, why) of the pairs to judge."""
    with postgres.connect(project) as conn, conn.cursor(name="compared") as cursor:
        cursor.itersize = _BATCH
        cursor.execute(_WANTED, {"since": since})
        while rows := cursor.fetchmany(_BATCH):
            for left_id, right_id, *keys in rows:
                yield left_id, right_id, *compare(Name(*keys[:2]), Name(*keys[2:]))


#: Pairs that came since, and pairs of which a name is read otherwise since.
_WANTED = """
with wanted as (
    select left_id, right_id from core.compared_names where _build_id >= %(since)s
    union
    select pairs.left_id, pairs.right_id
    from core.value_names as changed
    inner join core.compared_names as pairs on changed.value_id = pairs.left_id
    where changed._build_id >= %(since)s
    union
    select pairs.left_id, pairs.right_id
    from core.value_names as changed
    inner join core.compared_names as pairs on changed.value_id = pairs.right_id
    where changed._build_id >= %(since)s
)
select
    wanted.left_id,
    wanted.right_id,
    one.first_key,
    one.last_key,
    other.first_key,
    other.last_key
from wanted
left join core.value_names as one on wanted.left_id = one.value_id
left join core.value_names as other on wanted.right_id = other.value_id
"""

_MERGE = """
insert into core.name_verdicts as known
    (left_id, right_id, verdict, score, why, version, _build_id)
select left_id, right_id, verdict, score, why, %s, %s from pg_temp.judged
on conflict (left_id, right_id) do update
set
    verdict = excluded.verdict,
    score = excluded.score,
    why = excluded.why,
    version = excluded.version,
    _build_id = excluded._build_id
where (known.verdict, known.score, known.why)
    is distinct from (excluded.verdict, excluded.score, excluded.why)
"""
