from __future__ import annotations

import re
from typing import get_args

import pytest

import worlds
from bleib.contents import count_kinds
from bleib.errors import SettingsError
from bleib.features.catalogue import catalogue
from bleib.features.encode import as_arrow
from bleib.features.inventory import Inventory, everything, take_inventory
from bleib.features.nouns import noun
from bleib.features.streams import event_stream
from bleib.settings import Churn, ExtraFeature, Family, Features

FULL = catalogue(everything(), Features())
ORDERS_ONLY = Inventory({"order": frozenset({"amount"})}, ("order",))
OWN = {"name": "own", "family": "frequency", "meaning": "logins of a week", "kinds": ["login"], "window_days": 7}


def test_all_thirteen_families_speak_when_all_data_are_there():
    assert {feature.family for feature in FULL} == set(get_args(Family))


def test_one_event_table_gives_the_four_families_that_need_nothing_else():
    families = {feature.family for feature in catalogue(ORDERS_ONLY, Features())}
    assert families == {"recency", "frequency", "cadence", "value", "onboarding"}


def test_features_whose_column_is_not_filled_are_absent():
    names = {feature.name for feature in catalogue(ORDERS_ONLY, Features())}
    assert "value_spend_91" in names
    assert not names & {"value_quantity_91", "value_topics_91", "engagement_channels_182", "value_return_share_364"}


def test_names_are_unique_and_begin_with_their_family():
    names = [feature.name for feature in FULL]
    assert len(set(names)) == len(names)
    assert all(feature.name.startswith(f"{feature.family}_") for feature in FULL)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)


def test_reasons_are_phrases_in_both_languages_with_known_fields_only():
    for feature in FULL:
        if feature.reason:
            for text in (feature.reason.en, feature.reason.de):
                assert not text.endswith(".")
                assert set(re.findall(r"{(\w+)}", text)) <= {"value", "typical"}
    assert {f.family for f in FULL if f.reason} == set(get_args(Family))


def test_words_for_a_known_and_an_unknown_kind():
    assert noun(("order",)).de_since("vorletzte") == "der vorletzten Bestellung"
    assert noun(("push_opened",)).de_since("letzte") == "der letzten geöffneten Push-Nachricht"
    assert noun(("help_page",)).de_since("letzte") == "dem letzten Besuch der Hilfeseiten"
    assert noun(("purchase",)).de_none == "kein Einkauf"
    assert noun(("Zählerstand 2",)).slug == "z_hlerstand_2"
    assert noun(("b", "a")).en_many == "activities"


def test_excluded_feature_takes_those_computed_from_it_with_it():
    names = {f.name for f in catalogue(everything(), Features(exclude=["recency_any_days", "tickets_opened_91"]))}
    assert not names & {"recency_any_days", "tickets_opened_91"}
    of_model = {f.name for f in catalogue(everything(), Features(exclude=["recency_order_days"])) if f.for_model}
    assert not of_model & {"recency_order_days", "recency_order_rank"}


def test_excluded_family_is_absent():
    kept = catalogue(everything(), Features(exclude_families=["price", "tickets"]))
    assert not {"price", "tickets"} & {f.family for f in kept}
    assert "complaints_per_ticket_364" not in {f.name for f in kept}


