"""Forward folds learn from the past only."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

import model_worlds
from bleib.model.folds import Fold, closed_before_newest, customer_folds, forward_folds
from bleib.settings import Churn


def folds(count: int, horizon: int, most: int, lead: int = 0) -> list[Fold]:
    """Of ``count`` weekly dates with one leaver and one other customer each."""
    dates = pd.Series(np.repeat(model_worlds.days(count, every=7), 2))
    return forward_folds(
        dates, np.tile([True, False], count), Churn(horizon_days=horizon, lead_days=lead, usual_delay_days=0), most
    )


def test_a_fold_learns_from_the_dates_whose_outcome_is_closed_before_its_day() -> None:
    newest = folds(10, horizon=14, most=4)[-1]
    assert str(newest.day) == "2024-03-04"
    assert newest.later.tolist() == [18, 19]
    assert newest.earlier.tolist() == list(range(16))  # up to the eighth date, whose window closes on the tenth


def test_the_lead_counts_into_the_purge() -> None:
    assert folds(10, horizon=14, lead=7, most=4)[-1].earlier.tolist() == list(range(14))


def test_a_record_that_arrives_late_is_waited_for_as_it_is_when_labels_are_given() -> None:
    """On the day of the fold nobody had seen what happened in the last days of a window that closed just then."""
    days, on_time = model_worlds.days(4, every=7), Churn(horizon_days=14, usual_delay_days=0)
    late = on_time.model_copy(update={"usual_delay_days": 1})
    dates, churned = pd.Series(np.repeat(days, 2)), np.tile([True, False], 4)
    assert [len(forward_folds(dates, churned, churn, 4)[-1].earlier) for churn in (on_time, late)] == [4, 2]


def test_the_folds_are_spread_over_the_newest_half_of_the_dates() -> None:
    assert [fold.later[0] // 2 for fold in folds(21, horizon=7, most=4)] == [11, 14, 17, 20]


def test_where_there_are_too_few_dates_there_are_fewer_folds() -> None:
    assert [fold.later[0] // 2 for fold in folds(4, horizon=14, most=4)] == [2, 3]
    assert folds(3, horizon=90, most=4) == []


def test_a_fold_without_both_outcomes_is_left_out() -> None:
    dates = pd.Series(np.repeat(model_worlds.days(4, every=7), 2))
    churned = np.array([True, False] * 3 + [False, False])  # nobody has left on the newest date
    assert [str(fold.day) for fold in forward_folds(dates, churned, Churn(horizon_days=7, usual_delay_days=0), 4)] == [
        "2024-01-08",
        "2024-01-15",
    ]


def test_a_date_without_both_outcomes_does_not_take_the_place_of_one_that_has_them() -> None:
    dates = pd.Series(np.repeat(model_worlds.days(12, every=7), 2))
    churned = np.array([True, False] * 11 + [False, False])
    found = forward_folds(dates, churned, Churn(horizon_days=7, usual_delay_days=0), 2)
    assert [fold.later[0] // 2 for fold in found] == [5, 10]


def test_the_folds_closed_before_the_newest_are_those_that_share_no_window_with_it() -> None:
    days = [date(2025, 1, 1), date(2025, 1, 15), date(2025, 2, 1)]
    folds = [Fold(day, np.arange(3), np.arange(3)) for day in days]
    assert [fold.day for fold in closed_before_newest(folds, Churn(horizon_days=28, usual_delay_days=0))] == days[:1]
    assert [fold.day for fold in closed_before_newest(folds, Churn(horizon_days=14, usual_delay_days=0))] == days[:2]
    assert closed_before_newest([], Churn()) == []


def test_a_customer_is_judged_by_models_of_other_customers() -> None:
    days = pd.to_datetime(["2025-01-06", "2025-02-03"])
    key = pd.DataFrame({"customer_id": list("abcdefghij") * 2, "as_of_date": np.repeat(days, 10)})
    for fold in customer_folds(key, 5):
        assert not set(key["customer_id"].iloc[fold.earlier]) & set(key["customer_id"].iloc[fold.later])
        assert str(fold.day) == "2025-02-03"
