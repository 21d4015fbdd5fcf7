from __future__ import annotations

import pandas as pd
import pytest

import worlds
from bleib.errors import DataError
from bleib.listing.rank import at_risk_list
from bleib.listing.worth import worth_of
from bleib.settings import Company, Listing, Play, Tier
from bleib.tables import CONTRACTS, CUSTOMERS

T = pd.Timestamp("2024-06-01", tz="UTC")
PLAYS = {
    "call": Play(name_en="Call", name_de="Anruf", families=["tickets"], cost=20, success=0.2, due_days=2),
    "mail": Play(name_en="Mail", name_de="E-Mail", families=["value"], cost=1, success=0.1, due_days=7),
}
PROBABILITY = {"a": 0.9, "b": 0.5, "c": 0.5, "d": 0.1}
MARGIN = {"a": 100.0, "b": 1000.0, "c": 1000.0, "d": 100.0}
FAMILY = {"a": "tickets", "b": "tickets", "c": "value", "d": "value"}


def listed(
    customers: list[dict[str, object]] | None = None,
    margin: dict[str, float] = MARGIN,
    language: str = "en",
    probability: dict[str, float] = PROBABILITY,
    contracts: list[dict[str, object]] | None = None,
    data_end: pd.Timestamp = T,
    **listing: object,
) -> pd.DataFrame:
    scores = pd.DataFrame({"customer_id": list(probability), "churn_probability": list(probability.values())})
    scores = scores.astype({"customer_id": "str"}).assign(as_of_date=pd.Timestamp("2024-06-01"), raw_score=0.0)
    told = [(c, 1, family, f"{family} of {c}") for c, family in FAMILY.items()] + [("a", 2, "price", "second of a")]
    reasons = pd.DataFrame(told, columns=["customer_id", "position", "family", "text"])
    scores = scores.astype({"as_of_date": "datetime64[us]"})
    settings = Listing.model_validate({"plays": PLAYS, "tiers": [Tier(name="all", top_share=1.0)], **listing})
    known = worlds.frame(CUSTOMERS, customers) if customers else None
    tables = {"customers": known_with_margin(known, margin)}
    return at_risk_list(
        scores,
        reasons.astype({"customer_id": "str", "family": "str", "text": "str"}),
        worth_of(scores, tables, T.date(), T.date(), [], settings, "UTC"),
        ({} if known is None else {"customers": known})
        | ({} if contracts is None else {"contracts": worlds.frame(CONTRACTS, contracts)}),
        Company.model_validate({"language": language}),
        settings,
        T,
        data_end,
        "0123456789ab",
    )


def known_with_margin(customers: pd.DataFrame | None, margin: dict[str, float]) -> pd.DataFrame:
    """Customers with their margin in rows of today's values, which say nothing else."""
    stated = worlds.frame(CUSTOMERS, [{"customer_id": key, "margin": value} for key, value in margin.items()])
    return stated if customers is None else pd.concat([customers, stated], ignore_index=True)


def order_of(frame: pd.DataFrame) -> str:
    return "".join(frame["customer_id"])


def test_list_is_ordered_by_expected_net_value() -> None:
    frame = listed()
    assert order_of(frame) == "bcda"
    assert frame["expected_net_value"].tolist() == [80.0, 49.0, 0.0, -2.0]
    assert frame["value_at_risk"].tolist() == [500.0, 500.0, 10.0, 90.0]
    assert frame["rank"].tolist() == [1, 2, 3, 4]


def test_probabilities_have_six_digits_and_money_two() -> None:
    row = listed(probability={"b": 0.123456789}, margin={"b": 100.0}).iloc[0]
    assert (row["churn_probability"], row["value_at_risk"]) == (0.123457, 12.35)
    assert row["expected_net_value"] == -17.53  # .2 × 12.3457 − 20


def due(contracts: list[dict[str, object]], data_end: pd.Timestamp = T) -> list[str]:
    given = [
        {"known_at": T - pd.Timedelta(days=90), "started_at": T - pd.Timedelta(days=90)} | row for row in contracts
    ]
    frame = listed(contracts=given, data_end=data_end).set_index("customer_id")["due_date"]
    return [f"{day:%d.%m.}" for day in frame.loc[["a", "b", "c", "d"]]]


def test_a_task_is_due_while_the_contract_still_runs() -> None:
    ends = {"a": "2024-06-30", "b": "2024-06-01", "c": "2024-06-05", "d": "2024-06-05 12:00"}
    rows = [{"contract_id": key, "customer_id": key, "ended_at": end} for key, end in ends.items()]
    assert due(rows) == ["03.06.", "01.06.", "04.06.", "05.06."]


def test_of_several_contracts_the_last_end_counts_and_one_without_end_goes_on() -> None:
    rows = [
        {"contract_id": "1", "customer_id": "c", "ended_at": "2024-06-03"},
        {"contract_id": "2", "customer_id": "c", "ended_at": "2024-06-06"},
        {"contract_id": "3", "customer_id": "d", "ended_at": "2024-06-03"},
        {"contract_id": "4", "customer_id": "d", "ended_at": None},
    ]
    assert due(rows) == ["03.06.", "03.06.", "05.06.", "08.06."]


def test_an_end_that_became_known_after_the_day_of_the_list_moves_no_task() -> None:
    later = {"valid_from": T + pd.Timedelta(days=1), "ended_at": "2024-06-03"}
    rows = [{"contract_id": "1", "customer_id": "d"}, {"contract_id": "1", "customer_id": "d"} | later]
    assert due(rows)[3] == "08.06."


