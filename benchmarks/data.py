"""Contract files of any size for the built-in source `files`: same numbers, same files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


@dataclass(frozen=True)
class Size:
    """How much a company has: people, orders and e-mail messages (rows, before duplicates)."""

    people: int
    orders: int
    messages: int

    def share(self, part: float) -> Size:
        return Size(int(self.people * part), int(self.orders * part), int(self.messages * part))


def write(folder: Path, size: Size, *, as_of: date, first: Size, name: str) -> dict[str, int]:
    """Write contacts, orders, order_lines and message_events whose numbers follow those of `first`.

    Orders and messages belong to any person known so far, at any time of the three years before
    `as_of`: the news of a night touches old customers. Returns rows per entity.
    """
    folder.mkdir(parents=True, exist_ok=True)
    base = duckdb.connect()
    base.execute("set threads to 2")
    base.execute("create macro dice(n, sides) as cast(hash(n) % sides as bigint)")
    known = first.people + size.people
    values = {
        "day": f"date '{as_of.isoformat()}'",
        "people": size.people,
        "orders": size.orders,
        "messages": size.messages,
        "from_person": first.people,
        "from_order": first.orders,
        "from_message": first.messages,
        "known": known,
    }
    rows = {}
    for entity, query in _QUERIES.items():
        target = folder / f"{entity}-{name}.csv"
        base.execute(f"copy ({query.format(**values)}) to '{target}' (header, delimiter ',')")
        rows[entity] = base.execute(
            f"select count(*) from read_csv('{target}', all_varchar = true)"
        ).fetchone()[0]
    base.close()
    return rows


# `dice` spreads; the same number always gives the same person, order or message.
_QUERIES = {
    "contacts": """
        select
            'p' || n as contact_key,
            'person' || n || '@example.com' as email,
            'Nome' || dice(n, 900) as first_name,
            'Cognome' || dice(n + 7, 9000) as last_name,
            case when n % 12 = 0 then 'Ditta ' || n % 5000 || ' S.r.l.' end as company_name,
            '+3906' || lpad(cast(n % 10000000 as varchar), 7, '0') as phone,
            'Via Roma ' || n % 200 as street,
            lpad(cast(dice(n, 90000) + 10000 as varchar), 5, '0') as postal_code,
            'Roma' as city,
            ['RM', 'MI', 'TO', 'NA', 'FI', 'BO'][dice(n, 6) + 1] as province,
            'IT' as country,
            {day} - cast((6600 + dice(n + 1, 22000)) as integer) as birth_date,
            ['F', 'M'][dice(n + 2, 2) + 1] as gender,
            'Agente ' || dice(n, 20) as owner_name,
            {day} - cast((1 + dice(n + 3, 1100)) as integer) as registered_on,
            ['web', 'store', 'fair'][dice(n, 3) + 1] as registration_source,
            ['online', 'store'][dice(n, 2) + 1] as registration_channel,
            dice(n + 4, 10) < 8 as email_consent,
            strftime({day} - cast((1 + dice(n + 3, 1100)) as integer), '%Y-%m-%dT10:00:00Z')
                as email_consent_at,
            strftime({day} - cast(dice(n + 3, 1100) as integer), '%Y-%m-%dT10:00:00Z') as updated_at
        from range({from_person}, {from_person} + {people}) as t (n)
    """,
    "orders": """
        select
            'o' || n as order_key,
            'p' || cast(floor({known} * pow(dice(n, 100000) / 100000.0, 1.6)) as bigint)
                as contact_key,
            'N' || n as order_number,
            'bench' as shop,
            ['online', 'store'][dice(n, 2) + 1] as channel,
            'sale' as order_type,
            strftime({day} - cast(dice(n + 5, 1095) as integer), '%Y-%m-%dT')
                || lpad(cast(6 + dice(n, 16) as varchar), 2, '0') || ':15:00Z' as ordered_at,
            case when dice(n, 50) = 0 then 'pending' else 'paid' end as financial_status,
            'EUR' as currency,
            false as prices_include_vat,
            cast((dice(n, 300)) / 100.0 as decimal(10, 2)) as discount,
            cast(4.9 as decimal(10, 2)) as shipping,
            strftime({day} - cast(dice(n + 5, 1095) as integer), '%Y-%m-%dT23:00:00Z') as updated_at
        from range({from_order}, {from_order} + {orders}) as t (n)
    """,
    "order_lines": """
        select
            'o' || n as order_key,
            'l' || l as line_key,
            'sku' || dice(n * 7 + l, 4000) as product_key,
            'Prodotto ' || dice(n * 7 + l, 4000) as product_name,
            'Categoria ' || dice(n * 7 + l, 12) as category,
            1 + dice(n + l, 3) as quantity,
            cast(5 + (dice(n * 3 + l, 9500)) / 100.0 as decimal(10, 2)) as unit_price,
            cast(0 as decimal(10, 2)) as discount,
            cast(0 as decimal(10, 2)) as tax
        from range({from_order}, {from_order} + {orders}) as t (n),
            range(0, cast(1 + dice(n, 5) as bigint)) as lines (l)
    """,
    "message_events": """
        with messages as (
            select
                n,
                dice(n + 9, {known}) as person,
                {day} - cast(dice(n + 5, 1095) as integer) as sent_on,
                dice(n + 6, 100) as luck
            from range({from_message}, {from_message} + {messages}) as t (n)
        ),

        events as (
            select n, person, sent_on, 'sent' as event_type, '08:00:00Z' as clock from messages
            union all
            select n, person, sent_on, case when luck < 97 then 'delivered' else 'bounce' end,
                '08:00:09Z' from messages
            union all
            select n, person, sent_on, 'open', '11:20:00Z' from messages where luck < 30
            union all
            select n, person, sent_on, 'click', '11:21:00Z' from messages where luck < 4
        )

        select
            event_type || n as event_key,
            'm' || n as message_key,
            'email:person' || person || '@example.com' as contact_key,
            'person' || person || '@example.com' as email,
            'campaign ' || strftime(sent_on, '%Y-%m') as campaign,
            event_type,
            strftime(sent_on, '%Y-%m-%dT') || clock as occurred_at,
            case when event_type = 'bounce' then 'soft' end as bounce_type,
            true as is_commercial
        from events
    """,
}
