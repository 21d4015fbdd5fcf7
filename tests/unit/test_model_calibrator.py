"""Calibrators: one formula, several kinds, and when one is kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from bleib.model.calibration import choose_calibrator, fit_kind, stays_moved
from bleib.model.calibrator import LEAST_SLOPE, Calibrator, fit_calibrator, fit_slope
from bleib.model.metrics import log_losses, probabilities, probability_figures

RAW = np.linspace(-6, 6, 101)
KINDS = ("identity", "intercept", "temperature", "platt", "beta")


def outcomes(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """churned and its true log-odds."""
    rng = np.random.default_rng(seed)
    risk = rng.normal(-1.5, 1.2, n)
    return rng.random(n) < 1 / (1 + np.exp(-risk)), risk


def test_nothing_moved_leaves_the_scores_as_they_are() -> None:
    assert np.array_equal(Calibrator().apply(RAW), RAW)
    assert fit_calibrator("identity", RAW > 0, RAW, np.ones(101)) == Calibrator()


def test_equal_slopes_are_a_straight_line() -> None:
    assert Calibrator(0.5, 0.5, -1.0).apply(np.array([2.0])) == pytest.approx([0.0])


def test_beta_calibration_is_its_formula() -> None:
    risk = 1 / (1 + np.exp(-RAW))
    expected = 0.3 + 1.5 * np.log(risk) - 0.7 * np.log(1 - risk)
    assert Calibrator(1.5, 0.7, 0.3).apply(RAW) == pytest.approx(expected)


@pytest.mark.parametrize("kind", KINDS[1:])
def test_a_fitted_calibrator_keeps_the_order_and_lowers_the_log_loss(kind: str) -> None:
    churned, risk = outcomes(5000)
    wrong = 2 * risk + 1
    found = fit_calibrator(kind, churned, wrong, np.ones(5000))
    assert (np.diff(found.apply(RAW)) > 0).all()
    assert log_losses(churned, found.apply(wrong)).mean() < log_losses(churned, wrong).mean()


def test_platt_finds_the_line_back() -> None:
    churned, risk = outcomes(50_000)
    found = fit_calibrator("platt", churned, 2 * risk + 1, np.ones(50_000))
    assert (found.a, found.b, found.c) == pytest.approx((0.5, 0.5, -0.5), abs=0.04)
    figures = probability_figures(churned, found.apply(2 * risk + 1), np.ones(50_000))
    assert figures["calibration_slope"] == pytest.approx(1, abs=1e-3)
    assert figures["observed_expected"] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("slope", [2.0, 3.0, 5.0])
def test_a_steep_slope_is_found_where_few_leave(slope: float) -> None:
    """Raw scores around -4, so that slope and level are hard to tell apart."""
    rng = np.random.default_rng(1)
    raw = rng.normal(-4, 0.5, 40_000)
    days = np.arange(len(raw)) % 4
    risk = slope * (raw + 4) - 3 + (days - 1.5) / 3
    churned, weights = rng.random(len(raw)) < probabilities(risk), np.ones(len(raw))
    levels = days[:, None] == np.arange(4)
    joint = LogisticRegression(C=1e6, fit_intercept=False, max_iter=5000, tol=1e-9)
    expected = joint.fit(np.column_stack([raw + 4, levels]), churned).coef_[0, 0]
    assert fit_slope(churned, raw, weights, days) == pytest.approx(expected, abs=0.01)
    platt = LogisticRegression(C=1e6, max_iter=5000, tol=1e-9).fit(raw[:, None] + 4, churned)
    assert fit_calibrator("platt", churned, raw, weights).a == pytest.approx(platt.coef_[0, 0], abs=0.01)


def test_scores_that_are_all_the_same_get_a_level() -> None:
    found = fit_calibrator("platt", np.arange(1000) < 100, np.full(1000, -1.0), np.ones(1000))
    assert found.apply(np.array([-1.0])) == pytest.approx([np.log(1 / 9)], abs=1e-3)


def test_the_intercept_moves_the_level_alone() -> None:
    churned, risk = outcomes(50_000)
    found = fit_calibrator("intercept", churned, risk + 0.8, np.ones(50_000))
    assert (found.a, found.b) == (1.0, 1.0)
    assert found.c == pytest.approx(-0.8, abs=0.05)


def test_a_calibrator_never_turns_a_ranking_round() -> None:
    churned, risk = outcomes(5000)
    for kind in ("temperature", "platt", "beta"):
        assert (np.diff(fit_calibrator(kind, churned, -risk, np.ones(5000)).apply(RAW)) > 0).all()


def test_weights_count_as_rows() -> None:
    churned, risk = outcomes(3000)
    twice = np.where(churned, 1, 2)
    weighted = fit_calibrator("beta", churned, risk, twice.astype(float))
    many = np.repeat(np.arange(3000), twice)
    repeated = fit_calibrator("beta", churned[many], risk[many], np.ones(len(many)))
    assert vars(weighted) == pytest.approx(vars(repeated), abs=1e-6)


@pytest.mark.parametrize("found", [Calibrator(0.5, 0.5, -1.0), Calibrator(1.5, 0.7, 0.3)])
def test_the_secant_stretches_contributions_so_that_they_still_add_up(found: Calibrator) -> None:
    base = -1.2
    stretched = found.secant(RAW, base) * (RAW - base)
    assert stretched + found.apply(np.array([base])) == pytest.approx(found.apply(RAW), abs=1e-12)
    assert found.secant(np.array([base]), base) == pytest.approx(found.secant(np.array([base + 1e-5]), base), abs=1e-4)


def dated(shifts: list[float], spread: float = 1.0, n: int = 1500) -> tuple[np.ndarray, ...]:
    """Arguments of choose_calibrator: dates whose raw scores are off by ``shifts``, too extreme by ``spread``."""
    days = np.repeat(np.arange(len(shifts)), n)
    churned, risk = outcomes(len(days), seed=3)
    raw = spread * risk + np.array(shifts)[days]
    return churned, raw, np.ones(len(days)), np.arange(len(days)) % n, days, days < days.max()


def test_a_level_that_stays_moved_is_mended_by_the_intercept() -> None:
    found = choose_calibrator(*dated([0.5, 0.5, 0.5, 0.5]))
    assert found.kind == "intercept"
    assert found.calibrator.c == pytest.approx(-0.5, abs=0.07)
    assert found.proof is not None
    assert found.proof.taken


def test_a_level_that_jumps_to_and_fro_is_left_alone() -> None:
    assert choose_calibrator(*dated([0.5, 0.5, 0.5, -0.3])).kind == "identity"


def test_scores_that_are_right_are_left_alone() -> None:
    assert choose_calibrator(*dated([0.0, 0.0, 0.0, 0.0])).calibrator == Calibrator()


def test_too_extreme_scores_get_a_slope() -> None:
    found = choose_calibrator(*dated([0.4, 0.4, 0.4, 0.4], spread=2.0))
    assert found.kind == "platt"
    assert found.calibrator.a == pytest.approx(0.5, abs=0.05)


def test_a_slope_is_found_where_the_level_jumps_to_and_fro() -> None:
    churned, raw, *others = dated([0.8, 0.8, -0.7, 0.0], spread=0.6)
    found = choose_calibrator(churned, raw, *others)
    assert found.kind == "spread"
    assert found.calibrator.a == found.calibrator.b == pytest.approx(1 / 0.6, abs=0.1)
    assert probabilities(found.calibrator.apply(raw)).mean() == pytest.approx(probabilities(raw).mean())


def test_the_slope_is_that_of_a_logistic_regression_with_a_level_for_each_date() -> None:
    churned, raw, _, _, days, _ = dated([3.0, -2.0, 0.0], spread=0.4)
    columns = np.column_stack([raw, days[:, None] == np.arange(3)])
    joint = LogisticRegression(C=1e6, fit_intercept=False, max_iter=1000, tol=1e-8).fit(columns, churned)
    assert fit_slope(churned, raw, np.ones(len(raw)), days) == pytest.approx(joint.coef_[0, 0], abs=1e-3)


def test_the_slope_found_again_is_that_of_the_new_dates() -> None:
    churned, raw, weights, _, days, _ = dated([0.8, -0.7, 0.0], spread=0.5)
    found = fit_kind("spread", churned, raw, weights, days)
    assert found.a == found.b == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("kind", ["platt", "spread"])
def test_each_kind_is_fitted_to_the_weighted_rows(kind: str) -> None:
    churned, raw, _, _, days, _ = dated([0.8, -0.7, 0.0], spread=0.5)
    times = np.where(churned & (raw > -1), 3, 1)
    many = np.repeat(np.arange(len(raw)), times)
    weighted = fit_kind(kind, churned, raw, times.astype(float), days)
    repeated = fit_kind(kind, churned[many], raw[many], np.ones(len(many)), days[many])
    assert vars(weighted) == pytest.approx(vars(repeated), abs=1e-6)


def test_a_sample_of_those_who_stayed_gets_the_calibrator_of_the_whole() -> None:
    """Every fifth is kept and counts for five; by the rows alone the scores would be too low by a log-odds."""
    churned, raw, weights, customers, days, closed = dated([0.5, 0.5, 0.5, 0.5], n=4000)
    kept = churned | (np.random.default_rng(0).random(len(churned)) < 0.2)
    counts = np.where(churned, 1.0, 5.0)
    found = choose_calibrator(*(values[kept] for values in (churned, raw, counts, customers, days, closed)))
    assert found.kind == choose_calibrator(churned, raw, weights, customers, days, closed).kind == "intercept"
    assert found.calibrator.c == pytest.approx(-0.5, abs=0.1)


def test_whether_the_dates_agree_on_a_level_is_told_by_the_weighted_rows() -> None:
    """By the rows alone each date is off by a half; those who stayed count so that the dates are off as in
    ``test_a_level_that_the_newest_date_happens_to_share_is_not_moved_where_dates_differ_as_much``.
    """
    churned, raw, weights, customers, days, closed = dated([0.5, 0.5, 0.5, 0.5])
    counts = np.where(churned, 1.0, np.exp([0.4, -0.8, -0.4, 0.0])[days])
    assert choose_calibrator(churned, raw, weights, customers, days, closed).kind == "intercept"
    assert choose_calibrator(churned, raw, counts, customers, days, closed).kind == "identity"


def test_few_rows_get_one_parameter_at_most() -> None:
    found = choose_calibrator(*dated([0.0] * 4, spread=3.0, n=400))
    assert found.kind == "temperature"
    assert choose_calibrator(*dated([0.5] * 4, n=400)).kind == "intercept"


@pytest.mark.parametrize(("shifts", "closed"), [([-0.9, 0.3, -0.1, -0.5], 3), ([-0.8] * 4, 1)])
def test_few_rows_get_no_other_level_where_dates_disagree_or_overlap(shifts: list[float], closed: int) -> None:
    """Where few leave, a slope through 0 would move the level, too."""
    days, rng = np.repeat(np.arange(4), 450), np.random.default_rng(0)
    risk = rng.normal(-2.5, 0.3, len(days))
    churned = rng.random(len(days)) < probabilities(risk)
    raw = risk + np.array(shifts)[days]
    found = choose_calibrator(churned, raw, np.ones(len(days)), np.arange(len(days)), days, days < closed)
    assert found.kind in {"identity", "spread"}


def test_dates_whose_outcome_the_newest_shares_prove_nothing() -> None:
    """The level of the newest dates is off in the same way, that of the two before a little in the other."""
    *rest, days, _ = dated([-0.1, -0.1, *[0.5] * 14], n=1000)
    assert choose_calibrator(*rest, days, days < 2).kind == "identity"
    assert choose_calibrator(*rest, days, days < 15).kind == "intercept"


def test_where_the_outcome_window_is_long_overlapping_dates_prove_a_level_only_if_they_may() -> None:
    """They share what happened to it; a spread is not told by that."""
    *rest, days, _ = dated([0.5, 0.5, 0.5, 0.5])
    assert choose_calibrator(*rest, days, days < 1).kind == "identity"
    assert choose_calibrator(*rest, days, days < 1, overlapping=True).kind == "intercept"
    *rest, days, _ = dated([0.0, 0.0, 0.0, 0.0], spread=0.5)
    assert choose_calibrator(*rest, days, days < 1).kind == "spread"


def test_a_level_that_the_newest_date_happens_to_share_is_not_moved_where_dates_differ_as_much() -> None:
    assert choose_calibrator(*dated([0.9, -0.3, 0.1, 0.5])).kind == "identity"


@pytest.mark.parametrize(
    ("shifts", "stays"),
    [
        ([-0.5, -0.5, -0.5, -0.5], True),
        ([-0.53, -0.44, -0.36, -0.28], True),  # half the mean .2013, error .1199, t 1.68 with 3: 90 %
        ([0.15, 0.08, -0.04, 0.11], False),  # .0375, .0915, .41: 65 %
        ([0.64, 0.35, 0.78], True),  # .295, .2532, 1.17 with 2: 82 %
        ([0.2, 0.4], False),  # .15, .1732, .87 with 1: 73 %
        ([0.23, 0.37], False),  # .15, .1212, 1.24 with 1: 78 %, were the mean itself sure 81 %
        ([0.29, 0.31], True),  # .15, .0173, 8.7 with 1: 96 %
        ([0.0, 0.0, 0.0], False),
    ],
)
def test_a_level_stays_moved_where_the_next_date_is_foretold_nearer_the_mean_than_zero(
    shifts: list[float], stays: bool
) -> None:
    assert stays_moved(np.array(shifts)) == stays


def test_two_dates_are_too_few_to_prove_a_calibrator() -> None:
    found = choose_calibrator(*dated([1.0, 1.0]))
    assert (found.kind, found.proof) == ("identity", None)


def test_two_dates_beside_the_newest_are_enough() -> None:
    found = choose_calibrator(*dated([0.5, 0.5, 0.5]))
    assert found.kind == "intercept"
    assert found.calibrator.c == pytest.approx(-0.5, abs=0.07)


def test_a_slope_with_a_level_for_each_date_is_held_at_its_bound_too() -> None:
    churned, risk = outcomes(3000)
    days = np.arange(3000) % 3
    assert fit_slope(churned, -risk, np.ones(3000), days) == 0.01
    assert fit_kind("spread", churned, -risk, np.ones(3000), days).a == 0.01


@pytest.mark.parametrize(("kind", "risk"), [("platt", lambda raw: -0.3 * raw - 1), ("beta", lambda raw: -(raw**2) / 4)])
def test_where_a_slope_is_held_at_its_bound_the_level_is_fitted_to_it(
    kind: str, risk: Callable[[np.ndarray], np.ndarray]
) -> None:
    """The best line would turn the ranking round, the best beta its upper half."""
    rng = np.random.default_rng(0)
    raw = rng.normal(0.0, 2.0, 5000)
    churned = rng.random(len(raw)) < probabilities(risk(raw))
    found = fit_calibrator(kind, churned, raw, np.ones(len(raw)))
    assert min(found.a, found.b) == LEAST_SLOPE
    assert probabilities(found.apply(raw)).mean() == pytest.approx(churned.mean(), rel=1e-4)


def test_a_fit_does_not_go_to_and_fro() -> None:
    """Scores of six and eight away from the outcome: whole Newton steps overshoot for ever."""
    rng = np.random.default_rng(4)
    raw = rng.normal(0.0, 8.0, 900)
    churned = rng.random(900) < probabilities(0.05 * raw)
    found = fit_calibrator("temperature", churned, raw, np.ones(900))
    grid = [log_losses(churned, slope * raw).mean() for slope in np.arange(0.01, 0.5, 0.005)]
    assert log_losses(churned, found.apply(raw)).mean() <= min(grid) + 1e-9
