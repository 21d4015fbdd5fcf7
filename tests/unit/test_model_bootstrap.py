"""Intervals from resampled customers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bleib.model.bootstrap import Figure, customer_weights, figure


def test_a_customer_is_drawn_with_all_of_his_snapshots() -> None:
    weights = customer_weights(pd.Series(["a", "b", "a", "c", "b", "a"]), 50, seed=1)
    assert weights.shape == (50, 6)
    assert np.array_equal(weights[:, 0], weights[:, 2])
    assert np.array_equal(weights[:, 0], weights[:, 5])
    assert np.array_equal(weights[:, 1], weights[:, 4])
    assert (weights[:, [0, 1, 3]].sum(axis=1) == 3).all()


def test_the_seed_decides_the_draw() -> None:
    customers = pd.Series([f"{k}" for k in range(20)])
    assert np.array_equal(customer_weights(customers, 5, 1), customer_weights(customers, 5, 1))
    assert not np.array_equal(customer_weights(customers, 5, 1), customer_weights(customers, 5, 2))


def test_the_interval_is_that_of_the_percentiles() -> None:
    got = figure(0.5, np.arange(101) / 100)
    assert (got.value, got.low, got.high) == pytest.approx((0.5, 0.025, 0.975))


def test_a_figure_that_most_resamples_cannot_give_has_no_interval() -> None:
    got = figure(0.5, np.r_[np.full(80, 0.5), np.full(20, np.nan)])
    assert got.plain() == {"value": 0.5, "low": None, "high": None}


def test_a_few_resamples_without_the_figure_are_left_out() -> None:
    assert figure(0.5, np.r_[np.full(95, 0.4), np.full(5, np.nan)]) == Figure(0.5, 0.4, 0.4)


def test_nineteen_of_twenty_intervals_hold_the_truth_although_snapshots_repeat() -> None:
    rng = np.random.default_rng(3)
    customers = pd.Series(np.repeat([f"{k}" for k in range(80)], 3))
    held = 0
    for trial in range(200):
        left = np.repeat(rng.random(80) < 0.3, 3).astype(float)  # all snapshots of a customer end alike
        weights = customer_weights(customers, 200, trial)
        got = figure(left.mean(), weights @ left / weights.sum(axis=1))
        held += got.low <= 0.3 <= got.high
    assert 180 <= held <= 198
