"""Random assignment of retention contacts and what would have happened under the other arm."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bleib.demo import parameters as p
from bleib.demo.company import History, live, streams
from bleib.demo.timeline import Timeline


@pytest.fixture(scope="module")
def history() -> History:
    return live(Timeline(p.DATA_END, 80), 5000, streams(2))


def logged(history: History) -> pd.DataFrame:
    """The contacts with their outcomes."""
    contacts = history.log.frame("contacts").query("number >= 0")
    return history.outcomes.merge(contacts, on=["number", "customer"], validate="one_to_one")


def test_outcome_of_the_drawn_arm_is_what_happened(history: History) -> None:
    outcomes = history.outcomes
    notice = history.ends.notice[outcomes["customer"]]
    competing = np.isfinite(history.ends.competing[outcomes["customer"]])
    left = (notice >= 7 * outcomes["week"]) & (notice < 7 * (outcomes["week"] + p.OUTCOME_WEEKS)) & ~competing
    told = np.where(outcomes["treated"], outcomes["left_if_treated"], outcomes["left_if_held_out"])
    assert left.sum() > 100
    assert (told == left).all()


def test_type_follows_from_both_outcomes(history: History) -> None:
    kinds = history.outcomes.groupby(["left_if_held_out", "left_if_treated"])["type"].unique()
    assert {key: list(value) for key, value in kinds.items()} == {
        (False, False): ["sure_thing"],
        (False, True): ["sleeping_dog"],
        (True, False): ["persuadable"],
        (True, True): ["lost_cause"],
    }


def test_contact_without_effect_changes_no_outcome(history: History) -> None:
    without = history.outcomes.query("effect == 0")
    assert len(without) > 100
    assert (without["left_if_held_out"] == without["left_if_treated"]).all()


def test_helpful_contacts_drive_nobody_away_and_irritating_ones_keep_nobody(history: History) -> None:
    outcomes = history.outcomes
    assert not (outcomes[outcomes["effect"] < 0]["type"] == "sleeping_dog").any()
    assert not (outcomes[outcomes["effect"] > 0]["type"] == "persuadable").any()


def test_arms_are_drawn_as_often_as_the_logged_propensity_says(history: History) -> None:
    contacts = logged(history)
    treated = np.where(contacts["treated"], contacts["propensity"], 1 - contacts["propensity"])
    assert set(np.round(treated, 6)) == {0.5, 0.7}
    assert contacts["treated"].mean() == pytest.approx(treated.mean(), abs=0.03)
    assert (contacts["arm"] == np.where(contacts["treated"], "treated", "held_out")).all()


def test_arm_says_nothing_about_the_customer(history: History) -> None:
    contacts = logged(history)
    contacts = contacts[history.people.segment[contacts["customer"]] < 2]
    rate = contacts.groupby("arm")["left_if_held_out"].mean()
    assert abs(rate["treated"] - rate["held_out"]) < 0.04


def test_effect_depends_on_the_cause(history: History) -> None:
    contacts = logged(history)
    open_ = contacts[history.people.response[contacts["customer"]] == 0]
    weeks = history.weeks.set_index(["customer", "week"])["price_rise"]
    rise = weeks.reindex(pd.MultiIndex.from_frame(open_[["customer", "week"]])).to_numpy()
    offers = open_[["campaign", "effect"]].assign(rise=rise > 0).query("campaign == 'discount_offer'")
    assert set(offers[offers["rise"]]["effect"]) == {p.TREATMENT_HITS}
    assert set(offers[~offers["rise"]]["effect"]) == {p.TREATMENT_MISSES}


def test_nobody_is_contacted_again_while_the_last_contact_is_followed(history: History) -> None:
    contacts = history.log.frame("contacts").query("number >= 0").sort_values(["customer", "at"])
    gaps = contacts.groupby("customer")["at"].diff().dropna()
    assert gaps.min() > 7 * p.OUTCOME_WEEKS


def test_held_out_customers_cost_nothing_and_open_nothing(history: History) -> None:
    held_out = logged(history).query("arm == 'held_out'")
    assert (held_out["cost"] == 0).all()
    assert held_out["opened"].isna().all()


def test_only_customers_who_allow_it_are_contacted(history: History) -> None:
    contacts = history.log.frame("contacts")
    assert history.people.contact_allowed[contacts["customer"]].all()
