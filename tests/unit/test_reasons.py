from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bleib.errors import DataError
from bleib.reasons.contributions import Contributions, explain, family_table, importance_table
from bleib.reasons.peers import peers
from bleib.reasons.sentences import medians, still_new, tell_reasons
from bleib.settings import Company, Listing
from fixed_model import FixedModel

DICTIONARY = pd.DataFrame(
    [
        ("recency_order_days", "recency", "days", "up", "no order for {value} days (typical here: {typical})",
         "seit {value} Tagen keine Bestellung (üblich hier: {typical})"),
        ("recency_order_log", "recency", "ratio", "up", None, None),
        ("value_spend_91", "value", "currency", "down",
         "spent only {value} in the last 91 days (typical here: {typical})",
         "in den letzten 91 Tagen nur {value} Umsatz (üblich hier: {typical})"),
        ("tickets_open_now", "tickets", "events", "up", "{value} open tickets", "{value} offene Tickets"),
        ("contract_auto_renew", "contract", "ratio", "down", "automatic renewal is switched off",
         "die automatische Verlängerung ist abgeschaltet"),
    ],
    columns=["name", "family", "unit", "direction", "reason_en", "reason_de"],
)  # fmt: skip
NAMES = DICTIONARY["name"].tolist()
FAMILY_OF = dict(zip(NAMES, DICTIONARY["family"], strict=True))
KEY = pd.DataFrame({"customer_id": ["a", "b", "c"], "as_of_date": pd.Timestamp("2024-06-01")})
X = np.array([[40.0, 3.0, 1234.0, 1.0, 0.0], [12.0, 2.0, 2500.0, 0.0, 1.0], [3.0, 1.0, 2600.0, 0.0, 1.0]])
ASKED = pd.DataFrame(X, columns=NAMES)
EFFECTS = np.array([[0.9, 0.2, 0.5, 0.3, 0.2], [0.0, 0.0, 0.0, 0.0, 0.0], [-0.9, -0.2, -0.5, -0.3, -0.2]])


def contributions(*effects: np.ndarray) -> Contributions:
    return explain(FixedModel(*effects or (EFFECTS,)), ASKED, FAMILY_OF)


def told(found: Contributions, language: str = "en", x: np.ndarray = X, **listing: float) -> dict[str, list[str]]:
    company = Company.model_validate({"language": language})
    reasons = tell_reasons(
        found, KEY, x, medians(pd.DataFrame(x)), DICTIONARY, company, Listing.model_validate(listing)
    )
    return reasons.groupby("customer_id")["text"].agg(list).to_dict()


def test_three_strongest_reasons_are_told_in_english() -> None:
    assert told(contributions()) == {
        "a": [
            "No order for 40 days (typical here: 12)",
            "Spent only 1,234 EUR in the last 91 days (typical here: 2,500 EUR)",
            "1 open ticket",
        ]
    }


def test_three_strongest_reasons_are_told_in_german() -> None:
    assert told(contributions(), "de") == {
        "a": [
            "Seit 40 Tagen keine Bestellung (üblich hier: 12)",
            "In den letzten 91 Tagen nur 1.234 EUR Umsatz (üblich hier: 2.500 EUR)",
            "1 offenes Ticket",
        ]
    }


def test_reason_carries_its_figures() -> None:
    reasons = tell_reasons(contributions(), KEY, X, medians(ASKED), DICTIONARY, Company(), Listing())
    first = reasons.iloc[0]
    assert (first["position"], first["family"], first["feature"]) == (1, "recency", "recency_order_days")
    assert (first["value"], first["typical"]) == (40.0, 12.0)
    assert first["relative"] == pytest.approx(1.1)


def test_no_more_reasons_are_told_than_asked_for() -> None:
    assert told(contributions(), reasons=1) == {"a": ["No order for 40 days (typical here: 12)"]}


def test_family_on_whose_sign_the_seeds_disagree_is_not_told() -> None:
    wavering = EFFECTS.copy()
    wavering[:, 2] *= -0.5
    found = contributions(EFFECTS, EFFECTS, EFFECTS, EFFECTS * 1.1, wavering)
    assert found.agreement[0].tolist() == [1.0, 0.8, 1.0, 1.0]
    assert "Spent" in told(found, min_seed_agreement=0.8)["a"][1]
    assert told(found, min_seed_agreement=0.81)["a"][1:] == ["1 open ticket", "Automatic renewal is switched off"]


def test_sentence_against_its_direction_is_never_told() -> None:
    quick = X.copy()
    quick[0, 0] = 3.0  # ordered more recently than is typical, although the model counts it as risk
    assert told(contributions(), x=quick)["a"][0].startswith("Spent only")


def test_figures_that_look_equal_are_not_told_as_different() -> None:
    close = X.copy()
    close[:, 0] = [12.4, 12.0, 3.0]
    assert told(contributions(), x=close)["a"][0].startswith("Spent only")


def test_figure_close_to_the_typical_one_is_not_told() -> None:
    close = X.copy()
    close[:, 0] = [109.0, 100.0, 3.0]
    assert told(contributions(), x=close)["a"][0].startswith("Spent only")
    close[0, 0] = 110.0
    assert told(contributions(), x=close)["a"][0] == "No order for 110 days (typical here: 100)"