def test_what_the_simple_rules_need_is_made_also_where_it_is_excluded_but_no_model_sees_it():
    excluded = ["recency", "onboarding", "frequency", "value"]
    for_rules = [f.name for f in catalogue(everything(), Features(exclude_families=excluded)) if f.family in excluded]
    assert for_rules == [
        "recency_order_days", "frequency_order_count_all", "value_spend_all", "onboarding_order_first_days",
    ]  # fmt: skip
    asked = catalogue(everything(), Features(exclude_families=excluded))
    assert [f.name for f in asked if not f.for_model] == for_rules
    assert all(f.for_model for f in catalogue(everything(), Features()))


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (Features(exclude=["recency_order_day"]), "did you mean recency_order_days"),
        (Features(exclude=["nonsense"]), "data/features.csv lists all of them"),
        (Features(extra=[ExtraFeature(**{**OWN, "kinds": ["logins"]})]), "did you mean login"),
        (Features(extra=[ExtraFeature(**{**OWN, "aggregate": "counts"})]), "did you mean count"),
        (Features(extra=[ExtraFeature(**{**OWN, "aggregate": "sum"})]), "needs value: amount or quantity"),
        (
            Features(extra=[ExtraFeature(**{**OWN, "aggregate": "trend", "window_days": 0})]),
            "needs window_days above 0",
        ),
        (Features(extra=[ExtraFeature(**{**OWN, "kinds": []})]), "name the kinds of events"),
        (Features(extra=[ExtraFeature(**OWN, reason_en="x")]), "give reason_en and reason_de, or neither"),
        (
            Features(extra=[ExtraFeature(**OWN, reason_en="{number} logins", reason_de="{value} Logins")]),
            "own: reason_en: unknown field {number}; known: {value}, {typical}",
        ),
        (Features(extra=[ExtraFeature(**{**OWN, "name": "recency_order_days"})]), "stands twice"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused_with_a_remedy(settings, text):
    with pytest.raises(SettingsError, match=re.escape(text)):
        catalogue(everything(), settings)


def test_own_feature_is_one_like_the_others():
    own = catalogue(everything(), Features(extra=[ExtraFeature(**OWN, reason_en="a", reason_de="b")]))[-1]
    assert (own.name, own.family, own.aggregate, own.window_days, own.reason.de) == (
        "own",
        "frequency",
        "count",
        7,
        "b",
    )


def test_main_kinds_come_from_the_settings_then_from_the_definition_of_churn_then_from_all():
    counts = count_kinds(as_arrow(event_stream(worlds.tiny_company(), Features())))
    assert take_inventory(counts, Churn(kinds=["order"]), Features(main_kinds=["login"])).main == ("login",)
    assert take_inventory(counts, Churn(kinds=["order"]), Features()).main == ("order",)
    assert take_inventory(counts, Churn(), Features()).main == ("login", "order")
    assert take_inventory(counts, Churn(kinds=["order"]), Features()).others == ("login",)


def test_kinds_that_say_the_customer_is_leaving_are_no_features():
    counts = count_kinds(as_arrow(event_stream(worlds.tiny_company(), Features())))
    assert take_inventory(counts, Churn(kinds=["order"], leave_kinds=["login"]), Features()).others == ()


def test_unknown_main_kind_is_refused_with_a_suggestion():
    counts = count_kinds(as_arrow(event_stream(worlds.tiny_company(), Features())))
    with pytest.raises(SettingsError, match="did you mean order"):
        take_inventory(counts, Churn(), Features(main_kinds=["orders"]))


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"channels": ["app"]}, "mine: channel is empty in all events of kind order; map it"),
        ({"topics": ["coffee"]}, "mine: topic is empty in all events of kind order; map it"),
        ({"aggregate": "sum", "value": "quantity"}, "mine: quantity is empty in all events of kind order; map it"),
        ({"aggregate": "distinct_topics"}, "mine: topic is empty in all events of kind order; map it"),
    ],
)
def test_own_feature_of_a_column_that_is_never_filled_is_refused(asked, text):
    own = {"name": "mine", "family": "value", "meaning": "of mine", "kinds": ["order"], "window_days": 28}
    with pytest.raises(SettingsError) as caught:
        catalogue(ORDERS_ONLY, Features(extra=[ExtraFeature(**own, **asked)]))
    assert text in str(caught.value)
    filled = Inventory({"order": frozenset({"channel", "topic", "quantity"})}, ("order",))
    assert "mine" in {f.name for f in catalogue(filled, Features(extra=[ExtraFeature(**own, **asked)]))}
