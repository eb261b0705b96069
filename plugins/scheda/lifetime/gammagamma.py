"""Gamma-Gamma: how much a purchase of a customer is worth (Fader, Hardie 2013, "The Gamma-Gamma
model of monetary value"). Fitted on customers with repeat purchases: (x, m), their number and mean
value in units of money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STARTS = ((1.0, 1.0, 1.0), (6.0, 4.0, 15.0))
_SENSIBLE = (1e-3, 1e5)


@dataclass(frozen=True)
class Fit:
    """Purchases are Gamma(p, nu) around each customer's level, nu is Gamma(q, v)."""

    p: float
    q: float
    v: float
    log_likelihood: float
    customers: int

    @property
    def problem(self) -> str | None:
        """Why this fit must not be used; null when it may. With q <= 1 there is no mean value."""
        low, high = _SENSIBLE
        for name in ("p", "q", "v"):
            if not low < getattr(self, name) < high:
                return f"degenerate: {name} ran to {getattr(self, name):.3g}"
        return None if self.q > 1 else f"degenerate: q is {self.q:.3g}, there is no mean value"

    @property
    def population_mean(self) -> float:
        """The value of a purchase of somebody of whom nothing is known."""
        return self.p * self.v / (self.q - 1)


class NotConvergedError(Exception):
    """No start led the likelihood to a maximum."""


def fit(x: NDArray[Any], m: NDArray[Any], customers: NDArray[Any] | None = None) -> Fit:
    """Maximum likelihood on x > 0 repeat purchases of mean value m > 0; others tell nothing.

    Raises NotConvergedError. The result may still be degenerate: see Fit.problem.
    """
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import betaln

    x, m = np.asarray(x, dtype=float), np.asarray(m, dtype=float)
    customers = np.ones_like(x) if customers is None else np.asarray(customers, dtype=float)
    told = (x > 0) & (m > 0)
    x, m, customers = x[told], m[told], customers[told]
    if not len(x):
        raise NotConvergedError("nobody bought twice")
    total = customers.sum()
    # In units of the mean value: sums of any currency are equally well placed for the search.
    unit = float((customers * m).sum() / total)
    m = m / unit

    def loss(logs: NDArray[Any]) -> float:
        p, q, v = np.exp(logs)
        with np.errstate(over="ignore", invalid="ignore"):
            each = (
                -betaln(p * x, q) + q * np.log(v) + (p * x - 1) * np.log(m)
                + p * x * np.log(x) - (p * x + q) * np.log(x * m + v)
            )  # fmt: skip
            found = -(customers * each).sum() / total
        return float(found) if np.isfinite(found) else 1e9

    tries = [
        minimize(loss, np.log(start), method="L-BFGS-B", bounds=[(-12, 12)] * 3)
        for start in _STARTS
    ]
    best = min((each for each in tries if each.success), key=lambda each: each.fun, default=None)
    if best is None or best.fun >= 1e9:
        raise NotConvergedError("the likelihood has no maximum that a search finds")
    p, q, v = (float(value) for value in np.exp(best.x))
    log_likelihood = -best.fun * total - total * np.log(unit)
    return Fit(p, q, v * unit, float(log_likelihood), int(total))


def expected_value(model: Fit, x: NDArray[Any], m: NDArray[Any]) -> NDArray[Any]:
    """The value of a purchase to come: the customer's own mean, drawn towards everybody's."""
    import numpy as np

    x, m = np.asarray(x, dtype=float), np.asarray(m, dtype=float)
    own = model.p * x / (model.p * x + model.q - 1)
    return (1 - own) * model.population_mean + own * np.where(x > 0, m, 0.0)
