"""Logistic regression with an L2 penalty on the logarithms of the features: what the boosters have to beat.

Every feature is replaced by sign(x) · log(1 + |x|), which tames the long tails of counts, days and amounts, less its
training mean, in standard deviations; a missing value becomes the mean, and an indicator beside it says that it was
missing. The score is a sum over features, hence so is its explanation, and the mean of two such models is one again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bleib.model.metrics import log_losses, probabilities

TOLERANCE = 1e-6  # of the gradient of the mean loss, whose scale is the share of leavers: these may be few
FARTHEST = 10.0  # standard deviations; what lies beyond says no more, so that one rare value cannot decide alone


@dataclass(frozen=True)
class LinearScorer:
    """For f features, each (f,): mean and ``spread`` of the logarithms in training, coefficients of the standardised
    logarithm and of the indicator "missing", and the training mean of the latter.
    """

    mean: np.ndarray
    spread: np.ndarray
    coef: np.ndarray
    missing_coef: np.ndarray
    missing_mean: np.ndarray
    intercept: float

    def contributions(self, X: np.ndarray) -> np.ndarray:
        """Per row and feature: coefficient × distance from the training mean, the base last; (n, f + 1).

        The sum of a row is its raw score in log-odds.
        """
        parts = self.coef * _standardised(X, self.mean, self.spread)
        parts += self.missing_coef * (np.isnan(X) - self.missing_mean)
        return np.column_stack([parts, np.full(len(X), self.base)])

    def raw_score(self, X: np.ndarray) -> np.ndarray:
        """Log-odds, shape (n,)."""
        return self.contributions(X).sum(axis=1)

    @property
    def base(self) -> float:
        """The score of a row with all features at their training means."""
        return float(self.intercept + self.missing_coef @ self.missing_mean)

    def plain(self) -> dict[str, Any]:
        """For JSON; ``of_plain`` reads it back without loss."""
        return {name: np.asarray(value).tolist() for name, value in vars(self).items()}

    @classmethod
    def of_plain(cls, stored: dict[str, Any]) -> LinearScorer:
        """What ``plain`` gave."""
        arrays = {name: np.array(value) for name, value in stored.items() if name != "intercept"}
        return cls(**arrays, intercept=float(stored["intercept"]))


def fit_linear(
    X: np.ndarray,
    target: np.ndarray,
    weights: np.ndarray | None,
    penalty: float,
    main: Sequence[int] = (),
    main_share: float = 0.0,
    signs: np.ndarray | None = None,
) -> LinearScorer:
    """Fit on X (n, f; NaN: missing) and 0/1 ``target`` (n,).

    Least is mean log loss + ``penalty`` · ½ Σ coefficient²: snapshots of one customer resemble each other, so more of
    them do not loosen the rein. ``main_share``: weight of a model that sees only the columns ``main``, beside the one
    that sees all of them. ``signs`` (f,): 1 where the score may only rise with a feature, −1 where it may only fall.
    """
    X = np.asarray(X, dtype=np.float64)
    weight = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=np.float64)
    missing, f = np.isnan(X), X.shape[1]
    mean, spread = _moments(_logarithms(X), weight)
    Z = np.column_stack([_standardised(X, mean, spread), missing])
    coef, intercept = np.zeros(2 * f), 0.0
    bound = np.zeros(2 * f, dtype=int)  # whether a value is missing has no direction
    bound[:f] = 0 if signs is None else signs
    for share, seen in ((1 - main_share, np.arange(f)), (main_share, np.array(main, dtype=int))):
        if share > 0:
            at = np.concatenate([seen, f + seen])
            fit = _bounded if bound[at].any() else _logistic
            found, constant = fit(Z[:, at], target, weight, penalty, bound[at])
            coef[at] += share * found
            intercept += share * constant
    return LinearScorer(mean, spread, coef[:f], coef[f:], np.average(missing, axis=0, weights=weight), intercept)


def _logistic(
    Z: np.ndarray, target: np.ndarray, weight: np.ndarray, penalty: float, _: np.ndarray
) -> tuple[np.ndarray, float]:
    """Coefficients and intercept, free ones."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1 / (penalty * weight.sum()), max_iter=1000, tol=TOLERANCE)
    model.fit(Z, target, sample_weight=weight)
    return model.coef_[0], float(model.intercept_[0])


def _bounded(
    Z: np.ndarray, target: np.ndarray, weight: np.ndarray, penalty: float, signs: np.ndarray
) -> tuple[np.ndarray, float]:
    """The same with bounds: not below 0 where ``signs`` are 1, not above where −1. scikit-learn has no bounds."""
    from scipy.optimize import minimize

    share = weight / weight.sum()

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        raw = Z @ at[:-1] + at[-1]
        apart = share * (probabilities(raw) - target)
        value = share @ log_losses(target, raw) + penalty / 2 * at[:-1] @ at[:-1]
        return float(value), np.append(Z.T @ apart + penalty * at[:-1], apart.sum())

    ends = {0: (None, None), 1: (0.0, None), -1: (None, 0.0)}
    bounds = [ends[sign] for sign in [*signs.tolist(), 0]]
    ends_when = {"gtol": TOLERANCE, "maxiter": 1000}
    start = np.zeros(Z.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=ends_when).x
    return found[:-1], float(found[-1])


def _logarithms(X: np.ndarray) -> np.ndarray:
    return np.sign(X) * np.log1p(np.abs(X))


def _moments(values: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted mean and standard deviation of the known values of each column; 0 and 1 where none is known."""
    known = ~np.isnan(values)
    total = np.maximum(weight @ known, np.finfo(float).tiny)
    mean = weight @ np.where(known, values, 0.0) / total
    spread = np.sqrt(weight @ np.where(known, (values - mean) ** 2, 0.0) / total)
    return mean, np.where(spread > np.finfo(np.float32).eps, spread, 1.0)


def _standardised(X: np.ndarray, mean: np.ndarray, spread: np.ndarray) -> np.ndarray:
    distance = np.clip((_logarithms(X) - mean) / spread, -FARTHEST, FARTHEST)
    return np.where(np.isnan(X), 0.0, distance)
