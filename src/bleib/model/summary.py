"""The figures that one looks at first, for the tables of ``dvc metrics`` and ``dvc exp show``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from bleib.model.ranking_names import OURS

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
ON_FOLDS = ("auroc", "level_free_log_loss")
CHOICE = ("candidate", "trees", "calibrator", "settings_from")


def summary_of(metrics: Mapping[str, Any], recipe: Mapping[str, Any], folds: pd.DataFrame) -> dict[str, Any]:
    """Of metrics.json and recipe.json one flat level, no intervals; None where nothing could be measured.

    ``folds``: auroc and level_free_log_loss of the candidate that was taken on each forward fold. Their means are what
    versions should be chosen by; the others are of the test dates.
    """
    ours, gain = metrics["models"].get(OURS, {}), metrics["difference_from"].get(metrics["rule"], {})
    gate = metrics["gate"]
    return {
        "gate_passed": None if "trained_from" in gate else gate["passed"],
        **{name: _value(ours, name) for name in FIGURES},
        "rule": metrics["rule"],
        "auroc_gain_over_rule": _value(gain, "auroc"),
        **{f"folds_{name}": round(float(folds[name].mean()), 6) if len(folds) else None for name in ON_FOLDS},
        **{name: recipe[name] for name in CHOICE},
    }


def _value(figures: Mapping[str, Mapping[str, float | None]], name: str) -> float | None:
    return figures[name]["value"] if name in figures else None
