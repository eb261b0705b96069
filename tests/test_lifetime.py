"""Lifetime value: the formulas against numerical integration of what they stand for, parameters
recovered from simulated customers, and data that bear no model: a reason, never an error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np  # noqa: TID253  (Airflow parses no tests)
import pytest
from scipy import integrate, special, stats  # noqa: TID253

from scheda import postgres
from scheda.lifetime import bgnbd, fill, gammagamma, models, nbd

if TYPE_CHECKING:
    from scheda.project import Project

#: r, alpha, a, b of a base of occasional buyers, in weeks.
BUYERS = bgnbd.Fit(0.8, 6.0, 1.4, 2.5, 0.0, 0)
SPENDERS = gammagamma.Fit(4.0, 3.5, 60.0, 0.0, 0)
#: Bought once, once more, often and lately, often and long ago: (x, t_x, T).
HISTORIES = [(0, 0.0, 30.0), (1, 4.0, 30.0), (7, 28.0, 30.0), (7, 9.0, 30.0)]


def people() -> tuple[Any, Any, Any]:
    """Every sort of customer: rates, chances to drop out, and how many there are of each (Gauss
    quadrature over the gamma and the beta distribution)."""
    rates, of_rate = special.roots_genlaguerre(120, BUYERS.r - 1)
    chances, of_chance = special.roots_jacobi(120, BUYERS.b - 1, BUYERS.a - 1)
    share = np.outer(of_rate / of_rate.sum(), of_chance / of_chance.sum())
    return rates[:, None] / BUYERS.alpha, (1 + chances[None, :]) / 2, share


def integrated(x: int, t_x: float, age: float, weigh: Any) -> float:
    """The integral over all customers of `weigh`(rate, chance, alive, gone), where the last two say
    how probable the history is: alive to the end, or gone after the last purchase."""
    rate, chance, share = people()
    alive = (1 - chance) ** x * rate**x * np.exp(-rate * age)
    gone = chance * (1 - chance) ** (x - 1) * rate**x * np.exp(-rate * t_x) if x else 0.0
    return float((share * weigh(rate, chance, alive, gone)).sum())


@pytest.fixture(scope="module")
def likelihoods() -> list[float]:
    return [integrated(*each, lambda _r, _p, alive, gone: alive + gone) for each in HISTORIES]


def columns(histories: list[tuple[Any, ...]]) -> list[Any]:
    return [np.array(column, dtype=float) for column in zip(*histories, strict=True)]


def test_likelihood_is_that_of_the_purchase_process(likelihoods: list[float]) -> None:
    parameters = np.array([BUYERS.r, BUYERS.alpha, BUYERS.a, BUYERS.b])
    found = np.exp(bgnbd._log_likelihoods(parameters, *columns(HISTORIES)))
    assert found == pytest.approx(likelihoods, rel=1e-5)


def test_p_alive_is_the_share_of_those_who_stayed(likelihoods: list[float]) -> None:
    stayed = [integrated(*each, lambda _r, _p, alive, _gone: alive) for each in HISTORIES[1:]]
    expected = np.array(stayed) / likelihoods[1:]
    found = bgnbd.p_alive(BUYERS, *columns(HISTORIES))
    assert np.isnan(found[0]), "of a one-time buyer the model knows nothing"
    assert found[1:] == pytest.approx(expected, rel=1e-5)


def test_expected_purchases_are_those_of_the_purchase_process(likelihoods: list[float]) -> None:
    """A living customer who buys at a rate and may leave after each purchase makes
    (1 - exp(-rate chance weeks)) / chance more."""

    def more(rate: Any, chance: Any, alive: Any, _gone: Any) -> Any:
        return alive * -np.expm1(-rate * chance * 13) / chance

    expected = [integrated(*each, more) for each in HISTORIES]
    found = bgnbd.expected_purchases(BUYERS, 13, *columns(HISTORIES))
    assert found == pytest.approx(np.array(expected) / likelihoods, rel=1e-4)


def test_expected_purchases_at_the_edges_stay_numbers() -> None:
    x, t_x, age = columns([(0, 0, 0), (900, 900, 900), (3, 0, 2000), (1, 0, 0)])
    for a in (1.0, 0.02):
        model = bgnbd.Fit(0.5, 5.0, a, 2.5, 0.0, 0)
        found = bgnbd.expected_purchases(model, 52, x, t_x, age)
        assert np.isfinite(found).all()
        assert (found >= 0).all()
        assert bgnbd.expected_purchases(model, 0, x, t_x, age) == pytest.approx(0)


def test_value_of_a_purchase_is_that_of_the_spending_process() -> None:
    """The mean of x purchases is gamma distributed around a level that is itself drawn."""
    (x, m) = columns([(1, 20.0), (3, 90.0), (9, 15.0)])
    p, q, v = SPENDERS.p, SPENDERS.q, SPENDERS.v
    for number, mean, told in zip(x, m, gammagamma.expected_value(SPENDERS, x, m), strict=True):

        def seen(level: float, number: float = number, mean: float = mean) -> float:
            draw = stats.gamma.pdf(mean, p * number, scale=1 / (level * number))
            return draw * stats.gamma.pdf(level, q, scale=1 / v)

        whole = integrate.quad(seen, 0, 5)[0]
        mean_value = integrate.quad(lambda level, seen=seen: seen(level) * p / level, 0, 5)[0]
        assert told == pytest.approx(mean_value / whole, rel=1e-6)
    nobody = gammagamma.expected_value(SPENDERS, np.array([0.0]), np.array([np.nan]))
    assert nobody == pytest.approx(p * v / (q - 1))


def test_nbd_expects_the_rate_that_the_history_shows() -> None:
    model = nbd.Fit(0.8, 6.0, 0.0, 0)
    rates = stats.gamma(0.8 + 5, scale=1 / (6.0 + 20))
    found = nbd.expected_purchases(model, 13, np.array([5.0]), np.array([20.0]))
    assert found == pytest.approx(rates.mean() * 13)


@pytest.fixture(scope="module")
def simulated() -> tuple[models.Histories, Any, Any]:
    """30,000 customers whose rates, chances to leave and levels of spending are known; their
    histories, and number and mean of their repeat purchases."""
    rng = np.random.default_rng(20261031)
    size = 30_000
    age = rng.integers(20, 104, size)
    rate = rng.gamma(0.6, 1 / 8.0, size)
    chance = rng.beta(0.8, 2.5, size)
    x, t_x, clock = np.zeros(size), np.zeros(size), np.zeros(size)
    active = rng.random(size) >= 0  # everybody starts alive, after the first purchase
    while active.any():
        clock[active] += rng.exponential(1 / rate[active])
        active &= clock <= age
        x[active] += 1
        t_x[active] = clock[active]
        active &= rng.random(size) >= chance
    level = rng.gamma(3.5, 1 / 60.0, size)
    mean = np.full(size, np.nan)
    mean[x > 0] = rng.gamma(4.0 * x[x > 0], 1 / (level * x)[x > 0])
    rows, customers = np.unique(
        np.stack([x, np.floor(t_x), age.astype(float)], axis=1), axis=0, return_counts=True
    )
    return models.Histories(rows[:, 0], rows[:, 1], rows[:, 2], customers), x, mean


def test_parameters_are_recovered(simulated: tuple[models.Histories, Any, Any]) -> None:
    histories, x, mean = simulated
    chosen = models.frequency(histories)
    assert chosen.name == "bg/nbd", chosen.reason
    assert isinstance(chosen.fit, bgnbd.Fit)
    assert chosen.fit.r == pytest.approx(0.6, rel=0.1)
    assert chosen.fit.r / chosen.fit.alpha == pytest.approx(0.6 / 8, rel=0.1)
    dropping = chosen.fit.a / (chosen.fit.a + chosen.fit.b)
    assert dropping == pytest.approx(0.8 / 3.3, rel=0.1)
    worth = models.money(x, mean, np.ones_like(x))
    assert worth.name == "gamma-gamma", worth.reason
    assert isinstance(worth.fit, gammagamma.Fit)
    assert worth.fit.p == pytest.approx(4.0, rel=0.1)
    assert worth.fit.population_mean == pytest.approx(4.0 * 60 / 2.5, rel=0.05)


def test_customers_who_share_a_history_weigh_as_many(
    simulated: tuple[models.Histories, Any, Any],
) -> None:
    histories = simulated[0]
    some = slice(0, 1500)
    x, t_x, age = histories.x[some], histories.t_x[some], histories.age[some]
    times = histories.customers[some].astype(int)
    together = bgnbd.fit(x, t_x, age, times)
    apart = bgnbd.fit(*(np.repeat(v, times) for v in (x, t_x, age)), np.ones(times.sum()))
    assert together.log_likelihood == pytest.approx(apart.log_likelihood)
    assert together.r == pytest.approx(apart.r, rel=1e-3)


def histories(rows: list[tuple[float, ...]]) -> models.Histories:
    table = np.array(rows, dtype=float).reshape(-1, 4)
    return models.Histories(*(table[:, column] for column in range(4)))


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(0, 0, age, 40) for age in range(1, 60)],  # everybody bought once
        [(4, 20, 25, 700)],  # everybody bought the same
        [(52, 52, 52, 300), (51, 51, 51, 300)],  # as regular as clockwork
        [(1, 3, 9, 1), (0, 0, 9, 1)],  # two buyers
        [(0, 0, 0, 5)],  # everybody came today
    ],
    ids=["nobody", "one-time", "the same", "clockwork", "two", "today"],
)
def test_what_bears_no_model_has_a_reason_and_is_no_error(rows: list[tuple[float, ...]]) -> None:
    what = histories(rows)
    chosen = models.frequency(what)
    assert chosen.name in ("bg/nbd", "nbd", "none")
    assert (chosen.reason is None) == (chosen.name == "bg/nbd")
    purchases, alive = chosen.purchases(13, what), chosen.p_alive(what)
    assert np.isnan(purchases).all() if chosen.name == "none" else np.isfinite(purchases).all()
    assert np.isnan(alive[what.x == 0]).all()
    assert ((alive[~np.isnan(alive)] >= 0) & (alive[~np.isnan(alive)] <= 1)).all()


def test_nobody_drops_out_of_a_base_that_always_comes_back() -> None:
    """Everybody buys at a rate of their own to the end: NBD stands in and says why."""
    rng = np.random.default_rng(7)
    age = np.full(4000, 60.0)
    x = rng.poisson(rng.gamma(2.0, 1 / 4.0, 4000) * age)
    last = np.where(x > 0, age * rng.random(4000) ** (1 / np.maximum(x, 1)), 0.0)
    chosen = models.frequency(models.Histories(x.astype(float), last, age, np.ones(4000)))
    assert chosen.name == "nbd"
    assert "bg/nbd" in (chosen.reason or "")


@pytest.mark.parametrize(
    ("x", "mean", "name"),
    [
        ([], [], "none"),
        ([0, 0], [np.nan, np.nan], "none"),
        ([3, 5, 2] * 50, [25.0] * 150, "mean"),
        ([1], [10.0], "mean"),
        ([1, 4], [10.0, 30.0], "mean"),
    ],
    ids=["nobody", "no repeats", "constant", "one", "two"],
)
def test_money_that_bears_no_model_is_the_mean(x: list[int], mean: list[float], name: str) -> None:
    worth = models.money(np.array(x), np.array(mean), np.ones(len(x)))
    assert worth.name == name
    assert worth.reason
    if name == "mean":
        assert worth.mean == pytest.approx(np.average(mean, weights=x))


def receive(project: Project, rows: list[tuple[Any, ...]]) -> None:
    """Histories (x, t_x_days, age_days, mean_cents, customers) as both readings, without dbt."""
    with postgres.connect(project) as conn:
        conn.execute("create schema if not exists core")
        conn.execute("drop table if exists core.value_triples, core.value_histories")
        conn.execute(
            "create table core.value_triples"
            " (reading text, x int, t_x_days int, age_days int, customers bigint)"
        )
        conn.execute("create table core.value_histories (reading text, x int, mean_cents bigint)")
        for reading in fill.READINGS:
            for x, t_x, age, mean, customers in rows:
                conn.execute(
                    "insert into core.value_triples values (%s, %s, %s, %s, %s)",
                    [reading, x, t_x, age, customers],
                )
                conn.execute(
                    "insert into core.value_histories"
                    " select %s, %s, %s from generate_series(1, %s)",
                    [reading, x, mean, customers],
                )


def filled(project: Project) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The model and the scores of today, after a fill."""
    fill.fill(project, 7)
    with postgres.connect(project) as conn:
        (model,) = conn.execute(
            "select to_jsonb(m) from core.value_models as m where reading = 'today'"
        ).fetchone()
        scores = conn.execute(
            "select to_jsonb(s) from core.value_scores as s where reading = 'today'"
        ).fetchall()
        assert "NaN" not in json.dumps(scores)
    return model, [score for (score,) in scores]


