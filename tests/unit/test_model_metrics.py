"""Exact values of the figures, and how they hang together."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from bleib.model import metrics
from bleib.model.metrics import Ranking

CHURNED = np.array([True, False, True, False, False])
SCORES = np.array([0.9, 0.8, 0.8, 0.3, 0.1])
ONES = np.ones(5)


def groups(scores: np.ndarray = SCORES, churned: np.ndarray = CHURNED, weights: np.ndarray = ONES):  # type: ignore[no-untyped-def]
    return Ranking.of(scores).groups(churned, weights)


def test_rows_of_equal_score_form_one_group() -> None:
    hit, size = groups()
    assert hit.tolist() == [1, 1, 0, 0]
    assert size.tolist() == [1, 2, 1, 1]


@pytest.mark.parametrize(("places", "hits"), [(0, 0.0), (1, 1.0), (2, 1.5), (3, 2.0), (4, 2.0), (9, 2.0)])
def test_a_tie_at_the_end_of_the_list_counts_what_random_order_would_bring(places: int, hits: float) -> None:
    assert metrics.expected_hits(*groups(), places) == hits


def test_the_order_of_tied_rows_in_the_file_does_not_matter() -> None:
    swapped = [0, 2, 1, 3, 4]
    again = groups(SCORES[swapped], CHURNED[swapped])
    assert [a.tolist() for a in again] == [a.tolist() for a in groups()]


def test_auroc_counts_ties_one_half() -> None:
    # pairs: .9 beats three stayers; .8 ties with one and beats two: (3 + 2.5) / 6
    assert metrics.auroc(*groups()) == pytest.approx(5.5 / 6)


def test_average_precision_takes_a_tie_as_one_step() -> None:
    assert metrics.average_precision(*groups()) == pytest.approx((1 / 1 + 2 / 3) / 2)


def test_figures_at_capacity_add_up_the_lists_of_all_dates() -> None:
    other = groups(np.array([0.5, 0.4, 0.3, 0.2]), np.array([False, True, False, False]), np.ones(4))
    got = metrics.ranking_figures([groups(), other], capacity=2)
    assert got["precision"] == pytest.approx((1.5 + 1) / 4)
    assert got["recall"] == pytest.approx((1.5 + 1) / 3)
    assert got["lift"] == pytest.approx(2.5 / (2 * 2 / 5 + 2 * 1 / 4))
    assert got["auroc"] == pytest.approx((5.5 / 6 + 2 / 3) / 2)
    assert got["average_precision"] == pytest.approx(((1 + 2 / 3) / 2 + 1 / 2) / 2)


def test_a_list_longer_than_the_cohort_has_the_base_rate_and_lift_one() -> None:
    got = metrics.ranking_figures([groups()], capacity=100)
    assert (got["precision"], got["recall"], got["lift"]) == pytest.approx((0.4, 1.0, 1.0))


def test_without_a_churner_the_figures_are_unknown_and_not_zero() -> None:
    got = metrics.ranking_figures([groups(churned=np.zeros(5, dtype=bool))], capacity=2)
    assert np.isnan([got["recall"], got["lift"], got["auroc"], got["average_precision"]]).all()


def test_a_date_without_a_churner_is_left_out_of_the_mean() -> None:
    got = metrics.ranking_figures([groups(), groups(churned=np.zeros(5, dtype=bool))], capacity=2)
    assert got["auroc"] == pytest.approx(5.5 / 6)


def test_log_loss_and_brier_score_of_two_known_probabilities() -> None:
    raw = metrics.log_odds(np.array([0.8, 0.4]))
    got = metrics.probability_figures(np.array([True, False]), raw, np.ones(2))
    assert got["log_loss"] == pytest.approx(-(np.log(0.8) + np.log(0.6)) / 2)
    assert got["brier"] == pytest.approx((0.04 + 0.16) / 2)
    assert got["observed_expected"] == pytest.approx(1 / 1.2)


def test_probabilities_that_are_right_have_slope_one_and_intercept_zero() -> None:
    raw = metrics.log_odds(np.repeat([0.2, 0.8], 10))
    churned = np.r_[[True] * 2, [False] * 8, [True] * 8, [False] * 2]
    got = metrics.probability_figures(churned, raw, np.ones(20))
    assert got["calibration_slope"] == pytest.approx(1.0)
    assert got["calibration_intercept"] == pytest.approx(0.0, abs=1e-9)
    assert got["observed_expected"] == pytest.approx(1.0)


def test_probabilities_twice_too_extreme_have_slope_one_half() -> None:
    raw = 2 * metrics.log_odds(np.repeat([0.2, 0.8], 10))
    churned = np.r_[[True] * 2, [False] * 8, [True] * 8, [False] * 2]
    assert metrics.calibration_slope(churned, raw, np.ones(20)) == pytest.approx(0.5)


def test_a_level_that_is_too_high_shows_as_a_negative_intercept() -> None:
    raw = metrics.log_odds(np.full(10, 0.5))
    churned = np.r_[[True] * 2, [False] * 8]
    assert metrics.best_intercept(churned, raw) == pytest.approx(np.log(0.25))


def test_a_level_that_is_far_away_is_found_too() -> None:
    raw = np.r_[np.full(99, 40.0), 44.0]
    churned = np.r_[[True], [False] * 99]
    shift = metrics.best_intercept(churned, raw)
    assert metrics.probabilities(raw + shift).mean() == pytest.approx(0.01)
    assert metrics.best_intercept(churned, raw - 300.0) == pytest.approx(shift + 300.0)


def test_scores_that_are_all_equal_have_no_slope() -> None:
    assert np.isnan(metrics.calibration_slope(CHURNED, np.zeros(5), ONES))


@pytest.mark.parametrize(("mean", "spread", "slope"), [(-3, 4, 0.4), (-5, 6, 0.3), (-3, 3, 0.2), (0, 0.1, 15.0)])
def test_the_slope_is_found_where_scores_are_far_too_extreme_or_timid(mean: float, spread: float, slope: float) -> None:
    """Expected: scikit-learn's logistic regression without penalty."""
    rng = np.random.default_rng(1)
    raw = rng.normal(mean, spread, 20_000)
    churned = rng.random(len(raw)) < metrics.probabilities(slope * raw)
    joint = LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000).fit(raw[:, None], churned)
    assert metrics.calibration_slope(churned, raw, np.ones(len(raw))) == pytest.approx(joint.coef_[0, 0], rel=1e-3)
