from __future__ import annotations

import re

import numpy as np
import pytest

import report_inputs
from bleib.files import read_csv, write_csv
from bleib.report.list_page import filters, list_page, notes
from bleib.report.texts import texts


def page(language: str = "en", passed: bool = True, definition: str = "contract") -> str:
    return list_page(
        report_inputs.risk_list(), report_inputs.metrics(passed), report_inputs.settings(language, definition)
    )


def test_every_customer_has_one_row() -> None:
    assert len(re.findall(r"<tr data-play", page())) == 40


def test_nobody_on_the_page_leaves_for_certain() -> None:
    frame = report_inputs.at_risk()
    frame.loc[0, "churn_probability"] = 0.9996
    html = list_page(report_inputs.risk_list(frame), report_inputs.metrics(True), report_inputs.settings("en"))
    assert "&gt;\u202f99\u202f%<span" in html


def test_names_are_shown_literally_and_never_run() -> None:
    html = page()
    assert "&lt;b&gt;Fett&lt;/b&gt; &amp; &#34;Co&#34; &lt;script&gt;" in html
    assert "<b>Fett" not in html
    assert "<script>alert" not in html
    assert "{{ 7 * 7 }}" in html


def test_page_asks_nothing_of_the_network() -> None:
    html = page()
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)|url\(|@import""", html)
    assert "default-src 'none'" in html


def test_probability_is_explained_with_the_outcome_window_of_the_settings() -> None:
    first = notes(report_inputs.risk_list(), report_inputs.metrics(), report_inputs.settings())[0]
    # lead 7 days, horizon 56 days from 7 June 2025: 14 June up to and including 8 August
    assert first.startswith(
        "A probability of 30\u202f% means: of ten such customers, about three will give notice or let their contract "
        "end between 14 June 2025 and 8 August 2025."
    )
    assert first.endswith("If the probabilities hold, this will be so for about 22 of the 40 customers on this list.")


@pytest.mark.parametrize(
    ("language", "probability", "said"),
    [
        ("en", [0.2], "If the probabilities hold"),
        ("en", [0.2, 0.2], "for hardly any of the 2 customers on this list."),
        ("en", [0.6, 0.6], "for about 1 of the 2 customers on this list."),
        ("de", [0.2, 0.2], "trifft das auf kaum einen der 2 Kunden auf dieser Liste zu."),
        ("de", [0.6, 0.6], "trifft das auf etwa 1 der 2 Kunden auf dieser Liste zu."),
    ],
)
def test_how_many_are_expected_to_leave_is_told_of_several_customers(
    language: str, probability: list[float], said: str
) -> None:
    frame = report_inputs.at_risk(len(probability)).assign(churn_probability=probability)
    first = notes(report_inputs.risk_list(frame), report_inputs.metrics(), report_inputs.settings(language))[0]
    assert (said in first) == (len(probability) > 1)


@pytest.mark.parametrize(
    ("language", "kinds", "said"),
    [
        ("en", ["order"], "about three will have no orders between 14 June 2025 and 8 August 2025."),
        ("en", ["basket", "purchase", "login"], "about three will have no purchases or logins between 14 June"),
        ("en", [], "about three will show no activity at all between 14 June"),
        ("de", ["order"], "zwischen dem 14.\u00a0Juni 2025 und dem 8.\u00a0August 2025 ohne Bestellungen bleiben."),
        ("de", ["order", "login"], "ohne Bestellungen oder Logins bleiben."),
        ("de", [], "8.\u00a0August 2025 gar nicht aktiv sein."),
    ],
)
def test_silence_is_explained_with_the_kinds_that_count(language: str, kinds: list[str], said: str) -> None:
    given = report_inputs.settings(language, "silence")
    given = given.model_copy(update={"churn": given.churn.model_copy(update={"kinds": kinds})})
    assert said in notes(report_inputs.risk_list(), report_inputs.metrics(), given)[0]


def test_quality_is_told_of_a_hundred_customers_with_the_simple_rule_beside_it() -> None:
    second = notes(report_inputs.risk_list(), report_inputs.metrics(), report_inputs.settings())[1]
    assert "41 of 100 customers" in second
    assert "By the simple rule that is best at this, “Longest silence first”, it would have been 33." in second
    assert "Of 100 customers picked at random, 12 left." in second
    by_value = "This list goes by value, too: of 100 on lists of the 100 with the highest value at risk 31 left."
    assert by_value in second
    metrics = {key: value for key, value in report_inputs.metrics().items() if key != "value"}
    assert "by value, too" not in notes(report_inputs.risk_list(), metrics, report_inputs.settings())[1]


def test_the_order_of_the_list_is_told_as_it_is() -> None:
    """By net value where plays are declared, else by value at risk, without any value by probability."""
    rows = report_inputs.at_risk()
    without_plays = rows.assign(expected_net_value=np.nan)
    without_value = without_plays.assign(value_at_risk=np.nan)
    told = [
        notes(report_inputs.risk_list(list_), report_inputs.metrics(), report_inputs.settings())[2]
        for list_ in (rows, without_plays, without_value)
    ]
    assert told[0] == (
        "The list begins where a contact should bring most. Its expected net value is the chance that it helps × the "
        "value at risk − its cost; value at risk is the probability × the margin expected in 365 days."
    )
    assert told[1] == (
        "The list begins with the greatest value at risk: the probability × the margin expected in 365 days."
    )
    assert told[2] == "The list begins with the customers most likely to leave."


@pytest.mark.parametrize(
    ("language", "title", "first", "below"),
    [
        ("en", "Expected net value", "300", "−0.08"),
        ("de", "Erwarteter Nettowert", "300", "−0,08"),
    ],
)
def test_the_figure_that_orders_the_list_stands_on_the_page(language: str, title: str, first: str, below: str) -> None:
    frame = report_inputs.at_risk()
    frame.loc[3, "expected_net_value"] = -0.08
    html = list_page(report_inputs.risk_list(frame), report_inputs.metrics(), report_inputs.settings(language))
    cells = re.findall(rf'<td class="net number" data-label="{title}" data-v="([^"]*)">([^<]*)', html)
    assert [html.count(f'<button type="button">{title}</button>'), len(cells)] == [1, 40]
    assert cells[0] == ("300.0", f"{first}\u202f€")
    assert cells[3] == ("-0.08", f"{below}\u202f€")
    assert cells[7] == ("", "–")


def test_a_contact_that_costs_more_than_it_brings_is_listed_and_said_to() -> None:
    frame = report_inputs.at_risk()
    said = "Costs more than it should bring", "Where it is negative, the contact costs more than it should bring."
    gaining = list_page(report_inputs.risk_list(frame), report_inputs.metrics(), report_inputs.settings())
    assert [gaining.count(text) for text in said] == [0, 0]
    frame["expected_net_value"] -= 300.0  # the first one brings exactly what it costs
    losing = list_page(report_inputs.risk_list(frame), report_inputs.metrics(), report_inputs.settings())
    assert [losing.count(text) for text in said] == [38, 1]
    assert len(re.findall(r"<tr data-play", losing)) == 40


def test_without_plays_the_page_has_no_column_of_net_values() -> None:
    frame = report_inputs.at_risk().assign(expected_net_value=np.nan)
    html = list_page(report_inputs.risk_list(frame), report_inputs.metrics(), report_inputs.settings())
    assert "Expected net value" not in html
    assert "Value at risk" in html


@pytest.mark.parametrize("value", [100.0, np.nan, 0.0])
@pytest.mark.parametrize("net", [10.0, np.nan])
def test_every_column_that_can_be_sorted_by_is_offered_by_its_place(value: float, net: float) -> None:
    frame = report_inputs.at_risk().assign(value_at_risk=value, expected_net_value=net)
    html = list_page(report_inputs.risk_list(frame), report_inputs.metrics(), report_inputs.settings())
    heads = re.findall(r'<th scope="col"[^>]*><(?:button type="button"|span)>([^<]*)', html)
    offered = re.findall(r'<option value="(\d+)">([^<]*)', html)
    assert [heads[int(place)] for place, _ in offered] == [title for _, title in offered]
    assert offered[-1][1] == "By"


def test_quality_is_not_told_where_it_is_not_known() -> None:
    metrics = report_inputs.metrics()
    metrics["models"]["recency"]["precision"]["value"] = None
    assert notes(report_inputs.risk_list(), metrics, report_inputs.settings())[1] == ""


@pytest.mark.parametrize("language", ["en", "de"])
def test_failed_gate_stands_loudly_on_the_page_and_a_passed_one_does_not(language: str) -> None:
    loud = texts(language)["failed_title"]  # type: ignore[arg-type]
    assert loud in page(language, passed=False)
    assert 'role="alert"' in page(language, passed=False)
    assert loud not in page(language)


@pytest.mark.parametrize(("language", "day"), [("en", "30 September 2025"), ("de", "30.\u00a0September 2025")])
def test_where_nothing_is_proved_the_page_says_so_and_from_when_on_it_will_be(language: str, day: str) -> None:
    html = list_page(report_inputs.risk_list(), report_inputs.unproved(), report_inputs.settings(language))
    said = texts(language)  # type: ignore[arg-type]
    assert said["open_title"] in html
    assert said["open_text"].format(day=day) in html
    assert said["failed_title"] not in html
    assert 'role="alert"' in html


@pytest.mark.parametrize(("language", "day"), [("en", "7 June 2025"), ("de", "7.\u00a0Juni 2025")])
def test_list_of_nobody_says_so_and_has_its_day_and_its_model(language: str, day: str) -> None:
    nobody = report_inputs.risk_list(report_inputs.at_risk(0))
    html = list_page(nobody, report_inputs.metrics(), report_inputs.settings(language))
    assert {"en": "Nobody is on this list", "de": "Niemand steht auf dieser Liste"}[language] in html
    assert f"{day} · 0 " in html
    assert "0a1b2c3d4e5f" in html
    assert "<table" not in html
    assert "<script>" not in html


def test_filters_offer_only_what_can_be_chosen() -> None:
    frame = report_inputs.at_risk().assign(tier="automated", segment=None)
    found = filters(frame, texts("en"))
    assert [item["name"] for item in found] == ["play"]
    assert found[0]["choices"] == sorted(report_inputs.PLAYS)


@pytest.mark.parametrize("nothing", [np.nan, 0.0])
def test_value_column_is_absent_where_no_value_is_known(nothing: float) -> None:
    frame = report_inputs.at_risk().assign(value_at_risk=nothing, expected_net_value=-12.0)
    html = list_page(report_inputs.risk_list(frame), report_inputs.metrics(), report_inputs.settings())
    assert "Value at risk" not in html
    assert "most likely to leave" in html


def test_list_read_from_disk_keeps_ids_and_a_customer_called_na(tmp_path) -> None:  # type: ignore[no-untyped-def]
    frame = report_inputs.at_risk()
    frame.loc[3, "display_name"] = "NA"
    write_csv(tmp_path / "list.csv", frame)
    found = read_csv(tmp_path / "list.csv", report_inputs.AT_RISK.table)
    assert found["customer_id"].tolist()[:2] == ["00012345678901234567", "00001"]
    assert found.loc[3, "display_name"] == "NA"
    assert found["reason_3"].isna().any()


def test_same_list_gives_the_same_page() -> None:
    assert page() == page()
