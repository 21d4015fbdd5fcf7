"""The hidden truth of the demo company: what makes its customers leave, and how much of it can be seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from bleib.demo import parameters as p
from bleib.demo.behaviour import LOGIN
from bleib.demo.company import History, live, streams
from bleib.demo.hazard import decay, linear_parts, probability
from bleib.demo.timeline import Timeline

TERMS = [c.name for c in p.COEFFICIENTS]
SEEN = [c.name for c in p.COEFFICIENTS if c.seen]
HARMFUL = sorted(set(TERMS) - {"frailty", "season", "holidays", "discount"})
LEAD, HORIZON = 7, 56


@pytest.fixture(scope="module")
def history() -> History:
    return live(Timeline(p.DATA_END, 108), 6000, streams(1))


def snapshots(history: History, week: int) -> pd.DataFrame:
    """Customers at risk at the start of ``week`` who do not leave in the lead, with their label."""
    at_risk = history.weeks[history.weeks["week"] == week]
    who, now = at_risk["customer"].to_numpy(), 7 * week
    notice, competing = history.ends.notice[who], history.ends.competing[who]
    keeps = (notice >= now + LEAD) & (competing >= now + LEAD + HORIZON)
    return at_risk.assign(churned=notice < now + LEAD + HORIZON)[keeps]


def test_weekly_hazard_is_the_logit_of_intercept_and_terms(history: History) -> None:
    terms = history.weeks[[*TERMS, "treatment"]].sum(axis=1) + p.INTERCEPT
    assert np.allclose(probability(terms.to_numpy()), history.weeks["hazard"], rtol=1e-4)


def test_frailty_holds_30_to_50_percent_of_the_variance(history: History) -> None:
    total = history.weeks[TERMS].sum(axis=1).var()
    assert 0.3 <= history.weeks["frailty"].var() / total <= 0.5


@pytest.mark.parametrize("week", [40, 52, 64, 76, 88, 97])
def test_six_to_ten_percent_of_the_running_contracts_are_cancelled_in_the_outcome_window(
    history: History, week: int
) -> None:
    assert 0.045 <= snapshots(history, week)["churned"].mean() <= 0.105


def test_mean_churn_rate_lies_between_six_and_ten_percent(history: History) -> None:
    rates = [snapshots(history, week)["churned"].mean() for week in range(36, 99, 4)]
    assert 0.06 <= np.mean(rates) <= 0.10


def test_what_can_be_seen_ranks_leavers_well_but_not_perfectly(history: History) -> None:
    found = pd.concat([snapshots(history, week) for week in range(40, 99, 8)])
    assert 0.74 <= roc_auc_score(found["churned"], found[SEEN].sum(axis=1)) <= 0.82
    assert roc_auc_score(found["churned"], found[TERMS].sum(axis=1)) < 0.87


@pytest.mark.parametrize("name", HARMFUL)
def test_hazard_falls_when_a_harmful_driver_is_switched_off(history: History, name: str) -> None:
    terms = history.weeks[[*TERMS, "treatment"]].astype("float64")
    concerned = terms[terms[name].abs() > 1e-4]
    with_it = concerned.sum(axis=1) + p.INTERCEPT
    assert len(concerned) > 500
    assert (probability(with_it) > probability(with_it - concerned[name])).all()


def test_hazard_rises_when_discounts_are_switched_off(history: History) -> None:
    assert set(history.weeks["discount"].unique()) == {0.0, -0.5}


def test_discounts_look_harmful_because_the_unhappy_get_them(history: History) -> None:
    has_discount = history.weeks["discount"] != 0
    hazard = history.weeks["hazard"].groupby(has_discount).mean()
    assert hazard[True] > 1.3 * hazard[False]


def test_season_is_highest_in_january_and_holidays_calm() -> None:
    timeline = Timeline(p.DATA_END, 108)
    january = [k for k in range(108) if timeline.season(k) == max(map(timeline.season, range(108)))]
    assert (pd.Timestamp(timeline.first) + pd.Timedelta(weeks=january[0])).month == 1
    assert p.coefficients()["season"] > 0 > p.coefficients()["holidays"]


def test_coefficient_that_is_set_to_zero_takes_the_driver_out_of_the_hazard() -> None:
    timeline = Timeline(p.DATA_END, 40)
    without = live(timeline, 200, streams(3), {"recency": 0.0})
    assert (without.weeks["recency"] == 0).all()
    assert without.weeks["usage_decline"].max() > 0


def test_notices_happen_as_often_as_the_hazard_says(history: History) -> None:
    weeks = history.weeks
    parts = pd.qcut(weeks["hazard"], 5, labels=False)
    observed = weeks["gives_notice"].groupby(parts).mean()
    expected = weeks["hazard"].groupby(parts).mean()
    assert np.allclose(observed, expected, rtol=0.25, atol=3e-4)


def test_usage_declines_before_the_notice(history: History) -> None:
    events = history.log.frame("logins")
    logins = events[events["kind"] == LOGIN]
    notice = history.ends.notice[logins["customer"]]
    before = (notice - logins["at"])[np.isfinite(notice) & (history.people.joined[logins["customer"]] < 0)]
    late, early = before.between(0, 28).sum() / 4, before.between(112, 168).sum() / 8
    assert late < 0.8 * early


def test_competing_ends_are_rare_and_no_notice_of_the_hazard(history: History) -> None:
    reasons = pd.Series(history.ends.reason).value_counts()
    assert 20 < reasons["deceased"] < 100
    assert 40 < reasons["moved_abroad"] < 180
    died = history.ends.reason == "deceased"
    assert np.isinf(history.ends.notice[died]).all()
    assert np.isfinite(history.ends.ended[died]).all()


def test_terms_are_coefficient_times_driver() -> None:
    parts = linear_parts({"a": np.array([0.0, 2.0]), "b": np.array([1.0, 1.0])}, {"a": 0.5, "b": -1.0})
    assert parts["a"].tolist() == [0.0, 1.0]
    assert parts["b"].tolist() == [-1.0, -1.0]


def test_load_halves_within_its_half_life() -> None:
    assert decay(4.0) ** 4 == pytest.approx(0.5)


@pytest.mark.parametrize("coefficient", p.COEFFICIENTS, ids=TERMS)
def test_documentation_gives_each_coefficient(coefficient: p.Coefficient) -> None:
    text = (Path(__file__).parents[2] / "docs" / "demo.md").read_text(encoding="utf-8")
    assert f"| `{coefficient.name}` | {coefficient.value:+g} |" in text
    assert coefficient.meaning in text
