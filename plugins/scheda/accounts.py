"""Where every row went (law 1): read = loaded + rejected + quarantined, per raw table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    import psycopg


@dataclass(frozen=True)
class Account:
    """Everything received for one raw table so far, files taken back apart; counts are rows.

    label      source.table
    loaded     rows that models may use
    tonight    rows read by the run asked for
    last_load  instant of the last load, None before the first
    """

    label: str
    files: int
    read: int
    loaded: int
    rejected: int
    quarantined: int
    tonight: int
    last_load: datetime | None


def came_in(conn: psycopg.Connection, run_id: str | None = None) -> list[Account]:
    """One account per raw table that ever received a file, by label."""
    built = conn.execute("select to_regclass('staging.quarantine') is not null").fetchone()[0]
    quarantined = (
        "select _load_id as load_id, count(distinct _row_number) as rows"
        " from staging.quarantine group by _load_id"
        if built
        else "select cast(null as bigint) as load_id, 0 as rows where false"
    )
    found = conn.execute(
        f"""
        with quarantined as ({quarantined})
        select
            loads.source || '.' || loads.table_name,
            count(*) filter (where loads.status = 'loaded'),
            sum(loads.rows_read)::bigint,
            (sum(loads.rows_loaded) - coalesce(sum(quarantined.rows), 0))::bigint,
            sum(loads.rows_rejected)::bigint,
            coalesce(sum(quarantined.rows), 0)::bigint,
            coalesce(sum(loads.rows_read) filter (where loads.run_id = %s), 0)::bigint,
            max(loads.loaded_at) filter (where loads.status = 'loaded')
        from ops.loads as loads
        left join quarantined on loads.load_id = quarantined.load_id
        where loads.status <> 'withdrawn'
        group by 1
        order by 1
        """,  # noqa: S608 (both texts are above)
        [run_id],
    ).fetchall()
    return [Account(*row) for row in found]
