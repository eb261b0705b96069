"""core.proposed_pairs: what a matcher proposes, proposed still, and proposed no more."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb
    import psycopg

    from scheda.matching.scoring import Proposal

_BATCH = 10_000


def write(
    conn: psycopg.Connection,
    con: duckdb.DuckDBPyConnection,
    proposed: Iterable[Proposal],
    *,
    matcher: str,
    model: str,
    since: int | None,
    build_id: int,
) -> int:
    """Make core.proposed_pairs say what `proposed` (pairs of contents) means for the contacts that
    changed after build `since` (None: for all); how many rows changed.

    What is not proposed again is withdrawn, as is what names a contact that is no more.
    """
    conn.execute(
        "create temp table arrived (left_source text, left_key text, right_source text,"
        " right_key text, probability double precision, evidence text) on commit drop"
    )
    _collect(con, proposed)
    with conn.cursor() as writer, writer.copy("copy pg_temp.arrived from stdin") as copy:
        cursor = con.cursor()
        cursor.execute(_OF_CONTACTS)
        while rows := cursor.fetchmany(_BATCH):
            for row in rows:
                copy.write_row(row)
    values = {
        "matcher": matcher,
        "model": model,
        "build_id": build_id,
        "since": -1 if since is None else since,
    }
    conn.execute(_FRESH)
    changed = conn.execute(_MERGE, values).rowcount
    changed += conn.execute(_WITHDRAW, values).rowcount
    if changed:
        conn.execute("analyze core.proposed_pairs")
    return changed


def withdraw_all(conn: psycopg.Connection, matcher: str, build_id: int) -> int:
    """A matcher that is switched off proposes nothing; how many rows changed."""
    return conn.execute(
        "update core.proposed_pairs set is_present = false, _build_id = %s"
        " where matcher = %s and is_present",
        [build_id, matcher],
    ).rowcount


def _collect(con: duckdb.DuckDBPyConnection, proposed: Iterable[Proposal]) -> None:
    import pyarrow

    con.execute(
        "create or replace table proposed"
        " (id_l bigint, id_r bigint, probability double, evidence varchar)"
    )
    names = ("id_l", "id_r", "probability", "evidence")
    rest = iter(proposed)
    while batch := list(islice(rest, _BATCH)):
        columns = dict(zip(names, map(list, zip(*batch, strict=True)), strict=True))
        con.register("batch", pyarrow.table(columns))
        con.execute("insert into proposed select id_l, id_r, probability, evidence from batch")
        con.unregister("batch")


#: Every contact of the one content with every contact of the other, one of them new.
_OF_CONTACTS = """
select l.source, l.contact_key, r.source, r.contact_key, probability, evidence
from proposed
join members as l on proposed.id_l = l.id
join members as r on proposed.id_r = r.id
where
    (l.is_new or r.is_new)
    and (id_l <> id_r or (l.source, l.contact_key) < (r.source, r.contact_key))
"""

#: Left is the lesser of the two, as the database compares texts: each pair has one row.
_FRESH = """
create temp table fresh on commit drop as
with turned as (
    select
        arrived.*,
        left_source || chr(31) || left_key < right_source || chr(31) || right_key as is_straight
    from pg_temp.arrived
)
select
    case when is_straight then left_source else right_source end as left_source,
    case when is_straight then left_key else right_key end as left_key,
    case when is_straight then right_source else left_source end as right_source,
    case when is_straight then right_key else left_key end as right_key,
    probability,
    evidence
from turned
"""

_MERGE = """
insert into core.proposed_pairs as known (
    matcher, left_source, left_key, right_source, right_key,
    probability, evidence, model, is_present, _build_id
)
select
    %(matcher)s, left_source, left_key, right_source, right_key,
    probability, evidence, %(model)s, true, %(build_id)s
from pg_temp.fresh
on conflict (matcher, left_source, left_key, right_source, right_key) do update
set
    probability = excluded.probability,
    evidence = excluded.evidence,
    model = excluded.model,
    is_present = true,
    _build_id = excluded._build_id
where (known.probability, known.evidence, known.is_present)
    is distinct from (excluded.probability, excluded.evidence, true)
"""

#: Of the pairs with a contact that changed, or is no more: those that are not proposed again.
_WITHDRAW = """
update core.proposed_pairs as known
set is_present = false, _build_id = %(build_id)s
where
    known.matcher = %(matcher)s
    and known.is_present
    and not (
        exists (
            select 1 from core.uniform_contacts as contact
            where
                contact.source = known.left_source
                and contact.contact_key = known.left_key
                and contact._build_id <= %(since)s
        )
        and exists (
            select 1 from core.uniform_contacts as contact
            where
                contact.source = known.right_source
                and contact.contact_key = known.right_key
                and contact._build_id <= %(since)s
        )
    )
    and not exists (
        select 1 from pg_temp.fresh
        where
            fresh.left_source = known.left_source
            and fresh.left_key = known.left_key
            and fresh.right_source = known.right_source
            and fresh.right_key = known.right_key
    )
"""
