"""What customers wrote in tickets and complaints: signals, their events, and features of them."""

from __future__ import annotations

import pandas as pd
import pytest

import worlds
from bleib.errors import SettingsError
from bleib.features.featurize import featurize
from bleib.features.said import signals_of
from bleib.features.streams import event_stream
from bleib.settings import Churn, Company, ExtraFeature, Features
from bleib.tables import CANONICAL


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


@pytest.mark.parametrize(
    ("text", "signals"),
    [
        ("Please CANCEL my subscription", {"cancel"}),
        ("Hiermit habe ich gekündigt.", {"cancel"}),
        ("Kündigung zum Monatsende", {"cancel"}),
        ("I am switching to another provider, they are cheaper", {"competitor", "price"}),
        ("Ich werde wohl zur Konkurrenz gehen", {"competitor"}),
        ("Die Preiserhöhung ist inakzeptabel", {"price", "anger"}),
        ("zu teuer!", {"price"}),
        ("Ärger mit der Lieferung", {"anger"}),
        ("Das ist schon wieder kaputt", {"anger"}),
        ("please close my\naccount", {"cancel"}),
        ("Sonderkündigung wegen der Strompreise", {"cancel", "price"}),
        ("Ku\u0308ndigung", {"cancel"}),  # decomposed, as macOS writes it
        ("KÜNDIGUNG", {"cancel"}),
        ("a competitor made a better offer", {"competitor"}),
        ("Die Grundgebühr steigt", {"price"}),
        ("bin frustriert und verärgert", {"anger"}),
        ("The enterprise plan, uncancelled, priceless", set()),
        ("Ankündigung: Kündigungsschutz, Steuer, Terminal, Termin", set()),
        ("terribly sorry, awfully nice, the Worsted scarf", set()),
        ("switch to the annual plan", set()),
        ("Meine Daten wurden preisgegeben, nicht gebührend", set()),
        ("Where is my parcel?", set()),
        ("", set()),
        (None, set()),
    ],
)
def test_signals_are_told_by_the_beginnings_of_words(text: str | None, signals: set[str]) -> None:
    found = signals_of(pd.Series([text], dtype="str"))
    assert {name for name, has_it in found.items() if has_it[0]} == signals


TICKETS = worlds.frame(
    CANONICAL["tickets"],
    [
        {"ticket_id": "1", "customer_id": "7", "opened_at": at("2024-05-01"), "known_at": at("2024-05-03"),
         "resolved_at": at("2024-05-20"), "text": "too expensive, I want to cancel"},
        {"ticket_id": "2", "customer_id": "7", "opened_at": at("2024-05-10"), "text": "cancel, please"},
        {"ticket_id": "3", "customer_id": "8", "opened_at": at("2024-05-10"), "text": "thanks"},
        {"ticket_id": "4", "customer_id": "8", "opened_at": at("2024-05-11")},
    ],
)  # fmt: skip


def test_a_ticket_gives_an_event_for_each_signal_known_with_it_and_over_when_it_is_resolved() -> None:
    events = event_stream({"tickets": TICKETS}, Features())
    said = events[events["kind"].str.contains("_says_")].sort_values(["kind", "occurred_at"])
    assert said["kind"].tolist() == ["ticket_says_cancel", "ticket_says_cancel", "ticket_says_price"]
    assert said["known_at"].tolist() == [at("2024-05-03"), at("2024-05-10"), at("2024-05-03")]
    assert said["ends_at"].isna().tolist() == [False, True, False]


def test_complaints_are_read_too() -> None:
    complaint = {"complaint_id": "1", "customer_id": "7", "filed_at": at("2024-05-01"), "text": "never again!"}
    events = event_stream({"complaints": worlds.frame(CANONICAL["complaints"], [complaint])}, Features())
    assert events["kind"].tolist() == ["complaint_filed", "complaint_says_anger"]


def test_a_declared_feature_counts_what_was_known_of_them_at_each_date() -> None:
    about = {"family": "tickets", "meaning": "tickets that speak of cancelling", "kinds": ["ticket_says_cancel"]}
    extra = [
        ExtraFeature(name="tickets_cancel_91", window_days=91, **about),
        ExtraFeature(name="tickets_cancel_open", aggregate="open_count", **about),
    ]
    days = ["2024-05-02", "2024-05-04", "2024-05-11", "2024-05-21"]
    asked = pd.DataFrame(
        {
            "customer_id": pd.array(["7"] * 4 + ["8"], dtype="str"),
            "as_of_date": pd.to_datetime([*days, days[-1]]).astype("datetime64[us]"),
        }
    )
    tables = {"tickets": TICKETS, "interactions": worlds.tiny_company(customers=5)["interactions"]}
    found = featurize(tables, asked, Company(), Churn(kinds=["order"]), Features(extra=extra)).frame
    found = found.sort_values(["customer_id", "as_of_date"])
    assert found["tickets_cancel_91"].tolist() == [0, 1, 2, 2, 0]
    assert found["tickets_cancel_open"].tolist() == [0, 1, 2, 1, 0]


def test_a_signal_that_nobody_wrote_yet_is_never_counted_and_stops_nothing() -> None:
    about = {"name": "tickets_anger", "family": "tickets", "meaning": "angry tickets"}
    asked = pd.DataFrame(
        {
            "customer_id": pd.array(["7"], dtype="str"),
            "as_of_date": pd.to_datetime(["2024-06-01"]).astype("datetime64[us]"),
        }
    )
    tables = {"tickets": TICKETS, "interactions": worlds.tiny_company(customers=5)["interactions"]}

    def made(kind: str) -> pd.DataFrame:
        features = Features(extra=[ExtraFeature(kinds=[kind], **about)])
        return featurize(tables, asked, Company(), Churn(kinds=["order"]), features).frame

    assert made("ticket_says_anger")["tickets_anger"].tolist() == [0]
    with pytest.raises(SettingsError, match="no event of kind 'complaint_says_anger'"):
        made("complaint_says_anger")
