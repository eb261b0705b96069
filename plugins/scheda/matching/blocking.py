"""Which contents are worth comparing: those that share the value of a block."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


#: Which pairs are worth comparing: those that have one of these in common. Expressions of one
#: block are looked up in each other, so a first name finds a swapped last name.
_INITIALS = ("left(first, 1)", "left(last, 1)")
_YEAR, _MONTH, _DAY = "left(birth, 4)", "substr(birth, 6, 2)", "right(birth, 2)"
BLOCKS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("email",),),
    (("case when length(local) >= 5 then local end",),),
    (("split_part(email, '@', 2)", "left(local, 1)"),),
    (("phone",), ("fixed",)),
    (("code",),),
    (("card",),),
    (("birth",),),
    (("least(first, last)", "greatest(first, last)"),),  # both names, in either order
    (("left(last, 4)", "left(first, 3)"), ("left(first, 4)", "left(last, 3)")),
    tuple((_YEAR, _MONTH, initial) for initial in _INITIALS),
    tuple((_YEAR, _DAY, initial) for initial in _INITIALS),
    tuple((_MONTH, _DAY, initial) for initial in _INITIALS),
    tuple((_YEAR, name) for name in ("first", "last")),
    tuple(("postal", name) for name in ("first", "last")),
    tuple(("town", name) for name in ("first", "last")),
    tuple(("company", name) for name in ("first", "last")),
    (("street", "number"),),
    (("postal", "number"),),
    tuple(("street", initial) for initial in _INITIALS),
)
#: A value that more contents share than this finds nobody: info@, the switchboard, a Mario Rossi
#: of Milan. It bounds the pairs of one value (about 5,000).
LARGEST_BLOCK = 100


def pair_up(con: duckdb.DuckDBPyConnection, *, only_new: bool) -> int:
    """Fill the table `pairs` (join_key_l, join_key_r, match_key) from `prepared` and `members`;
    how many pairs there are.

    A content that several contacts share is a pair with itself. only_new: at least one of the two
    has a contact that is new or changed.
    """
    con.execute("create or replace table keys (key ubigint, id bigint)")
    for number, block in enumerate(BLOCKS):
        for parts in block:
            known = " and ".join(f"{part} is not null" for part in parts)
            con.execute(
                f"insert into keys select distinct hash({number}, {', '.join(parts)}), id"
                f" from prepared where {known}"
            )
    wanted = "where l.is_new or r.is_new" if only_new else ""
    con.execute(
        f"""
        create or replace table pairs as
        with fresh as (
            select distinct keys.key from keys join prepared using (id)
            {"where is_new" if only_new else ""}
        ),
        blocks as (
            select key from keys semi join fresh using (key)
            group by key having count(*) between 2 and {LARGEST_BLOCK}
        ),
        kept as (select distinct key, id from keys semi join blocks using (key)),
        found as (
            select distinct l.id as id_l, r.id as id_r
            from kept as l join kept as r on l.key = r.key and l.id < r.id
            union all
            select id, id from (select id from members group by id
            having count(*) between 2 and {LARGEST_BLOCK})
        )
        select '0' as match_key, found.id_l as join_key_l, found.id_r as join_key_r
        from found
        join prepared as l on found.id_l = l.id
        join prepared as r on found.id_r = r.id
        {wanted}
        order by all
        """
    )
    con.execute("drop table keys")
    return con.sql("select count(*) from pairs").fetchall()[0][0]
