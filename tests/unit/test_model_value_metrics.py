"""Money of a ranking against sums done by hand and the check value of empulse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from empulse.metrics import empc_score

from bleib.model.baselines import Scores
from bleib.model.bootstrap import customer_weights
from bleib.model.metrics import Ranking
from bleib.model.rows import Rows
from bleib.model.scored import ScoredTest
from bleib.model.value_metrics import (
    BY_VALUE,
    PERFECT,
    Economics,
    Worth,
    economics,
    empb,
    empc,
    list_profit,
    value_figures,
)
from bleib.settings import Listing, Play

CHURNED = np.array([0, 1, 0, 1, 0, 1, 0, 1], dtype=bool)
SCORES = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9])
MARGIN = np.array([100.0, 200, 150, 300, 120, 250, 180, 220])
TERMS = Economics(success=0.5, cost=10.0)


def scored(customers: int = 8) -> ScoredTest:
    """Two dates with the same eight customers."""
    days = pd.to_datetime(["2025-01-06"] * 8 + ["2025-02-03"] * 8)
    names = pd.array([f"c{k % customers}" for k in range(8)] * 2, dtype="str")
    key = pd.DataFrame({"customer_id": names, "as_of_date": days})
    rows = Rows(key, pd.DataFrame(index=range(16)), np.tile(CHURNED, 2))
    ours = Scores(np.tile(np.log(SCORES / (1 - SCORES)), 2), is_probability=True)
    flat = Scores(np.zeros(16), is_probability=False)
    return ScoredTest(rows, {"bleib": ours, "recency": flat})


def test_empulse_gives_its_published_check_value() -> None:
    assert empc_score(CHURNED.astype(int), SCORES) == pytest.approx(23.8756, abs=5e-5)


def test_expected_maximum_profit_is_the_best_cut_by_hand() -> None:
    """From the top: 110−10, −10, 125−10, −10, 150−10, −10, 100−10, −10; best after seven: 415 of 8 customers."""
    assert empb(CHURNED, SCORES, MARGIN, TERMS) == pytest.approx(415 / 8, abs=1e-6)


def test_expected_maximum_profit_with_equal_margins_is_the_same_by_both_measures() -> None:
    equal = np.full(8, 200.0)
    assert empc(CHURNED, SCORES, 200.0, TERMS) == pytest.approx(empb(CHURNED, SCORES, equal, TERMS), rel=1e-3)


def test_profit_of_a_list_counts_kept_margins_less_contacts() -> None:
    gains = TERMS.gains(CHURNED, MARGIN)
    assert gains.tolist() == [-10, 90, -10, 140, -10, 115, -10, 100]
    at = [np.arange(8)]
    assert list_profit([Ranking.of(SCORES)], at, gains, 3, np.ones(8)) == 100 - 10 + 115
    assert list_profit([Ranking.of(np.zeros(8))], at, gains, 2, np.ones(8)) == pytest.approx(gains.mean() * 2)


def test_captured_is_the_share_of_the_best_possible_list() -> None:
    test = scored()
    worth = Worth(np.tile(MARGIN, 2), TERMS)
    found = value_figures(test, worth, 3, customer_weights(test.rows.key["customer_id"], 40, 1))
    ours = found.metrics["models"]["bleib"]
    assert ours["at_capacity"]["value"] == 205
    assert ours["captured"]["value"] == pytest.approx(205 / (140 + 115 + 100), abs=1e-6)
    assert ours["left"]["value"] == pytest.approx(2 / 3)  # of .9, .8 and .7 the first and the last
    assert found.metrics["models"]["recency"]["left"]["value"] == pytest.approx(0.5)  # all alike
    assert ours["captured"]["low"] <= ours["captured"]["value"] <= 1
    assert found.metrics["models"]["recency"]["at_capacity"]["value"] == pytest.approx(405 / 8 * 3)


def test_list_by_value_at_risk_ranks_by_probability_times_margin() -> None:
    test = scored()
    found = value_figures(test, Worth(np.tile(MARGIN, 2), TERMS), 2, np.ones((20, 16)))
    assert found.metrics["models"][BY_VALUE]["at_capacity"]["value"] == 100 + 115  # .9 × 220 and .7 × 250


def test_profit_curve_ends_where_everybody_is_contacted_whatever_the_ranking() -> None:
    found = value_figures(scored(), Worth(np.tile(MARGIN, 2), TERMS), 2, np.ones((20, 16)))
    everybody = found.profit[found.profit["share"] == 1.0].set_index("model")["profit"]
    assert everybody.to_dict() == dict.fromkeys(["bleib", "recency", BY_VALUE, PERFECT], 405.0)


def test_profit_curve_contacts_the_same_share_of_a_small_and_of_a_large_cohort() -> None:
    """100 and 900 customers, a tenth of each leaves and is ranked first; a leaver brings 0.5 × 100 − 10, others −10.

    A tenth: 10 × 40 and 90 × 40. Everybody: less 10 for each of the 90 and 810 others.
    """
    sizes = (100, 900)
    days = np.repeat(pd.to_datetime(["2025-01-06", "2025-02-03"]), sizes)
    churned = np.concatenate([np.arange(size) < size // 10 for size in sizes])
    names = pd.array([f"c{k}" for k in range(1000)], dtype="str")
    rows = Rows(pd.DataFrame({"customer_id": names, "as_of_date": days}), pd.DataFrame(index=range(1000)), churned)
    test = ScoredTest(rows, {"bleib": Scores(churned.astype(float), is_probability=True)})
    found = value_figures(test, Worth(np.full(1000, 100.0), TERMS), 10, np.ones((20, 1000))).profit
    ours = found[found["model"] == "bleib"].set_index("share")["profit"]
    assert ours[0.1] == (400 + 3600) / 2
    assert ours[1.0] == (400 - 900 + 3600 - 8100) / 2


def test_a_customer_who_is_drawn_brings_score_outcome_and_margin_along() -> None:
    """In every resample the last customer (.9, 220) is drawn twice, the fourth (.4, 300) never; rows are in no order.

    From the top: 2 × (110−10), −10, 125−10, −10, −10, 100−10, −10: best after four with 305 of 8 customers, after seven
    with 375. The mean margin is 1,440 / 8.
    """
    drawn = np.array([0, 1, 2, 4, 5, 6, 7, 7])
    weights, mixed = np.bincount(drawn, minlength=8).astype(float), np.array([3, 7, 0, 5, 1, 6, 2, 4])
    order = np.r_[mixed, mixed + 8]
    known = scored()
    ours = Scores(known.scores["bleib"].values[order], is_probability=True)
    test = ScoredTest(known.rows.take(order), {"bleib": ours})
    found = value_figures(test, Worth(np.tile(MARGIN[mixed], 2), TERMS), 3, np.tile(weights[mixed], (20, 2)))
    figures = found.metrics["models"]["bleib"]
    assert (figures["empb"]["low"], figures["empb"]["high"]) == pytest.approx((375 / 8, 375 / 8), abs=1e-6)
    expected = empc(CHURNED[drawn], SCORES[drawn], 180.0, TERMS)
    assert (figures["empc"]["low"], figures["empc"]["high"]) == pytest.approx((expected, expected), abs=1e-4)


def test_a_list_of_drawn_customers_has_a_place_for_each_time_one_was_drawn() -> None:
    """As above: 2 × (110−10) − 10 for the three highest scores, 2 × 100 + 115 for the best list there is."""
    weights = np.tile(np.bincount([0, 1, 2, 4, 5, 6, 7, 7], minlength=8).astype(float), (20, 2))
    ours = value_figures(scored(), Worth(np.tile(MARGIN, 2), TERMS), 3, weights).metrics["models"]["bleib"]
    assert (ours["at_capacity"]["low"], ours["at_capacity"]["high"]) == (190, 190)
    assert ours["captured"]["low"] == pytest.approx(190 / 315, abs=1e-6)
    assert ours["left"]["low"] == pytest.approx(2 / 3, abs=1e-6)


@pytest.mark.parametrize("cost", [10.0, 0.0])
def test_where_even_the_best_list_brings_nothing_no_share_of_it_is_told(cost: float) -> None:
    found = value_figures(scored(), Worth(np.zeros(16), Economics(0.5, cost)), 3, np.ones((20, 16)))
    assert found.metrics["models"]["bleib"]["captured"] == {"value": None, "low": None, "high": None}


def play(cost: float, success: float, family: str = "recency") -> Play:
    return Play(name_en="x", name_de="x", families=[family, "loyalty"], cost=cost, success=success)


def test_economics_are_the_mean_of_the_plays() -> None:
    listing = Listing(plays={"a": play(10, 0.1), "b": play(20, 0.3)})
    assert economics(listing, {"recency"}) == Economics(success=pytest.approx(0.2), cost=15.0)


def test_a_play_for_reasons_without_data_has_no_part_in_the_economics() -> None:
    listing = Listing(plays={"a": play(10, 0.1), "b": play(20, 0.3), "c": play(90, 0.9, "payments")})
    assert economics(listing, {"recency", "value"}) == Economics(success=pytest.approx(0.2), cost=15.0)
    assert economics(listing, {"value"}) is None


@pytest.mark.parametrize("plays", [{}, {"a": play(10, 0.0)}])
def test_without_plays_that_help_there_is_no_money_to_speak_of(plays: dict[str, Play]) -> None:
    assert economics(Listing(plays=plays), {"recency"}) is None
