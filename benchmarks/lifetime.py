"""Lifetime value: a million simulated customers fitted and scored; published figures from a folder.

The library `lifetimes` is not measured beside it: it is no dependency of the project.
"""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np  # noqa: TID253  (Airflow parses no benchmarks)

from scheda.lifetime import models
from scheda.lifetime.fill import WEEKS_PER_MONTH

if TYPE_CHECKING:
    from datetime import date

SIZE = 1_000_000
#: The sample of CDNOW: calibrated on 39 weeks, held out for the next 39.
WEEKS = 39


def main(arguments: list[str] | None = None) -> None:
    """arguments: a folder with cdnow_sample.csv.gz and cdnow_master.parquet, where there is one."""
    x, t_x, age, mean = _simulated(SIZE)
    begun = time.perf_counter()
    what, places = _distinct(x, t_x, age)
    collapsed = time.perf_counter()
    chosen = models.frequency(what)
    fitted = time.perf_counter()
    scores = [chosen.p_alive(what)]
    scores += [chosen.purchases(n * WEEKS_PER_MONTH, what) for n in range(1, 13)]
    everybody = [score[places] for score in scores]
    scored = time.perf_counter()
    worth = models.money(x, mean, np.ones_like(x))
    ended = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {len(everybody[0]):,} customers, {len(what.x):,} distinct histories by weeks")
    print(
        f"  distinct {collapsed - begun:.1f} s, fit {fitted - collapsed:.1f} s, scores "
        f"{scored - fitted:.1f} s, money {ended - scored:.1f} s; peak {peak:.0f} MB   "
        "(goal < 60 s, < 1,000 MB)"
    )
    print(f"  {chosen.name} {_told(chosen)}   (true r .6 alpha 8 a .8 b 2.5)")
    print(f"  {worth.name} {_told(worth)}   (true p 4 q 3.5 v 60)")
    if arguments:
        _published(Path(arguments[0]))


def _told(chosen: models.Frequency | models.Money) -> str:
    return " ".join(
        f"{name} {value:.4f}"
        for name, value in chosen.parameters().items()
        if isinstance(value, float)
    )


def _simulated(size: int) -> tuple[Any, Any, Any, Any]:
    """x, t_x, T in weeks and mean value of the repeat purchases of customers who buy at gamma
    rates, leave by beta chances, and spend around gamma levels."""
    rng = np.random.default_rng(1)
    age = rng.integers(1, 157, size).astype(float)
    rate, chance = rng.gamma(0.6, 1 / 8, size), rng.beta(0.8, 2.5, size)
    x, t_x, clock = np.zeros(size), np.zeros(size), np.zeros(size)
    active = np.arange(size)
    while len(active):
        clock[active] += rng.exponential(1, len(active)) / np.maximum(rate[active], 1e-12)
        active = active[clock[active] <= age[active]]
        x[active] += 1
        t_x[active] = clock[active]
        active = active[rng.random(len(active)) >= chance[active]]
    level = rng.gamma(3.5, 1 / 60, size)
    mean = rng.gamma(4.0 * np.maximum(x, 1)) / (level * np.maximum(x, 1))
    return x, t_x, age, np.where(x > 0, mean, np.nan)


def _distinct(x: Any, t_x: Any, age: Any) -> tuple[models.Histories, Any]:
    """The distinct histories by whole weeks, and which of them each customer has."""
    keys = (x.astype(np.int64) * 1000 + np.floor(t_x).astype(np.int64)) * 1000 + age.astype(
        np.int64
    )
    found, places, customers = np.unique(keys, return_inverse=True, return_counts=True)
    parts = (found // 1_000_000, found // 1000 % 1000, found % 1000, customers)
    return models.Histories(*(part.astype(float) for part in parts)), places


def _published(folder: Path) -> None:
    import pandas as pd

    sample = pd.read_csv(folder / "cdnow_sample.csv.gz", parse_dates=["date"])
    master = pd.read_parquet(folder / "cdnow_master.parquet")
    told = ["customer_id", "date", "amount"]
    for name, orders in (("CDNOW sample", sample), ("CDNOW master", master)):
        days = [
            (who, pd.Timestamp(day).date(), float(amount))
            for who, day, amount in orders[told].itertuples(index=False)
        ]
        _compare(name, days)


def _compare(name: str, orders: list[tuple[Any, date, float]]) -> None:
    """Fit on the first 39 weeks, expect the next 39, as the paper does."""
    people: dict[Any, dict[date, float]] = {}
    for who, day, amount in orders:
        bought = people.setdefault(who, {})
        bought[day] = bought.get(day, 0.0) + amount
    begin = min(min(bought) for bought in people.values())
    rows, actual = [], []
    for bought in people.values():
        known = sorted(day for day in bought if (day - begin).days < 7 * WEEKS)
        if not known:
            continue
        last = (known[-1] - known[0]).days / 7
        repeats = [bought[day] for day in known[1:]]
        mean = float(np.mean(repeats)) if repeats else np.nan
        rows.append((len(known) - 1, last, WEEKS - (known[0] - begin).days / 7 - 1 / 7, mean))
        actual.append(sum(7 * WEEKS <= (day - begin).days < 14 * WEEKS for day in bought))
    x, t_x, age, mean = (np.array(column) for column in zip(*rows, strict=True))
    what = models.Histories(x, t_x, age, np.ones_like(x))
    chosen, worth = models.frequency(what), models.money(x, mean, np.ones_like(x))
    error = np.abs(chosen.purchases(WEEKS, what) - np.array(actual)).mean()
    print(f"  {name}: {chosen.name} {_told(chosen)}")
    print(f"    mean absolute error of {WEEKS} weeks {error:.3f}; {worth.name} {_told(worth)}")


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
