from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

import worlds
from bleib.listing.value import as_of, margins_at, value_at_risk, yearly_margin
from bleib.settings import Listing
from bleib.tables import CONTRACTS, CUSTOMERS, INTERACTIONS

DAY = date(2024, 6, 1)
FIRST = date(2020, 1, 1)
Row = dict[str, object]


def order(n: int, customer: str, day: str, amount: float | None, **more: object) -> Row:
    at = pd.Timestamp(day, tz="UTC")
    return {"event_id": str(n), "customer_id": customer, "occurred_at": at, "kind": "order", "amount": amount, **more}


def contract(customer: str, fee: float | None, started: str, **more: object) -> Row:
    times = {key: pd.Timestamp(str(value), tz="UTC") for key, value in more.items() if key != "contract_id"}
    key = str(more.get("contract_id", f"c-{customer}"))
    at = pd.Timestamp(started, tz="UTC")
    return {"contract_id": key, "customer_id": customer, "monthly_fee": fee, "started_at": at, **times}


def margins(
    interactions: list[Row] | None = None,
    contracts: list[Row] | None = None,
    customers: list[Row] | None = None,
    first_day: date = FIRST,
    kinds: tuple[str, ...] = ("order",),
) -> dict[str, float]:
    given = ((INTERACTIONS, interactions), (CONTRACTS, contracts), (CUSTOMERS, customers))
    tables = {table.name: worlds.frame(table, rows) for table, rows in given if rows is not None}
    ids = pd.Series(["a", "b"])
    return yearly_margin(ids, tables, DAY, first_day, list(kinds), 0.5, "UTC").to_dict()


def test_margin_is_the_rate_times_the_spend_of_the_last_365_days() -> None:
    orders = [
        order(1, "a", "2024-05-31", 100.0),
        order(2, "a", "2023-06-02", 50.0),
        order(3, "a", "2023-06-01", 7000.0),  # one day too old
        order(4, "a", "2024-06-01", 7000.0),  # at the as-of date itself
        order(5, "a", "2024-05-30", 7000.0, known_at=pd.Timestamp("2024-06-02", tz="UTC")),  # not yet known
    ]
    assert margins(orders) == {"a": 75.0, "b": 0.0}


def test_money_given_back_is_subtracted_whatever_its_sign_and_never_below_zero() -> None:
    orders = [
        order(1, "a", "2024-05-01", 100.0),
        order(2, "a", "2024-05-02", -40.0, kind="return"),
        order(3, "a", "2024-05-02", 10.0, kind="refund"),
        order(4, "a", "2024-05-02", -900.0, kind="discount"),  # neither earned nor given back
        order(5, "b", "2024-05-02", -40.0, kind="return"),
    ]
    assert margins(orders) == {"a": 25.0, "b": 0.0}


def test_all_kinds_count_where_none_of_the_main_kinds_occurs() -> None:
    assert margins([order(1, "a", "2024-05-01", 100.0, kind="visit")]) == {"a": 50.0, "b": 0.0}


def test_a_past_shorter_than_a_year_is_scaled_up() -> None:
    assert margins([order(1, "a", "2024-05-30", 100.0)], first_day=date(2024, 3, 20)) == {"a": 250.0, "b": 0.0}


def test_fees_of_running_contracts_count_twelve_times() -> None:
    contracts = [
        contract("a", 10.0, "2024-01-01", valid_from="2024-01-01"),
        contract("a", 20.0, "2024-01-01", valid_from="2024-05-01"),  # the newest version holds
        contract("a", 99.0, "2024-01-01", valid_from="2024-06-01"),  # not yet
        contract("a", 5.0, "2024-01-01", contract_id="second"),
        contract("b", 10.0, "2023-01-01", ended_at="2024-05-31"),
    ]
    assert margins(contracts=contracts) == {"a": 150.0, "b": 0.0}


def test_spend_and_fees_are_added() -> None:
    found = margins([order(1, "a", "2024-05-01", 100.0)], [contract("a", 10.0, "2024-01-01")])
    assert found == {"a": 110.0, "b": 0.0}


def test_stated_margin_goes_before_the_estimate_and_empty_falls_back() -> None:
    customers = [{"customer_id": "a", "margin": 33.0}, {"customer_id": "b", "margin": None}]
    assert margins([order(1, "b", "2024-05-01", 100.0)], customers=customers) == {"a": 33.0, "b": 50.0}


def test_versioned_margin_is_that_of_the_as_of_date() -> None:
    versions = [("2024-01-01", 10.0), ("2024-05-31", 20.0), ("2024-06-01", 30.0)]
    customers = [
        {"customer_id": "a", "margin": value, "valid_from": pd.Timestamp(day, tz="UTC")} for day, value in versions
    ]
    assert margins(customers=customers)["a"] == 20.0


def test_value_is_unknown_without_amounts_fees_and_margins() -> None:
    found = margins([order(1, "a", "2024-05-01", None)], [contract("a", None, "2024-01-01")])
    assert pd.isna(list(found.values())).all()


def test_newest_filled_value_is_taken_where_a_later_version_is_empty() -> None:
    rows: list[Row] = [
        {"customer_id": "a", "segment": "gold", "valid_from": pd.Timestamp("2024-01-01", tz="UTC")},
        {"customer_id": "a", "segment": None, "valid_from": pd.Timestamp("2024-02-01", tz="UTC")},
    ]
    assert as_of(worlds.frame(CUSTOMERS, rows), None, "segment").to_dict() == {"a": "gold"}


