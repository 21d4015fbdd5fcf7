"""The rule by which a change is kept."""

from __future__ import annotations

import numpy as np
import pytest

from bleib.model.metrics import log_losses, probabilities
from bleib.model.selection import Comparison, at_their_best, compare, luck_of_seeds, with_luck

N = 2000


def world(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """churned, true log-odds, customer and day of two dates of 1,000 customers."""
    rng = np.random.default_rng(seed)
    risk = rng.normal(-1, 1, N)
    return rng.random(N) < 1 / (1 + np.exp(-risk)), risk, np.arange(N) % 1000, np.arange(N) // 1000


def test_what_is_known_beats_what_is_guessed_and_not_the_other_way_round() -> None:
    churned, risk, customers, days = world()
    guess = np.full(N, -1.0)
    found = compare(churned, guess, risk, customers, days)
    assert found.verdict == "better"
    assert found.probability_better == 1.0
    assert found.gain == pytest.approx((log_losses(churned, guess) - log_losses(churned, risk)).mean())
    assert found.auroc_gain > 0.2
    assert compare(churned, risk, guess, customers, days).verdict == "worse"


def test_the_same_scores_are_a_tie() -> None:
    churned, risk, customers, days = world()
    found = compare(churned, risk, risk.copy(), customers, days)
    assert (found.gain, found.standard_error, found.probability_better) == (0.0, 0.0, 0.0)
    assert found.verdict == "tie"
    assert not found.taken


@pytest.mark.parametrize(
    ("gain", "probability", "taken"), [(0.011, 0.85, True), (0.009, 0.85, False), (0.011, 0.79, False)]
)
def test_a_challenger_needs_both_the_probability_and_one_standard_error(
    gain: float, probability: float, taken: bool
) -> None:
    assert Comparison(gain, 0.01, probability, 0.0).taken is taken


def test_the_standard_error_is_that_of_resampled_customers_and_not_of_rows() -> None:
    churned, risk, customers, days = world()
    churned[1000:], risk[1000:] = churned[:1000], risk[:1000]  # the second date repeats the first
    found = compare(churned, np.full(N, -1.0), risk, customers, days, resamples=4000)
    gains = (log_losses(churned, np.full(N, -1.0)) - log_losses(churned, risk))[:1000]
    assert found.standard_error == pytest.approx(gains.std() / np.sqrt(1000), rel=0.05)


def test_weights_count_as_rows() -> None:
    churned, risk, customers, days = world()
    weights = np.where(churned, 1.0, 2.0)
    twice = np.repeat(np.arange(N), weights.astype(int))
    weighted = compare(churned, np.zeros(N), risk, customers, days, weights)
    repeated = compare(churned[twice], np.zeros(len(twice)), risk[twice], customers[twice], days[twice])
    assert weighted.gain == pytest.approx(repeated.gain)
    assert weighted.standard_error == pytest.approx(repeated.standard_error)
    assert weighted.auroc_gain == pytest.approx(repeated.auroc_gain)


def test_the_luck_of_the_seeds_is_that_of_the_weighted_rows() -> None:
    churned, risk, customers, days = world()
    seeds = risk[:, None] + np.random.default_rng(1).normal(0, 2.0, (N, 2)) * [0.2, 1.0]
    times = np.where(churned, 1, 2) * np.where(days == 0, 1, 3)
    many = np.repeat(np.arange(N), times)
    weighted = compare(churned, np.full(N, -1.0), seeds, customers, days, times.astype(float))
    repeated = compare(churned[many], np.full(len(many), -1.0), seeds[many], customers[many], days[many])
    assert weighted.standard_error == pytest.approx(repeated.standard_error)


def test_noise_is_taken_no_more_often_than_the_rule_allows() -> None:
    """Scores disturbed alike: neither is better, so the rule may take one in five at most."""
    taken = 0
    for seed in range(100):
        churned, risk, customers, days = world(seed)
        noise = np.random.default_rng(1000 + seed).normal(0, 0.3, (2, N))
        taken += compare(churned, risk + noise[0], risk + noise[1], customers, days, resamples=200, seed=seed).taken
    assert 5 <= taken <= 20


def test_the_luck_of_seeds_is_the_error_of_their_mean_gain_over_independent_folds() -> None:
    """Two folds with equal shares: variances 0.02 (of 0.1 and 0.3) and 0 over two seeds each."""
    gains = np.array([[0.1, 0.3], [0.2, 0.2]])
    assert luck_of_seeds(gains, np.array([5.0, 5.0])) == pytest.approx(np.sqrt(0.25 * 0.02 / 2))
    assert luck_of_seeds(gains, np.array([0.0, 5.0])) == 0.0
    assert luck_of_seeds(gains[:, :1], np.array([5.0, 5.0])) == 0.0


def test_luck_widens_the_draws_and_none_leaves_them_alone() -> None:
    drawn = np.random.default_rng(0).normal(0.0, 3.0, 20_000)
    assert with_luck(drawn, 4.0, seed=0).std() == pytest.approx(5.0, rel=0.02)
    assert np.array_equal(with_luck(drawn, 0.0, seed=0), drawn)


def test_the_mean_of_the_seeds_is_judged_and_their_discord_is_part_of_the_error() -> None:
    churned, risk, customers, days = world()
    noise = np.random.default_rng(1).normal(0, 0.5, (N, 4))
    seeds = risk[:, None] + noise
    apart = compare(churned, np.full(N, -1.0), seeds, customers, days)
    mean = compare(churned, np.full(N, -1.0), seeds.mean(axis=1), customers, days)
    assert (apart.gain, apart.auroc_gain) == (mean.gain, mean.auroc_gain)
    assert apart.standard_error > mean.standard_error


def test_the_luck_of_two_seeds_is_accepted_no_more_often_than_the_rule_allows() -> None:
    """Two models that differ in what their seeds drew, on all customers alike, as trees do: neither is better.

    Without the luck of the seeds in its error the rule takes more than it may, because it draws customers only.
    """
    taken, blind = 0, 0
    for seed in range(200):
        churned, risk, customers, days = world(seed)
        shape = np.array([np.sin(3 * risk), np.cos(3 * risk), np.sin(5 * risk), np.cos(5 * risk)])
        rng = np.random.default_rng(1000 + seed)
        drawn = [[rng.normal(0, 0.5, (2, 4)) for _ in range(2)] for _ in range(2)]  # of each model and day
        one, other = (risk[:, None] + np.where((days == 0)[:, None], (a[0] @ shape).T, (a[1] @ shape).T) for a in drawn)
        taken += compare(churned, one, other, customers, days, resamples=200, seed=seed).taken
        blind += compare(churned, one.mean(axis=1), other.mean(axis=1), customers, days, resamples=200).taken
    assert taken <= 40  # one in five
    assert blind > 50


def test_the_best_level_and_spread_are_those_of_the_mean_of_the_seeds() -> None:
    churned, risk, _, days = world()
    seeds = risk[:, None] + np.random.default_rng(1).normal(0, 0.5, (N, 3))
    apart = at_their_best(churned, seeds, days, np.ones(N))
    assert apart.shape == (N, 3)
    assert apart.mean(axis=1) == pytest.approx(at_their_best(churned, seeds.mean(axis=1), days, np.ones(N)))


def test_the_best_level_and_spread_are_those_of_the_weighted_rows() -> None:
    churned, risk, _, days = world()
    times = np.where(churned & (risk > -1), 3, 1)
    many = np.repeat(np.arange(N), times)
    weighted = at_their_best(churned, risk, days, times.astype(float))
    repeated = at_their_best(churned[many], risk[many], days[many], np.ones(len(many)))
    assert weighted[many] == pytest.approx(repeated, abs=1e-6)


def test_a_wrong_level_or_spread_is_no_reason_to_lose() -> None:
    churned, risk, _, days = world()
    shifted = 1.7 * risk + np.where(days == 0, 0.7, -0.4)
    levelled = [at_their_best(churned, raw, days, np.ones(N)) for raw in (risk, shifted)]
    assert levelled[0] == pytest.approx(levelled[1], abs=0.01)


def test_the_best_level_and_spread_of_rare_leavers_scores_are_never_worse_than_none() -> None:
    """Where few leave, a penalised model may ask for a slope of twenty, and with it the level moves as far."""
    rng = np.random.default_rng(3)
    risk = -6.0 + rng.normal(size=200_000)
    churned = rng.random(len(risk)) < probabilities(risk)
    days = np.arange(len(risk)) % 4
    timid = -5.0 + (risk + 6.0) / 20
    found = at_their_best(churned, timid, days, np.ones(len(risk)))
    slope = np.ptp(found[days == 0]) / np.ptp(timid[days == 0])
    assert slope == pytest.approx(20.0, rel=0.1)
    assert log_losses(churned, found).mean() < log_losses(churned, risk).mean()


def test_scores_of_different_rows_are_refused() -> None:
    churned, risk, customers, days = world()
    with pytest.raises(ValueError, match="the same rows"):
        compare(churned, risk, risk[1:], customers, days)
