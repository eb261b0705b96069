"""NBD: everybody buys at a rate of his own and nobody drops out. What stands in for BG/NBD where
the data show no dropping out (Ehrenberg 1959; the gamma mixture of Poisson rates).

Histories as in bgnbd.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SENSIBLE = (1e-3, 1e3)


@dataclass(frozen=True)
class Fit:
    """Gamma(r, alpha) purchase rates per week."""

    r: float
    alpha: float
    log_likelihood: float
    customers: int

    @property
    def problem(self) -> str | None:
        """Why this fit must not be used; null when it may."""
        low, high = _SENSIBLE
        for name in ("r", "alpha"):
            if not low < getattr(self, name) < high:
                return f"degenerate: {name} ran to {getattr(self, name):.3g}"
        return None


class NotConvergedError(Exception):
    """No start led the likelihood to a maximum."""


def fit(x: NDArray[Any], age: NDArray[Any], customers: NDArray[Any]) -> Fit:
    """Maximum likelihood; `customers` says how many share each history.

    Raises NotConvergedError.
    """
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import gammaln, xlogy

    x, age, customers = (np.asarray(v, dtype=float) for v in (x, age, customers))
    total = customers.sum()

    def loss(logs: NDArray[Any]) -> float:
        r, alpha = np.exp(logs)
        each = (
            gammaln(r + x) - gammaln(r) + r * np.log(alpha / (alpha + age))
            + xlogy(x, age / (alpha + age))
        )  # fmt: skip
        found = -(customers * each).sum() / total
        return float(found) if np.isfinite(found) else 1e9

    best = minimize(loss, np.log((0.5, 10.0)), method="L-BFGS-B", bounds=[(-12, 12)] * 2)
    if not best.success or best.fun >= 1e9:
        raise NotConvergedError("the likelihood has no maximum that a search finds")
    r, alpha = (float(value) for value in np.exp(best.x))
    return Fit(r, alpha, float(-best.fun * total), int(total))


def expected_purchases(
    model: Fit, weeks: float, x: NDArray[Any], age: NDArray[Any]
) -> NDArray[Any]:
    """Purchase days to come within `weeks`."""
    import numpy as np

    x, age = np.asarray(x, dtype=float), np.asarray(age, dtype=float)
    return (model.r + x) / (model.alpha + age) * weeks