@pytest.mark.parametrize(("t", "segment"), [(None, "gold"), ("2024-03-01", "gold"), ("2024-02-01", "silver")])
def test_of_the_versions_of_a_customer_the_one_that_holds_from_the_latest_day_is_taken(
    t: str | None, segment: str
) -> None:
    """In whatever order they stand; a row without a day is older than all that have one."""
    rows: list[Row] = [
        {"customer_id": "a", "segment": name, "valid_from": day}
        for name, day in (("gold", "2024-02-01"), ("silver", "2024-01-01"), ("bronze", None))
    ]
    at = None if t is None else pd.Timestamp(t, tz="UTC")
    assert as_of(worlds.frame(CUSTOMERS, rows), at, "segment").to_dict() == {"a": segment}


def test_an_order_that_is_announced_brings_nothing_yet() -> None:
    before = pd.Timestamp("2024-05-01", tz="UTC")
    orders = [order(n, "a", day, 100.0, known_at=before) for n, day in enumerate(("2024-06-01", "2024-07-01"))]
    assert margins([*orders, order(9, "b", "2024-05-01", 100.0)]) == {"a": 0.0, "b": 50.0}


def test_a_customer_who_costs_more_than_he_brings_counts_as_nought() -> None:
    customers = worlds.frame(CUSTOMERS, [{"customer_id": "a", "margin": -40.0}, {"customer_id": "b", "margin": 40.0}])
    key = pd.DataFrame({"customer_id": ["a", "b"], "as_of_date": pd.to_datetime(["2025-01-01"] * 2)})
    found = margins_at(key, {"customers": customers}, FIRST, ["order"], Listing(value_horizon_days=365), "UTC")
    assert found is not None
    assert found.tolist() == [0.0, 40.0]


def test_value_at_risk_is_probability_times_margin_over_the_horizon() -> None:
    risk = value_at_risk(pd.Series({"a": 0.5}), pd.Series({"a": 730.0}), 73)
    assert risk["a"] == pytest.approx(73.0)


def test_margins_at_several_dates_are_those_known_then_and_none_is_below_zero() -> None:
    rows = [order(1, "a", "2024-12-02", 365.0), order(2, "a", "2025-02-03", 365.0)]
    tables = {"interactions": worlds.frame(INTERACTIONS, [*rows, order(3, "b", "2024-12-02", -50.0)])}
    key = pd.DataFrame(
        {"customer_id": ["a", "b", "a"], "as_of_date": pd.to_datetime(["2025-01-01", "2025-01-01", "2025-03-01"])}
    )
    listing = Listing(margin_rate=0.5, value_horizon_days=365)
    found = margins_at(key, tables, date(2023, 1, 1), ["order"], listing, "UTC")
    assert found is not None
    assert found.tolist() == [182.5, 0.0, 365.0]


def test_margins_are_none_where_no_money_is_mapped() -> None:
    key = pd.DataFrame({"customer_id": ["a"], "as_of_date": pd.to_datetime(["2025-01-01"])})
    assert margins_at(key, {}, date(2023, 1, 1), ["order"], Listing(), "UTC") is None


def test_an_order_without_an_amount_and_a_contract_without_a_fee_bring_nothing() -> None:
    orders = [order(1, "a", "2024-05-01", 100.0), order(2, "a", "2024-05-02", None), order(3, "b", "2024-05-02", None)]
    assert margins(orders) == {"a": 50.0, "b": 0.0}
    contracts = [contract("a", 10.0, "2024-01-01"), contract("b", None, "2024-01-01")]
    assert margins(contracts=contracts) == {"a": 60.0, "b": 0.0}


def test_what_becomes_known_at_the_very_begin_of_the_day_is_not_known_yet() -> None:
    late = order(1, "a", "2024-05-01", 100.0, known_at=pd.Timestamp("2024-06-01", tz="UTC"))
    assert margins([late, order(2, "b", "2024-05-01", 100.0)]) == {"a": 0.0, "b": 50.0}


def test_a_contract_that_begins_on_the_day_does_not_run_yet_though_it_is_known() -> None:
    known = {"known_at": "2024-05-01"}
    contracts = [contract("a", 10.0, "2024-06-01", **known), contract("b", 10.0, "2024-05-31", **known)]
    assert margins(contracts=contracts) == {"a": 0.0, "b": 60.0}


def test_data_that_begin_on_the_day_itself_bring_nothing() -> None:
    assert margins([order(1, "a", "2024-06-01", 100.0)], first_day=DAY) == {"a": 0.0, "b": 0.0}


def test_no_cent_is_lost_in_the_sum() -> None:
    """.57 × 10,000 is 5,699.999… in binary numbers."""
    assert margins([order(1, "a", "2024-05-01", 0.57)]) == {"a": 0.285, "b": 0.0}


def test_whose_margin_alone_is_not_known_counts_nothing_beside_the_others() -> None:
    customers = worlds.frame(CUSTOMERS, [{"customer_id": "a", "margin": 365.0}])
    key = pd.DataFrame({"customer_id": ["a", "b"], "as_of_date": pd.to_datetime(["2025-01-01"] * 2)})
    found = margins_at(key, {"customers": customers}, FIRST, ["order"], Listing(value_horizon_days=73), "UTC")
    assert found is not None
    assert found.tolist() == pytest.approx([73.0, 0.0])


def test_the_fee_of_a_contract_that_was_given_up_before_it_began_is_not_earned() -> None:
    notices = {"a": {"cancelled_at": "2024-04-20"}, "b": {"cancelled_at": "2024-05-20"}}
    contracts = [contract(who, 10.0, "2024-05-01", **notice) for who, notice in notices.items()]
    assert margins(contracts=contracts) == {"a": 0.0, "b": 60.0}
