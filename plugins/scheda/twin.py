"""The other side of a mart that was just published for the first time: a copy to start from.

Without it the next night, which builds on the other side, would compute every mart whole instead of
writing what changed. The copy is nobody's night: its side stays unfit to point back to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from scheda import postgres, sides

if TYPE_CHECKING:
    import psycopg

    from scheda.project import Project


def prepare(project: Project, shown: str) -> list[str]:
    """Copy to the other side each table of side `shown` that it lacks; the names copied."""
    here, there = sides.schema(shown), sides.schema(sides.other(shown))
    with postgres.connect(project) as conn:
        names = [
            row[0]
            for row in conn.execute(
                """
                select relname from pg_class
                where relkind = 'r' and relnamespace = to_regnamespace(%s)
                    and position('__' in relname) = 0
                    and to_regclass(format('%%I.%%I', %s::text, relname)) is null
                order by relname
                """,
                [here, there],
            )
        ]
        for name in names:
            _copy(conn, sql.Identifier(here, name), sql.Identifier(there, name))
    return names


def _copy(conn: psycopg.Connection, here: sql.Identifier, there: sql.Identifier) -> None:
    """Rows first, indexes after; the comment is the table's memory of what it holds."""
    names = {"here": here, "there": there}
    conn.execute(
        sql.SQL("create table {there} (like {here} including all excluding indexes)").format(
            **names
        )
    )
    conn.execute(sql.SQL("insert into {there} select * from {here}").format(**names))
    known = [here.as_string(conn)]
    for is_unique, columns in conn.execute(
        """
        select i.indisunique, array_agg(a.attname::text order by k.place)
        from pg_index as i
        cross join unnest(i.indkey) with ordinality as k (number, place)
        inner join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.number
        where i.indrelid = to_regclass(%s)
        group by i.indexrelid, i.indisunique
        """,
        known,
    ).fetchall():
        conn.execute(
            sql.SQL("create {kind} index on {there} ({columns})").format(
                kind=sql.SQL("unique" if is_unique else ""),
                there=there,
                columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
            )
        )
    memory = conn.execute("select obj_description(to_regclass(%s), 'pg_class')", known).fetchone()[
        0
    ]
    conn.execute(
        sql.SQL("comment on table {there} is {memory}").format(
            there=there, memory=sql.Literal(memory)
        )
    )
    conn.execute(sql.SQL("analyze {there}").format(there=there))
