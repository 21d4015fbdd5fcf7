"""The rule by which a change is kept: better on the same rows, beyond what the choice of customers may bring.

Whole customers are drawn with replacement, and both models are judged on the same draws over all folds (paired).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bleib.model.calibrator import fit_calibrator
from bleib.model.metrics import Ranking, best_intercept, log_losses, ranking_figures

LEAST_PROBABILITY = 0.8
RESAMPLES = 1000


@dataclass(frozen=True)
class Comparison:
    """The challenger beside the incumbent.

    ``gain``: log loss of the incumbent minus that of the challenger, above 0 is better; ``standard_error`` and
    ``probability_better`` (share of the draws with a gain) from the bootstrap; ``auroc_gain``: challenger minus
    incumbent, mean over the dates.
    """

    gain: float
    standard_error: float
    probability_better: float
    auroc_gain: float

    @property
    def taken(self) -> bool:
        """Whether the challenger replaces the incumbent; inside one standard error the incumbent stays."""
        return self.probability_better >= LEAST_PROBABILITY and self.gain > self.standard_error

    @property
    def verdict(self) -> str:
        """``better``, ``worse`` (the incumbent would win against the challenger) or ``tie``."""
        if self.taken:
            return "better"
        worse = self.probability_better <= 1 - LEAST_PROBABILITY and -self.gain > self.standard_error
        return "worse" if worse else "tie"

    def plain(self) -> dict[str, float | str]:
        """For JSON."""
        return {name: round(float(value), 6) for name, value in vars(self).items()} | {"verdict": self.verdict}


def compare(
    churned: np.ndarray,
    incumbent: np.ndarray,
    challenger: np.ndarray,
    customers: pd.Series | np.ndarray,
    days: pd.Series | np.ndarray,
    weights: np.ndarray | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Comparison:
    """Compare two sets of scores (log-odds) of the same rows; every argument up to ``weights`` has shape (n,).

    ``customers`` are drawn whole; ``days``: the as-of date of each row, for the AUROC within dates. ValueError where
    the lengths differ.
    """
    weight = np.ones(len(churned)) if weights is None else weights
    if len({len(churned), len(incumbent), len(challenger), len(customers), len(days), len(weight)}) != 1:
        raise ValueError("compare needs both scores, outcome, customer and date of the same rows, in the same order")
    gains = log_losses(churned, incumbent) - log_losses(churned, challenger)
    drawn = _resampled_means(gains, weight, customers, resamples, seed)
    auroc = [_auroc(churned, scores, days, weight) for scores in (incumbent, challenger)]
    return Comparison(
        gain=float(weight @ gains / weight.sum()),
        standard_error=float(drawn.std()),
        probability_better=float((drawn > 0).mean()),
        auroc_gain=auroc[1] - auroc[0],
    )


def at_their_best(
    churned: np.ndarray, raw: np.ndarray, days: pd.Series | np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """``raw`` with the spread, and on every date the level, that have the least log loss, (n,).

    Candidates are compared so, because level and spread are mended later, by the calibrator, for whichever wins.
    """
    levelled = _levelled(churned, raw, days, weights)
    return _levelled(churned, fit_calibrator("platt", churned, levelled, weights).apply(levelled), days, weights)


def _levelled(churned: np.ndarray, raw: np.ndarray, days: pd.Series | np.ndarray, weights: np.ndarray) -> np.ndarray:
    out = np.array(raw, dtype=np.float64)
    for rows in _by_day(days):
        shift = best_intercept(churned[rows], out[rows], weights[rows])
        out[rows] += shift if np.isfinite(shift) else 0.0
    return out


def _resampled_means(
    values: np.ndarray, weights: np.ndarray, customers: pd.Series | np.ndarray, resamples: int, seed: int
) -> np.ndarray:
    """The weighted mean of ``values`` in each draw of whole customers, (resamples,)."""
    codes, names = pd.factorize(np.asarray(customers))
    total = np.bincount(codes, weights * values, len(names))
    weight = np.bincount(codes, weights, len(names))
    rng = np.random.default_rng(seed)
    drawn = np.empty(resamples)
    for k in range(resamples):
        times = np.bincount(rng.integers(0, len(names), len(names)), minlength=len(names))
        drawn[k] = times @ total / (times @ weight)
    return drawn


def _auroc(churned: np.ndarray, raw: np.ndarray, days: pd.Series | np.ndarray, weights: np.ndarray) -> float:
    groups = [Ranking.of(raw[rows]).groups(churned[rows], weights[rows]) for rows in _by_day(days)]
    return ranking_figures(groups, capacity=1)["auroc"]


def _by_day(days: pd.Series | np.ndarray) -> list[np.ndarray]:
    codes, names = pd.factorize(np.asarray(days))
    return [np.flatnonzero(codes == k) for k in range(len(names))]
