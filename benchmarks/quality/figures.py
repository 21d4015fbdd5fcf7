"""Figures of every model on one test, and how far they are from ours, with paired intervals over customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bleib.model.baselines import Scores
from bleib.model.bootstrap import Figure, customer_weights, figure
from bleib.model.rows import Rows
from bleib.model.scored import ScoredTest

OURS = "bleib"
SHOWN = (
    "auroc",
    "average_precision",
    "log_loss",
    "lift",
    "precision",
    "calibration_slope",
    "observed_expected",
)
COMPARED = ("auroc", "average_precision", "log_loss", "lift", "precision", "calibration_slope")
TOP_SHARE = 0.05
RESAMPLES = 300
SEED = 7


@dataclass(frozen=True)
class Measured:
    """One model on one test. ``ahead``: ours minus this model's, turned so that above 0 we are better."""

    figures: dict[str, Figure]
    ahead: dict[str, Figure]

    def plain(self) -> dict[str, dict[str, dict[str, float | None]]]:
        """For JSON."""
        return {part: {name: value.plain() for name, value in row.items()} for part, row in vars(self).items()}


def measure(rows: Rows, scores: dict[str, Scores]) -> dict[str, Measured]:
    """Every model of ``scores``, ours among them; lift and precision at the riskiest 5 % of each date's cohort."""
    test = ScoredTest(rows, scores)
    places = TOP_SHARE * len(rows.churned) / len(test.dates)
    draws = [np.ones(len(rows.churned)), *customer_weights(rows.key["customer_id"], RESAMPLES, SEED)]
    drawn = {model: [test.figures(model, weights, places) for weights in draws] for model in scores}
    return {model: Measured(_figures(drawn[model]), _ahead(drawn[OURS], drawn[model])) for model in scores}


def _figures(drawn: list[dict[str, float]]) -> dict[str, Figure]:
    return {name: _figure([figures[name] for figures in drawn]) for name in SHOWN if name in drawn[0]}


def _ahead(ours: list[dict[str, float]], other: list[dict[str, float]]) -> dict[str, Figure]:
    if other is ours:
        return {}
    pairs = list(zip(ours, other, strict=True))
    return {
        name: _figure([_skill(name, mine[name]) - _skill(name, yours[name]) for mine, yours in pairs])
        for name in COMPARED
        if name in other[0]
    }


def _skill(name: str, value: float) -> float:
    """A figure turned so that more is better: a log loss should be low, a slope near 1."""
    if name == "calibration_slope":
        return -abs(value - 1)
    return -value if name == "log_loss" else value


def _figure(values: list[float]) -> Figure:
    """The first value is that of the rows as they are, the others those of the resamples."""
    return figure(values[0], np.array(values[1:]))
