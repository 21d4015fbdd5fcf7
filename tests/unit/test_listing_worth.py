"""Who may come onto the list, whatever their reasons are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import worlds
from bleib.errors import DataError
from bleib.listing.plays import choose_plays, expected_net_value
from bleib.listing.rank import order
from bleib.listing.worth import may_be_listed, worth_of
from bleib.settings import Listing, Play, Tier
from bleib.tables import CUSTOMERS

DAY = pd.Timestamp("2024-06-01")


def play(family: str, cost: float, success: float, tiers: list[str] | None = None) -> Play:
    return Play(name_en="x", name_de="x", families=[family], cost=cost, success=success, due_days=1, tiers=tiers or [])


PLAYS = {
    "call": play("tickets", 10, 0.5),
    "gift": play("value", 1, 0.2, ["top"]),
    "check_in": play("recency", 2, 0.1),
}
TIERS = [Tier(name="top", top_share=0.5), Tier(name="all", top_share=1.0)]


def rows(values: dict[str, float | None], allowed: bool = True) -> pd.DataFrame:
    frame = pd.DataFrame({"value_at_risk": pd.Series(values, dtype="float64")}).rename_axis("customer_id")
    return frame.assign(churn_probability=0.5, tier="all", contact_allowed=allowed)


def listed(frame: pd.DataFrame, capacity: int, plays: dict[str, Play] = PLAYS) -> str:
    able = may_be_listed(frame, Listing(plays=plays, tiers=TIERS, capacity=capacity))
    return "".join(frame.index[able])


def test_whose_best_play_brings_less_than_the_worst_of_the_others_cannot_be_listed() -> None:
    """Worst: check_in, .1 × value − 2: 8 for a; best: call, .5 × value − 10: 10 for b, 7.5 for c."""
    assert listed(rows({"a": 100, "b": 40, "c": 35}), 1) == "ab"


def test_everybody_can_be_listed_where_there_is_room() -> None:
    assert listed(rows({"a": 100, "b": 40, "c": None}), 3) == "abc"


def test_who_said_no_takes_nobodys_place() -> None:
    frame = rows({"a": 100, "b": 40, "c": 35})
    frame.loc["a", "contact_allowed"] = False
    assert listed(frame, 1) == "bc"


def test_reasons_decide_nothing_where_no_value_is_known() -> None:
    frame = rows({"a": None, "b": None})
    frame.loc["b", "churn_probability"] = 0.9
    assert listed(frame, 1) == "b"


def test_without_a_play_for_everybody_nobody_is_certain() -> None:
    """A customer without a told reason then has no play, so any other may come first."""
    assert listed(rows({"a": 100, "b": 1}), 1, {"call": PLAYS["call"]}) == "ab"


CUSTOMER = st.tuples(
    st.floats(0, 200) | st.none(),
    st.floats(0.01, 0.99),
    st.sampled_from(["top", "all"]),
    st.booleans(),
    st.lists(st.sampled_from(["tickets", "value", "recency", "price"]), max_size=3, unique=True),
)


@settings(deadline=None, max_examples=200)
@given(st.lists(CUSTOMER, min_size=1, max_size=12), st.integers(1, 4), st.booleans())
def test_the_list_is_the_same_as_if_everybody_was_explained(
    people: list[tuple[float | None, float, str, bool, list[str]]], capacity: int, fallback: bool
) -> None:
    value, probability, tier, allowed, families = zip(*people, strict=True)
    frame = pd.DataFrame(
        {"value_at_risk": np.array(value, float), "churn_probability": probability, "tier": tier},
        index=pd.Index([f"c{k:02d}" for k in range(len(people))], name="customer_id"),
    ).assign(contact_allowed=allowed)
    told = [(c, n + 1, f) for c, own in zip(frame.index, families, strict=True) for n, f in enumerate(own)]
    reasons = pd.DataFrame(told, columns=["customer_id", "position", "family"]).astype({"customer_id": "str"})
    plays = PLAYS if fallback else {"call": PLAYS["call"], "gift": PLAYS["gift"]}
    frame["key"] = choose_plays(reasons.astype({"family": "str"}), frame["tier"], plays, frame["value_at_risk"])
    frame["expected_net_value"] = expected_net_value(frame["value_at_risk"], frame["key"], plays)
    whole = order(frame[frame["contact_allowed"]]).index[:capacity]
    able = may_be_listed(frame, Listing(plays=plays, tiers=TIERS, capacity=capacity))
    assert set(whole) <= set(frame.index[able])


def test_worth_holds_margin_risk_tier_and_permission() -> None:
    scores = pd.DataFrame({"customer_id": ["a", "b"], "churn_probability": [0.5, 0.1]})
    scores = scores.astype({"customer_id": "str"}).assign(as_of_date=DAY.as_unit("us"))
    customers = worlds.frame(
        CUSTOMERS, [{"customer_id": "a", "margin": 100.0}, {"customer_id": "b", "contact_allowed": False}]
    )
    found = worth_of(scores, {"customers": customers}, DAY.date(), DAY.date(), [], Listing(tiers=TIERS), "UTC")
    assert found["customer_id"].tolist() == ["a", "b"]
    assert found["yearly_margin"].tolist()[0] == 100.0
    assert found["value_at_risk"].tolist()[0] == pytest.approx(50.0)
    assert found["tier"].tolist() == ["top", "all"]
    assert found["contact_allowed"].tolist() == [True, False]


def test_where_nobody_is_worth_anything_no_value_is_known() -> None:
    """All amounts are 0, say: the costs of the plays must not decide who comes first."""
    scores = pd.DataFrame({"customer_id": ["a", "b"], "churn_probability": [0.2, 0.5]})
    scores = scores.astype({"customer_id": "str"}).assign(as_of_date=DAY.as_unit("us"))
    margins = [{"customer_id": one, "margin": 0.0} for one in "ab"]
    customers = {"customers": worlds.frame(CUSTOMERS, margins)}
    asked = (scores, customers, DAY.date(), DAY.date(), [], Listing(plays=PLAYS, tiers=TIERS), "UTC")
    assert worth_of(*asked)[["yearly_margin", "value_at_risk"]].isna().all(axis=None)
    customers["customers"].loc[0, "margin"] = 10.0
    assert worth_of(*asked)["yearly_margin"].tolist() == [10.0, 0.0]


def test_empty_cohort_is_an_error() -> None:
    scores = pd.DataFrame({"customer_id": pd.Series(dtype="str"), "churn_probability": [], "as_of_date": []})
    with pytest.raises(DataError, match="newest cohort is empty"):
        worth_of(scores, {}, DAY.date(), DAY.date(), [], Listing(), "UTC")
