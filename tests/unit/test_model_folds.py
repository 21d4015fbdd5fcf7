"""Forward folds learn from the past only."""

from __future__ import annotations

import numpy as np
import pandas as pd

import model_worlds
from bleib.model.folds import Fold, forward_folds
from bleib.settings import Churn


def folds(count: int, horizon: int, most: int, lead: int = 0) -> list[Fold]:
    """Of ``count`` weekly dates with one leaver and one other customer each."""
    dates = pd.Series(np.repeat(model_worlds.days(count, every=7), 2))
    return forward_folds(dates, np.tile([True, False], count), Churn(horizon_days=horizon, lead_days=lead), most)


def test_a_fold_learns_from_the_dates_whose_outcome_is_closed_before_its_day() -> None:
    newest = folds(10, horizon=14, most=4)[-1]
    assert str(newest.day) == "2024-03-04"
    assert newest.later.tolist() == [18, 19]
    assert newest.earlier.tolist() == list(range(16))  # up to the eighth date, whose window closes on the tenth


def test_the_lead_counts_into_the_purge() -> None:
    assert folds(10, horizon=14, lead=7, most=4)[-1].earlier.tolist() == list(range(14))


def test_the_folds_are_spread_over_the_newest_half_of_the_dates() -> None:
    assert [fold.later[0] // 2 for fold in folds(21, horizon=7, most=4)] == [11, 14, 17, 20]


def test_where_there_are_too_few_dates_there_are_fewer_folds() -> None:
    assert [fold.later[0] // 2 for fold in folds(4, horizon=14, most=4)] == [2, 3]
    assert folds(3, horizon=90, most=4) == []


def test_a_fold_without_both_outcomes_is_left_out() -> None:
    dates = pd.Series(np.repeat(model_worlds.days(4, every=7), 2))
    churned = np.array([True, False] * 3 + [False, False])
    assert [str(fold.day) for fold in forward_folds(dates, churned, Churn(horizon_days=7), 4)] == [
        "2024-01-08",
        "2024-01-15",
    ]
