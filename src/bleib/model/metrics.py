"""Figures of quality on labelled snapshots. Every function takes weights: a bootstrap is a change of weights.

Arrays have shape (n,): ``churned`` bool, ``weights`` ≥ 0 (how often a row counts), ``scores`` higher = riskier. A
figure that cannot be computed (no churner, no stayer) is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bleib.model.newton import least_log_loss

RANKING = ("precision", "recall", "lift", "average_precision", "auroc")
PROBABILITY = ("log_loss", "brier", "calibration_slope", "calibration_intercept", "observed_expected")


def probabilities(log_odds: np.ndarray) -> np.ndarray:
    """Logistic function, without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(log_odds, dtype=np.float64)))


def log_odds(probability: np.ndarray) -> np.ndarray:
    """Inverse of the logistic function; probabilities within 1e-9 of 0 and 1 are pulled inside."""
    inside = np.clip(probability, 1e-9, 1 - 1e-9)
    return np.log(inside) - np.log1p(-inside)


def log_losses(churned: np.ndarray, raw: np.ndarray) -> np.ndarray:
    """Log loss of each row, given log-odds."""
    return np.logaddexp(0.0, np.where(churned, -raw, raw))


@dataclass(frozen=True)
class Ranking:
    """Rows of one as-of date from the riskiest down; rows of equal score form one group.

    ``order`` (n,) row numbers, ``starts`` (groups,) where each group begins in ``order``.
    """

    order: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, scores: np.ndarray) -> Ranking:
        """Rank by falling score."""
        order = np.argsort(-scores, kind="stable")
        ranked = scores[order]
        starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]]) if len(ranked) else np.zeros(0, dtype=int)
        return cls(order, starts)

    def groups(self, churned: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Weight of the churned and of all rows in each group, riskiest group first."""
        if not len(self.order):
            return np.zeros(0), np.zeros(0)
        weight = weights[self.order]
        hit = np.add.reduceat(weight * churned[self.order], self.starts)
        return hit, np.add.reduceat(weight, self.starts)


def expected_hits(hit: np.ndarray, size: np.ndarray, places: float) -> float:
    """Churners on a list of ``places``, on average over random order within groups of equal score.

    A group that fits only in part brings its share: hits × places left ÷ size.
    """
    taken = np.clip(places - (np.cumsum(size) - size), 0.0, size)
    return float((hit * np.divide(taken, size, out=np.zeros_like(size), where=size > 0)).sum())


def auroc(hit: np.ndarray, size: np.ndarray) -> float:
    """Chance that a churner is ranked above a stayer; ties count one half (Mann–Whitney)."""
    stay = size - hit
    below = stay.sum() - np.cumsum(stay)
    pairs = hit.sum() * stay.sum()
    return float((hit * (below + 0.5 * stay)).sum() / pairs) if pairs > 0 else float("nan")


def average_precision(hit: np.ndarray, size: np.ndarray) -> float:
    """Mean of the precision at every churner; a group of equal scores is one step, as in scikit-learn."""
    total = hit.sum()
    reached = np.cumsum(size)
    precision = np.divide(np.cumsum(hit), reached, out=np.zeros_like(reached), where=reached > 0)
    return float((hit * precision).sum() / total) if total > 0 else float("nan")


def ranking_figures(groups: list[tuple[np.ndarray, np.ndarray]], capacity: float) -> dict[str, float]:
    """The RANKING figures over several as-of dates, one list of ``capacity`` places each.

    At capacity the lists are added up: precision = churners on them ÷ places, recall = churners on them ÷ all churners,
    lift = churners on them ÷ those that lists drawn at random would hold. AUROC and average precision are means over
    the dates, because a list ranks within its date.
    """
    hits = sum(expected_hits(hit, size, capacity) for hit, size in groups)
    places = sum(min(capacity, size.sum()) for _, size in groups)
    churners = sum(hit.sum() for hit, _ in groups)
    by_chance = sum(min(capacity, size.sum()) * _ratio(hit.sum(), size.sum()) for hit, size in groups)
    return {
        "precision": _ratio(hits, places),
        "recall": _ratio(hits, churners),
        "lift": _ratio(hits, by_chance),
        "average_precision": _known_mean([average_precision(*group) for group in groups]),
        "auroc": mean_auroc(groups),
    }


def mean_auroc(groups: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """Mean AUROC over the dates that have both outcomes; NaN if there is none."""
    return _known_mean([auroc(*group) for group in groups])


def _known_mean(values: list[float]) -> float:
    """Mean over the dates that have both outcomes; NaN if there is none."""
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")


def base_rate(churned: np.ndarray, weights: np.ndarray) -> float:
    """Share of churners."""
    return _ratio(float(weights @ churned), float(weights.sum()))


def probability_figures(churned: np.ndarray, raw: np.ndarray, weights: np.ndarray) -> dict[str, float]:
    """The PROBABILITY figures, given log-odds, over all rows.

    ``calibration_slope``: slope of a logistic regression of the outcome on the log-odds (1 is right; below 1: too
    extreme). ``calibration_intercept``: its intercept with the slope held at 1 (0 is right; below 0: too high).
    ``observed_expected``: churners ÷ sum of the probabilities. Van Calster et al. 2019, BMC Medicine 17:230.
    """
    share = weights / weights.sum()
    predicted = probabilities(raw)
    return {
        "log_loss": float(share @ log_losses(churned, raw)),
        "brier": float(share @ (predicted - churned) ** 2),
        "calibration_slope": calibration_slope(churned, raw, weights),
        "calibration_intercept": best_intercept(churned, raw, weights),
        "observed_expected": _ratio(float(weights @ churned), float(weights @ predicted)),
    }


def best_intercept(churned: np.ndarray, raw: np.ndarray, weights: np.ndarray | None = None) -> float:
    """The shift of the log-odds with the least log loss: there the mean probability is the share of leavers.

    ``churned`` may be probabilities too. NaN where nobody or everybody left.
    """
    from scipy.optimize import brentq

    share = np.full(len(raw), 1 / len(raw)) if weights is None else weights / weights.sum()
    rate = float(share @ churned)
    if not 0 < rate < 1:
        return float("nan")
    level = float(np.log(rate) - np.log1p(-rate))
    low, high = level - float(np.max(raw)) - 1, level - float(np.min(raw)) + 1  # all probabilities below, above rate
    return float(brentq(lambda shift: float(share @ probabilities(raw + shift)) - rate, low, high))


def calibration_slope(churned: np.ndarray, raw: np.ndarray, weights: np.ndarray) -> float:
    """Slope of the logistic recalibration of ``raw``; NaN where all scores are equal, or nobody or everybody left."""
    if not 0 < weights @ churned < weights.sum() or np.ptp(raw[weights > 0]) == 0:
        return float("nan")
    centred = raw - float(weights @ raw / weights.sum())
    return 1.0 + float(least_log_loss(np.column_stack([centred, np.ones(len(raw))]), centred, churned, weights)[0])


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else float("nan")
