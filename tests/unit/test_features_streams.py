from __future__ import annotations

import pandas as pd
import pytest

import worlds
from bleib.errors import SettingsError
from bleib.features.featurize import featurize
from bleib.features.streams import KINDS, STREAM, count_versions, event_stream, refused_columns
from bleib.settings import Churn, Company, Features
from bleib.tables import CANONICAL


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def stream(table: str, *rows: dict[str, object], **settings: object) -> pd.DataFrame:
    frame = worlds.frame(CANONICAL[table], [{"customer_id": "7", **row} for row in rows])
    return event_stream({table: frame}, Features(**settings))


def one(events: pd.DataFrame, kind: str) -> pd.Series:
    (row,) = [row for _, row in events[events["kind"] == kind].iterrows()]
    return row


def test_stream_has_its_columns_and_dtypes_with_and_without_rows():
    for events in (event_stream({}, Features()), event_stream(worlds.tiny_company(customers=5), Features())):
        assert {name: str(dtype) for name, dtype in events.dtypes.items()} == STREAM


def test_every_kind_beside_interactions_is_documented():
    kinds = set(event_stream(worlds.tiny_company(), Features())["kind"]) - {"order", "login"}
    assert kinds <= set(KINDS)


def test_resolution_of_a_ticket_is_an_event_of_its_own_with_its_hours():
    events = stream(
        "tickets", {"ticket_id": "t", "opened_at": at("2024-05-01 08:00"), "resolved_at": at("2024-05-03 20:00")}
    )
    resolved = one(events, "ticket_resolved")
    assert resolved["amount"] == 60.0
    assert resolved["known_at"] == at("2024-05-03 20:00")
    assert one(events, "ticket_opened")["ends_at"] == at("2024-05-03 20:00")


def test_resolution_that_precedes_the_arrival_of_the_ticket_is_known_with_the_ticket():
    events = stream("tickets", {"ticket_id": "t", "opened_at": at("2024-05-01"), "known_at": at("2024-05-09"),
                                "resolved_at": at("2024-05-02")})  # fmt: skip
    assert one(events, "ticket_resolved")["known_at"] == at("2024-05-09")


def test_mark_for_a_ticket_that_is_not_resolved_gives_no_event():
    events = stream("tickets", {"ticket_id": "t", "opened_at": at("2024-05-01"), "satisfaction": 5.0})
    assert list(events["kind"]) == ["ticket_opened"]


def test_reopened_ticket_ends_only_with_a_resolution_after_that():
    before = stream("tickets", {"ticket_id": "t", "opened_at": at("2024-05-01"), "resolved_at": at("2024-05-02"),
                                "reopened_at": at("2024-05-04")})  # fmt: skip
    after = stream("tickets", {"ticket_id": "t", "opened_at": at("2024-05-01"), "resolved_at": at("2024-05-09"),
                               "reopened_at": at("2024-05-04")})  # fmt: skip
    assert pd.isna(one(before, "ticket_reopened")["ends_at"])
    assert one(after, "ticket_reopened")["ends_at"] == at("2024-05-09")


def test_question_is_known_when_sent_and_open_until_the_answer_is_known():
    events = stream("surveys", {"survey_id": "s", "kind": "nps", "score": 4.0, "sent_at": at("2024-05-01"),
                                "answered_at": at("2024-05-03"), "known_at": at("2024-05-05")})  # fmt: skip
    sent = one(events, "survey_sent")
    assert (sent["known_at"], sent["ends_at"]) == (at("2024-05-01"), at("2024-05-05"))
    assert one(events, "survey_detractor")["amount"] == 4.0


def test_customer_who_was_held_out_was_not_contacted():
    events = stream("contacts", {"contact_id": "k", "contacted_at": at("2024-05-01"), "arm": "held_out"})
    assert events.empty


def test_expiry_of_points_lies_ahead_and_is_known_at_the_booking():
    events = stream("loyalty", {"movement_id": "m", "occurred_at": at("2024-05-01"), "kind": "earned", "points": 30.0,
                                "expires_at": at("2025-05-01")})  # fmt: skip
    expiry = one(events, "points_expiry")
    assert (expiry["occurred_at"], expiry["known_at"], expiry["amount"]) == (at("2025-05-01"), at("2024-05-01"), 30.0)


def test_payment_tells_how_many_days_late_it_came():
    events = stream("payments", {"invoice_id": "i", "due_at": at("2024-05-01"), "paid_at": at("2024-05-03 12:00")})
    assert one(events, "payment_paid")["amount"] == 2.5


def test_change_of_the_means_of_payment_is_seen_on_the_next_invoice():
    invoices = [{"invoice_id": f"i{n}", "due_at": at(f"2024-0{n}-01"), "method": method}
                for n, method in ((1, "card"), (2, "card"), (3, "debit"))]  # fmt: skip
    assert one(stream("payments", *invoices), "payment_method_changed")["occurred_at"] == at("2024-03-01")


def versions() -> list[dict[str, object]]:
    base = {"contract_id": "c", "started_at": at("2024-01-01"), "renewal_at": at("2025-01-01"), "auto_renew": True}
    return [
        {**base, "valid_from": at("2024-01-01"), "monthly_fee": 10.0},
        {**base, "valid_from": at("2024-06-01"), "monthly_fee": 12.5, "auto_renew": False},
    ]


