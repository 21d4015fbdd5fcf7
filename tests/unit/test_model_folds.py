"""Forward folds learn from the past only."""

from __future__ import annotations

import numpy as np
import pandas as pd

import model_worlds
from bleib.model.folds import Fold, customer_folds, forward_folds
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


def key(customers: int, dates: int) -> pd.DataFrame:
    """Every customer at every weekly date."""
    days = model_worlds.days(dates, every=7)
    return pd.DataFrame(
        {"customer_id": [f"c{k}" for _ in days for k in range(customers)], "as_of_date": np.repeat(days, customers)}
    )


def test_folds_over_customers_judge_every_row_once_by_models_of_other_customers() -> None:
    rows, churned = key(40, dates=2), np.tile([True, False], 40)
    found = customer_folds(rows, churned, 4)
    assert sorted(np.concatenate([fold.later for fold in found])) == list(range(80))
    assert [len(fold.later) for fold in found] == [20, 20, 20, 20]
    for fold in found:
        assert not set(rows["customer_id"].iloc[fold.earlier]) & set(rows["customer_id"].iloc[fold.later])
        assert str(fold.day) == "2024-01-08"


def test_folds_over_customers_need_two_parts_and_both_outcomes_in_each() -> None:
    rows = key(40, dates=1)
    assert customer_folds(rows, np.tile([True, False], 20), 1) == []
    assert customer_folds(rows, np.arange(40) == 7, 4) == []
    assert customer_folds(rows.iloc[:0], np.zeros(0, dtype=bool), 4) == []
