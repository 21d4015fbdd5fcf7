"""Which calibrator the scores of the forward folds ask for, if any."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bleib.model.calibrator import Calibrator, fit_calibrator, fit_slope
from bleib.model.metrics import best_intercept, probabilities
from bleib.model.selection import Comparison, compare

FEW_ROWS = 2000  # under so many snapshots one free parameter is all that can be fitted
KINDS_FEW = ("intercept", "temperature")  # in the order in which they are tried
KINDS = ("intercept", "spread", "platt", "beta")
LEAST_DATES = 2  # to fit on, beside the one that proves it


@dataclass(frozen=True)
class Calibration:
    """The kind that was kept (``identity``: none) with its proof on the next date; none where it could not be tried."""

    kind: str
    calibrator: Calibrator
    proof: Comparison | None = None


def choose_calibrator(
    churned: np.ndarray,
    raw: np.ndarray,
    weights: np.ndarray,
    customers: np.ndarray,
    days: np.ndarray,
    closed: np.ndarray,
) -> Calibration:
    """Fit the kinds on the ``closed`` rows; one replaces the one before it where the rule says so on the newest date.

    ``raw``: out-of-fold log-odds; ``closed``: whether the outcome was known before the newest date, else both share
    some of what happened to the level; all arguments have shape (n,). Where under ``LEAST_DATES`` dates are closed, as
    with a long outcome window, all older ones are fitted on. The kept kind is fitted anew on all dates. Under
    ``LEAST_DATES`` older dates nothing is done to the scores.
    """
    new = days == days.max()
    known = closed if len(np.unique(days[closed])) >= LEAST_DATES else ~new
    if len(np.unique(days[known])) < LEAST_DATES:
        return Calibration("identity", Calibrator())

    def scored(kind: str) -> np.ndarray:
        return fit_kind(kind, churned[known], raw[known], weights[known], days[known]).apply(raw[new])

    def beside(kind: str, other: str) -> Comparison:
        return compare(churned[new], scored(other), scored(kind), customers[new], days[new], weights[new])

    best = "identity"
    for kind in KINDS_FEW if known.sum() < FEW_ROWS else KINDS:
        if beside(kind, best).taken:
            best = kind
    proof = beside(best, "identity") if best != "identity" else None
    return Calibration(best, fit_kind(best, churned, raw, weights, days), proof)


def fit_kind(kind: str, churned: np.ndarray, raw: np.ndarray, weights: np.ndarray, days: np.ndarray) -> Calibrator:
    """``fit_calibrator``; ``spread``: another slope and the same mean score.

    Where the level moves from date to date, Platt's line follows it and may be refused for that alone, however much
    too close to each other the scores lie. A level of its own for each date leaves the slope out of that.
    """
    if kind != "spread":
        return fit_calibrator(kind, churned, raw, weights)
    slope = fit_slope(churned, raw, weights, days)
    return Calibrator(slope, slope, best_intercept(probabilities(raw), slope * raw, weights))
