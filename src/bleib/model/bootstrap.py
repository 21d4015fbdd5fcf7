"""95 % intervals from resampled customers: a customer is drawn with all of his snapshots.

The model is held fixed: the intervals show how far the figures depend on who happened to be in the test, not how far
another training would have given another model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

LEVELS = (0.025, 0.975)
MIN_KNOWN = 0.9  # share of the resamples in which a figure must exist, else it has no interval


@dataclass(frozen=True)
class Figure:
    """A value with its 95 % interval; NaN where it cannot be known."""

    value: float
    low: float
    high: float

    def plain(self) -> dict[str, float | None]:
        """For JSON: none in place of NaN."""
        return {k: None if np.isnan(v) else round(v, 6) for k, v in vars(self).items()}


def customer_weights(customers: pd.Series, resamples: int, seed: int) -> np.ndarray:
    """How often each row is drawn, shape (resamples, n), when whole customers are drawn with replacement."""
    codes, names = pd.factorize(customers)
    drawn = np.random.default_rng(seed).integers(0, len(names), size=(resamples, len(names)))
    counts = np.stack([np.bincount(row, minlength=len(names)) for row in drawn])
    return counts[:, codes].astype(np.float64)


def figure(value: float, resampled: np.ndarray) -> Figure:
    """The value with the 2.5 and 97.5 percentiles of its resamples."""
    known = resampled[np.isfinite(resampled)]
    if len(known) < MIN_KNOWN * len(resampled):
        return Figure(value, float("nan"), float("nan"))
    low, high = np.quantile(known, LEVELS)
    return Figure(value, float(low), float(high))
