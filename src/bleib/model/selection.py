"""The rule by which a change is kept: better on the same rows, beyond what the choice of customers and luck may bring.

Whole customers are drawn with replacement, and both models are judged on the same draws over all folds (paired). What
the seeds of the boosters may bring is seen from the gains of single seeds, and added to every draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bleib.model.calibrator import fit_slope
from bleib.model.metrics import Ranking, best_intercept, log_losses, ranking_figures

LEAST_PROBABILITY = 0.8
RESAMPLES = 1000


@dataclass(frozen=True)
class Comparison:
    """The challenger beside the incumbent.

    ``gain``: log loss of the incumbent minus that of the challenger, above 0 is better; ``standard_error`` and
    ``probability_better`` (share of the draws with a gain) from the bootstrap, the luck of the seeds included;
    ``auroc_gain``: challenger minus incumbent, mean over the dates.
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

    Scores may have shape (n, seeds) instead: their mean is judged, and how far the seeds agree is part of the error.
    ``customers`` are drawn whole; ``days``: the as-of date of each row, for the AUROC within dates. ValueError where
    the lengths differ.
    """
    weight = np.ones(len(churned)) if weights is None else weights
    if len({len(churned), len(incumbent), len(challenger), len(customers), len(days), len(weight)}) != 1:
        raise ValueError("compare needs both scores, outcome, customer and date of the same rows, in the same order")
    ours, theirs = of_seeds(challenger), of_seeds(incumbent)
    gains = log_losses(churned, theirs.mean(axis=1)) - log_losses(churned, ours.mean(axis=1))
    single = log_losses(churned[:, None], theirs) - log_losses(churned[:, None], ours)
    folds = rows_by_day(days)
    shares = np.array([weight[rows].sum() for rows in folds])
    luck = luck_of_seeds(np.array([weight[rows] @ single[rows] for rows in folds]) / shares[:, None], shares)
    drawn = with_luck(_resampled_means(gains, weight, customers, resamples, seed), luck, seed)
    auroc = [_auroc(churned, scores.mean(axis=1), days, weight) for scores in (theirs, ours)]
    return Comparison(
        gain=float(weight @ gains / weight.sum()),
        standard_error=float(drawn.std()),
        probability_better=float((drawn > 0).mean()),
        auroc_gain=auroc[1] - auroc[0],
    )


def of_seeds(scores: np.ndarray) -> np.ndarray:
    """Scores as (n, seeds): those of shape (n,) are of a model without seeds."""
    return scores if scores.ndim == 2 else scores[:, None]


def luck_of_seeds(gains: np.ndarray, shares: np.ndarray) -> float:
    """Standard error, from the luck of the seeds, of the gain that the mean of the seeds has over all folds.

    ``gains`` (folds, seeds): of single seeds; ``shares`` (folds,): weight of each fold in the whole, of any sum. The
    models of two folds have nothing in common, so the squares of their errors add up. That of a mean of k seeds is
    taken for 1 / k of that of one. With one seed nothing is seen: 0.
    """
    seeds = gains.shape[1]
    if seeds < 2:
        return 0.0
    return float(np.sqrt((shares / shares.sum()) ** 2 @ gains.var(axis=1, ddof=1) / seeds))


def with_luck(drawn: np.ndarray, luck: float, seed: int) -> np.ndarray:
    """The draws of customers (resamples,), each with a draw of the seeds' luck (a standard error) on top."""
    return drawn + np.random.default_rng([seed, 1]).normal(0.0, luck, len(drawn)) if luck else drawn


def at_their_best(
    churned: np.ndarray, raw: np.ndarray, days: pd.Series | np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """``raw`` with the spread, and on every date the level, that have the least log loss; of its shape, (n, seeds).

    Candidates are compared so, because level and spread are mended later, by the calibrator, for whichever wins. Both
    are those of the mean of the seeds.
    """
    seeds = of_seeds(raw)
    slope = fit_slope(churned, seeds.mean(axis=1), weights, days)
    return _levelled(churned, slope * seeds, days, weights).reshape(raw.shape)


def _levelled(churned: np.ndarray, raw: np.ndarray, days: pd.Series | np.ndarray, weights: np.ndarray) -> np.ndarray:
    out = np.array(raw, dtype=np.float64)
    for rows in rows_by_day(days):
        shift = best_intercept(churned[rows], out[rows].mean(axis=1), weights[rows])
        out[rows] += shift if np.isfinite(shift) else 0.0
    return out


def rows_by_day(days: pd.Series | np.ndarray) -> list[np.ndarray]:
    """The numbers of the rows of each day."""
    codes, names = pd.factorize(np.asarray(days))
    return [np.flatnonzero(codes == k) for k in range(len(names))]


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
    groups = [Ranking.of(raw[rows]).groups(churned[rows], weights[rows]) for rows in rows_by_day(days)]
    return ranking_figures(groups, capacity=1)["auroc"]
