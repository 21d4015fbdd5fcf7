"""The evaluation where no outcome is closed early enough: nothing is measured, and it is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from bleib.artifacts import BY_GROUP
from bleib.model.evaluation import BY_DATE_COLUMNS, COMPARISON_COLUMNS, GAIN_COLUMNS, RELIABILITY_COLUMNS, Evaluation
from bleib.model.gate import Verdict
from bleib.model.ranking_names import OURS, RULE
from bleib.model.value_metrics import no_profit


def nothing_proved(capacity: int, trained_from: date) -> Evaluation:
    """What ``evaluate`` gives, without a figure; ``trained_from``: with data up to that day a model can be trained."""
    assert BY_GROUP.table is not None
    judged = Verdict(passed=False, reasons=(_why(trained_from),), trained_from=trained_from)
    metrics: dict[str, Any] = {
        "test": _no_test(capacity),
        "models": {},
        "difference_from": {},
        "gate": judged.plain(),
        "rule": None,
    }
    return Evaluation(
        metrics=metrics,
        test_scores=pd.DataFrame(columns=["customer_id", "as_of_date", "churned", OURS, RULE]),
        comparison=pd.DataFrame(columns=COMPARISON_COLUMNS),
        by_group=BY_GROUP.table.empty(),
        by_date=pd.DataFrame(columns=BY_DATE_COLUMNS),
        reliability=pd.DataFrame(columns=RELIABILITY_COLUMNS),
        gain=pd.DataFrame(columns=GAIN_COLUMNS),
        profit=no_profit(),
        verdict=judged,
    )


def _no_test(capacity: int) -> dict[str, Any]:
    unknown = {"value": None, "low": None, "high": None}
    counts = {"dates": [], "snapshots": 0, "customers": 0, "churned": 0, "leavers": 0}
    return counts | {"base_rate": unknown, "capacity": capacity, "predicted_on_lists": None}


def _why(trained_from: date) -> str:
    return (
        "no outcome is closed early enough to train a model and test it; the probabilities are those of each "
        "customer's own rhythm (MBG/NBD). "
        f"When the data are complete up to {trained_from} a model will be trained and tested."
    )