def test_without_customers_the_night_goes_on(project: Project) -> None:
    receive(project, [])
    model, scores = filled(project)
    assert (model["purchase_model"], model["purchase_reason"]) == ("none", "nobody bought yet")
    assert model["money_model"] == "none"
    assert scores == []


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([(2, 40, 300, 1000, 499)], "499 buyers, at least 500 are needed"),
        ([(2, 40, 179, 1000, 600)], "179 days of history, at least 180 are needed"),
        ([(2, 40, 300, 1000, 600)], "nobody bought in the last 30 days"),
        ([(1, 299, 300, 1000, 600)], "nobody bought on 3 days"),
    ],
)
def test_too_few_data_are_told_and_predict_nothing(
    project: Project, rows: list[tuple[Any, ...]], reason: str
) -> None:
    receive(project, rows)
    model, scores = filled(project)
    assert (model["purchase_model"], model["purchase_reason"]) == ("none", reason)
    assert [score["purchases_12m"] for score in scores] == [None] * len(rows)


def test_scores_of_a_base_that_bears_the_models(
    project: Project, simulated: tuple[models.Histories, Any, Any]
) -> None:
    what = simulated[0]
    rng = np.random.default_rng(3)
    some = sorted(rng.choice(len(what.x), 900, replace=False))
    receive(
        project,
        [
            (int(what.x[i]), int(what.t_x[i] * 7), int(what.age[i] * 7), money, 1)
            for i, money in zip(some, rng.integers(500, 9000, 900).tolist(), strict=True)
        ]
        + [(3, 100, 110, 4000, 50)],
    )
    model, scores = filled(project)
    assert model["purchase_model"] == "bg/nbd", model["purchase_reason"]
    assert model["buyers"] == 950
    assert all((score["p_alive"] is None) == (score["x"] == 0) for score in scores)
    for score in scores:
        bought = [score[f"purchases_{months}m"] for months in fill.HORIZONS]
        worth = [score[f"discounted_{months}m"] for months in fill.HORIZONS]
        assert bought == sorted(bought)
        assert all(low < high for low, high in zip(worth, bought, strict=True))
    again = filled(project)
    assert again == (model, scores), "a fill that is repeated says the same"
