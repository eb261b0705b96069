"""The contacts that can be compared, brought into an in-process DuckDB."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING

from psycopg import sql

from scheda.matching.comparisons import COLUMNS
from scheda.matching.words import nickname_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb
    import psycopg

    from scheda.project import Project

#: What does not fit waits on disk, below var/.
_MEMORY = "2GB"
#: What a contact must tell two of, to be compared at all.
_TELLING = (
    "coalesce(first_key, last_key)", "birth_date", "email_key", "coalesce(mobile, phone)",
    "fiscal_code", "loyalty_card", "street", "coalesce(postal_code, city)",
)  # fmt: skip
#: Columns some of whose values tell nothing of a person: core.blocked_values has them, by kind.
_BLOCKABLE = {
    "birth_date": "birth_date",
    "email_key": "email",
    "phone": "phone",
    "mobile": "phone",
    "fiscal_code": "fiscal_code",
    "loyalty_card": "loyalty_card",
}


_BARE = "nullif(regexp_replace(lower(strip_accents({})), '[^a-z0-9]', '', 'g'), '')"

#: Is the e-mail made of the contact's own names? Then namesakes have addresses alike.
_NAMED = """
len(list_filter(
    string_split(concat_ws(' ', first_key, last_key), ' '),
    lambda word: length(word) >= 3
    and contains(regexp_replace(split_part(email_key, '@', 1), '[^a-z]', '', 'g'), word)
)) > 0"""
#: A domain of more contents than this, or of a larger share of them, is a provider's, and to have
#: it in common says nothing.
_PROVIDER = "greatest(10, 0.005 * count(*) over ())"

#: Contacts that say the same are compared once: `id` is the number of what they say.
MEMBERS = f"""
create or replace table members as
select
    dense_rank() over (order by {", ".join(f"{column} nulls last" for column in COLUMNS)}) as id,
    *
from contacts
"""

#: One row per content, with what is compared in it; is_new: one of its contacts is new or changed.
PREPARED = f"""
create or replace table prepared as
with contents as (
    select id, {", ".join(COLUMNS)}, bool_or(is_new) as is_new from members group by all
)
select
    id,
    is_new,
    first_key,
    {_BARE.format("first_key")} as first,
    {_BARE.format("last_key")} as last,
    nicknames.lines as nicknames,
    birth_date as birth,
    gender,
    email_key as email,
    split_part(email_key, '@', 1) as local,
    split_part(email_key, '@', 2) as domain,
    regexp_replace(split_part(email_key, '@', 1), '[^0-9]', '', 'g') as digits,
    {_NAMED} as is_named,
    count(*) over (partition by split_part(email_key, '@', 2)) > {_PROVIDER} as is_provider,
    coalesce(mobile, phone) as phone,
    phone as fixed,
    fiscal_code as code,
    loyalty_card as card,
    company_key as company,
    {_BARE.format("street")} as street,
    street_number as number,
    postal_code as postal,
    {_BARE.format("city")} as town
from contents
left join nicknames on split_part(first_key, ' ', 1) = nicknames.word
order by id
"""


@contextmanager
def in_process(project: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB that lives as long as the block and fetches nothing from anywhere."""
    import duckdb

    options = {
        "memory_limit": _MEMORY,
        "temp_directory": str(project.var / "duckdb"),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    con = duckdb.connect(":memory:", config=options)
    try:
        yield con
    finally:
        con.close()


def load(conn: psycopg.Connection, con: duckdb.DuckDBPyConnection, *, since: int | None) -> int:
    """Fill DuckDB's tables `members` (one row per contact) and `prepared` (one row per distinct
    content) from core.uniform_contacts; how many contacts there are.

    is_new: the contact changed after build `since` (None: all did).
    """
    from pyarrow import csv

    names = ("source", "contact_key", "is_new", *COLUMNS)
    received = io.BytesIO()
    with conn.cursor() as cursor, cursor.copy(_query(conn, since)) as copy:
        for block in copy:
            received.write(block)
    received.seek(0)
    table = csv.read_csv(
        received,
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, "string"),
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
        ),
    )
    con.register("arrived", table)
    con.execute(
        "create or replace table contacts as select * replace (is_new = 't' as is_new) from arrived"
    )
    con.unregister("arrived")
    prepare(con)
    return table.num_rows


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """`members` and `prepared` from the table `contacts` (source, contact_key, is_new, COLUMNS)."""
    import pyarrow

    lines = nickname_lines()
    table = pyarrow.table({"word": list(lines), "lines": list(lines.values())})
    con.register("nicknames", table)
    con.execute(MEMBERS)
    con.execute(PREPARED)
    con.unregister("nicknames")


def _query(conn: psycopg.Connection, since: int | None) -> sql.Composed:
    known = conn.execute("select to_regclass('core.blocked_values')").fetchone()
    columns = [
        sql.SQL("{} as {}").format(
            _telling_value(name) if known and known[0] else sql.SQL(_value(name)),
            sql.Identifier(name),
        )
        for name in COLUMNS
    ]
    return sql.SQL(
        """
        copy (
            with contacts as (
                select source, contact_key, _build_id > {since} as is_new, {columns}
                from core.uniform_contacts as contact
            )
            select * from contacts where num_nonnulls({telling}) >= 2
        ) to stdout (format csv, header, force_quote *)
        """
    ).format(
        since=sql.Literal(-1 if since is None else since),
        columns=sql.SQL(", ").join(columns),
        telling=sql.SQL(", ").join(map(sql.SQL, _TELLING)),
    )


def _value(name: str) -> str:
    """A column as text; the mailbox of a role is nobody's."""
    if name == "email_key":
        return "case when contact.is_role_email then null else contact.email_key end"
    return f"cast(contact.{name} as text)"


def _telling_value(name: str) -> sql.Composed | sql.SQL:
    """The same, null where somebody or the frequency caps blocked the value."""
    value = sql.SQL(_value(name))
    if name not in _BLOCKABLE:
        return value
    return sql.SQL(
        """
        case
            when exists (
                select 1 from core.blocked_values as blocked
                where
                    blocked.kind = {kind} and blocked.value = {value}
                    or blocked.kind = 'mailbox' and {kind} = 'email'
                    and blocked.value in ({value}, split_part({value}, '@', 1))
            ) then null
            else {value}
        end
        """
    ).format(kind=sql.Literal(_BLOCKABLE[name]), value=value)
