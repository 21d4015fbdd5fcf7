"""Groups of customers: segments as they are, traits in thirds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bleib.model.groups import groups_of, traits


def test_a_trait_is_cut_into_thirds_that_hold_every_row_once() -> None:
    found = list(groups_of(None, {"tenure": np.arange(9.0)}))
    assert [(group.by, group.name, group.chosen.sum()) for group in found] == [
        ("tenure", "1", 3), ("tenure", "2", 3), ("tenure", "3", 3)
    ]  # fmt: skip
    assert sum(group.chosen.astype(int) for group in found).tolist() == [1] * 9
    for group in found:
        inside = np.arange(9.0)[group.chosen]
        assert not (inside < group.start).any()
        assert not (inside >= group.end).any()


def test_customers_of_equal_trait_stay_together() -> None:
    found = list(groups_of(None, {"activity": np.array([0.0] * 5 + [2.0] + [5.0] * 4)}))
    assert [group.chosen.sum() for group in found] == [6, 4]


def test_where_most_share_the_lowest_trait_they_are_one_group_and_the_others_another() -> None:
    """Where seven of ten have no margin, say, nothing was told of either."""
    most_lowest, most_highest = np.array([0.0] * 70 + list(range(1, 31))), np.array([99.0] * 70 + list(range(1, 31)))
    told = [
        [(group.name, int(group.chosen.sum()), group.start, group.end) for group in groups_of(None, {"value": values})]
        for values in (most_lowest, most_highest, np.array([0.0] * 50 + list(range(1, 51))))
    ]
    assert repr(told[0]) == "[('1', 70, nan, 1.0), ('2', 30, 1.0, nan)]"
    assert repr(told[1]) == "[('1', 30, nan, 99.0), ('2', 70, 99.0, nan)]"
    assert repr(told[2]) == "[('1', 66, nan, 17.0), ('2', 34, 17.0, nan)]"


def test_a_trait_that_does_not_differ_makes_no_groups() -> None:
    assert list(groups_of(None, {"value": np.zeros(90)})) == []


def test_rows_without_segment_are_in_none() -> None:
    segments = pd.Series(["a", None, "b", "a"], dtype="str")
    assert [(group.name, group.chosen.tolist()) for group in groups_of(segments, {})] == [
        ("a", [True, False, False, True]), ("b", [False, False, True, False])
    ]  # fmt: skip
    assert {group.by for group in groups_of(segments, {})} == {"segment"}
    assert {group.by for group in groups_of(segments.rename("region"), {})} == {"region"}


def test_activity_is_events_in_thirty_days_and_a_new_customer_counts_as_thirty_days_old() -> None:
    columns = {"recency_order_days": [10.0, 1.0], "onboarding_order_first_days": [60.0, 3.0]}
    X = pd.DataFrame(columns | {"frequency_order_count_all": [4.0, 2.0]})
    assert traits(X)["tenure"].tolist() == [60.0, 3.0]
    assert traits(X)["activity"].tolist() == [2.0, 2.0]


def test_tenure_counts_from_signing_up_and_is_unknown_where_nothing_is_known() -> None:
    """The second customer has not yet ordered, of the third the sign-up is unknown, of the fourth all."""
    nan = float("nan")
    columns = {"recency_order_days": [10.0, nan, 1.0, nan], "onboarding_order_first_days": [60.0, nan, 3.0, nan]}
    X = pd.DataFrame(columns | {"frequency_order_count_all": [4.0, 0.0, 2.0, 0.0]})
    found = traits(X.assign(onboarding_tenure_days=[90.0, 12.0, nan, nan]))["tenure"]
    assert found.tolist()[:3] == [90.0, 12.0, 3.0]
    assert np.isnan(found[3])
    assert [group.chosen.tolist() for group in groups_of(None, {"tenure": found})] == [
        [False, False, True, False], [False, True, False, False], [True, False, False, False]
    ]  # fmt: skip
    assert list(groups_of(None, {"tenure": np.full(3, nan)})) == []
