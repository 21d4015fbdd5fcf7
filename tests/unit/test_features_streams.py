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


def test_a_contract_that_was_given_up_before_it_began_never_ran():
    first = {"valid_from": at("2024-01-01"), "started_at": at("2024-02-01")}
    second = first | {"valid_from": at("2024-01-20"), "cancelled_at": at("2024-01-20")}
    assert contract_figures("2024-03-01", first, second) == {"running": 0, "ended": 0, "cancellations": 0}


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


def test_a_sign_up_is_known_with_the_first_version_that_tells_it():
    versions = [("2024-03-01", "2024-01-01"), ("2024-01-15", "2024-01-10")]  # valid from, signed up
    rows = [{"valid_from": at(known), "signed_up_at": at(day)} for known, day in versions]
    signed_up = one(stream("customers", *rows), "signed_up")
    assert (signed_up["occurred_at"], signed_up["known_at"]) == (at("2024-01-10"), at("2024-01-15"))


def test_versions_of_one_contract_end_nothing_of_another():
    contracts = [
        {"contract_id": c, "started_at": at(day), "valid_from": at(day), "monthly_fee": fee, "plan": "basic"}
        for c, day, fee in (("c", "2024-01-01", 10.0), ("d", "2024-02-01", 20.0))
    ]
    events = stream("contracts", *contracts)
    for kind in ("contract_fee", "contract_plan"):
        assert events.loc[events["kind"] == kind, "ends_at"].isna().tolist() == [True, True]
    assert "contract_fee_raise" not in set(events["kind"])  # a second contract is no dearer first one


def test_what_a_contract_costs_is_known_when_the_version_arrives_and_until_an_end_that_was_entered_late():
    row = {"contract_id": "c", "started_at": at("2024-01-01"), "monthly_fee": 10.0, "valid_from": at("2024-01-01")}
    events = stream("contracts", row | {"known_at": at("2024-03-01"), "ended_at": at("2024-02-01")})
    for kind in ("contract_fee", "contract_running"):
        assert (one(events, kind)["known_at"], one(events, kind)["ends_at"]) == (at("2024-03-01"), at("2024-03-01"))
    ended = one(events, "contract_ended")
    assert (ended["occurred_at"], ended["known_at"]) == (at("2024-02-01"), at("2024-03-01"))


def test_a_version_that_leaves_an_attribute_empty_gives_no_event_of_it():
    rows = [
        {"segment": segment, "valid_from": at(day)} for segment, day in (("gold", "2024-01-01"), (None, "2024-02-01"))
    ]
    gold = one(stream("customers", *rows), "customer_segment")
    assert (gold["topic"], gold["ends_at"]) == ("gold", at("2024-02-01"))


def test_an_attribute_is_dated_only_where_its_own_rows_are():
    rows = [{"customer_id": "7", "segment": "gold"}, {"customer_id": "8", "valid_from": at("2024-01-01")}]
    frame = worlds.frame(CANONICAL["customers"], rows)
    assert count_versions({"customers": frame}).loc["customers.segment"].tolist() == [1, 0]
    assert refused_columns(count_versions({"customers": frame}), Features()) == {
        "customer_segment": "customers.segment"
    }


def test_a_priority_is_the_whole_number_in_its_name():
    events = stream("tickets", {"ticket_id": "t", "opened_at": at("2024-05-01"), "priority": "P10 (low)"})
    assert one(events, "ticket_opened")["amount"] == 10.0


def test_a_low_mark_of_another_survey_is_no_detractor_and_six_is_one():
    answers = [
        {"survey_id": f"{kind}{score}", "kind": kind, "score": score, "answered_at": at("2024-05-03")}
        for kind, score in (("nps", 6.0), ("nps", 7.0), ("csat", 1.0), ("nps", None))
    ]
    events = stream("surveys", *answers)
    assert one(events, "survey_detractor")["amount"] == 6.0
    assert events["kind"].value_counts().to_dict() == {"survey_nps": 2, "survey_csat": 1, "survey_detractor": 1}


def test_an_invoice_is_open_until_it_is_paid():
    paid, open_ = ({"invoice_id": i, "due_at": at("2024-05-01"), "paid_at": day} for i, day in
                   (("1", at("2024-05-03")), ("2", None)))  # fmt: skip
    events = stream("payments", paid, open_)
    ends = events.loc[events["kind"] == "payment_due", "ends_at"]
    assert (ends.iloc[0], pd.isna(ends.iloc[1])) == (at("2024-05-03"), True)


def test_another_customers_means_of_payment_are_no_change():
    invoices = [
        {"invoice_id": f"i{who}", "customer_id": who, "due_at": at("2024-05-01"), "method": method}
        for who, method in (("7", "card"), ("8", "debit"))
    ]
    assert "payment_method_changed" not in set(stream("payments", *invoices)["kind"])


def test_a_change_of_the_means_of_payment_goes_by_when_the_invoices_were_known():
    """The second invoice is due before the first, but was known after it."""
    invoices = [
        {"invoice_id": f"i{known}", "due_at": at(due), "known_at": at(known), "method": method}
        for due, known, method in (("2024-06-01", "2024-04-01", "card"), ("2024-05-01", "2024-04-15", "debit"))
    ]
    changed = one(stream("payments", *invoices), "payment_method_changed")
    assert (changed["occurred_at"], changed["topic"]) == (at("2024-04-15"), "debit")


def test_points_that_were_spent_do_not_expire():
    row = {"occurred_at": at("2024-05-01"), "points": -30.0, "expires_at": at("2025-05-01")}
    assert list(stream("loyalty", row | {"movement_id": "m", "kind": "redeemed"})["kind"]) == ["points_redeemed"]


def test_who_is_not_said_to_be_held_out_was_contacted():
    rows = [{"contact_id": str(arm), "contacted_at": at("2024-05-01"), "arm": arm} for arm in (None, "treated", "mail")]
    assert list(stream("contacts", *rows)["kind"]) == ["contact_made"] * 3


def test_an_onboarding_contact_is_known_when_both_contact_and_sign_up_are():
    """One at the very time of signing up is one, too; the sign-up became known ten days later."""
    began = {"customer_id": "7", "signed_up_at": at("2024-05-01"), "valid_from": at("2024-05-11")}
    contact = {"contact_id": "1", "customer_id": "7", "contacted_at": at("2024-05-01")}
    tables = {name: worlds.frame(CANONICAL[name], [row]) for name, row in (("customers", began), ("contacts", contact))}
    found = one(event_stream(tables, Features()), "onboarding_contact")
    assert (found["occurred_at"], found["known_at"]) == (at("2024-05-01"), at("2024-05-11"))
