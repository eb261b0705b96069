"""The value of customers from files to marts: what the models say of a history reaches everybody
who has it, and what came is counted against it. One warehouse, two nights."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np  # noqa: TID253  (Airflow parses no tests)
import pytest

from scheda import postgres
from scheda.lifetime import bgnbd, fill, gammagamma
from warehouse import night

if TYPE_CHECKING:
    from collections.abc import Callable

    from scheda.project import Project

DAY = date(2026, 10, 31)
NEXT = DAY + timedelta(days=1)
HOLD_OUT = 90


@dataclass(frozen=True)
class Nights:
    """What readers saw after each night, and who bought for how many cents on which days."""

    bought: dict[str, dict[date, int]]
    customers: dict[str, str]
    first: dict[str, list[dict[str, Any]]]
    second: dict[str, list[dict[str, Any]]]


def purchases() -> list[tuple[str, date, int]]:
    """(person, day, cents): 620 people who buy at rates of their own until they leave, each with a
    chance of their own."""
    rng = np.random.default_rng(4)
    found = []
    for number in range(620):
        day = DAY - timedelta(days=int(rng.integers(0, 700)))
        rate, chance = rng.gamma(0.9, 1 / 45.0), rng.beta(0.8, 2.5)
        level = rng.gamma(3.5, 1 / 6000.0)
        while day <= DAY:
            found.append((f"p{number}", day, int(rng.gamma(4.0, 1 / level)) + 1))
            if rng.random() < chance:
                break
            day += timedelta(days=int(rng.exponential(1 / rate)) if rate else 9999)
    return found


def deliver(project: Project, name: str, rows: list[tuple[str, date, int]]) -> None:
    folder = Path(project.landing) / "files"
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["order_key,contact_key,ordered_at,total"]
    lines += [
        f"{name}{number},{person},{day}T12:00:00+01:00,{cents / 100:.2f}"
        for number, (person, day, cents) in enumerate(rows)
    ]
    (folder / f"orders_{name}.csv").write_text("\n".join(lines) + "\n")


def seen(project: Project) -> dict[str, list[dict[str, Any]]]:
    names = ("marts.customer_value", "marts.value_model_calibration", "marts.customer_rfm",
             "marts.rfm_moves", "core.value_models")  # fmt: skip
    with postgres.connect(project) as conn:
        return {
            name.split(".")[1]: [
                row for (row,) in conn.execute(f"select to_jsonb(t) from {name} as t").fetchall()
            ]
            for name in names
        }


@pytest.fixture(scope="module")
def nights(make_project: Callable[..., Project]) -> Nights:
    project = make_project()
    rows = purchases()
    deliver(project, "a", rows)
    night(project, DAY, run_id="1")
    first = seen(project)
    deliver(project, "b", [("p0", NEXT, 5000), ("newcomer", NEXT, 7000)])
    night(project, NEXT, run_id="2")
    bought: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for person, day, cents in rows:
        bought[person][day] += cents
    with postgres.connect(project) as conn:
        customers = dict(
            conn.execute("select contact_key, customer_id from core.identity_map").fetchall()
        )
    return Nights(bought, customers, first, seen(project))


def model(nights: Nights, reading: str) -> tuple[bgnbd.Fit, gammagamma.Fit]:
    [row] = [each for each in nights.first["value_models"] if each["reading"] == reading]
    assert row["purchase_model"] == "bg/nbd", row["purchase_reason"]
    assert row["money_model"] == "gamma-gamma", row["money_reason"]
    spenders = gammagamma.Fit(row["money_p"], row["money_q"], row["money_v"], 0.0, 0)
    return bgnbd.Fit(**json.loads(row["purchase_parameters"])), spenders


def history(days: dict[date, int], until: date) -> tuple[float, float, float, float]:
    """x, t_x, T (weeks) and mean value of repeat purchase days, as the papers define them."""
    known = sorted(day for day in days if day <= until)
    repeats = [days[day] / 100 for day in known[1:]]
    return (
        len(known) - 1,
        (known[-1] - known[0]).days / 7,
        (until - known[0]).days / 7,
        float(np.mean(repeats)) if repeats else float("nan"),
    )


def test_everybody_has_what_the_models_say_of_their_history(nights: Nights) -> None:
    buyers, spenders = model(nights, "today")
    told = {row["customer_id"]: row for row in nights.first["customer_value"]}
    assert len(told) == len(nights.bought) == 620
    for person, days in nights.bought.items():
        row = told[nights.customers[person]]
        x, t_x, age, mean = history(days, DAY)
        one = (np.array([x]), np.array([t_x]), np.array([age]))
        assert row["historical_value"] == pytest.approx(sum(days.values()) / 100)
        year = 12 * fill.WEEKS_PER_MONTH
        [purchases_12m] = bgnbd.expected_purchases(buyers, year, *one)
        [worth] = gammagamma.expected_value(spenders, np.array([x]), np.array([mean]))
        assert row["expected_purchases_12m"] == pytest.approx(purchases_12m, abs=1e-3)
        assert row["expected_purchase_value"] == pytest.approx(worth, abs=0.02)
        assert 0 <= row["predicted_value_12m"] <= purchases_12m * worth + 0.01
        [alive] = bgnbd.p_alive(buyers, *one)
        if x:
            assert row["p_alive"] == pytest.approx(alive, abs=1e-4)
            assert row["reason"] is None
        else:
            assert row["p_alive"] is None
            assert "one day" in row["reason"]


def test_calibration_counts_what_came_since(nights: Nights) -> None:
    buyers, _spenders = model(nights, "hold_out")
    cut = DAY - timedelta(days=HOLD_OUT)
    known = {who: days for who, days in nights.bought.items() if min(days) <= cut}
    actual = [sum(day > cut for day in days) for days in known.values()]
    before = cut - timedelta(days=HOLD_OUT)
    naive = [sum(before < day <= cut for day in days) for days in known.values()]
    x, t_x, age, _mean = (
        np.array(v) for v in zip(*(history(d, cut) for d in known.values()), strict=True)
    )
    predicted = bgnbd.expected_purchases(buyers, HOLD_OUT / 7, x, t_x, age)
    rows = {row["decile"]: row for row in nights.first["value_model_calibration"]}
    whole = rows.pop("all")
    assert whole["customers"] == len(known)
    assert whole["actual_purchases"] == sum(actual)
    assert whole["naive_purchases"] == sum(naive)
    assert whole["predicted_purchases"] == pytest.approx(predicted.sum(), abs=0.02)
    error = np.abs(predicted - actual).mean()
    assert whole["mean_absolute_error"] == pytest.approx(error, abs=1e-3)
    assert sum(row["customers"] for row in rows.values()) == len(known)
    ordered = [rows[decile]["predicted_purchases"] / rows[decile]["customers"] for decile in
               sorted(rows)]  # fmt: skip
    assert ordered == sorted(ordered)


def test_rfm_scores_are_shares_that_ties_do_not_split(nights: Nights) -> None:
    rows = nights.first["customer_rfm"]
    money = np.array([row["monetary"] for row in rows])
    for row in rows:
        below = (money < row["monetary"]).sum()
        assert row["monetary_score"] == min(1 + int(5 * below / (len(rows) - 1)), 5)
        least = {1: 1, 2: 2, 3: 3, 4: 5, 5: 10}[row["frequency_score"]]
        assert row["frequency"] >= least
        assert row["segment"]
    scores = defaultdict(set)
    for row in rows:
        scores[row["recency_days"]].add(row["recency_score"])
    assert all(len(found) == 1 for found in scores.values())
    assert sorted({min(found) for found in scores.values()}) == [1, 2, 3, 4, 5]


def test_moves_are_what_changed_between_two_nights(nights: Nights) -> None:
    before, after = (
        {row["customer_id"]: row["segment"] for row in found["customer_rfm"]}
        for found in (nights.first, nights.second)
    )
    moved: dict[tuple[str, str], int] = defaultdict(int)
    for customer in before.keys() | after.keys():
        pair = (before.get(customer, "none"), after.get(customer, "none"))
        if pair[0] != pair[1]:
            moved[pair] += 1
    told = {
        (row["from_segment"], row["to_segment"]): row["customers"]
        for row in nights.second["rfm_moves"]
        if row["as_of"] == NEXT.isoformat()
    }
    assert told == moved
    assert any(pair[0] == "none" for pair in moved), "the newcomer came from none"
    first = [row for row in nights.second["rfm_moves"] if row["as_of"] == DAY.isoformat()]
    assert sum(row["customers"] for row in first) == len(before)
