from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import report_inputs
from bleib.report import plots, quality, views
from bleib.report.formats import Formats
from bleib.report.report_page import Evidence, pictures, report_page
from bleib.report.texts import texts

ENGLISH = Formats("en", "EUR")
UNPROVED = ("comparison", "by_group", "by_date", "reliability", "gain", "profit", "folds", "dates_curve")


def page(evidence: Evidence, language: str = "en") -> str:
    images = {"gain": report_inputs.PIXEL, "beeswarm": report_inputs.PIXEL}
    return report_page(evidence, images, report_inputs.settings(language))


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_pictures_have_the_same_bytes_for_the_same_figures() -> None:
    first, second = (pictures(report_inputs.evidence(), ENGLISH) for _ in range(2))
    assert first == second
    assert set(first) == {
        "reliability", "gain", "precision", "profit", "dates", "dates_curve", "importance", "beeswarm", "base_rate",
        "churn", "repeat", "nps", "retention",
    }  # fmt: skip
    assert all(content.startswith(b"\x89PNG") for content in first.values())


def test_figures_that_do_not_exist_have_no_picture_no_column_and_no_note() -> None:
    evidence = report_inputs.evidence()
    figures = evidence.key_figures[evidence.key_figures["figure"].isin(["churn_rate", "retention_rate"])]
    evidence = replace(evidence, key_figures=figures, by_group=evidence.by_group.head(0))
    assert not {"nps", "repeat"} & set(pictures(evidence, ENGLISH))
    html = page(evidence)
    assert "CLV is" not in html
    assert '<th scope="col" class="number">NPS</th>' not in html
    assert "too few tested customers to tell groups apart" in html


def test_report_is_made_also_where_nobody_is_on_the_list() -> None:
    evidence = report_inputs.evidence()
    nobody = replace(evidence, risk_list=report_inputs.risk_list(report_inputs.at_risk(0)))
    assert page(nobody) == page(evidence)
    assert "0a1b2c3d4e5f" in page(nobody)


def test_without_a_whole_month_there_is_no_section_of_key_figures() -> None:
    evidence = replace(report_inputs.evidence(), key_figures=report_inputs.key_figures().head(0))
    html = page(evidence)
    assert 'id="figures"' not in html
    assert 'href="#figures"' not in html


