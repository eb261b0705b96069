"""What the models' pages say of the marts, as comments on the views: BI tools show them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from psycopg import sql

from scheda import views

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg

#: Descriptions by (view, column); column is "" for the view itself.
Texts = dict[tuple[str, str], str]


def told(target: Path) -> Texts:
    """The descriptions that dbt kept in its target folder; none when it never ran there."""
    manifest = target / "manifest.json"
    if not manifest.exists():
        return {}
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    texts: Texts = {}
    for node in nodes:
        if node["resource_type"] == "model" and node["config"]["materialized"] == "mart":
            name = node["alias"]
            texts[name, ""] = node["description"]
            texts |= {
                (name, column): entry["description"] for column, entry in node["columns"].items()
            }
    return {key: " ".join(text.split()) for key, text in texts.items() if text.strip()}


def write(conn: psycopg.Connection, texts: Texts) -> int:
    """Comment the published views where their comment differs; returns how many did. Readers of
    the views do not notice: a comment's lock shares with theirs."""
    rows = conn.execute(
        """
        select c.relname, coalesce(a.attname, ''), d.description
        from pg_class as c
        cross join lateral (
            select null::name as attname, 0::smallint as attnum
            union all
            select attname, attnum from pg_attribute where attrelid = c.oid and attnum > 0
        ) as a
        left join pg_description as d
            on d.objoid = c.oid and d.classoid = 'pg_class'::regclass and d.objsubid = a.attnum
        where c.relnamespace = to_regnamespace(%s) and c.relkind = 'v'
        """,
        [views.MARTS],
    ).fetchall()
    changed = 0
    for view, column, present in rows:
        text = texts.get((view, column))
        if text is None or text == present:
            continue
        kind = sql.SQL("column" if column else "view")
        place = sql.Identifier(views.MARTS, view, *([column] if column else []))
        conn.execute(sql.SQL("comment on {} {} is {}").format(kind, place, sql.Literal(text)))
        changed += 1
    return changed
