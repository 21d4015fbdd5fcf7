"""The linear model: logarithms, standardised, and a score that is a sum over features."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bleib.model.linear import LinearScorer, fit_linear

E = np.e
SCORER = LinearScorer(
    mean=np.array([1.0, 0.0]),
    spread=np.array([0.5, 1.0]),
    coef=np.array([2.0, 1.0]),
    missing_coef=np.array([0.0, 0.5]),
    missing_mean=np.array([0.0, 0.2]),
    intercept=-1.0,
)


def world(n: int = 2000) -> tuple[np.ndarray, np.ndarray]:
    """Three columns; the first, a count that is 1 for most, tells who leaves."""
    rng = np.random.default_rng(0)
    X = np.column_stack([1 + rng.poisson(0.7, n), rng.exponential(50, n), rng.normal(size=n)])
    return X, rng.random(n) < 1 / (1 + np.exp(2 * np.log1p(X[:, 0]) - 1.5))


def test_a_contribution_is_the_coefficient_times_the_distance_in_logarithms() -> None:
    found = SCORER.contributions(np.array([[E**2 - 1, 1 - E], [E - 1, np.nan]]))
    # (2 - 1) / 0.5 = 2 deviations; -1 of the second column; missing there: 0.5 (1 - 0.2), not missing: 0.5 (0 - 0.2)
    assert found == pytest.approx(np.array([[4.0, -1.1, -0.9], [0.0, 0.4, -0.9]]))
    assert SCORER.raw_score(np.array([[E**2 - 1, 1 - E]])) == pytest.approx([2.0])


def test_what_lies_beyond_ten_deviations_says_no_more() -> None:
    far, farther = (SCORER.raw_score(np.array([[size, 0.0]])) for size in (1e4, 1e40))
    assert far == farther == pytest.approx([2.0 * 10 - 0.1 - 0.9])


def test_the_mean_of_two_models_is_one() -> None:
    X, left = world()
    every, main = fit_linear(X, left, None, 0.05), fit_linear(X[:, [0, 2]], left, None, 0.05)
    both = fit_linear(X, left, None, 0.05, [0, 2], 0.25)
    expected = 0.75 * every.raw_score(X) + 0.25 * main.raw_score(X[:, [0, 2]])
    assert both.raw_score(X) == pytest.approx(expected)


def test_a_count_whose_least_value_most_share_is_read_as_it_is() -> None:
    """In a logistic world of its logarithm the score is all but the truth, from one event to the most."""
    X, left = world(20_000)
    found = fit_linear(X, left, None, 1e-4).raw_score(X)
    assert np.abs(found - (1.5 - 2 * np.log1p(X[:, 0]))).max() < 0.25


def test_the_level_of_rare_leavers_is_their_share() -> None:
    X, _ = world(50_000)
    left = np.random.default_rng(4).random(len(X)) < 0.003
    found = fit_linear(X, left, None, 0.05).raw_score(X)
    assert (1 / (1 + np.exp(-found))).mean() == pytest.approx(left.mean(), rel=1e-3)


def test_weights_that_count_every_row_fifty_times_change_nothing() -> None:
    X, left = world()
    for signs in (None, np.array([-1, 0, 0])):
        once = fit_linear(X, left, None, 0.05, signs=signs).raw_score(X)
        often = fit_linear(X, left, np.full(len(X), 50.0), 0.05, signs=signs).raw_score(X)
        assert often == pytest.approx(once, abs=1e-3)


def test_a_value_that_one_customer_had_does_not_decide_over_the_next() -> None:
    X, left = world()
    rare = np.zeros((len(X), 1))
    rare[np.flatnonzero(left)[0]] = 1.0
    found = fit_linear(np.hstack([X, rare]), left, None, 0.05)
    contribution = found.contributions(np.array([[1.0, 50.0, 0.0, 1.0]]))[0, 3]
    assert 0 < contribution < 0.5


def test_columns_of_one_value_and_of_none_say_nothing() -> None:
    X, left = world()
    found = fit_linear(np.column_stack([X, np.full(len(X), 7.0), np.full(len(X), np.nan)]), left, None, 0.05)
    assert found.raw_score(np.column_stack([X, np.full(len(X), 7.0), np.full(len(X), np.nan)])) == pytest.approx(
        fit_linear(X, left, None, 0.05).raw_score(X), abs=0.01
    )


def test_it_is_read_back_without_loss() -> None:
    X, left = world()
    found = fit_linear(X, left, None, 0.05)
    again = LinearScorer.of_plain(json.loads(json.dumps(found.plain())))
    assert np.array_equal(again.raw_score(X), found.raw_score(X))
