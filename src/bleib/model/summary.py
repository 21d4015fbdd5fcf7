"""The dozen figures that one looks at first, for the tables of ``dvc metrics`` and ``dvc exp show``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bleib.model.ranking_names import OURS, RULE

FIGURES = (
    "auroc",
    "average_precision",
    "precision",
    "recall",
    "lift",
    "log_loss",
    "calibration_slope",
    "observed_expected",
)
CHOICE = ("candidate", "trees", "calibrator", "settings_from")


def summary_of(metrics: Mapping[str, Any], recipe: Mapping[str, Any]) -> dict[str, Any]:
    """Of metrics.json and recipe.json one flat level, no intervals; None where nothing could be measured."""
    ours, gain = metrics["models"].get(OURS, {}), metrics["difference_from"].get(RULE, {})
    gate = metrics["gate"]
    return {
        "gate_passed": None if "trained_from" in gate else gate["passed"],
        **{name: _value(ours, name) for name in FIGURES},
        "auroc_gain_over_recency": _value(gain, "auroc"),
        **{name: recipe[name] for name in CHOICE},
    }


def _value(figures: Mapping[str, Mapping[str, float | None]], name: str) -> float | None:
    return figures[name]["value"] if name in figures else None
