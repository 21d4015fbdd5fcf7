"""The weekly hazard of giving notice: a discrete-time logit with additive terms.

Singer & Willett, Applied Longitudinal Data Analysis (2003), chapters 11–12; the frailty is their unobserved
heterogeneity.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def linear_parts(drivers: Mapping[str, np.ndarray], coefficients: Mapping[str, float]) -> dict[str, np.ndarray]:
    """Each term ``coefficient × driver`` in log-odds, shape (customers,) each; KeyError if a driver is missing."""
    return {name: value * drivers[name] for name, value in coefficients.items()}


def probability(log_odds: np.ndarray) -> np.ndarray:
    """Logistic function."""
    return 1.0 / (1.0 + np.exp(-log_odds))


def decay(half_life_weeks: float) -> float:
    """The factor by which a load shrinks in a week."""
    return float(0.5 ** (1 / half_life_weeks))