def test_feature_that_is_a_small_part_of_its_family_does_not_speak_for_it() -> None:
    part = EFFECTS.copy()
    part[:, 0], part[:, 1] = 0.09 * np.sign(EFFECTS[:, 0]), 0.91 * np.sign(EFFECTS[:, 0])
    assert told(contributions(part))["a"][0].startswith("Spent only")
    part[:, 0], part[:, 1] = 0.11 * np.sign(EFFECTS[:, 0]), 0.89 * np.sign(EFFECTS[:, 0])
    assert told(contributions(part))["a"][0].startswith("No order")


def test_missing_figure_is_not_told() -> None:
    missing = X.copy()
    missing[0, 0] = np.nan
    assert told(contributions(), x=missing)["a"][0].startswith("Spent only")


def test_family_is_skipped_where_only_a_feature_without_words_raises_the_risk() -> None:
    wordless = EFFECTS.copy()
    wordless[:, 1], wordless[:, 0] = 3 * EFFECTS[:, 0], 0.0
    assert told(contributions(wordless))["a"][0].startswith("Spent only")


def test_negligible_family_is_not_told() -> None:
    small = EFFECTS.copy()
    small[:, 2:] *= [0.09, 0.1, 0.1]  # 0.045, 0.03 and 0.02 log-odds
    assert told(contributions(small)) == {"a": ["No order for 40 days (typical here: 12)"]}


def test_reason_text_with_an_unknown_field_is_refused() -> None:
    wrong = DICTIONARY.assign(reason_en="{figure} days")
    with pytest.raises(DataError, match=r"recency_order_days, reason_en: unknown field \{figure\}"):
        tell_reasons(contributions(), KEY, X, medians(ASKED), wrong, Company(), Listing())


def test_contributions_that_miss_the_score_are_an_error() -> None:
    with pytest.raises(DataError, match=r"contributions of the features do not add up.* 1e-05 log-odds in 3 of 3"):
        explain(FixedModel(EFFECTS, error=1e-5), ASKED, FAMILY_OF)


def test_contributions_that_are_not_numbers_are_an_error() -> None:
    with pytest.raises(DataError, match="do not add up"):
        explain(FixedModel(EFFECTS * np.array([np.nan, 1, 1, 1, 1])), ASKED, FAMILY_OF)


def test_empty_cohort_is_an_error() -> None:
    with pytest.raises(DataError, match="newest cohort is empty"):
        explain(FixedModel(EFFECTS), ASKED[:0], FAMILY_OF)


def test_feature_without_dictionary_entry_is_an_error() -> None:
    with pytest.raises(DataError, match="without an entry in the dictionary: tickets_open_now"):
        explain(FixedModel(EFFECTS), ASKED, {k: v for k, v in FAMILY_OF.items() if k != "tickets_open_now"})


def test_family_table_sums_features_and_compares_with_peers() -> None:
    table = family_table(contributions(EFFECTS + 0.1), KEY).set_index(["customer_id", "family"])
    assert table.loc[("a", "recency"), "contribution"] == pytest.approx(1.3)
    assert table.loc[("a", "recency"), "relative"] == pytest.approx(1.1)
    assert table.loc[("b", "recency"), "relative"] == pytest.approx(0.0)
    assert table["agreement"].eq(1.0).all()


def test_importance_is_the_mean_absolute_contribution_largest_first() -> None:
    table = importance_table(contributions())
    assert table["feature"].tolist()[:2] == ["recency_order_days", "value_spend_91"]
    assert table["mean_absolute_contribution"].tolist()[:2] == pytest.approx([0.6, 1 / 3])


def test_single_customer_has_no_peers_and_so_no_reason() -> None:
    found = contributions()
    one = replace(found, features=EFFECTS[:1], family_by_seed=found.family_by_seed[:, :1], peer=found.peer[:1])
    assert tell_reasons(one, KEY[:1], X[:1], medians(ASKED[:1]), DICTIONARY, Company(), Listing()).empty


def test_who_is_no_peer_is_compared_with_the_peers_and_moves_no_mean() -> None:
    """Customer a is explained only because they may be listed; b and c stand for the cohort."""
    found = explain(FixedModel(EFFECTS), ASKED, FAMILY_OF, np.array([False, True, True]))
    recency = found.families.index("recency")
    assert found.relative[:, recency].tolist() == pytest.approx([1.1 + 0.55, 0.55, -0.55])
    table = family_table(found, KEY)
    assert table.groupby("customer_id")["peer"].first().tolist() == [False, True, True]
    importance = importance_table(found).set_index("feature")["mean_absolute_contribution"]
    assert importance["recency_order_days"] == pytest.approx(0.45)


def test_peers_are_everybody_or_evenly_spread_over_the_scores() -> None:
    scores = np.array([0.3, -2.0, 1.0, 0.1, -1.0])
    assert peers(scores, 5).all()
    assert scores[peers(scores, 3)].tolist() == [-2.0, 1.0, 0.1]


def test_a_beginning_is_told_in_the_first_half_year_only() -> None:
    entries = pd.DataFrame({"family": ["onboarding", "onboarding", "recency"], "unit": ["days", "events", "days"]})
    X = np.array([[182.0, 400.0, 400.0], [183.0, 400.0, 400.0], [np.nan, 1.0, 1.0]])
    assert still_new(X, entries).tolist() == [[True, True, True], [False, True, True], [False, True, True]]