def test_page_asks_nothing_of_the_network_and_shows_markup_literally() -> None:
    html = page(report_inputs.evidence())
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)|url\(|@import""", html)
    assert "&lt;i&gt;Öffentliche&lt;/i&gt;" in html
    assert "&lt;i&gt;bald&lt;/i&gt;" in html


def test_verdict_and_figures_at_capacity_stand_on_the_page() -> None:
    shown = text(page(report_inputs.evidence()))
    assert "The model passed its check" in shown
    assert "AUROC: 0.800 [0.770, 0.830] (0.5 is chance, 1 is perfect)." in shown
    assert "Gain in AUROC over the rule “Longest silence first”: 0.160 [0.130, 0.190]." in shown
    assert "41 % really left, of those on these lists" in shown
    assert "how many on a list of 100 really left?" in shown.lower()
    assert "Of 100 customers on these lists, 41 really left." in shown
    assert "it would have been 33; of 100 picked at random, 12." in shown
    assert "The list that people get is ordered by what a contact should bring." in shown
    assert "31 [26, 36] %" in shown  # left, of those on lists by value at risk
    assert "360 snapshots (12.0 %), of 310 customers, ended with the customer leaving." in shown


@pytest.mark.parametrize(
    ("language", "name"), [("en", "“Nearest renewal first”"), ("de", "„Nächste Verlängerung zuerst“")]
)
def test_the_rule_that_was_hardest_to_beat_is_named(language: str, name: str) -> None:
    evidence = report_inputs.evidence()
    metrics = evidence.metrics | {"rule": "renewal"}
    for part in ("models", "difference_from"):
        metrics[part] = {"renewal" if k == "recency" else k: v for k, v in metrics[part].items()}
    metrics["value"] = metrics["value"] | {
        "models": {"renewal" if k == "recency" else k: v for k, v in metrics["value"]["models"].items()}
    }
    frames = {
        part: getattr(evidence, part).replace({"model": {"recency": "renewal"}})
        for part in ("comparison", "by_date", "gain", "profit")
    }
    shown = text(page(replace(evidence, metrics=metrics, **frames), language))
    assert shown.count(name) == 6  # passed, gain, list, groups, dates, money


def test_of_two_rules_the_better_one_stands_beside_a_figure() -> None:
    figures = {"recency": {"precision": {"value": 0.2}}, "renewal": {"precision": {"value": 0.1}}}
    assert quality.best_rule(figures, "precision") == "recency"
    figures["renewal"]["precision"]["value"] = 0.3
    assert quality.best_rule(figures | {"rfm_logistic": {"precision": {"value": 0.9}}}, "precision") == "renewal"
    assert quality.best_rule({}, "precision") == "recency"


def test_belief_in_thirty_percent_is_answered_by_the_tenth_that_comes_closest() -> None:
    shown = text(page(report_inputs.evidence()))
    assert (
        "The group nearest to 30 % had probabilities from 26.7 % to 31.7 %, 28.7 % on average. In 81 of its 300 "
        "snapshots the customer left, 26.9 % (95 % interval 22.7 % to 31.1 %)." in shown
    )
    assert "near 30 %" not in shown
    assert (
        "lists of 100 the model said that 43.7 % would leave, and 41.4 % did (95 % interval 36.4 % to 46.4 %)" in shown
    )
    assert "does not differ from the predicted one beyond chance: observed ÷ expected is 0.98 [0.91, 1.05]" in shown


def believed(lowest: list[float], highest: list[float], predicted: list[float]) -> str:
    """The page where the tested customers fall into these groups by their probability."""
    groups = report_inputs.evidence().reliability.head(len(lowest))
    groups = groups.assign(lowest=lowest, highest=highest, predicted=predicted)
    return text(page(replace(report_inputs.evidence(), reliability=groups)))


def test_the_tenth_in_which_thirty_percent_lies_goes_before_one_whose_mean_is_nearer() -> None:
    shown = believed([0.1, 0.29], [0.29, 0.6], [0.27, 0.38])
    assert "had probabilities from 29.0 % to 60.0 %, 38.0 % on average" in shown


def test_where_no_prediction_comes_near_thirty_percent_it_is_said_that_the_test_tells_nothing_of_it() -> None:
    shown = believed([0.01, 0.1], [0.1, 0.249], [0.05, 0.15])
    assert (
        "No tested customer had a probability near 30 % (they lay between 1.0 % and 24.9 %), so the test says nothing "
        "of “30 %” itself." in shown
    )
    assert "The group nearest to 30 % had probabilities from 10.0 % to 24.9 %, 15.0 % on average." in shown
    assert "near 30 %" not in believed([0.01, 0.1], [0.1, 0.251], [0.05, 0.15])
    assert "No tested customer had a probability near 30 %" in believed([0.36, 0.4], [0.4, 0.9], [0.37, 0.5])


@pytest.mark.parametrize(
    ("value", "told"),
    [(0.7, "Insgesamt gingen weniger als vorhergesagt"), (1.4, "Insgesamt gingen mehr als vorhergesagt")],
)
def test_a_level_that_is_off_is_said_to_be_off(value: float, told: str) -> None:
    evidence = report_inputs.evidence()
    ours = evidence.metrics["models"]["bleib"]
    ours["observed_expected"] = {"value": value, "low": value - 0.05, "high": value + 0.05}
    assert told in text(page(evidence, "de"))


def of_metric(metric: str, **changes: float) -> pd.DataFrame:
    """The groups with other figures of one metric."""
    groups = report_inputs.by_group()
    groups.loc[groups["metric"] == metric, list(changes)] = list(changes.values())
    return groups


def test_groups_that_are_ranked_less_well_than_the_others_for_sure_are_named() -> None:
    shown = text(page(report_inputs.evidence()))
    assert (
        "Among these customers it surely ranks less well than among the others (AUROC less the others’): Customer for: "
        "under 90 days (−0.140 [−0.180, −0.100])." in shown
    )
    assert "Customer for: 90 to under 1,234 days" in shown
    assert "Customer for: 1,234 or more days" in shown


def test_groups_in_which_the_simple_rule_may_serve_as_well_are_named_the_least_gain_first() -> None:
    shown = text(page(report_inputs.evidence()))
    assert (
        "not sure that it ranks better than the rule “Longest silence first” (AUROC less the rule’s): "
        "Customer for: under 90 days (0.010 [−0.030, 0.050]); Segment: business &amp; "
        "&lt;i&gt;Öffentliche&lt;/i&gt; (0.030 [−0.010, 0.070])." in shown
    )


def test_a_gain_whose_interval_begins_at_nought_or_is_not_known_is_not_sure() -> None:
    for low in (0.0, float("nan")):
        shown = text(page(replace(report_inputs.evidence(), by_group=of_metric("auroc_gain", low=low))))
        assert shown.count("Customer for: 1,234 or more days") == 2  # in the sentence and in the table
        assert "(0.170 [0.000, 0.210])" in shown or "(0.170)" in shown


def test_a_model_that_is_weak_in_every_group_is_said_to_be_weak_in_each() -> None:
    """Against the whole none of them would be: they are the whole."""
    evidence = report_inputs.evidence()
    groups = of_metric("auroc_gain", value=0.001, low=-0.03, high=0.03)
    groups.loc[groups["metric"] == "auroc", ["value", "low", "high"]] = [0.8, 0.7, 0.9]
    groups.loc[groups["metric"] == "auroc_over_rest", ["value", "low", "high"]] = [0.0, -0.1, 0.1]
    shown = text(page(replace(evidence, by_group=groups)))
    assert shown.count("(0.001 [−0.030, 0.030])") == 5
    assert "none of the groups below does it surely rank less well than among the other customers" in shown


def test_where_no_group_is_weak_it_is_said_so() -> None:
    groups = of_metric("auroc_gain", low=0.01)
    groups.loc[groups["metric"] == "auroc_over_rest", "high"] = 0.01
    shown = text(page(replace(report_inputs.evidence(), by_group=groups)))
    assert "In each of the groups below it surely ranks better than the rule “Longest silence first”." in shown
    assert "In none of the groups below does it surely rank less well than among the other customers." in shown


def test_the_table_of_groups_has_the_gain_over_the_rule_and_the_distance_from_the_others() -> None:
    view = views.by_group(report_inputs.by_group(), ENGLISH)
    assert [cell.text for cell in view.head] == [
        "Group", "Snapshots", "Left", "AUROC", "AUROC less the rule’s", "AUROC less the others’"
    ]  # fmt: skip
    assert [cell.text for cell in view.rows[2]] == [
        "Customer for: under 90 days",
        "1,500",
        "12.0 [8.0, 16.0]\u202f%",
        "0.660 [0.620, 0.700]",
        "0.010 [−0.030, 0.050]",
        "−0.140 [−0.180, −0.100]",
    ]


def test_groups_whose_probabilities_are_off_are_named_with_the_part_of_chance() -> None:
    groups = report_inputs.by_group().replace({"metric": {"base_rate": "observed_expected"}})
    shown = text(page(replace(report_inputs.evidence(), by_group=groups[groups["by"] == "segment"])))
    assert (
        "observed ÷ expected): Segment: business &amp; &lt;i&gt;Öffentliche&lt;/i&gt; (0.12 [0.08, 0.16]); Segment: "
        "private (0.12 [0.08, 0.16])." in shown
    )
    assert "By chance alone one group in twenty would be." in shown


def test_every_test_date_has_its_line_with_what_the_lists_held() -> None:
    evidence = report_inputs.evidence()
    of_model = evidence.folds[evidence.folds["candidate"] == "boosters"]
    view = views.by_date(evidence.by_date, of_model, "recency", "100", ENGLISH)
    assert [row[0].text for row in view.rows[:3]] == ["12 Apr 2025", "15 Mar 2025", "15 Feb 2025"]
    assert [cell.text for cell in view.rows[0][1:]] == [
        "1,000",
        "12.0\u202f%",
        "40.0\u202f%",
        "35.0\u202f%",
        "0.800",
        "0.750",
    ]
    assert [[cell.text for cell in row] for row in view.rows[3:]] == [
        ["2 Nov 2024, while choosing", "950", "11.0\u202f%", "–", "–", "0.780", "–"],
        ["5 Oct 2024, while choosing", "900", "10.0\u202f%", "–", "–", "0.710", "–"],
    ]


def test_earlier_dates_on_which_the_model_was_chosen_are_told_for_the_candidate_that_was_taken() -> None:
    shown = text(page(report_inputs.evidence()))
    assert (
        "tried on 2 earlier dates, each time trained on what lay before: the AUROC was between 0.710 and 0.780" in shown
    )
    bare = replace(report_inputs.evidence(), folds=report_inputs.evidence().folds.head(0))
    assert "tried on" not in text(page(bare))


def test_worth_of_the_list_is_told_with_its_assumptions() -> None:
    shown = text(page(report_inputs.evidence()))
    assert "ordered by value at risk would have brought 1,234 € on an average test date" in shown
    assert "ours reaches 31 % of it" in shown
    assert "a contact costs 11 € and keeps 16 % of those who would leave" in shown
    assert "The weekly list takes cost and success of each customer’s own play instead" in shown
    assert "Die Wochenliste rechnet dagegen mit Kosten und Erfolg der Maßnahme" in text(
        page(report_inputs.evidence(), "de")
    )
    assert "not a measured effect" in shown


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["EMPC per customer: what the ranking", "EMPB per customer: the same"]),
        ("de", ["EMPC je Kunde: was die Reihenfolge", "EMPB je Kunde: dasselbe"]),
    ],
)
def test_the_measures_of_the_money_table_are_explained(language: str, told: list[str]) -> None:
    shown = text(page(report_inputs.evidence(), language))
    assert [shown.count(sentence) for sentence in told] == [1, 1]


def test_what_the_model_was_trained_on_is_said_of_dates_and_not_of_customers() -> None:
    assert (
        "The model was trained on earlier dates only, whose outcomes were known before the first of these; the "
        "customers may be the same." in text(page(report_inputs.evidence()))
    )
    german = text(page(report_inputs.evidence(), "de"))
    assert "Trainiert wurde das Modell nur an früheren Stichtagen" in german


def test_a_contact_for_cents_is_not_said_to_cost_nothing() -> None:
    evidence = report_inputs.evidence()
    evidence.metrics["value"]["cost"] = 0.35
    assert "a contact costs 0.35 € and keeps" in text(page(evidence))


def test_the_figures_of_a_column_of_money_have_the_digits_that_its_largest_needs() -> None:
    models = report_inputs.money()["models"]
    models["bleib"]["empb"] = {"value": 0.0042, "low": -0.001, "high": 0.01}
    models["recency"] |= {"empc": {"value": 0.012, "low": None, "high": None}, "empb": models["bleib"]["empb"]}
    cells = [[cell.text for cell in row] for row in views.money(models, ENGLISH).rows]
    assert cells[1][1:] == [
        "900 [800, 1,000]\u202f€",
        "22 [20, 24]\u202f%",
        "–",
        "1.25 [1.05, 1.45]\u202f€",
        "0.0042 [−0.0010, 0.0100]\u202f€",
    ]
    assert cells[2][4] == "0.01\u202f€"


def test_an_interval_of_dollars_has_its_sign_before_the_figure() -> None:
    rival = {"at_capacity": {"value": -410.0, "low": -499.0, "high": 346.0}}
    cells = [[cell.text for cell in row] for row in views.money({"recency": rival}, Formats("en", "USD")).rows]
    assert cells[0][1] == "−$410 [−499, 346]"


def test_nothing_is_said_of_money_where_none_is_known() -> None:
    evidence = report_inputs.evidence()
    del evidence.metrics["value"]
    assert "What is the list worth?" not in page(replace(evidence, profit=evidence.profit.head(0)))
    assert "profit" not in pictures(replace(evidence, profit=evidence.profit.head(0)), ENGLISH)


def test_figures_of_the_whole_base_stand_beside_the_honest_ones_and_are_called_inflated() -> None:
    evidence = report_inputs.evidence()
    assert "A figure to be wary of" not in page(evidence)
    evidence.metrics["whole_base"] = {"snapshots": 23570, "base_rate": 0.859, "recency_auroc": 0.828}
    shown = text(page(evidence))
    assert "Inflated: if everybody who was ever seen were tested (23,570 snapshots, 86 % “left”)" in shown
    assert "an AUROC of 0.828. Among the customers who can still be lost it is 0.640." in shown


def test_a_cohort_of_everybody_ever_seen_is_itself_called_inflated() -> None:
    evidence = report_inputs.evidence()
    assert "Everybody who was ever seen is in the test" not in text(page(evidence))
    snapshots = evidence.metrics["test"]["snapshots"]
    evidence.metrics["whole_base"] = {"snapshots": snapshots, "base_rate": 0.859, "recency_auroc": 0.828}
    shown = text(page(evidence))
    assert "Everybody who was ever seen is in the test, however long ago the last event was." in shown
    assert "Among the customers who can still be lost it is" not in shown


def test_failed_model_is_said_to_fail_with_every_cause() -> None:
    html = page(report_inputs.evidence(passed=False), "de")
    assert '<div class="banner failed" role="alert">' in html
    shown = text(html)
    assert "Dieses Modell hat die Prüfung nicht bestanden" in shown
    assert "Die AUROC ist 0,520 [0,490; 0,550], und 0,5 ist Zufall" in shown
    assert "teils unter 0,5, teils darüber (in zeitlicher Folge: 0,54; 0,47; 0,55)" in shown
    assert "vom Zufall nicht zu unterscheiden: Die AUROC ist dort 0,510 [0,490; 0,530]" in shown
    assert "Der Gewinn an AUROC ist 0,004 [−0,026; 0,034]" in shown


@pytest.mark.parametrize(
    ("basis", "told"),
    [
        ({}, None),
        ({"leavers": 54, "few": True}, "Little can be known yet: only 54 customers left on the dates that were learnt"),
        (
            {"folds": 0},
            "No models were compared on earlier dates, so it is of the kind that is taken without such a proof",
        ),
        ({"folds": 0, "folds_wanted": 0}, "No models were compared on earlier dates, so it is of the kind that"),
        ({"folds": 1}, "There was only one earlier date to choose the model on, so the choice is less sure."),
        ({"folds": 2}, "There were only 2 earlier dates to choose the model on, so the choice is less sure."),
    ],
)
def test_a_small_or_young_company_is_told_how_little_can_be_known(basis: dict[str, Any], told: str | None) -> None:
    evidence = report_inputs.evidence()
    evidence.recipe["basis"] |= basis
    found = quality.how_little(evidence.recipe, ENGLISH)
    assert len(found) == (told is not None)
    assert all(sentence.startswith(str(told)) and sentence in text(page(evidence)) for sentence in found)


FAILURES = ["gain", "auroc", "unstable", "folds", "leak"]


@pytest.mark.parametrize("kind", FAILURES)
def test_a_model_that_fails_in_one_thing_is_accused_of_no_other(kind: str) -> None:
    metrics = report_inputs.metrics(passed=False)
    every = quality.facts(metrics, ENGLISH)
    metrics["gate"]["failures"] = [found for found in report_inputs.failures() if found["kind"] == kind]
    (told,) = quality.facts(metrics, ENGLISH)
    assert told == every[FAILURES.index(kind)]
    assert len(set(every)) == 5


def test_the_gain_that_is_needed_stands_beside_one_that_is_too_small() -> None:
    metrics = report_inputs.metrics(passed=False)
    metrics["gate"]["failures"][0]["figures"] = {"value": 0.17, "low": 0.08, "high": 0.24, "least": 0.2}
    told = quality.facts(metrics, ENGLISH)[0]
    assert told.endswith("the gain in AUROC is 0.170 [0.080, 0.240]; all of the interval has to lie above 0.200.")


@pytest.mark.parametrize(
    ("metric", "values", "best"),
    [
        ("auroc", [0.7, 0.8], "b"),
        ("log_loss", [0.3, 0.4], "a"),
        ("calibration_slope", [0.8, 1.1], "b"),
        ("calibration_intercept", [-0.3, 0.1], "b"),
        ("observed_expected", [0.97, 1.1], "a"),
    ],
)
def test_best_value_of_a_line_is_the_one_nearest_to_what_is_right(metric: str, values: list[float], best: str) -> None:
    frame = pd.DataFrame({"model": ["a", "b"], "metric": metric, "value": values, "low": None, "high": None})
    row = views.comparison(frame, ENGLISH).rows[0]
    assert [cell.strong for cell in row] == [False, best == "a", best == "b"]


def test_months_are_shown_newest_first_and_twelve_at_most() -> None:
    view = views.months(report_inputs.key_figures(), 12, ENGLISH)
    assert [row[0].text for row in view.rows[:2]] == ["May 2025", "Apr 2025"]
    assert len(view.rows) == 12
    assert [cell.text for cell in view.head] == [
        "Month", "Customers at start", "Churn rate", "Retention", "Repeat rate", "NPS", "CLV (12 months)"
    ]  # fmt: skip


def test_segments_are_told_over_the_joined_months_with_all_customers_last() -> None:
    view = views.groups(report_inputs.key_figures(), "segment", 12, ENGLISH)
    assert [row[0].text for row in view.rows] == ["business", "private", "All"]
    assert view.rows[0][2].text == "24.0\u202f%"  # of the joined period, 2 + 14 % 3 + 20
    assert view.rows[0][6].text == "1,248\u202f€"  # of the newest month


def test_rows_of_sources_are_counted_and_faults_of_many_files_stand_on_one_line() -> None:
    report = report_inputs.evidence().ingest
    view = views.sources(report, ENGLISH)
    assert [cell.text for cell in view.rows[0]] == [
        "orders_2024-01.csv … orders_2024-12.csv (12 files)", "interactions", "12,345", "12,300", "17", "20", "8"
    ]  # fmt: skip
    fault = report["sources"][0]["faults"][0]
    lines = views.faults([fault, fault | {"file": "orders_2024-02.csv", "rows": 3}], ENGLISH).rows
    assert len(lines) == 1
    assert lines[0][3].text == "20"


def test_survival_is_the_product_of_monthly_retention() -> None:
    frame = pd.DataFrame({"group": "2024-Q1", "period": ["2024-05", "2024-04"], "value": [50.0, 90.0], "n": [30, 40]})
    assert plots.survival_curves(frame)["2024-Q1"].tolist() == [90.0, 45.0]
    assert plots.survival_curves(frame.assign(n=29)) == {}


def test_definitions_tell_the_windows_and_dates_in_use() -> None:
    shown = text(page(report_inputs.evidence()))
    assert "Outcome window 14 June 2025 up to and including 8 August 2025 (56 days)" in shown
    assert "Tested on 3 as-of dates, 15 February 2025 to 12 April 2025" in shown
    assert "The data are complete from 10 March 2024 up to and including 6 June 2025." in shown
    assert "Settings of the model as in params.yaml" in shown
    assert "Model version 0a1b2c3d4e5f" in shown


@pytest.mark.parametrize("language", ["en", "de"])
def test_where_nothing_is_proved_the_report_claims_nothing_and_shows_the_rest(language: str) -> None:
    evidence = report_inputs.evidence()
    empty = {name: getattr(evidence, name).head(0) for name in UNPROVED}
    nothing = replace(evidence, metrics=report_inputs.unproved(), **empty)
    f = Formats(language, "EUR")  # type: ignore[arg-type]
    assert not {"reliability", "gain", "profit", "dates", "dates_curve"} & set(pictures(nothing, f))
    assert {"importance", "beeswarm", "churn"} <= set(pictures(nothing, f))
    html = page(nothing, language)
    said = texts(language)  # type: ignore[arg-type]
    assert said["open_title"] in html
    assert said["tested_on_none"] in html
    assert said["passed_title"] not in html
    assert said["failed_title"] not in html
    assert "AUROC" not in html
    assert 'id="figures"' in html


def test_settings_that_a_search_found_are_told() -> None:
    evidence = report_inputs.evidence()
    searched = replace(evidence, recipe=evidence.recipe | {"settings_from": "search"})
    assert "Settings of the model found by a search on earlier dates, instead of those" in text(page(searched))
