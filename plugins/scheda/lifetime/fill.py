"""Between two phases of a build: the models fitted on distinct histories, for dbt to join back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scheda import postgres
from scheda.lifetime.models import Frequency, Histories, Minimum, Money, frequency, money

if TYPE_CHECKING:
    import psycopg

    from scheda.project import Project

#: `today` predicts; `hold_out` is fitted as of some weeks ago, to be compared with what came.
READINGS = ("today", "hold_out")
#: Months ahead for which purchases and value are told.
HORIZONS = (3, 6, 12)
WEEKS_PER_MONTH = 365.25 / 12 / 7

_TABLES = """
create table if not exists core.value_models (
    reading text primary key,
    purchase_model text not null,
    purchase_parameters text not null,
    purchase_reason text,
    log_likelihood double precision,
    money_model text not null,
    money_p double precision,
    money_q double precision,
    money_v double precision,
    money_mean double precision,
    money_reason text,
    buyers bigint not null,
    histories bigint not null,
    _fitted_in bigint not null
);
create table if not exists core.value_scores (
    reading text not null,
    x integer not null,
    t_x_days integer not null,
    age_days integer not null,
    p_alive double precision,
    purchases_hold_out double precision,
    purchases_3m double precision,
    purchases_6m double precision,
    purchases_12m double precision,
    discounted_3m double precision,
    discounted_6m double precision,
    discounted_12m double precision,
    primary key (reading, x, t_x_days, age_days)
)
"""


def ensure(conn: psycopg.Connection) -> None:
    """Create core.value_models and core.value_scores where they are missing; safe to repeat."""
    conn.execute("create schema if not exists core")
    conn.execute(_TABLES)


def fill(project: Project, build_id: int) -> dict[str, int]:
    """Fit and score every distinct history of core.value_triples, in one transaction.

    A base too small or too strange for a model gets none, with the reason: the night goes on.
    Returns histories scored, by reading. Values are in units of money, time is in weeks.
    """
    settings = project.settings
    discount = float(settings.get("value_discount_monthly", 0.01))
    hold_out = float(settings.get("value_hold_out_days", 90)) / 7
    scored = {}
    with postgres.connect(project) as conn:
        ensure(conn)
        conn.execute("truncate core.value_scores, core.value_models")
        for reading in READINGS:
            histories = _histories(conn, reading)
            chosen = _frequency(conn, reading, histories, settings)
            worth = _money(conn, reading)
            _keep_models(conn, reading, chosen, worth, histories, build_id)
            _keep_scores(conn, reading, chosen, histories, discount, hold_out)
            scored[reading] = len(histories.x)
        conn.execute("analyze core.value_scores")
    return scored


def _histories(conn: psycopg.Connection, reading: str) -> Histories:
    import numpy as np

    rows = conn.execute(
        "select x, t_x_days, age_days, customers from core.value_triples where reading = %s"
        " order by x, t_x_days, age_days",
        [reading],
    ).fetchall()
    table = np.array(rows, dtype=float).reshape(-1, 4)
    return Histories(table[:, 0], table[:, 1] / 7, table[:, 2] / 7, table[:, 3])


def _frequency(
    conn: psycopg.Connection, reading: str, histories: Histories, settings: dict[str, Any]
) -> Frequency:
    if not len(histories.x):
        return frequency(histories)
    minimum = Minimum(
        buyers=int(settings.get("value_least_buyers", 500)),
        days=int(settings.get("value_least_days", 180)),
        recent_days=int(settings.get("value_recent_days", 30)),
        purchases=int(settings.get("value_least_purchases", 3)),
    )
    days, silent, most, buyers = conn.execute(
        "select max(age_days), min(age_days - t_x_days), max(x) + 1, sum(customers)"
        " from core.value_triples where reading = %s",
        [reading],
    ).fetchone()
    unmet = minimum.unmet(
        buyers=int(buyers), days=int(days), silent_days=int(silent), most_purchases=int(most)
    )
    return Frequency("none", None, unmet) if unmet else frequency(histories)


def _money(conn: psycopg.Connection, reading: str) -> Money:
    import numpy as np

    rows = conn.execute(
        "select x, mean_cents / 100.0, count(*) from core.value_histories"
        " where reading = %s and x > 0 and mean_cents > 0 group by x, mean_cents order by 1, 2",
        [reading],
    ).fetchall()
    table = np.array(rows, dtype=float).reshape(-1, 3)
    return money(table[:, 0], table[:, 1], table[:, 2])


def _keep_models(
    conn: psycopg.Connection,
    reading: str,
    chosen: Frequency,
    worth: Money,
    histories: Histories,
    build_id: int,
) -> None:
    conn.execute(
        "insert into core.value_models values"
        " (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            reading,
            chosen.name,
            json.dumps(chosen.parameters(), sort_keys=True),
            chosen.reason,
            chosen.fit.log_likelihood if chosen.fit else None,
            worth.name,
            worth.fit.p if worth.fit else None,
            worth.fit.q if worth.fit else None,
            worth.fit.v if worth.fit else None,
            worth.mean,
            worth.reason,
            int(histories.customers.sum()),
            len(histories.x),
            build_id,
        ],
    )


def _keep_scores(
    conn: psycopg.Connection,
    reading: str,
    chosen: Frequency,
    histories: Histories,
    discount: float,
    hold_out: float,
) -> None:
    """`discounted` counts a purchase of month i as (1 + discount)^-i: times the value of a purchase
    it is what the customer is worth today."""
    import numpy as np

    if not len(histories.x):
        return
    columns = [chosen.p_alive(histories), chosen.purchases(hold_out, histories)]
    purchases, discounted = {}, {}
    before, sum_so_far = np.zeros(len(histories.x)), np.zeros(len(histories.x))
    for month in range(1, max(HORIZONS) + 1):
        until = chosen.purchases(month * WEEKS_PER_MONTH, histories)
        sum_so_far = sum_so_far + (until - before) / (1 + discount) ** month
        purchases[month], discounted[month] = until, sum_so_far
        before = until
    columns += [purchases[month] for month in HORIZONS]
    columns += [discounted[month] for month in HORIZONS]
    with (
        conn.cursor() as cursor,
        cursor.copy(
            "copy core.value_scores (reading, x, t_x_days, age_days, p_alive, purchases_hold_out,"
            " purchases_3m, purchases_6m, purchases_12m, discounted_3m, discounted_6m,"
            " discounted_12m) from stdin"
        ) as copy,
    ):
        keys = (histories.x, np.rint(histories.t_x * 7), np.rint(histories.age * 7))
        for x, t_x, age, *found in zip(*keys, *columns, strict=True):
            told = [None if np.isnan(value) else float(value) for value in found]
            copy.write_row([reading, int(x), int(t_x), int(age), *told])
