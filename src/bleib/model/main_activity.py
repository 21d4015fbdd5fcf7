"""Which features tell recency, frequency and monetary value of the main activity: their names only."""

from __future__ import annotations

import re

from bleib.errors import DataError

COUNT = re.compile(r"frequency_(.+)_count_all")  # names the main activity: order, payment, activity …
SPEND = "value_spend_all"


def main_columns(names: list[str]) -> tuple[str, str, str]:
    """``history_columns``; DataError where one is missing."""
    there = history_columns(names)
    if there is None:
        raise DataError(
            "features: the simple rules that the model is compared with need recency_…_days, onboarding_…_first_days "
            "and frequency_…_count_all of the main activity, and data/features has none of one and the same activity; "
            "check features.main_kinds and churn.kinds in params.yaml, then run `bleib run`"
        )
    return there


def history_columns(names: list[str]) -> tuple[str, str, str] | None:
    """Of the features' ``names`` those of the main activity: days since the last event, since the first, number.

    None where one of them is missing.
    """
    wanted = [
        (f"recency_{slug}_days", f"onboarding_{slug}_first_days", f"frequency_{slug}_count_all")
        for slug in _activities(names)
    ]
    return next((columns for columns in wanted if set(columns) <= set(names)), None)


def rfm_columns(names: list[str]) -> tuple[str, ...]:
    """Of the features' ``names`` recency, frequency and, where there are amounts, monetary value of the main activity.

    Empty where recency or frequency is missing.
    """
    wanted = [(f"recency_{slug}_days", f"frequency_{slug}_count_all") for slug in _activities(names)]
    there = [columns for columns in wanted if set(columns) <= set(names)]
    return (*there[0], *(name for name in names if name == SPEND)) if there else ()


def _activities(names: list[str]) -> list[str]:
    return [found[1] for found in map(COUNT.fullmatch, names) if found]
