"""Cohort, outcome and label, with literal dates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import worlds
from bleib.cohort.contract import ContractChurn
from bleib.cohort.define import definitions
from bleib.cohort.folders import label_folders
from bleib.cohort.label import (
    Calendar,
    add_tallies,
    as_of_dates,
    calendar_of,
    check_definition,
    check_labels,
    check_newest,
    definition,
    snapshots,
    summary,
    tally,
    unheard_of,
)
from bleib.cohort.silence import SilenceChurn
from bleib.errors import DataError, SettingsError
from bleib.settings import Churn, ClockSettings, Company
from bleib.tables import CONTRACTS, INTERACTIONS

T = date(2026, 3, 1)
SILENCE = Churn(definition="silence", kinds=["order"], active_days=30, lead_days=7, horizon_days=28)
ENDING = SILENCE.model_copy(update={"leave_kinds": ["account_closed"], "competing_kinds": ["died"]})
CONTRACT = Churn(definition="contract", lead_days=7, horizon_days=28, competing_reasons=["deceased"])


def silence(*events: tuple[str, str, str], churn: Churn = SILENCE) -> SilenceChurn:
    rows = [
        {"event_id": str(n), "customer_id": who, "kind": kind, "occurred_at": when}
        for n, (who, kind, when) in enumerate(events)
    ]
    return SilenceChurn(worlds.frame(INTERACTIONS, rows), churn, "UTC")


def contract(*rows: dict[str, object]) -> ContractChurn:
    rows_with_ids = [
        {"contract_id": str(n), "customer_id": "a", "started_at": "2025-01-01", **row} for n, row in enumerate(rows)
    ]
    return ContractChurn(worlds.frame(CONTRACTS, rows_with_ids), CONTRACT, "UTC")


@pytest.mark.parametrize(
    ("when", "inside"),
    [("2026-01-29T23:59", False), ("2026-01-30T00:00", True), ("2026-02-28T23:59", True), ("2026-03-01T00:00", False)],
)
def test_cohort_holds_who_was_active_in_the_half_open_window(when: str, inside: bool) -> None:
    assert silence(("a", "order", when)).cohort(T).tolist() == [inside]


def test_whoever_has_given_notice_or_died_is_not_in_a_cohort_by_silence_however_active() -> None:
    """Until the last contract has run out, and there was activity after that; who has no contract is not concerned."""
    orders = worlds.frame(
        INTERACTIONS,
        [
            {"event_id": who, "customer_id": who, "kind": "order", "occurred_at": "2026-02-20"}
            for who in ("back", "died", "expired", "later", "none", "one of two", "open", "renewed", "runs", "stays")
        ],
    )
    notices: list[dict[str, object]] = [
        {"customer_id": "back", "cancelled_at": "2025-11-01", "ended_at": "2026-01-31"},
        {"customer_id": "died", "ended_at": "2026-02-24", "end_reason": "deceased"},
        {"customer_id": "expired", "ended_at": "2026-02-24"},
        {"customer_id": "later", "cancelled_at": "2026-03-01"},
        {"customer_id": "one of two", "cancelled_at": "2026-02-10"},
        {"customer_id": "one of two"},
        {"customer_id": "open", "cancelled_at": "2026-02-10"},
        {"customer_id": "renewed", "ended_at": "2026-02-24"},
        {"customer_id": "renewed", "started_at": "2026-02-24"},
        {"customer_id": "runs", "cancelled_at": "2026-02-10", "ended_at": "2026-06-30"},
        {"customer_id": "stays"},
    ]
    rows = [{"contract_id": str(n), "started_at": "2025-01-01"} | row for n, row in enumerate(notices)]
    churn = SILENCE.model_copy(update={"competing_reasons": ["deceased"]})
    found = SilenceChurn(orders, churn, "UTC", worlds.frame(CONTRACTS, rows))
    inside = dict(zip(found.customers, found.cohort(T).tolist(), strict=True))
    assert [who for who, there in inside.items() if not there] == ["died", "open", "runs"]


def test_a_notice_without_an_end_is_over_when_the_customer_could_not_be_active_any_more() -> None:
    row = {"event_id": "1", "customer_id": "a", "kind": "order", "occurred_at": "2026-02-20"}
    orders = worlds.frame(INTERACTIONS, [row])
    for cancelled, inside in (("2026-01-01", True), ("2026-02-01", False)):  # 30 days of activity count
        given = {"contract_id": "1", "customer_id": "a", "started_at": "2025-01-01", "cancelled_at": cancelled}
        found = SilenceChurn(orders, SILENCE, "UTC", worlds.frame(CONTRACTS, [given]))
        assert found.cohort(T).tolist() == [inside]


@pytest.mark.parametrize(("known_at", "inside"), [("2026-02-15", True), ("2026-03-01", False)])
def test_a_notice_takes_out_of_a_cohort_by_silence_until_the_end_that_is_known(known_at: str, inside: bool) -> None:
    """The end was to be in June and was brought forward to January; there was an order in February."""
    row = {"event_id": "1", "customer_id": "a", "kind": "order", "occurred_at": "2026-02-20"}
    given = {"contract_id": "1", "customer_id": "a", "started_at": "2025-01-01", "cancelled_at": "2026-01-10"}
    versions = [
        given | {"valid_from": valid_from, "ended_at": ended_at}
        for valid_from, ended_at in (("2026-01-10", "2026-06-30"), (known_at, "2026-01-31"))
    ]
    rule = SilenceChurn(worlds.frame(INTERACTIONS, [row]), SILENCE, "UTC", worlds.frame(CONTRACTS, versions))
    assert rule.cohort(T).tolist() == [inside]


@pytest.mark.parametrize("cancelled", ["2026-02-10", "2026-03-03", "2026-03-20"])
def test_a_contract_with_a_notice_before_its_begin_never_ran(cancelled: str) -> None:
    row = {"event_id": "1", "customer_id": "a", "kind": "order", "occurred_at": "2026-02-20"}
    given = {"contract_id": "9", "customer_id": "a", "started_at": "2026-04-01", "known_at": "2026-02-01"}
    never_ran = given | {"cancelled_at": cancelled}
    rule = SilenceChurn(worlds.frame(INTERACTIONS, [row]), SILENCE, "UTC", worlds.frame(CONTRACTS, [never_ran]))
    assert (rule.cohort(T).tolist(), rule.outcome(T).tolist()) == ([True], ["churned"])
    later = date(2026, 5, 1)
    assert [contract(never_ran).cohort(day).tolist() for day in (T, later)] == [[False], [False]]
    assert contract({"ended_at": "2026-03-05"}, never_ran).outcome(T).tolist() == ["left_in_lead"]
    assert contract({"ended_at": "2026-03-15"}, never_ran).outcome(T).tolist() == ["churned"]
    assert contract({}, never_ran).outcome(T).tolist() == ["stayed"]


def test_a_contract_that_was_given_up_before_it_began_runs_no_longer_by_its_older_version() -> None:
    given = {"contract_id": "1", "started_at": "2026-02-20", "valid_from": "2026-02-10", "known_at": "2026-02-10"}
    withdrawn = {"valid_from": "2026-02-15", "known_at": "2026-02-15", "cancelled_at": "2026-02-15"}
    assert contract(given).cohort(T).tolist() == [True]
    assert contract(given, given | withdrawn).cohort(T).tolist() == [False]


def test_whom_a_death_or_a_notice_in_the_lead_silences_has_not_churned() -> None:
    """An expired contract is silence like any other, and so is a death while another contract runs."""
    ends: dict[str, list[dict[str, object]]] = {
        "died": [{"ended_at": "2026-03-20", "end_reason": "deceased"}],
        "died before": [{"ended_at": "2026-02-20", "end_reason": "deceased"}],
        "died in the lead": [{"ended_at": "2026-03-03", "end_reason": "deceased"}],
        "dies after the window": [{"started_at": "2026-05-01", "ended_at": "2026-06-01", "end_reason": "deceased"}],
        "expired": [{"ended_at": "2026-03-20"}],
        "expired before": [{"ended_at": "2026-02-24"}],
        "notice in the lead": [{"cancelled_at": "2026-03-03"}],
        "notice in the window": [{"cancelled_at": "2026-03-20"}],
        "notice of the past": [{"cancelled_at": "2025-11-01", "ended_at": "2026-01-31"}],
        "notice soon after the begin": [{"started_at": "2026-03-10", "cancelled_at": "2026-03-12"}],
        "notice with the begin": [{"started_at": "2026-03-03", "cancelled_at": "2026-03-03"}],
        "one of two": [{"cancelled_at": "2026-03-03"}, {}],
        "notice and orders": [{"cancelled_at": "2026-03-03"}],
        "with orders": [{"ended_at": "2026-03-20", "end_reason": "deceased"}],
        "without": [],
    }
    events = [(who, "2026-02-20") for who in ends]
    events += [(who, "2026-03-15") for who in ("notice and orders", "with orders")]
    orders = [
        {"event_id": str(n), "customer_id": who, "kind": "order", "occurred_at": at}
        for n, (who, at) in enumerate(events)
    ]
    rows = [
        {"contract_id": f"{who} {n}", "customer_id": who, "started_at": "2025-01-01"} | one
        for who, each in ends.items()
        for n, one in enumerate(each)
    ]
    churn = SILENCE.model_copy(update={"competing_reasons": ["deceased"]})
    found = SilenceChurn(worlds.frame(INTERACTIONS, orders), churn, "UTC", worlds.frame(CONTRACTS, rows))
    assert dict(zip(found.customers, found.outcome(T), strict=True)) == {
        "died": "competing",
        "died before": "churned",
        "died in the lead": "competing",
        "dies after the window": "churned",
        "expired": "churned",
        "expired before": "churned",
        "notice in the lead": "left_in_lead",
        "notice in the window": "churned",
        "notice of the past": "churned",
        "notice soon after the begin": "churned",
        "notice with the begin": "left_in_lead",
        "one of two": "churned",
        "notice and orders": "stayed",
        "with orders": "stayed",
        "without": "churned",
    }


def test_order_that_arrives_after_the_as_of_date_does_not_count_for_the_cohort() -> None:
    rows = [
        {"event_id": "1", "customer_id": "a", "kind": "order", "occurred_at": "2026-02-20", "known_at": "2026-03-01"}
    ]
    assert SilenceChurn(worlds.frame(INTERACTIONS, rows), SILENCE, "UTC").cohort(T).tolist() == [False]


@pytest.mark.parametrize(
    ("when", "outcome"),
    [
        ("2026-03-07T23:59", "churned"),  # an order during the lead is before the window
        ("2026-03-08T00:00", "stayed"),
        ("2026-04-04T23:59", "stayed"),
        ("2026-04-05T00:00", "churned"),
    ],
)
def test_silence_is_judged_in_the_outcome_window_only(when: str, outcome: str) -> None:
    assert silence(("a", "order", "2026-02-20"), ("a", "order", when)).outcome(T).tolist() == [outcome]


def test_login_does_not_end_the_silence_when_only_orders_qualify() -> None:
    assert silence(("a", "order", "2026-02-20"), ("a", "login", "2026-03-20")).outcome(T).tolist() == ["churned"]


def test_who_said_to_leave_is_in_no_later_cohort_until_they_are_back() -> None:
    churn = SILENCE.model_copy(update={"leave_kinds": ["account_closed"]})
    rule = silence(
        ("a", "order", "2026-02-20"),
        ("a", "account_closed", "2026-02-25"),
        ("b", "order", "2026-02-20"),
        ("b", "account_closed", "2026-02-10"),
        churn=churn,
    )
    assert rule.cohort(T).tolist() == [False, True]


def test_leaving_in_the_lead_and_a_death_are_neither_churn_nor_staying() -> None:
    rule = silence(
        ("a", "order", "2026-02-20"),
        ("a", "account_closed", "2026-03-03"),
        ("b", "order", "2026-02-20"),
        ("b", "died", "2026-03-20"),
        ("c", "order", "2026-02-20"),
        ("c", "account_closed", "2026-03-08"),  # the first day of the window
        churn=ENDING,
    )
    assert rule.outcome(T).tolist() == ["left_in_lead", "competing", "churned"]


def test_whoever_orders_in_the_window_has_stayed_whatever_was_said_before() -> None:
    rule = silence(
        *((who, "order", "2026-02-20") for who in ("a", "b")),
        ("a", "account_closed", "2026-03-03"),
        ("b", "died", "2026-03-03"),
        *((who, "order", "2026-03-20") for who in ("a", "b")),
        churn=ENDING,
    )
    assert rule.outcome(T).tolist() == ["stayed", "stayed"]


def test_an_end_before_the_date_or_after_the_window_does_not_tell_why_a_customer_fell_silent() -> None:
    rule = silence(
        ("a", "died", "2026-02-10"),
        ("a", "order", "2026-02-20"),
        ("b", "order", "2026-02-20"),
        ("b", "died", "2026-04-05"),
        ("c", "account_closed", "2026-02-10"),
        ("c", "order", "2026-02-20"),
        churn=ENDING,
    )
    assert rule.outcome(T).tolist() == ["churned"] * 3


@pytest.mark.parametrize("end", ["account_closed", "died"])
@pytest.mark.parametrize(("known_at", "inside"), [("2026-02-28", False), ("2026-03-01", True)])
def test_an_end_that_is_not_known_yet_takes_nobody_out_of_the_cohort(end: str, known_at: str, inside: bool) -> None:
    rows = [
        {"event_id": "1", "customer_id": "a", "kind": "order", "occurred_at": "2026-02-20"},
        {"event_id": "2", "customer_id": "a", "kind": end, "occurred_at": "2026-02-25", "known_at": known_at},
    ]
    assert SilenceChurn(worlds.frame(INTERACTIONS, rows), ENDING, "UTC").cohort(T).tolist() == [inside]


def test_who_has_announced_to_leave_is_in_no_cohort_and_an_announced_order_is_no_activity() -> None:
    """A death that is known ahead takes nobody out before it comes."""
    rows = [
        {"event_id": f"{who}{kind}", "customer_id": who, "kind": kind, "occurred_at": at, "known_at": known}
        for who, kind, at, known in (
            ("a", "order", "2026-02-20", "2026-02-20"),
            ("a", "account_closed", "2026-03-31", "2026-02-25"),
            ("b", "order", "2026-02-20", "2026-02-20"),
            ("b", "account_closed", "2026-03-31", "2026-03-01"),
            ("c", "order", "2026-03-01", "2026-02-20"),
            ("d", "order", "2026-02-20", "2026-02-20"),
            ("d", "died", "2026-03-31", "2026-02-25"),
        )
    ]
    rule = SilenceChurn(worlds.frame(INTERACTIONS, rows), ENDING, "UTC")
    assert rule.cohort(T).tolist() == [False, True, False, True]


def test_where_no_kinds_are_named_every_event_but_an_end_is_being_there() -> None:
    churn = SILENCE.model_copy(update={"kinds": [], "leave_kinds": ["account_closed"], "competing_kinds": ["died"]})
    rule = silence(*((kind, kind, "2026-02-20") for kind in ("account_closed", "died", "login", "order")), churn=churn)
    assert dict(zip(rule.customers, rule.cohort(T).tolist(), strict=True)) == {
        "account_closed": False, "died": False, "login": True, "order": True
    }  # fmt: skip
    later = [("a", "order"), ("a", "account_closed"), ("b", "order"), ("b", "login")]
    days = ["2026-02-20", "2026-03-20"] * 2
    rule = silence(*((who, kind, day) for (who, kind), day in zip(later, days, strict=True)), churn=churn)
    assert rule.outcome(T).tolist() == ["churned", "stayed"]


def test_whoever_orders_at_midnight_is_back_on_that_day() -> None:
    assert silence(("a", "order", "2026-03-01"), ("b", "order", "2026-02-28T23:59")).back_after(T).tolist() == [
        True, False
    ]  # fmt: skip


def test_the_warning_is_the_time_until_plain_silence_would_have_told_the_same() -> None:
    rule = silence(("a", "order", "2026-02-19"), ("a", "order", "2026-03-20"))
    assert rule.warning_days(T).tolist() == [20.0]  # silent for 10 of 30 days


def test_a_death_in_the_lead_is_competing_whether_a_notice_came_before_or_not() -> None:
    rule = silence(
        ("a", "order", "2026-02-20"),
        ("a", "died", "2026-03-03"),
        ("b", "order", "2026-02-20"),
        ("b", "account_closed", "2026-03-02"),
        ("b", "died", "2026-03-03"),
        churn=ENDING,
    )
    assert rule.outcome(T).tolist() == ["competing", "competing"]


@pytest.mark.parametrize("end", ["account_closed", "died"])
def test_an_order_at_the_very_time_of_leaving_is_no_return(end: str) -> None:
    rule = silence(
        ("a", "order", "2026-02-20T10:00"),
        ("a", end, "2026-02-20T10:00"),
        ("b", end, "2026-02-20T10:00"),
        ("b", "order", "2026-02-20T10:01"),
        churn=ENDING,
    )
    assert rule.cohort(T).tolist() == [False, True]


def test_unknown_kind_names_the_kinds_that_exist() -> None:
    with pytest.raises(DataError, match=r"\['order'\] matches no interaction; kinds in the data: login"):
        check_definition(SILENCE, ["interactions"], ["login"])


def test_definition_by_a_table_that_no_source_fills_is_refused() -> None:
    with pytest.raises(DataError, match="needs the table contracts, but no source fills it"):
        check_definition(CONTRACT, ["interactions"], ["order"])


def test_customers_without_a_qualifying_event_are_in_no_cohort() -> None:
    assert silence(("a", "login", "2026-02-20")).cohort(T).tolist() == [False]


def test_no_contracts_make_an_empty_cohort() -> None:
    assert len(snapshots(definition({}, CONTRACT, "UTC"), [T], CONTRACT, date(2027, 1, 1))) == 0


@pytest.mark.parametrize(
    ("row", "inside"),
    [
        ({}, True),
        ({"started_at": "2026-03-01"}, False),
        ({"started_at": "2026-02-28"}, True),
        ({"cancelled_at": "2026-02-28"}, False),
        ({"cancelled_at": "2026-03-01"}, True),  # nobody knows yet
        ({"ended_at": "2026-02-28"}, False),
        ({"known_at": "2026-03-02"}, False),
    ],
)
def test_contract_cohort_is_running_without_known_notice(row: dict[str, object], inside: bool) -> None:
    assert contract(row).cohort(T).tolist() == [inside]


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ({}, "stayed"),
        ({"cancelled_at": "2026-03-07T23:00"}, "left_in_lead"),
        ({"cancelled_at": "2026-03-08"}, "churned"),
        ({"cancelled_at": "2026-04-04T23:00", "ended_at": "2026-12-31"}, "churned"),
        ({"cancelled_at": "2026-04-05"}, "stayed"),
        ({"ended_at": "2026-03-20"}, "churned"),
        ({"ended_at": "2026-03-20", "end_reason": "deceased"}, "competing"),
        ({"ended_at": "2026-03-20", "cancelled_at": "2026-05-01"}, "churned"),  # a notice for what had ended
    ],
)
def test_contract_outcome(row: dict[str, object], outcome: str) -> None:
    assert contract(row).outcome(T).tolist() == [outcome]


@pytest.mark.parametrize(("started", "inside"), [("2026-02-28", True), ("2026-03-01", False), ("2026-03-15", False)])
def test_a_contract_that_is_known_but_has_not_begun_does_not_run(started: str, inside: bool) -> None:
    assert contract({"known_at": "2026-02-01", "started_at": started}).cohort(T).tolist() == [inside]


@pytest.mark.parametrize(("started", "outcome"), [("2026-04-04", "stayed"), ("2026-04-05", "churned")])
def test_a_new_contract_keeps_the_customer_if_it_begins_in_the_outcome_window(started: str, outcome: str) -> None:
    assert contract({"ended_at": "2026-03-20"}, {"started_at": started}).outcome(T).tolist() == [outcome]


@pytest.mark.parametrize(
    ("row", "back"),
    [
        ({}, True),
        ({"started_at": "2026-05-01"}, True),
        ({"ended_at": "2026-03-01"}, False),
        ({"ended_at": "2026-03-02"}, True),
    ],
)
def test_whoever_has_a_contract_that_runs_on_or_begins_later_is_back(row: dict[str, object], back: bool) -> None:
    assert contract(row).back_after(T).tolist() == [back]


def test_the_warning_by_contracts_is_the_time_until_the_last_notice() -> None:
    assert contract({"cancelled_at": "2026-03-06"}, {"cancelled_at": "2026-03-11"}).warning_days(T).tolist() == [10.0]
    assert contract({}).warning_days(T).tolist() == [float("inf")]


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        ({"cancelled_at": "2026-03-01"}, "left_in_lead"),  # known to nobody on the day itself
        ({"cancelled_at": "2026-03-08"}, "churned"),
        ({"ended_at": "2026-03-01", "end_reason": "deceased"}, "competing"),
        ({"ended_at": "2026-04-04", "end_reason": "deceased"}, "competing"),
        ({"ended_at": "2026-04-05", "end_reason": "deceased"}, "churned"),
        ({"cancelled_at": "2026-03-03", "ended_at": "2026-03-20", "end_reason": "deceased"}, "competing"),
    ],
)
def test_a_contract_tells_why_a_customer_falls_silent_from_the_day_to_the_end_of_the_window(
    end: dict[str, object], outcome: str
) -> None:
    orders = worlds.frame(
        INTERACTIONS, [{"event_id": "1", "customer_id": "a", "kind": "order", "occurred_at": "2026-02-20"}]
    )
    row = {"contract_id": "1", "customer_id": "a", "started_at": "2025-01-01"} | end
    churn = SILENCE.model_copy(update={"competing_reasons": ["deceased"]})
    rule = SilenceChurn(orders, churn, "UTC", worlds.frame(CONTRACTS, [row]))
    assert rule.outcome(T).tolist() == [outcome]


def test_customer_is_lost_with_the_last_contract_only() -> None:
    gone, kept = {"cancelled_at": "2026-03-20"}, {}
    assert contract(gone, kept).outcome(T).tolist() == ["stayed"]
    assert contract(gone, gone).outcome(T).tolist() == ["churned"]
    assert contract(gone, {"started_at": "2026-03-21"}).outcome(T).tolist() == ["stayed"]


def test_the_end_of_an_earlier_contract_does_not_tell_why_the_last_one_ended() -> None:
    died = {"ended_at": "2025-06-30", "end_reason": "deceased"}
    assert contract(died, {"cancelled_at": "2026-03-20"}).outcome(T).tolist() == ["churned"]
    assert contract({"cancelled_at": "2026-03-10"}, died | {"ended_at": "2026-03-20"}).outcome(T).tolist() == [
        "competing"
    ]


def test_notice_that_a_later_version_withdraws_is_no_churn() -> None:
    rows = [
        {"contract_id": "1", "customer_id": "a", "started_at": "2025-01-01", "valid_from": v, "cancelled_at": c}
        for v, c in (("2025-01-01", "2026-03-20"), ("2026-03-25", None))
    ]
    assert ContractChurn(worlds.frame(CONTRACTS, rows), CONTRACT, "UTC").outcome(T).tolist() == ["stayed"]


def test_a_notice_stands_until_a_later_version_withdraws_it() -> None:
    rows = [
        {"contract_id": "1", "customer_id": "a", "started_at": "2025-01-01", "valid_from": v, "cancelled_at": c}
        for v, c in (("2025-01-01", None), ("2026-02-10", "2026-02-10"), ("2026-03-10", None))
    ]
    rule = ContractChurn(worlds.frame(CONTRACTS, rows), CONTRACT, "UTC")
    days = [date(2026, 2, 10), date(2026, 2, 11), T, date(2026, 3, 10), date(2026, 3, 11)]
    assert [bool(rule.cohort(day)[0]) for day in days] == [True, False, False, False, True]
    assert rule.outcome(T).tolist() == ["stayed"]


def test_a_notice_that_was_entered_late_is_not_known_before() -> None:
    rows = [
        {"contract_id": "1", "customer_id": "a", "started_at": "2025-01-01", "valid_from": v, "cancelled_at": c}
        for v, c in (("2025-01-01", None), ("2026-03-05", "2026-02-20"))
    ]
    rule = ContractChurn(worlds.frame(CONTRACTS, rows), CONTRACT, "UTC")
    assert rule.cohort(T).tolist() == [True]
    assert rule.outcome(T).tolist() == ["left_in_lead"]


def test_snapshot_whose_window_is_open_has_no_label() -> None:
    frame = snapshots(silence(("a", "order", "2026-02-20")), [T], SILENCE, data_end=date(2026, 4, 7))
    assert frame["outcome"].tolist() == ["open"]
    assert frame["churned"].isna().all()
    closed = snapshots(silence(("a", "order", "2026-02-20")), [T], SILENCE, data_end=date(2026, 4, 8))
    assert closed["churned"].tolist() == [True]


def test_snapshots_are_in_the_order_of_customers_and_dates() -> None:
    rule = silence(("b", "order", "2026-01-20"), ("b", "order", "2026-02-20"), ("a", "order", "2026-02-20"))
    days = [date(2026, 2, 1), T, date(2026, 3, 10)]
    frame = snapshots(rule, days, SILENCE, data_end=T)
    keys = zip(frame["customer_id"], frame["as_of_date"].dt.strftime("%m-%d"), strict=True)
    assert list(keys) == [("a", "03-01"), ("a", "03-10"), ("b", "02-01"), ("b", "03-01"), ("b", "03-10")]
    assert frame["outcome"].tolist() == ["open"] * 5


def test_summary_counts_each_outcome_and_rates_the_labelled_only() -> None:
    frame = pd.DataFrame(
        {
            "customer_id": list("abcda"),
            "as_of_date": pd.to_datetime(["2026-01-01"] * 4 + ["2026-02-01"]),
            "outcome": ["churned", "stayed", "stayed", "competing", "open"],
        }
    )
    out = summary(tally(frame, SILENCE, date(2026, 2, 1)))
    assert out["snapshots"].tolist() == [4, 1]
    assert out["base_rate"].tolist()[0] == 0.333333
    assert pd.isna(out["base_rate"][1])


def labels(*rows: tuple[str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "as_of_date", "outcome"])
    return frame.assign(as_of_date=pd.to_datetime(frame["as_of_date"]))


def tallied(*rows: tuple[str, str, str]) -> pd.DataFrame:
    frame = labels(*rows)
    return tally(frame, SILENCE, frame["as_of_date"].max().date())


def test_label_that_is_turned_round_is_refused() -> None:
    right = [("a", "2026-01-01", "churned"), ("b", "2026-01-01", "stayed"), ("b", "2026-03-01", "open")]
    check_labels(tallied(*right), SILENCE)
    wrong = [("a", "2026-01-01", "stayed"), ("b", "2026-01-01", "churned"), ("b", "2026-03-01", "open")]
    with pytest.raises(DataError, match="turned round"):
        check_labels(tallied(*wrong), SILENCE)


def test_the_shares_of_those_who_are_back_tell_the_polarity_not_their_numbers() -> None:
    """Of ten who churned three are back, of three who stayed two."""
    left = [(f"c{k}", "2026-01-01", "churned") for k in range(10)]
    stayed = [(f"s{k}", "2026-01-01", "stayed") for k in range(3)]
    back = [(who, "2026-03-01", "open") for who in ("c0", "c1", "c2", "s0", "s1")]
    counts = tallied(*left, *stayed, *back).sum()
    assert (counts["churned_returned"], counts["stayed_returned"]) == (3, 2)
    check_labels(tallied(*left, *stayed, *back), SILENCE)


@pytest.mark.parametrize(("first", "second"), [("churned", "stayed"), ("stayed", "churned")])
def test_where_only_one_side_could_be_watched_nothing_is_said_of_the_polarity(first: str, second: str) -> None:
    counts = tallied(("a", "2026-01-01", first), ("b", "2026-02-01", second), ("a", "2026-03-01", "open"))
    assert counts[[f"{first}_watched", f"{second}_watched"]].sum().tolist() == [1, 0]
    check_labels(counts, SILENCE)


def test_label_of_a_cohort_that_nobody_ever_leaves_is_not_refused() -> None:
    both = [("a", "2026-01-01", "churned"), ("b", "2026-01-01", "stayed")]
    counts = tallied(*both, ("a", "2026-03-01", "open"), ("b", "2026-03-01", "open"))
    assert counts["churned_returned"].tolist() == [1, 0]
    assert counts["stayed_returned"].tolist() == [1, 0]
    check_labels(counts, SILENCE)


@pytest.mark.parametrize(("day", "watched"), [("2026-01-25", 1), ("2026-01-26", 0)])
def test_who_is_back_is_watched_from_the_day_on_which_the_outcome_window_is_over(day: str, watched: int) -> None:
    """35 days of lead and horizon after 25 January it is 1 March, the newest date."""
    counts = tallied(("a", day, "churned"), ("a", "2026-03-01", "open"))
    assert counts["churned_watched"].tolist() == [watched, 0]
    assert counts["churned_returned"].tolist() == [watched, 0]


def test_tallies_of_the_buckets_add_up_to_the_tally_of_all() -> None:
    rows = [("a", "2026-01-01", "churned"), ("b", "2026-01-01", "stayed"), ("b", "2026-03-01", "open")]
    newest = date(2026, 3, 1)
    parts = [tally(labels(*part), SILENCE, newest) for part in (rows[:1], rows[1:])]
    found = add_tallies(parts, [date(2026, 1, 1), newest])
    assert found["snapshots"].tolist() == [2, 1]
    assert found["churned_watched"].tolist() == [1, 0]
    assert found["stayed_returned"].tolist() == [1, 0]


def test_a_date_on_which_nobody_was_in_the_cohort_has_its_row() -> None:
    counts = add_tallies([tallied(("a", "2026-01-01", "churned"))], [date(2025, 12, 1), date(2026, 1, 1), T])
    out = summary(counts)
    assert out["as_of_date"].astype("str").tolist() == ["2025-12-01", "2026-01-01", "2026-03-01"]
    assert out["snapshots"].tolist() == [0, 1, 0]
    assert out["base_rate"].isna().tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("churn", "said"),
    [
        (SILENCE, "nobody had an event in the 30 days before, so .* newest interactions .* or churn.active_days"),
        (CONTRACT, "nobody had a running contract, so .* newest contracts .* or churn.definition"),
    ],
)
def test_empty_newest_cohort_is_told_instead_of_an_older_list(churn: Churn, said: str) -> None:
    rows = tallied(("a", "2026-01-01", "open"))
    check_newest(add_tallies([rows], [date(2025, 12, 1), date(2026, 1, 1)]), churn)
    with pytest.raises(DataError, match=f"2026-03-01, is empty: {said}") as told:
        check_newest(add_tallies([rows], [date(2026, 1, 1), T]), churn)
    assert "The newest date with a cohort is 2026-01-01." in str(told.value)


def test_label_folders_stops_at_an_empty_newest_cohort(tmp_path: Path) -> None:
    """The last order came in January, the data end in March."""
    events = [{"event_id": "1", "customer_id": "a", "kind": "order", "occurred_at": "2026-01-20"}]
    worlds.write_in_buckets(tmp_path / "tables/interactions.parquet", worlds.frame(INTERACTIONS, events), 1)
    grid = ClockSettings(every_days=28, dates=3, min_history_days=0)
    calendar = Calendar(date(2025, 6, 1), T)
    with pytest.raises(DataError, match="2026-03-01, is empty"):
        label_folders(tmp_path / "tables", tmp_path / "out", calendar, Company(), grid, SILENCE)


def test_base_rate_outside_its_bounds_is_refused() -> None:
    with pytest.raises(DataError, match=r"100\.00% of 1 labelled"):
        check_labels(tallied(("a", "2026-01-01", "churned")), SILENCE)


def test_the_base_rate_is_that_of_all_dates_and_may_lie_on_its_bounds() -> None:
    rows = [("a", "2026-01-01", "churned"), ("b", "2026-01-01", "stayed"), ("b", "2026-02-01", "stayed")]
    rows += [("c", "2026-02-01", "churned")]
    check_labels(tallied(*rows), SILENCE.model_copy(update={"base_rate_bounds": (0.5, 0.5)}))
    with pytest.raises(DataError, match=r"50\.00% of 4 labelled snapshots churned, .* \[0\.1, 0\.4\]"):
        check_labels(tallied(*rows), SILENCE.model_copy(update={"base_rate_bounds": (0.1, 0.4)}))


def test_without_a_closed_window_there_is_no_label_that_could_be_wrong() -> None:
    counts = tallied(("a", "2026-01-01", "open"))
    check_labels(counts, SILENCE)
    assert summary(counts)["base_rate"].isna().all()


def test_newest_date_beyond_the_data_is_refused() -> None:
    calendar = Calendar(date(2025, 1, 1), date(2026, 1, 1))
    with pytest.raises(SettingsError, match="the data end at 2026-01-01"):
        as_of_dates(ClockSettings(newest=date(2026, 2, 1)), calendar)


def test_too_little_history_is_refused() -> None:
    with pytest.raises(SettingsError, match="only 1 as-of dates"):
        as_of_dates(ClockSettings(min_history_days=350), Calendar(date(2025, 1, 1), date(2026, 1, 1)))


def test_two_as_of_dates_are_enough() -> None:
    grid = ClockSettings(every_days=28, dates=9, min_history_days=31)
    assert as_of_dates(grid, Calendar(date(2026, 1, 1), T)) == [date(2026, 2, 1), T]


def test_the_calendar_is_read_from_what_ingest_wrote() -> None:
    assert calendar_of({"first_day": "2025-01-02", "data_end": "2026-03-01"}) == Calendar(date(2025, 1, 2), T)


def test_table_of_definitions_adds_up() -> None:
    tables = {"interactions": worlds.tiny_company(seed=3)["interactions"]}
    calendar = Calendar(date(2024, 1, 1), date(2025, 6, 24))
    out = definitions(
        tables, SILENCE, ClockSettings(dates=10), calendar, "UTC", active=[60, 120], horizon=[30, 60], lead=[0]
    )
    assert out[["active_days", "horizon_days"]].to_numpy().tolist() == [[60, 30], [60, 60], [120, 30], [120, 60]]
    rates = out.set_index(["active_days", "horizon_days"])["base_rate"]
    assert rates[60, 30] > rates[60, 60], "a longer window leaves fewer silent"
    assert rates[120, 30] > rates[60, 30], "a longer activity window takes in more who are half gone"
    assert out["come_back"].between(0, 1).all()


def test_table_of_contract_definitions_knows_no_activity() -> None:
    calendar = Calendar(date(2024, 1, 1), date(2025, 6, 24))
    out = definitions(
        worlds.tiny_company(), CONTRACT, ClockSettings(dates=10), calendar, "UTC", active=[60], horizon=[28], lead=[7]
    )
    assert out["active_days"].tolist() == [0]
    assert 7 <= out["warning_days"][0] <= 35


def test_contracts_without_a_reason_tell_of_no_reasons() -> None:
    assert contract({}, {"ended_at": "2026-02-01"}).end_reasons == frozenset()
    assert contract({}, {"ended_at": "2026-02-01", "end_reason": "moved"}).end_reasons == {"moved"}


def test_a_competing_reason_that_no_contract_ended_for_is_told_with_those_that_there_are() -> None:
    churn = Churn(definition="contract", competing_reasons=["Insolvens", "Tod"])
    assert unheard_of(churn, {"Tod", "Insolvenz"}) == (
        "label: no contract ended for 'Insolvens' (churn.competing_reasons); the reasons in the data are "
        "'Insolvenz', 'Tod'"
    )
    assert unheard_of(churn, set()) == ""
    assert unheard_of(churn, {"Insolvens", "Tod", "notice"}) == ""
