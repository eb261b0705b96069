"""BG/NBD: purchases until a customer drops out (Fader, Hardie, Lee 2005, "Counting your customers
the easy way"). Fitted and scored on distinct histories, however many customers share one.

A history is (x, t_x, T): repeat purchase days, weeks from the first to the last of them, weeks from
the first to today. All functions take numpy arrays of one length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Where the search starts: a base of occasional buyers, and one of regular ones.
_STARTS = ((1.0, 1.0, 1.0, 1.0), (0.4, 7.0, 1.0, 2.7))
#: A parameter outside says that the data hold no such thing: nobody drops out, or all do at once.
_SENSIBLE = (1e-3, 1e3)


@dataclass(frozen=True)
class Fit:
    """Gamma(r, alpha) purchase rates per week; Beta(a, b) chances to drop out after a purchase."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    customers: int

    @property
    def problem(self) -> str | None:
        """Why this fit must not be used; null when it may."""
        low, high = _SENSIBLE
        for name in ("r", "alpha", "a", "b"):
            if not low < getattr(self, name) < high:
                return f"degenerate: {name} ran to {getattr(self, name):.3g}"
        return None


class NotConvergedError(Exception):
    """No start led the likelihood to a maximum."""


def fit(x: NDArray[Any], t_x: NDArray[Any], age: NDArray[Any], customers: NDArray[Any]) -> Fit:
    """Maximum likelihood; `customers` says how many share each history.

    Raises NotConvergedError. The result may still be degenerate: see Fit.problem.
    """
    import numpy as np
    from scipy.optimize import minimize

    x, t_x, age, customers = (np.asarray(v, dtype=float) for v in (x, t_x, age, customers))
    total = customers.sum()

    def loss(logs: NDArray[Any]) -> float:
        with np.errstate(over="ignore", invalid="ignore"):
            found = -(customers * _log_likelihoods(np.exp(logs), x, t_x, age)).sum() / total
        return float(found) if np.isfinite(found) else 1e9

    tries = [
        minimize(loss, np.log(start), method="L-BFGS-B", bounds=[(-12, 12)] * 4)
        for start in _STARTS
    ]
    best = min((each for each in tries if each.success), key=lambda each: each.fun, default=None)
    if best is None or best.fun >= 1e9:
        raise NotConvergedError("the likelihood has no maximum that a search finds")
    r, alpha, a, b = (float(value) for value in np.exp(best.x))
    return Fit(r, alpha, a, b, float(-best.fun * total), int(total))


def _log_likelihoods(
    parameters: NDArray[Any], x: NDArray[Any], t_x: NDArray[Any], age: NDArray[Any]
) -> NDArray[Any]:
    """Equation 6 of the paper, in logarithms, per history."""
    import numpy as np
    from scipy.special import betaln, gammaln

    r, alpha, a, b = parameters
    bought = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    stayed = betaln(a, b + x) - betaln(a, b)
    alive = -(r + x) * np.log(alpha + age)
    gone = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + t_x)
    return bought + stayed + np.logaddexp(alive, np.where(x > 0, gone, -np.inf))


def p_alive(model: Fit, x: NDArray[Any], t_x: NDArray[Any], age: NDArray[Any]) -> NDArray[Any]:
    """The chance that the customer has not dropped out; NaN for one-time buyers, of whom the model
    would say 1 by construction."""
    import numpy as np

    return np.where(np.asarray(x) > 0, 1 / (1 + _odds_gone(model, x, t_x, age)), np.nan)


def _odds_gone(model: Fit, x: NDArray[Any], t_x: NDArray[Any], age: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    x, t_x, age = (np.asarray(v, dtype=float) for v in (x, t_x, age))
    shrunk = (model.r + x) * (np.log(model.alpha + age) - np.log(model.alpha + t_x))
    with np.errstate(over="ignore"):
        odds = model.a / (model.b + np.maximum(x, 1) - 1) * np.exp(shrunk)
    return np.where(x > 0, odds, 0.0)


def expected_purchases(
    model: Fit, weeks: float, x: NDArray[Any], t_x: NDArray[Any], age: NDArray[Any]
) -> NDArray[Any]:
    """Purchase days to come within `weeks`, alive or not (equation 10 of the paper)."""
    import numpy as np
    from scipy.special import hyp2f1

    x, t_x, age = (np.asarray(v, dtype=float) for v in (x, t_x, age))
    a = model.a if abs(model.a - 1) > 1e-6 else 1 + 1e-6  # the formula divides by a - 1
    r, alpha, b = model.r, model.alpha, model.b
    z = weeks / (alpha + age + weeks)
    series = hyp2f1(r + x, b + x, a + b + x - 1, z)
    left = np.exp((r + x) * (np.log(alpha + age) - np.log(alpha + age + weeks)))
    with np.errstate(over="ignore", invalid="ignore"):
        found = (a + b + x - 1) / (a - 1) * (1 - left * series)
        found = found / (1 + _odds_gone(model, x, t_x, age))
    # A long history can overflow the series: nobody buys more often than a living customer would.
    most = (r + x) / (alpha + age) * weeks
    return np.clip(np.where(np.isfinite(found), found, 0.0), 0.0, most)