def test_an_end_of_which_nobody_knows_when_it_was_entered_moves_no_task_of_a_day_in_the_past() -> None:
    """Customer a has an end without valid_from, b one from a version, c both; d has one that was past already."""
    version = {"valid_from": T - pd.Timedelta(days=30), "ended_at": "2024-06-02"}
    rows = [
        {"contract_id": "1", "customer_id": "a", "ended_at": "2024-06-02"},
        {"contract_id": "2", "customer_id": "b"} | version,
        {"contract_id": "3", "customer_id": "c", "ended_at": "2024-06-02"},
        {"contract_id": "4", "customer_id": "c"} | version,
        {"contract_id": "5", "customer_id": "d", "ended_at": "2024-05-20"},
    ]
    assert due(rows) == ["01.06.", "01.06.", "01.06.", "08.06."]
    assert due(rows, data_end=T + pd.Timedelta(days=1)) == ["03.06.", "01.06.", "08.06.", "08.06."]


def test_capacity_cuts_the_list() -> None:
    assert order_of(listed(capacity=2)) == "bc"


def test_row_holds_all_that_a_team_needs() -> None:
    customers: list[dict[str, object]] = [{"customer_id": "a", "display_name": "Änne Groß", "segment": "gold"}]
    row = listed(customers).set_index("customer_id").loc["a"]
    assert (row["display_name"], row["segment"], row["tier"]) == ("Änne Groß", "gold", "all")
    assert (row["reason_1"], row["reason_2"], pd.isna(row["reason_3"])) == ("tickets of a", "second of a", True)
    assert (row["play"], row["due_date"]) == ("Call", pd.Timestamp("2024-06-03"))
    assert row["model_version"] == "0123456789ab"


def test_play_is_named_in_the_language_of_the_company() -> None:
    assert listed(language="de")["play"].tolist() == ["Anruf", "E-Mail", "E-Mail", "Anruf"]


def test_name_falls_back_to_the_customer_id() -> None:
    assert listed()["display_name"].tolist() == ["b", "c", "d", "a"]


def test_customer_who_may_not_be_contacted_is_not_listed_and_leaves_room_for_the_next() -> None:
    customers: list[dict[str, object]] = [
        {"customer_id": "b", "contact_allowed": False},
        {"customer_id": "c", "contact_allowed": None},
        {"customer_id": "d", "contact_allowed": True},
    ]
    assert order_of(listed(customers, capacity=2)) == "cd"


def test_permission_withdrawn_after_the_as_of_date_is_respected() -> None:
    changes = [("2024-01-01", True), ("2024-06-02", False)]
    customers: list[dict[str, object]] = [
        {"customer_id": "b", "contact_allowed": allowed, "valid_from": pd.Timestamp(day, tz="UTC")}
        for day, allowed in changes
    ]
    assert order_of(listed(customers)) == "cda"


def test_ties_go_to_the_higher_probability_and_then_to_the_id() -> None:
    plays = {"mail": PLAYS["mail"].model_copy(update={"success": 0.0, "families": ["tickets", "value"]})}
    assert order_of(listed(plays=plays, probability={"d": 0.1, "c": 0.5, "b": 0.5, "a": 0.9})) == "abcd"


def test_probability_decides_where_no_value_is_known() -> None:
    frame = listed(margin=dict.fromkeys(MARGIN, float("nan")))
    assert order_of(frame) == "abcd"
    assert frame[["value_at_risk", "expected_net_value"]].isna().all(axis=None)
    assert frame["play"].tolist() == ["Call", "Call", "Mail", "Mail"]


def test_value_at_risk_decides_where_no_play_is_configured() -> None:
    frame = listed(plays={})
    assert order_of(frame) == "bcad"
    assert frame[["play", "due_date", "expected_net_value"]].isna().all(axis=None)


def test_customer_of_unknown_value_comes_after_the_known_ones() -> None:
    assert order_of(listed(margin=MARGIN | {"b": float("nan")})) == "cdab"


def test_empty_cohort_is_an_error() -> None:
    with pytest.raises(DataError, match="newest cohort is empty"):
        listed(probability={})


def test_list_is_empty_where_nobody_may_be_contacted() -> None:
    customers: list[dict[str, object]] = [{"customer_id": key, "contact_allowed": False} for key in PROBABILITY]
    assert listed(customers).empty


def test_a_tier_is_named_in_the_language_of_the_company_where_it_has_such_a_name() -> None:
    tiers = [Tier(name="top", name_de="Spitze", top_share=0.5), Tier(name="all", top_share=1.0)]
    assert listed(language="de", tiers=tiers).set_index("customer_id")["tier"].to_dict() == {
        "a": "all", "b": "Spitze", "c": "Spitze", "d": "all"
    }  # fmt: skip
    assert listed(tiers=tiers)["tier"].tolist() == ["top", "top", "all", "all"]


def test_name_and_segment_are_those_of_the_day_of_the_list() -> None:
    customers: list[dict[str, object]] = [
        {"customer_id": "a", "display_name": name, "segment": segment, "valid_from": pd.Timestamp(day, tz="UTC")}
        for name, segment, day in (("Groß", "gold", "2024-05-31"), ("Klein", "silver", "2024-06-01"))
    ]
    row = listed(customers).set_index("customer_id").loc["a"]
    assert (row["display_name"], row["segment"]) == ("Groß", "gold")
