"""The figures that one looks at first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

import report_inputs
from bleib.model.summary import summary_of
from bleib.model.unproved import nothing_proved

RECIPE: dict[str, Any] = {
    "candidate": "blend", "trees": 120, "calibrator": "spread", "settings_from": "params", "notes": ["x"],
}  # fmt: skip

FOLDS = pd.DataFrame({"auroc": [0.7, 0.8], "level_free_log_loss": [0.24, 0.2]})


def test_the_summary_has_one_level_and_no_intervals() -> None:
    metrics = report_inputs.evidence().metrics
    found = summary_of(metrics, RECIPE, FOLDS)
    assert (found["folds_auroc"], found["folds_level_free_log_loss"]) == (0.75, 0.22)
    assert found["auroc"] == metrics["models"]["bleib"]["auroc"]["value"]
    assert found["auroc_gain_over_rule"] == metrics["difference_from"]["recency"]["auroc"]["value"]
    assert found["rule"] == "recency"
    assert found["gate_passed"] == metrics["gate"]["passed"]
    assert (found["candidate"], found["trees"], found["calibrator"]) == ("blend", 120, "spread")
    assert not any(isinstance(value, dict | list) for value in found.values())


def test_where_nothing_is_proved_nothing_is_claimed() -> None:
    found = summary_of(nothing_proved(100, date(2026, 3, 1)).metrics, RECIPE, FOLDS.head(0))
    assert {name for name, value in found.items() if value is not None} == {
        "candidate", "trees", "calibrator", "settings_from",
    }  # fmt: skip
