"""Labelled test rows with the scores of every model: what all figures are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from bleib.model.baselines import Scores
from bleib.model.metrics import Ranking, probability_figures, ranking_figures
from bleib.model.rows import Rows

# Of the customers contacted: where curves have a point. A list is often shorter than a fiftieth of all.
SHARES = np.concatenate([[0.0025, 0.005, 0.01], np.round(np.linspace(0.02, 1.0, 50), 2)])


class ScoredTest:
    """Labelled test rows with the scores of every model, and the ranking of each on every date, made once."""

    def __init__(self, rows: Rows, scores: dict[str, Scores]) -> None:
        self.rows = rows
        self.scores = scores
        self.dates = sorted(rows.dates.unique())
        self.at = [np.flatnonzero((rows.dates == day).to_numpy()) for day in self.dates]
        self.rankings = {name: [Ranking.of(score.values[at]) for at in self.at] for name, score in scores.items()}

    def groups(self, model: str, weights: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """Per date: weight of churned and of all rows in each group of equal score, riskiest first."""
        return [
            ranking.groups(self.rows.churned[at], weights[at])
            for ranking, at in zip(self.rankings[model], self.at, strict=True)
        ]

    def figures(self, model: str, weights: np.ndarray, capacity: float) -> dict[str, float]:
        """All figures that the model's kind of score allows."""
        score = self.scores[model]
        out = ranking_figures(self.groups(model, weights), capacity)
        if score.is_probability:
            out |= probability_figures(self.rows.churned, score.values, weights)
        return out

    def only(self, chosen: np.ndarray, models: Iterable[str]) -> ScoredTest:
        """The rows where ``chosen`` (n,) is true, with the scores of the ``models`` alone."""
        rows = self.rows.take(np.flatnonzero(chosen))
        scores = {name: replace(self.scores[name], values=self.scores[name].values[chosen]) for name in models}
        return ScoredTest(rows, scores)
