"""Which model the data bear: BG/NBD, else NBD, else none; never an error of the night."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from scheda.lifetime import bgnbd, gammagamma, nbd

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: A chance to leave below one in a thousand per purchase: then nobody leaves, and P(alive) would
#: say of everybody that he is there.
LEAST_DROPOUT = 0.001


@dataclass(frozen=True)
class Histories:
    """Distinct histories: x repeat purchase days, t_x and age in weeks, customers who share one."""

    x: NDArray[Any]
    t_x: NDArray[Any]
    age: NDArray[Any]
    customers: NDArray[Any]


@dataclass(frozen=True)
class Minimum:
    """The least that a prediction may rest on (Klaviyo's rule for its own predictions)."""

    buyers: int = 500
    days: int = 180
    recent_days: int = 30
    purchases: int = 3

    def unmet(self, *, buyers: int, days: int, silent_days: int, most_purchases: int) -> str | None:
        """Why nothing can be predicted; null when the data suffice.

        days            from the first purchase of anybody to today
        silent_days     since the last purchase of anybody
        most_purchases  purchase days of the most regular customer
        """
        if buyers < self.buyers:
            return f"{buyers} buyers, at least {self.buyers} are needed"
        if days < self.days:
            return f"{days} days of history, at least {self.days} are needed"
        if silent_days >= self.recent_days:
            return f"nobody bought in the last {self.recent_days} days"
        if most_purchases < self.purchases:
            return f"nobody bought on {self.purchases} days"
        return None


@dataclass(frozen=True)
class Frequency:
    """The chosen model of purchases: its name, its parameters and why no better one."""

    name: str
    fit: bgnbd.Fit | nbd.Fit | None
    reason: str | None = None

    def purchases(self, weeks: float, histories: Histories) -> NDArray[Any]:
        """Expected purchase days within `weeks`, per history; NaN without a model."""
        import numpy as np

        if isinstance(self.fit, bgnbd.Fit):
            return bgnbd.expected_purchases(
                self.fit, weeks, histories.x, histories.t_x, histories.age
            )
        if isinstance(self.fit, nbd.Fit):
            return nbd.expected_purchases(self.fit, weeks, histories.x, histories.age)
        return np.full(len(histories.x), np.nan)

    def p_alive(self, histories: Histories) -> NDArray[Any]:
        """P(alive) per history; NaN for one-time buyers and for models without dropping out."""
        import numpy as np

        if isinstance(self.fit, bgnbd.Fit):
            return bgnbd.p_alive(self.fit, histories.x, histories.t_x, histories.age)
        return np.full(len(histories.x), np.nan)

    def parameters(self) -> dict[str, Any]:
        return asdict(self.fit) if self.fit else {}


@dataclass(frozen=True)
class Money:
    """The chosen model of what a purchase is worth."""

    name: str
    fit: gammagamma.Fit | None
    mean: float | None = None
    reason: str | None = None

    def parameters(self) -> dict[str, Any]:
        return asdict(self.fit) if self.fit else {"mean": self.mean}


def frequency(histories: Histories) -> Frequency:
    """The best model that the histories bear."""
    if not len(histories.x):
        return Frequency("none", None, "nobody bought yet")
    why = []
    try:
        best = bgnbd.fit(histories.x, histories.t_x, histories.age, histories.customers)
        problem = best.problem
        if problem is None and best.a / (best.a + best.b) < LEAST_DROPOUT:
            problem = f"nobody drops out (chance {best.a / (best.a + best.b):.1e} per purchase)"
        if problem is None:
            return Frequency("bg/nbd", best)
        why.append(f"bg/nbd: {problem}")
    except bgnbd.NotConvergedError as error:
        why.append(f"bg/nbd: {error}")
    try:
        simple = nbd.fit(histories.x, histories.age, histories.customers)
        if simple.problem is None:
            return Frequency("nbd", simple, "; ".join(why))
        why.append(f"nbd: {simple.problem}")
    except nbd.NotConvergedError as error:
        why.append(f"nbd: {error}")
    return Frequency("none", None, "; ".join(why))


def money(x: NDArray[Any], m: NDArray[Any], customers: NDArray[Any]) -> Money:
    """Gamma-Gamma on repeat purchases (number, mean value > 0); where it has no sense, everybody's
    mean; where nobody bought twice, none."""
    import numpy as np

    told = (np.asarray(x) > 0) & (np.asarray(m) > 0)
    if not told.any():
        return Money("none", None, None, "nobody bought twice for money")
    weights = (np.asarray(x) * np.asarray(customers))[told]
    mean = float(np.average(np.asarray(m)[told], weights=weights))
    try:
        best = gammagamma.fit(x, m, customers)
        if best.problem is None:
            return Money("gamma-gamma", best, best.population_mean)
        return Money("mean", None, mean, f"gamma-gamma: {best.problem}")
    except gammagamma.NotConvergedError as error:
        return Money("mean", None, mean, f"gamma-gamma: {error}")
