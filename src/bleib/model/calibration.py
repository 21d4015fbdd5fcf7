"""Which calibrator the scores of the forward folds ask for, if any."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t

from bleib.model.calibrator import Calibrator, fit_calibrator, fit_slope
from bleib.model.metrics import best_intercept, probabilities
from bleib.model.selection import LEAST_PROBABILITY, Comparison, compare, rows_by_day

FEW_ROWS = 2000  # under so many snapshots one free parameter is all that can be fitted
KINDS_FEW = ("intercept", "spread", "temperature")  # in the order in which they are tried
KINDS = ("intercept", "spread", "platt", "beta")
LEVEL_STAYS = ("spread",)  # the kinds that shift no level
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
    overlapping: bool = False,
) -> Calibration:
    """Fit the kinds on the ``closed`` rows; one replaces the one before it where the rule says so on the newest date.

    ``raw``: out-of-fold log-odds; ``closed``: whether the outcome was known before the newest date, else both share
    some of what happened to the level; all of shape (n,). Where under ``LEAST_DATES`` dates are closed, as with a long
    outcome window, all older ones are fitted on: they prove a spread, and a level only if ``overlapping`` says so. A
    level is moved only where it ``stays_moved``, too. The kept kind is fitted anew on all dates. Under ``LEAST_DATES``
    older dates nothing is done to the scores.
    """
    new = days == days.max()
    apart = len(np.unique(days[closed])) >= LEAST_DATES
    known = closed if apart else ~new
    if len(np.unique(days[known])) < LEAST_DATES:
        return Calibration("identity", Calibrator())

    def scored(kind: str) -> np.ndarray:
        return fit_kind(kind, churned[known], raw[known], weights[known], days[known]).apply(raw[new])

    def beside(kind: str, other: str) -> Comparison:
        return compare(churned[new], scored(other), scored(kind), customers[new], days[new], weights[new])

    movable = (apart or overlapping) and stays_moved(_shifts(churned, raw, weights, days))
    best = "identity"
    for kind in KINDS_FEW if known.sum() < FEW_ROWS else KINDS:
        if (movable or kind in LEVEL_STAYS) and beside(kind, best).taken:
            best = kind
    proof = beside(best, "identity") if best != "identity" else None
    return Calibration(best, fit_kind(best, churned, raw, weights, days), proof)


def stays_moved(shifts: np.ndarray) -> bool:
    """Whether the next date's ``shift`` (k, of the dates so far; log-odds) will surely be nearer their mean than 0.

    Customers of one date share what happens to its level, so that the dates are the sample: a new one is foretold by
    Student's t (the prediction interval of a normal sample with unknown variance), as sure as the rule of selection.
    """
    half, dates = abs(shifts.mean()) / 2, len(shifts)
    error = shifts.std(ddof=1) * np.sqrt(1 + 1 / dates)
    return bool(half > 0 and t.cdf(half / max(error, np.finfo(float).tiny), dates - 1) >= LEAST_PROBABILITY)


def _shifts(churned: np.ndarray, raw: np.ndarray, weights: np.ndarray, days: np.ndarray) -> np.ndarray:
    """What has to be added to ``raw`` on each date for the share of its leavers, (dates,)."""
    return np.array([best_intercept(churned[at], raw[at], weights[at]) for at in rows_by_day(days)])


def fit_kind(kind: str, churned: np.ndarray, raw: np.ndarray, weights: np.ndarray, days: np.ndarray) -> Calibrator:
    """``fit_calibrator``; ``spread``: another slope and the same mean score.

    Where the level moves from date to date, Platt's line follows it and may be refused for that alone, however much
    too close to each other the scores lie. A level of its own for each date leaves the slope out of that.
    """
    if kind != "spread":
        return fit_calibrator(kind, churned, raw, weights)
    slope = fit_slope(churned, raw, weights, days)
    return Calibrator(slope, slope, best_intercept(probabilities(raw), slope * raw, weights))
