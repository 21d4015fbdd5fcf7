"""A model whose contributions are given: for the tests of the reasons."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from bleib.model.calibrator import Calibrator


class FixedModel:
    """Contributions of each seed as given, each (n, f), with one base value; ``error`` is added to the score."""

    calibrator = Calibrator()

    def __init__(self, *effects: np.ndarray, base: float = -1.0, error: float = 0.0) -> None:
        self.effects, self.base, self.error = effects, base, error

    def seed_scores(self, X: pd.DataFrame) -> np.ndarray:
        return np.column_stack([effects.sum(axis=1) + self.base + self.error for effects in self.effects])

    def seed_contributions(self, X: pd.DataFrame) -> Iterator[np.ndarray]:
        for effects in self.effects:
            yield np.column_stack([effects, np.full(len(X), self.base)])

    def decision_function(self, X: pd.DataFrame) -> np.ndarray:
        return self.seed_scores(X).mean(axis=1)
