"""Raw scores to calibrated ones, both in log-odds: one formula with three parameters, of which a kind frees some.

f(raw) = c + a · log p − b · log(1 − p) with p the logistic function of raw (beta calibration: Kull, Silva Filho, Flach
2017, Electronic Journal of Statistics 11(2), 5052–5080). With a = b it is c + a · raw (Platt 1999); with c = 0 besides,
temperature scaling; with a = b = 1 a shift of the level alone. ``fit_slope``: a slope whatever the level of each date.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bleib.model.metrics import probabilities
from bleib.model.newton import least_log_loss

FREE = {  # which of the columns (a, b, c) a kind moves; a row of the matrix is one free parameter
    "identity": np.zeros((0, 3)),
    "intercept": np.array([[0.0, 0.0, 1.0]]),
    "temperature": np.array([[1.0, 1.0, 0.0]]),
    "platt": np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    "beta": np.eye(3),
}
LEAST_SLOPE = 0.01  # a calibrator never turns a ranking round
LEAST = np.array([LEAST_SLOPE, LEAST_SLOPE, -np.inf])  # of a, b and c


@dataclass(frozen=True)
class Calibrator:
    """The parameters a, b ≥ 0 and c (log-odds); (1, 1, 0) leaves scores as they are."""

    a: float = 1.0
    b: float = 1.0
    c: float = 0.0

    def apply(self, raw: np.ndarray) -> np.ndarray:
        """Calibrated log-odds of raw ones, (n,); never reverses an order."""
        if self.a == self.b:
            return self.a * np.asarray(raw) + self.c
        return _design(raw) @ np.array([self.a, self.b, self.c])

    def secant(self, raw: np.ndarray, base: float) -> np.ndarray:
        """(f(raw) − f(base)) ÷ (raw − base), shape (n,): by what contributions to ``raw`` are multiplied to add up
        to ``f(raw)`` from ``f(base)``. Where the two coincide it is the slope of f there.
        """
        gap = np.asarray(raw, dtype=np.float64) - base
        near = np.abs(gap) < 1e-6
        risk = probabilities(raw)
        slope = self.a * (1 - risk) + self.b * risk
        rise = self.apply(np.asarray(raw)) - self.apply(np.array([base]))
        return np.where(near, slope, rise / np.where(near, 1.0, gap))


def fit_calibrator(kind: str, churned: np.ndarray, raw: np.ndarray, weights: np.ndarray) -> Calibrator:
    """The parameters of ``kind`` (a key of ``FREE``) with the least weighted log loss.

    ``churned`` bool, ``raw`` log-odds, ``weights``, all (n,). A slope that would be below ``LEAST_SLOPE`` is held
    there, and what is left is fitted again.
    """
    design, free, start = _design(raw), FREE[kind], np.array([1.0, 1.0, 0.0])
    while len(free):
        found = start + least_log_loss(design @ free.T, design @ start, churned, weights) @ free
        low = found < LEAST
        if not low.any():
            return Calibrator(*found.tolist())
        start = np.where(low, LEAST, start)
        free = free[~free[:, low].any(axis=1)]
    return Calibrator(*start.tolist())


def fit_slope(churned: np.ndarray, raw: np.ndarray, weights: np.ndarray, days: pd.Series | np.ndarray) -> float:
    """By what to multiply ``raw`` for the least weighted log loss, where every date has the level that suits it.

    Arguments (n,) as in ``fit_calibrator``; ``days``: the as-of dates. At least ``LEAST_SLOPE``.
    """
    levels = np.asarray(days)[:, None] == np.unique(days)
    moves = least_log_loss(np.column_stack([raw, levels]), np.asarray(raw, dtype=np.float64), churned, weights)
    return max(1.0 + float(moves[0]), LEAST_SLOPE)


def _design(raw: np.ndarray) -> np.ndarray:
    """Columns log p, −log(1 − p), 1; shape (n, 3)."""
    raw = np.asarray(raw, dtype=np.float64)
    return np.column_stack([-np.logaddexp(0.0, -raw), np.logaddexp(0.0, raw), np.ones(len(raw))])
