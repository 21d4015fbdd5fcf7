"""Groups of customers: segments as they are, traits in thirds; and what is measured in each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bleib.artifacts import BY_GROUP
from bleib.files import read_csv, write_csv
from bleib.model.baselines import Scores
from bleib.model.bootstrap import customer_weights
from bleib.model.groups import by_group, groups_of, traits
from bleib.model.rows import Rows
from bleib.model.scored import ScoredTest


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


def scored(segments: dict[str, tuple[int, int]]) -> tuple[ScoredTest, pd.Series]:
    """On one date (leavers, stayers) of each segment. In "a" we rank all right and in "b" all wrong; the recency rule
    is right in "b" and knows nothing elsewhere. In "c" we know nothing either.
    """
    names = np.repeat(list(segments), [left + stayed for left, stayed in segments.values()])
    churned = np.concatenate([np.arange(left + stayed) < left for left, stayed in segments.values()])
    key = pd.DataFrame({"customer_id": pd.array([f"c{k}" for k in range(len(names))], dtype="str")})
    rows = Rows(key.assign(as_of_date=pd.Timestamp("2025-01-06")), pd.DataFrame(index=range(len(names))), churned)
    right = np.where(churned, 1.0, -1.0)
    ours = np.select([names == "a", names == "b"], [right, -right], 0.0)
    scores = {"bleib": Scores(ours, is_probability=True), "recency": Scores(np.where(names == "b", right, 0.0), False)}
    return ScoredTest(rows, scores), pd.Series(names, dtype="str", name="segment")


def measured(segments: dict[str, tuple[int, int]]) -> pd.DataFrame:
    test, names = scored(segments)
    return by_group(test, groups_of(names, {}), customer_weights(test.rows.key["customer_id"], 50, 1), "recency")


def figures(table: pd.DataFrame, group: str, metric: str) -> list[float]:
    found = table[(table["group"] == group) & (table["metric"] == metric)]
    assert len(found) == 1
    return found[["value", "low", "high"]].iloc[0].tolist()


def test_in_every_group_it_is_measured_whether_the_simple_rule_is_beaten_there() -> None:
    table = measured({"a": (30, 30), "b": (30, 30)})
    assert figures(table, "a", "auroc_gain") == [0.5, 0.5, 0.5]  # 1 against .5, on every resample
    assert figures(table, "b", "auroc_gain") == [-1.0, -1.0, -1.0]  # 0 against 1


def test_every_group_is_compared_with_the_others_and_not_with_the_whole() -> None:
    """In the whole, which holds the group, a weak group hides half of its own weakness."""
    table = measured({"a": (30, 30), "b": (30, 30)})
    assert figures(table, "a", "auroc_over_rest") == [1.0, 1.0, 1.0]
    assert figures(table, "b", "auroc_over_rest") == [-1.0, -1.0, -1.0]
    low = figures(measured({"a": (30, 30), "c": (30, 30)}), "c", "auroc_over_rest")
    assert low == [-0.5, -0.5, -0.5]


def test_the_only_group_has_no_others_to_be_compared_with() -> None:
    assert np.isnan(figures(measured({"a": (30, 30)}), "a", "auroc_over_rest")).all()
    assert figures(measured({"a": (30, 30)}), "a", "auroc_gain") == [0.5, 0.5, 0.5]


@pytest.mark.parametrize(
    ("sizes", "told"),
    [((20, 30), True), ((19, 31), False), ((30, 20), True), ((31, 19), False), ((20, 29), False)],
)
def test_a_group_with_few_rows_or_leavers_or_stayers_is_not_judged(sizes: tuple[int, int], told: bool) -> None:
    table = measured({"a": (50, 50), "b": sizes})
    assert sorted(table["group"].unique()) == (["a", "b"] if told else ["a"])


def test_leavers_of_a_group_are_counted_by_customer_because_one_customer_is_one_story() -> None:
    test, names = scored({"a": (60, 60)})
    test.rows.key["customer_id"] = pd.array([f"c{k // 4}" for k in range(120)], dtype="str")  # 15 who left, 15 others
    assert by_group(test, groups_of(names, {}), np.ones((20, 120)), "recency").empty


def test_groups_say_how_many_rows_and_how_many_of_them_left() -> None:
    table = measured({"a": (30, 40), "b": (25, 26)})
    assert table.groupby("group")[["snapshots", "churned"]].first().to_numpy().tolist() == [[70, 30], [51, 25]]


def test_segments_called_na_or_01_are_read_as_they_were_written(tmp_path: Path) -> None:
    table = measured({"a": (30, 30), "b": (30, 30)})
    table["group"] = table["group"].replace({"a": "NA", "b": "01"})
    write_csv(tmp_path / "groups.csv", table)
    assert sorted(read_csv(tmp_path / "groups.csv", BY_GROUP.table)["group"].unique()) == ["01", "NA"]
