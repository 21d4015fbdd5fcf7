"""The weighted mean of two models' scores (or contributions)."""

from __future__ import annotations

import numpy as np


def mix(one: np.ndarray, other: np.ndarray, other_share: float) -> np.ndarray:
    """``(1 − other_share) · one + other_share · other``; a part without weight may be anything, also NaN."""
    if other_share == 0:
        return one
    return other if other_share == 1 else (1 - other_share) * one + other_share * other
