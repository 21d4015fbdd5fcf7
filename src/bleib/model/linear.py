"""Logistic regression with an L2 penalty on normal scores of the features: the challenger of the boosters.

Every feature is replaced by its normal score (its rank among the training rows, mapped to a standard normal
distribution), which tames the long tails of counts and amounts; a missing value becomes the middle, and an indicator
beside it says that it was missing. The score is a sum over features, hence so is its explanation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

QUANTILES = 64  # knots of the map to normal scores


@dataclass(frozen=True)
class LinearScorer:
    """For f features: ``knots`` (QUANTILES, f), and per feature ``coef``, ``missing_coef`` and the training means.

    ``means`` and ``missing_means`` (f,) are those of the normal scores and of the indicators; contributions are
    relative to them.
    """

    knots: np.ndarray
    levels: np.ndarray
    coef: np.ndarray
    missing_coef: np.ndarray
    means: np.ndarray
    missing_means: np.ndarray
    intercept: float

    def contributions(self, X: np.ndarray) -> np.ndarray:
        """Per row and feature: coefficient × (transformed value − its training mean), the base last; (n, f + 1).

        The sum of a row is its raw score in log-odds.
        """
        normal, missing = _transformer(self.knots, self.levels).transform(X), np.isnan(X)
        parts = self.coef * (np.where(missing, 0.0, normal) - self.means)
        parts += self.missing_coef * (missing - self.missing_means)
        return np.column_stack([parts, np.full(len(X), self.base)])

    def raw_score(self, X: np.ndarray) -> np.ndarray:
        """Log-odds, shape (n,)."""
        return self.contributions(X).sum(axis=1)

    @property
    def base(self) -> float:
        """The score of a row with all features at their training means."""
        return float(self.intercept + self.coef @ self.means + self.missing_coef @ self.missing_means)

    def plain(self) -> dict[str, Any]:
        """For JSON; ``of_plain`` reads it back without loss."""
        return {name: np.asarray(value).tolist() for name, value in vars(self).items()}

    @classmethod
    def of_plain(cls, stored: dict[str, Any]) -> LinearScorer:
        """What ``plain`` gave."""
        arrays = {name: np.array(value) for name, value in stored.items() if name != "intercept"}
        return cls(**arrays, intercept=float(stored["intercept"]))


def fit_linear(X: np.ndarray, target: np.ndarray, weights: np.ndarray | None, penalty: float) -> LinearScorer:
    """Fit on X (n, f; NaN: missing) and 0/1 ``target`` (n,).

    Least is mean log loss + ``penalty`` · ½ Σ coefficient²: snapshots of one customer resemble each other, so more of
    them do not loosen the rein.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import QuantileTransformer

    X = np.asarray(X, dtype=np.float64)
    n, f = X.shape
    missing = np.isnan(X)
    known = np.where(missing.all(axis=0), 0.0, X)  # a column without any value has no quantiles
    scale = QuantileTransformer(
        n_quantiles=min(QUANTILES, n), output_distribution="normal", random_state=0, subsample=100_000
    ).fit(known)
    normal = np.where(missing, 0.0, scale.transform(known))
    model = LogisticRegression(C=1 / (penalty * n), max_iter=200, tol=1e-3).fit(
        np.column_stack([normal, missing]), target, sample_weight=weights
    )
    return LinearScorer(
        knots=scale.quantiles_,
        levels=scale.references_,
        coef=model.coef_[0, :f],
        missing_coef=model.coef_[0, f:],
        means=np.average(normal, axis=0, weights=weights),
        missing_means=np.average(missing, axis=0, weights=weights),
        intercept=float(model.intercept_[0]),
    )


def _transformer(knots: np.ndarray, levels: np.ndarray) -> Any:
    from sklearn.preprocessing import QuantileTransformer

    scale = QuantileTransformer(n_quantiles=len(levels), output_distribution="normal")
    scale.quantiles_, scale.references_ = knots, levels
    scale.n_quantiles_, scale.n_features_in_ = len(levels), knots.shape[1]
    return scale
