"""The rule for keeping a change: better, tie or worse, paired over customers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bleib.commands.compare import metric_named, table, verdict
from bleib.errors import BleibError, DataError
from bleib.model.bootstrap import Figure
from bleib.model.change import Gain, gains, pair

DAYS = ("2025-03-03", "2025-03-31")


def scored(seed: int, skill: float, customers: int = 600) -> pd.DataFrame:
    """Test scores of customers with a hidden risk; the more ``skill``, the more of it the score sees."""
    hidden = np.random.default_rng(0).normal(size=2 * customers)
    churned = np.random.default_rng(1).random(2 * customers) < 1 / (1 + np.exp(1 - 1.5 * hidden))
    noise = np.random.default_rng(seed).normal(size=2 * customers)
    score = skill * hidden + 0.5 * noise
    return pd.DataFrame(
        {
            "customer_id": pd.array([f"c{k}" for k in range(customers)] * 2, dtype="str"),
            "as_of_date": pd.to_datetime(np.repeat(DAYS, customers)),
            "churned": churned,
            "bleib": 1 / (1 + np.exp(1 - score)),
        }
    )


def test_a_version_that_sees_more_of_the_risk_is_better() -> None:
    found = gains(pair(scored(2, 0.5), scored(2, 1.5), "bleib"), 200, 1)
    assert {metric: gain.verdict for metric, gain in found.items()} == dict.fromkeys(found, "better")
    assert found["auroc"].better == 1.0
    assert found["log_loss"].gain.value == pytest.approx(found["log_loss"].before - found["log_loss"].after)


def test_the_other_way_round_it_is_worse_by_the_same_amount() -> None:
    one, other = scored(2, 0.5), scored(2, 1.5)
    there, back = gains(pair(one, other, "bleib"), 100, 1), gains(pair(other, one, "bleib"), 100, 1)
    assert back["auroc"].verdict == "worse"
    assert back["auroc"].gain.value == pytest.approx(-there["auroc"].gain.value)


def test_two_versions_that_differ_by_chance_are_a_tie_in_most_of_the_cases() -> None:
    found = [gains(pair(scored(a, 1.0), scored(a + 50, 1.0), "bleib"), 60, 1)["auroc"].verdict for a in range(20)]
    assert found.count("tie") >= 10
    assert found.count("better") <= 7


def test_the_same_scores_are_a_tie_without_any_gain() -> None:
    same = gains(pair(scored(2, 1.0), scored(2, 1.0), "bleib"), 50, 1)["auroc"]
    assert (same.verdict, same.gain.value, same.error, same.better) == ("tie", 0.0, 0.0, 0.0)


def gain(value: float, error: float, better: float) -> Gain:
    return Gain(0.7, 0.7 + value, Figure(value, value - 2 * error, value + 2 * error), error, better)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (gain(0.011, 0.010, 0.86), "better"),
        (gain(0.009, 0.010, 0.82), "tie"),
        (gain(0.011, 0.010, 0.79), "tie"),
        (gain(-0.011, 0.010, 0.14), "worse"),
        (gain(-0.009, 0.010, 0.18), "tie"),
    ],
)
def test_a_change_is_kept_only_beyond_one_standard_error_and_with_80_percent(found: Gain, expected: str) -> None:
    assert found.verdict == expected


def test_only_rows_that_both_scored_are_compared() -> None:
    assert len(pair(scored(1, 1.0), scored(2, 1.0).head(700), "bleib")) == 700


def test_versions_without_a_common_row_are_refused() -> None:
    later = scored(2, 1.0)
    later["as_of_date"] += pd.Timedelta(days=7)
    with pytest.raises(DataError, match="no snapshot in common"):
        pair(scored(1, 1.0), later, "bleib")


def test_versions_with_another_meaning_of_churn_are_refused() -> None:
    other = scored(2, 1.0)
    other.loc[:9, "churned"] = ~other.loc[:9, "churned"]
    with pytest.raises(DataError, match="10 of 1,200 common snapshots ended otherwise"):
        pair(scored(1, 1.0), other, "bleib")


def test_a_tie_goes_to_the_version_with_fewer_features_and_else_to_the_older_one() -> None:
    tie = gain(0.001, 0.01, 0.5)
    assert verdict(tie, "auroc", "old", "new", {"old": 90, "new": 80}).startswith("TIE: keep new")
    assert verdict(tie, "auroc", "old", "new", {"old": 80, "new": 80}).startswith("TIE: keep old")
    assert verdict(gain(0.02, 0.01, 0.97), "auroc", "old", "new", {"old": 1, "new": 2}).startswith("KEEP new")
    assert verdict(gain(-0.02, 0.01, 0.02), "auroc", "old", "new", {"old": 1, "new": 2}).startswith("KEEP old")


def test_the_table_shows_both_values_the_gain_and_its_interval() -> None:
    lines = table({m: gain(0.02, 0.01, 0.97) for m in ("auroc", "average_precision", "log_loss")}, "old", "new")
    assert lines[1].split() == ["AUROC", "0.7000", "0.7200", "+0.0200", "[+0.0000,", "+0.0400]", "97%"]


def test_an_unknown_figure_is_refused_with_the_one_that_may_be_meant() -> None:
    with pytest.raises(BleibError, match="did you mean auroc"):
        metric_named("aurok")
