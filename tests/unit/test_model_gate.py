"""The gate can fail, and says why."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pytest

from bleib.model.bootstrap import Figure
from bleib.model.gate import Verdict, mean_of_folds, verdict

NAN = float("nan")
GOOD = Figure(0.75, 0.72, 0.78)
GAIN = Figure(0.05, 0.02, 0.08)
STEADY = {"2024-01-01": 0.74, "2024-02-01": 0.76}


def test_a_model_that_beats_the_rule_for_sure_passes() -> None:
    got = verdict(GOOD, GAIN, STEADY, 0.0)
    assert got.passed
    assert got.text() == (
        "PASSED: the model may be used.\n"
        "  - AUROC 0.750 [0.720, 0.780], gain over the recency rule +0.050 [+0.020, +0.080]."
    )


def test_where_nothing_could_be_judged_the_verdict_is_neither_passed_nor_failed() -> None:
    got = Verdict(False, ("too early.",), date(2025, 3, 1))
    assert got.text() == "NOT PROVED: nothing is known yet of how good this list is.\n  - too early."
    assert got.plain() == {"passed": False, "reasons": ["too early."], "failures": [], "trained_from": "2025-03-01"}


@pytest.mark.parametrize(
    ("auroc", "gain", "by_date", "least", "reason"),
    [
        (GOOD, Figure(0.02, -0.001, 0.04), STEADY, 0.0, "does not beat the recency rule for sure"),
        (GOOD, Figure(0.02, 0.0, 0.04), STEADY, 0.0, "does not beat the recency rule for sure"),
        (GOOD, GAIN, STEADY, 0.02, r"all of the interval above \+0.020"),
        (GOOD, Figure(0.05, NAN, NAN), STEADY, 0.0, "cannot be known from so few outcomes"),
        (Figure(0.53, 0.499, 0.56), GAIN, STEADY, 0.0, "no skill: AUROC 0.530"),
        (Figure(0.45, 0.40, 0.49), GAIN, STEADY, 0.0, "no skill"),
        (Figure(NAN, NAN, NAN), GAIN, STEADY, 0.0, "no skill"),
        (GOOD, GAIN, {"2024-01-01": 0.8, "2024-02-01": 0.45}, 0.0, "unstable: AUROC 0.450 on 2024-02-01, but 0.800 on"),
    ],
)
def test_the_gate_fails_with_its_reason(auroc, gain, by_date, least, reason) -> None:  # type: ignore[no-untyped-def]
    got = verdict(auroc, gain, by_date, least)
    assert not got.passed
    assert len(got.reasons) == 1
    assert re.search(reason, got.text())


def test_a_model_that_is_too_good_to_be_true_fails() -> None:
    leak = Figure(0.996, 0.994, 0.998)
    (failure,) = verdict(leak, GAIN, STEADY, 0.0, most=0.98).failures
    assert (failure.kind, failure.figures["most"]) == ("leak", 0.98)
    assert "too good to be true: AUROC 0.996 [0.994, 0.998], above 0.98 for sure" in failure.reason
    assert verdict(Figure(0.985, 0.98, 0.99), GAIN, STEADY, 0.0, most=0.98).passed
    assert verdict(leak, GAIN, STEADY, 0.0).passed


def test_a_gain_that_is_sure_and_too_small_is_not_said_to_be_none() -> None:
    (reason,) = verdict(GOOD, GAIN, STEADY, 0.03).reasons
    assert reason.endswith("needed: all of the interval above +0.030.")
    (reason,) = verdict(GOOD, Figure(0.02, -0.001, 0.04), STEADY, 0.03).reasons
    assert reason.endswith("Ranking by days since the last event may serve as well.")


def test_every_reason_is_told() -> None:
    got = verdict(Figure(0.5, 0.4, 0.6), Figure(0.0, -0.1, 0.1), {"a": 0.4, "b": 0.6}, 0.0)
    assert got.plain()["failures"] == [
        {"kind": "gain", "figures": {"value": 0.0, "low": -0.1, "high": 0.1, "least": 0.0}},
        {"kind": "auroc", "figures": {"value": 0.5, "low": 0.4, "high": 0.6}},
        {"kind": "unstable", "figures": {"a": 0.4, "b": 0.6}},
    ]
    assert len(got.reasons) == 3
    assert got.text().startswith("FAILED: do not use this model.")


def test_a_test_date_without_a_churner_does_not_count_as_flipped() -> None:
    assert verdict(GOOD, GAIN, {"2024-01-01": NAN, "2024-02-01": 0.75}, 0.0).passed


def test_skill_that_was_not_there_on_the_forward_folds_fails() -> None:
    """Four folds of 200 to 250 customers with 11 to 44 leavers."""
    leavers = np.array([11, 25, 30, 44])
    found = mean_of_folds(np.array([0.53, 0.531, 0.55, 0.549]), leavers, np.array([193, 197, 210, 208]))
    assert found.value == pytest.approx(0.54)
    assert found.low < 0.5
    judged = verdict(GOOD, GAIN, {}, 0.0, found)
    assert not judged.passed
    assert judged.reasons[0].startswith("no skill on the forward folds")
    assert [failure.kind for failure in judged.failures] == ["folds"]
    assert verdict(GOOD, GAIN, {}, 0.0, mean_of_folds(np.full(4, 0.7), leavers, leavers)).passed


def test_without_skill_four_alike_folds_are_twice_as_sure_as_one() -> None:
    """20 leavers and 80 others: the variance is 101 / (12 · 20 · 80), 1.96 standard errors are .1422."""
    leavers, others = np.array([20]), np.array([80])
    one = mean_of_folds(np.array([0.6]), leavers, others)
    four = mean_of_folds(np.array([0.5, 0.7, 0.6, 0.6]), leavers.repeat(4), others.repeat(4))
    assert (one.low, one.value, one.high) == pytest.approx((0.4578, 0.6, 0.7422), abs=5e-5)
    assert (four.low, four.value, four.high) == pytest.approx((0.5289, 0.6, 0.6711), abs=5e-5)


def test_an_auroc_whose_interval_touches_chance_is_no_skill_on_the_test_dates_as_on_the_folds() -> None:
    touches, above = Figure(0.53, 0.5, 0.56), Figure(0.53, 0.501, 0.56)
    assert [failure.kind for failure in verdict(touches, GAIN, STEADY, 0.0, touches).failures] == ["auroc", "folds"]
    assert verdict(above, GAIN, STEADY, 0.0, above).passed


def test_what_the_folds_showed_is_told_with_its_figures() -> None:
    (failure,) = verdict(GOOD, GAIN, STEADY, 0.0, Figure(0.53, 0.48, 0.58)).failures
    assert failure.reason == "no skill on the forward folds, on which it was chosen: AUROC 0.530 [0.480, 0.580]."
    assert failure.figures == {"value": 0.53, "low": 0.48, "high": 0.58}


def test_the_figures_of_a_leak_are_its_auroc_and_the_most_that_is_believed() -> None:
    (failure,) = verdict(Figure(0.996, 0.994, 0.998), GAIN, STEADY, 0.0, most=0.98).failures
    assert failure.figures == {"value": 0.996, "low": 0.994, "high": 0.998, "most": 0.98}


def test_the_folds_are_judged_by_their_mean() -> None:
    found = mean_of_folds(np.array([0.4, 0.6, 0.6, 0.6]), np.full(4, 50), np.full(4, 200))
    assert found.value == pytest.approx(0.55)


def test_a_gain_that_begins_at_nought_leaves_it_open_whether_the_rule_serves_as_well() -> None:
    (reason,) = verdict(GOOD, Figure(0.02, 0.0, 0.04), STEADY, 0.0).reasons
    assert reason.endswith("above +0.000. Ranking by days since the last event may serve as well.")


@pytest.mark.parametrize("by_date", [{"a": 0.4, "b": 0.45}, {"a": 0.5, "b": 0.7}, {"a": 0.5, "b": 0.4}])
def test_only_an_auroc_that_lies_below_chance_once_and_above_it_once_is_unstable(by_date: dict[str, float]) -> None:
    assert verdict(GOOD, GAIN, by_date, 0.0).passed


def test_of_an_unstable_model_each_date_is_told_on_its_side_of_chance() -> None:
    by_date = {"2024-01-01": 0.8, "2024-02-01": 0.4512345678, "2024-03-01": 0.5, "2024-04-01": NAN, "2024-05-01": 0.7}
    (failure,) = verdict(GOOD, GAIN, by_date, 0.0).failures
    assert failure.reason.startswith(
        "unstable: AUROC 0.451 on 2024-02-01, but 0.800 on 2024-01-01, 0.700 on 2024-05-01. What it learnt"
    )
    assert failure.figures == {"2024-01-01": 0.8, "2024-02-01": 0.451235, "2024-03-01": 0.5, "2024-05-01": 0.7}
