from __future__ import annotations

import pandas as pd

from bleib.listing.plays import choose_plays, tiers_of
from bleib.settings import Play, Tier

TIERS = [Tier(name="automated", top_share=1.0), Tier(name="manager", top_share=0.2)]


def play(families: list[str], tiers: tuple[str, ...] = ()) -> Play:
    return Play(name_en="do", name_de="tun", families=families, cost=1, success=0.1, tiers=list(tiers))


PLAYS = {
    "visit": play(["tickets"], ("manager",)),
    "call": play(["tickets", "complaints"]),
    "check_in": play(["recency"]),
}


def chosen(
    families: list[str], tier: str = "automated", plays: dict[str, Play] = PLAYS, value: float = float("nan")
) -> object:
    reasons = pd.DataFrame({"customer_id": "a", "position": range(1, len(families) + 1), "family": families})
    reasons = reasons.astype({"customer_id": "str", "family": "str"})
    return choose_plays(reasons, pd.Series({"a": tier}, dtype="str"), plays, pd.Series({"a": value}))["a"]


def test_play_of_the_strongest_reason_is_taken_where_the_value_is_unknown() -> None:
    assert chosen(["complaints", "recency"]) == "call"
    assert chosen(["recency", "complaints"]) == "check_in"


def test_play_that_brings_most_for_the_told_reasons_is_taken() -> None:
    plays = {"cheap": play(["loyalty"]), "talk": PLAYS["call"].model_copy(update={"cost": 15, "success": 0.15})}
    assert chosen(["loyalty", "complaints"], plays=plays, value=420.0) == "talk"  # 63 − 15 = 48 against 42 − 1 = 41
    assert chosen(["loyalty", "complaints"], plays=plays, value=100.0) == "cheap"  # 15 − 15 = 0 against 10 − 1 = 9
    assert chosen(["loyalty"], plays=plays, value=420.0) == "cheap"


def test_first_reason_that_has_a_play_decides() -> None:
    assert chosen(["price", "complaints"]) == "call"


def test_play_of_another_tier_is_passed_over() -> None:
    assert chosen(["tickets"], "manager") == "visit"
    assert chosen(["tickets"], "automated") == "call"


def test_customer_without_a_reason_gets_the_check_in() -> None:
    assert chosen([]) == "check_in"
    assert chosen(["price"]) == "check_in"


def test_no_play_where_the_check_in_is_not_configured_or_not_for_the_tier() -> None:
    assert pd.isna(chosen([], plays={"call": PLAYS["call"]}))
    assert pd.isna(chosen([], plays={"check_in": play(["recency"], ("manager",))}))


def test_tier_holds_the_customers_worth_most() -> None:
    margin = pd.Series({"a": 5.0, "b": 9.0, "c": 1.0, "d": float("nan"), "e": 2.0})
    assert tiers_of(margin, TIERS).to_dict() == {
        "a": "automated",
        "b": "manager",
        "c": "automated",
        "d": "automated",
        "e": "automated",
    }


def test_equal_customers_share_the_lower_tier() -> None:
    assert tiers_of(pd.Series([1.0, 1.0, 1.0]), TIERS).tolist() == ["automated"] * 3


def test_without_tiers_nobody_has_one() -> None:
    assert tiers_of(pd.Series([1.0, 2.0]), []).isna().all()


def test_a_tier_that_cannot_hold_all_customers_of_equal_worth_holds_none_of_them() -> None:
    """The two that are worth most are 40 % of five."""
    margin = pd.Series([100.0, 100.0, 50.0, 20.0, float("nan")])
    wide = [TIERS[0], TIERS[1].model_copy(update={"top_share": 0.4})]
    narrow = [TIERS[0], TIERS[1].model_copy(update={"top_share": 0.39})]
    assert tiers_of(margin, narrow).tolist() == ["automated"] * 5
    assert tiers_of(margin, wide).tolist() == ["manager"] * 2 + ["automated"] * 3