def test_contract_in_two_versions_begins_once_and_its_fee_rises():
    events = stream("contracts", *versions())
    assert one(events, "contract_started")["occurred_at"] == at("2024-01-01")
    raised = one(events, "contract_fee_raise")
    assert (raised["occurred_at"], raised["amount"]) == (at("2024-06-01"), 2.5)


def test_version_is_known_from_its_validity_and_ends_with_the_next():
    renewals = stream("contracts", *versions()).query("kind == 'contract_renewal'").sort_values("known_at")
    assert list(renewals["known_at"]) == [at("2024-01-01"), at("2024-06-01")]
    assert renewals["ends_at"].iloc[0] == at("2024-06-01")
    assert pd.isna(renewals["ends_at"].iloc[1])


def test_todays_fee_is_no_event_unless_declared_constant():
    today = {k: v for k, v in versions()[0].items() if k != "valid_from"}
    assert "contract_fee" not in set(stream("contracts", today)["kind"])
    fee = one(stream("contracts", today, constant_columns=["contracts.monthly_fee"]), "contract_fee")
    assert (fee["known_at"], fee["amount"]) == (at("2024-01-01"), 10.0)


def test_attributes_of_today_are_named_with_the_kind_they_would_give():
    frame = worlds.frame(CANONICAL["customers"], [{"customer_id": "7", "segment": "gold"}])
    assert refused_columns(count_versions({"customers": frame}), Features()) == {
        "customer_segment": "customers.segment"
    }
    assert refused_columns(count_versions({"customers": frame}), Features(constant_columns=["customers.segment"])) == {}


def test_constant_column_that_does_not_exist_is_refused_with_a_suggestion():
    with pytest.raises(SettingsError, match=r"'contracts.monthly_fees'.*did you mean contracts.monthly_fee\?"):
        event_stream({}, Features(constant_columns=["contracts.monthly_fees"]))


def test_contact_in_the_first_four_weeks_is_an_onboarding_contact():
    tables = {
        "customers": worlds.frame(CANONICAL["customers"], [{"customer_id": "7", "signed_up_at": at("2024-05-01")}]),
        "contacts": worlds.frame(
            CANONICAL["contacts"],
            [{"contact_id": day, "customer_id": "7", "contacted_at": at(day)} for day in ("2024-05-28", "2024-05-29")],
        ),
    }
    assert one(event_stream(tables, Features()), "onboarding_contact")["occurred_at"] == at("2024-05-28")


def test_contracts_that_nobody_cancelled_give_no_cancellation():
    frame = worlds.frame(CANONICAL["contracts"], [{"contract_id": "1", "customer_id": "7", "started_at": "2024-01-01"}])
    assert event_stream({"contracts": frame}, Features())["kind"].tolist() == ["contract_started", "contract_running"]


def test_renewal_dates_of_today_alone_give_no_event():
    row = {"contract_id": "c", "customer_id": "a", "started_at": at("2024-01-01"), "renewal_at": at("2025-01-01")}
    assert set(stream("contracts", row)["kind"]) == {"contract_started", "contract_running"}


def contract_figures(day: str, *rows: dict[str, object]) -> dict[str, float]:
    """contract_running, contract_ended_all and contract_cancellations_all at ``day``."""
    base = {"contract_id": "c", "customer_id": "a", "started_at": at("2024-01-01"), "known_at": at("2024-01-01")}
    frame = worlds.frame(CANONICAL["contracts"], [base | row for row in rows])
    snapshots = pd.DataFrame({"customer_id": ["a"], "as_of_date": [pd.Timestamp(day)]})
    company, churn = Company(time_zone="UTC"), Churn(definition="contract")
    found = featurize({"contracts": frame}, snapshots, company, churn, Features()).frame.iloc[0]
    names = ["contract_running", "contract_ended_all", "contract_cancellations_all"]
    return {name.split("_")[1]: float(found.get(name, 0)) for name in names}


def test_a_contract_that_was_extended_in_time_runs_on():
    first = {"valid_from": at("2024-01-01"), "ended_at": at("2024-12-31")}
    second = {"valid_from": at("2024-12-01"), "ended_at": at("2025-12-31")}
    assert contract_figures("2025-03-01", first, second) == {"running": 1, "ended": 0, "cancellations": 0}
    assert contract_figures("2026-03-01", first, second) == {"running": 0, "ended": 1, "cancellations": 0}


def test_a_contract_that_was_taken_up_again_after_its_end_runs():
    first = {"valid_from": at("2024-01-01"), "ended_at": at("2024-06-30")}
    second = {"valid_from": at("2024-08-01"), "ended_at": None}
    assert contract_figures("2024-07-15", first, second) == {"running": 0, "ended": 1, "cancellations": 0}
    assert contract_figures("2024-09-01", first, second) == {"running": 1, "ended": 1, "cancellations": 0}


def test_a_notice_that_was_entered_late_counts_from_then():
    first = {"valid_from": at("2024-01-01")}
    second = {"valid_from": at("2024-05-01"), "cancelled_at": at("2024-03-01"), "ended_at": at("2024-12-31")}
    assert contract_figures("2024-04-01", first, second)["cancellations"] == 0
    assert contract_figures("2024-06-01", first, second) == {"running": 1, "ended": 0, "cancellations": 1}
