"""The weighted mean of the boosters' and the linear model's scores (or contributions)."""

from __future__ import annotations

import numpy as np


def mix(boosters: np.ndarray, linear: np.ndarray, linear_share: float) -> np.ndarray:
    """``(1 − linear_share) · boosters + linear_share · linear``; a part without weight may be anything, also NaN."""
    if linear_share == 0:
        return boosters
    return linear if linear_share == 1 else (1 - linear_share) * boosters + linear_share * linear
