"""BG/NBD against formulas written out in another way, and against customers made by its own story."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import beta, gamma

from bleib.errors import DataError
from bleib.model.bg_nbd import BgNbd, MbgNbd, fit

CDNOW = BgNbd(0.243, 4.414, 0.793, 2.426)  # Fader, Hardie, Lee 2005, table 2; unit: weeks


def one(*values: float) -> list[np.ndarray]:
    return [np.array([value]) for value in values]


def test_likelihood_equals_the_beta_and_gamma_functions_of_the_paper() -> None:
    r, alpha, a, b = 0.243, 4.414, 0.793, 2.426
    x, t_x, T = 2.0, 30.43, 38.86
    common = gamma(r + x) * alpha**r / gamma(r)
    alive = beta(a, b + x) / beta(a, b) * common / (alpha + T) ** (r + x)
    gone = beta(a + 1, b + x - 1) / beta(a, b) * common / (alpha + t_x) ** (r + x)
    assert CDNOW.log_likelihood(*one(x, t_x, T)) == pytest.approx(math.log(alive + gone))
    assert CDNOW.probability_alive(*one(x, t_x, T))[0] == pytest.approx(alive / (alive + gone))


def test_likelihood_of_a_customer_without_repeat_purchase() -> None:
    assert CDNOW.log_likelihood(*one(0, 0, 38.86)) == pytest.approx(0.243 * math.log(4.414 / (4.414 + 38.86)))


def test_a_customer_without_repeat_purchase_cannot_have_dropped_out() -> None:
    assert CDNOW.probability_alive(*one(0, 0, 38.86)).tolist() == [1.0]


def test_silence_counts_more_against_a_frequent_buyer() -> None:
    rare = CDNOW.probability_alive(*one(2, 20, 39))[0]
    often = CDNOW.probability_alive(*one(15, 20, 39))[0]
    assert often < rare < 1


def test_the_chance_of_silence_begins_at_one_and_falls_towards_that_of_being_gone() -> None:
    who = one(3, 30, 39)
    chances = [CDNOW.probability_of_silence(*who, horizon)[0] for horizon in (1e-9, 4, 13, 52)]
    assert chances[0] == pytest.approx(1.0)
    assert chances == sorted(chances, reverse=True)
    assert CDNOW.probability_of_silence(*who, 1e15)[0] == pytest.approx(1 - CDNOW.probability_alive(*who)[0])
    quiet = (43.414 / 56.414) ** 3.243
    assert chances[2] == pytest.approx(1 - CDNOW.probability_alive(*who)[0] * (1 - quiet))


def told(truth: BgNbd, customers: int, seed: int, horizon: float) -> tuple[np.ndarray, ...]:
    """x, t_x, T of customers who live as the model tells, and whether they are silent for ``horizon`` after T."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(customers):
        rate, drop = rng.gamma(truth.r, 1 / truth.alpha), rng.beta(truth.a, truth.b)
        T, t, times = float(rng.uniform(27, 39)), 0.0, []
        while (t := t + rng.exponential(1 / max(rate, 1e-12))) < T + horizon:
            times.append(t)
            if rng.random() < drop:
                break
        before = [time for time in times if time <= T]
        rows.append((len(before), before[-1] if before else 0.0, T, len(before) == len(times)))
    return tuple(np.array(column, dtype=float) for column in zip(*rows, strict=True))


def test_maximum_likelihood_finds_the_parameters_that_made_the_customers() -> None:
    truth = BgNbd(0.8, 6.0, 0.8, 2.4)
    x, t_x, T, _ = told(truth, 6000, 1, 0)
    found = fit(x, t_x, T)
    assert found.log_likelihood(x, t_x, T) >= truth.log_likelihood(x, t_x, T)
    assert (found.r, found.alpha) == pytest.approx((0.8, 6.0), rel=0.15)
    assert found.a / (found.a + found.b) == pytest.approx(0.25, abs=0.04)


def test_the_chance_of_silence_is_the_share_that_stays_silent() -> None:
    x, t_x, T, silent = told(BgNbd(0.8, 6.0, 0.8, 2.4), 4000, 2, 13)
    chance = BgNbd(0.8, 6.0, 0.8, 2.4).probability_of_silence(x, t_x, T, 13)
    assert chance.mean() == pytest.approx(silent.mean(), abs=0.02)
    high = chance > np.median(chance)
    assert chance[high].mean() == pytest.approx(silent[high].mean(), abs=0.03)


def test_the_chance_of_silence_after_a_lead_is_the_mean_over_those_who_may_drop_out_meanwhile() -> None:
    """The same integral by an adaptive rule."""
    r, alpha, a, b, x, t_x, T, horizon, lead = 0.8, 6.0, 0.8, 2.4, 3.0, 30.0, 39.0, 13.0, 8.0
    model = MbgNbd(r, alpha, a, b)

    def comes(drop: float) -> float:
        quiet = [((alpha + T) / (alpha + T + drop * lead + after)) ** (r + x) for after in (0, horizon)]
        return (quiet[0] - quiet[1]) * drop ** (a - 1) * (1 - drop) ** (b + x) / beta(a, b + x + 1)

    expected = 1 - model.probability_alive(*one(x, t_x, T))[0] * quad(comes, 0, 1)[0]
    assert model.probability_of_silence(*one(x, t_x, T), horizon, lead)[0] == pytest.approx(expected, abs=1e-4)


def test_a_longer_lead_leaves_more_time_to_drop_out() -> None:
    chances = [CDNOW.probability_of_silence(*one(3, 30, 39), 13, lead)[0] for lead in (0, 1e-9, 4, 13, 52)]
    assert chances[1] == pytest.approx(chances[0])
    assert chances[1:] == sorted(chances[1:])
    assert chances[-1] > chances[0] + 0.05


@pytest.mark.parametrize("kind", [BgNbd, MbgNbd])
def test_the_order_of_the_customers_changes_nothing(kind: type[BgNbd]) -> None:
    rng = np.random.default_rng(0)
    T = rng.uniform(50, 300, 400)
    x = rng.poisson(3, 400).astype(np.float64)
    t_x = np.where(x > 0, T * rng.random(400), 0.0)
    other = rng.permutation(400)
    assert fit(x, t_x, T, kind) == fit(x[other], t_x[other], T[other], kind)


def test_the_unit_of_time_changes_only_alpha() -> None:
    x, t_x, T, _ = told(BgNbd(0.8, 6.0, 0.8, 2.4), 1000, 3, 0)
    weeks, days = fit(x, t_x, T), fit(x, 7 * t_x, 7 * T)
    assert (days.r, days.alpha, days.a, days.b) == pytest.approx((weeks.r, 7 * weeks.alpha, weeks.a, weeks.b), rel=1e-3)


@pytest.mark.parametrize("wrong", [one(0, 0, 10), one(1, 11, 10), one(1, -1, 10), one(1, 0, 0)])
def test_impossible_histories_are_refused(wrong) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DataError, match="BG/NBD needs"):
        fit(*wrong)
