"""The whole evaluation on made-up companies: good, random and unstable models; baselines; byte-identity."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import model_worlds
from bleib.errors import DataError
from bleib.model.baselines import NEVER, History, Scores, baseline_scores
from bleib.model.evaluation import Background, Evaluation, evaluate
from bleib.model.rows import Rows, labelled_rows
from bleib.model.scored import ScoredTest
from bleib.model.value_metrics import Economics, Worth
from bleib.settings import Churn, Evaluate

CHURN = Churn(horizon_days=28)
SETTINGS = Evaluate(bootstraps=100)


def train_and_test(signal: float = 1.0) -> tuple[Rows, Rows]:
    features, snapshots = model_worlds.company(signal=signal)
    dates = sorted(snapshots["as_of_date"].unique())
    return labelled_rows(features, snapshots, dates[:4]), labelled_rows(features, snapshots, dates[5:7])


def judged(ours: np.ndarray, train: Rows, test: Rows, segments: pd.Series | None = None) -> Evaluation:
    scores = {"bleib": Scores(ours, is_probability=True)} | baseline_scores(train, test, CHURN)
    return evaluate(ScoredTest(test, scores), Background(segments), 20, SETTINGS)


@pytest.fixture(scope="module")
def good() -> tuple[Evaluation, Rows]:
    train, test = train_and_test()
    truth = -1 + 1.2 * test.X["drift"] + 0.01 * (test.X["recency_order_days"] - 30)
    segments = pd.Series(np.where(np.arange(len(truth)) % 2, "business", "private"), dtype="str")
    segments.iloc[:3] = None
    return judged(truth.to_numpy(dtype=float), train, test, segments), test


def test_a_good_model_passes_the_gate_and_beats_every_rule(good) -> None:  # type: ignore[no-untyped-def]
    result, _ = good
    assert result.verdict.passed
    for rule in ("recency", "rfm_logistic", "bg_nbd"):
        assert result.metrics["difference_from"][rule]["auroc"]["low"] > 0.05
    assert result.metrics["models"]["bleib"]["auroc"]["value"] == pytest.approx(0.77, abs=0.05)


def test_random_scores_fail_the_gate() -> None:
    train, test = train_and_test()
    result = judged(np.random.default_rng(1).normal(size=len(test.churned)), train, test)
    assert not result.verdict.passed
    assert "no skill" in result.verdict.text()
    assert result.metrics["gate"]["passed"] is False


def test_a_model_whose_sign_flips_between_test_dates_fails_the_gate() -> None:
    train, test = train_and_test()
    sign = np.where(test.dates == test.dates.min(), 1.0, -1.0)
    result = judged(test.X["drift"].to_numpy(dtype=float) * sign, train, test)
    assert "unstable" in result.verdict.text()


def test_a_model_whose_sign_flipped_on_a_forward_fold_fails_the_gate_however_good_it_is_now() -> None:
    train, test = train_and_test()
    truth = -1 + 1.2 * test.X["drift"] + 0.01 * (test.X["recency_order_days"] - 30)
    scores = {"bleib": Scores(truth.to_numpy(dtype=float), is_probability=True)} | baseline_scores(train, test, CHURN)
    folds = pd.DataFrame(
        {"as_of_date": ["2023-05-01", "2023-06-01"], "auroc": [0.7, 0.41], "snapshots": 900, "churned": 270}
    )
    result = evaluate(ScoredTest(test, scores), Background(), 20, SETTINGS, folds)
    assert "unstable: AUROC 0.410 on 2023-06-01, but 0.700 on 2023-05-01" in result.verdict.text()


def test_of_sampled_folds_the_rows_that_left_tell_how_sure_the_figure_is() -> None:
    """The share that left is that of all, the rows are those that were kept."""
    folds = pd.DataFrame({"as_of_date": ["2023-05-01", "2023-06-01"], "auroc": 0.6, "snapshots": 66, "churned": 33})
    train, test = train_and_test()
    scores = {"bleib": Scores(np.zeros(len(test.churned)), is_probability=True)} | baseline_scores(train, test, CHURN)
    text = evaluate(ScoredTest(test, scores), Background(), 20, SETTINGS, folds.assign(base_rate=0.01)).verdict.text()
    assert "on the forward folds" not in text


def test_what_was_predicted_of_those_on_the_lists_is_the_mean_of_the_highest_of_each_date() -> None:
    train, test = train_and_test()
    risk = np.random.default_rng(2).normal(size=len(test.churned))
    found = judged(risk, train, test).metrics["test"]
    tops = [np.sort(risk[(test.dates == day).to_numpy()])[-found["capacity"] :] for day in test.dates.unique()]
    assert found["predicted_on_lists"] == pytest.approx((1 / (1 + np.exp(-np.concatenate(tops)))).mean(), abs=1e-6)


def test_the_recency_rule_has_no_probabilities_and_so_no_log_loss(good) -> None:  # type: ignore[no-untyped-def]
    models = good[0].metrics["models"]
    assert sorted(models["recency"]) == ["auroc", "average_precision", "lift", "precision", "recall"]
    assert {"log_loss", "brier", "calibration_slope", "observed_expected"} <= set(models["bleib"])


def test_bg_nbd_tells_a_probability_of_silence_but_not_of_cancelling() -> None:
    train, test = train_and_test()
    assert baseline_scores(train, test, CHURN)["bg_nbd"].is_probability
    contract = Churn(definition="contract", horizon_days=28)
    assert not baseline_scores(train, test, contract)["bg_nbd"].is_probability


def test_probabilities_from_the_truth_are_calibrated(good) -> None:  # type: ignore[no-untyped-def]
    ours = good[0].metrics["models"]["bleib"]
    assert ours["calibration_slope"]["low"] < 1 < ours["calibration_slope"]["high"]
    assert ours["observed_expected"]["low"] < 1 < ours["observed_expected"]["high"]


def test_values_lie_inside_their_intervals(good) -> None:  # type: ignore[no-untyped-def]
    table = good[0].comparison
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    assert table["model"].unique().tolist() == ["bleib", "recency", "rfm_logistic", "bg_nbd"]


def test_the_metrics_are_json_and_say_what_was_tested(good) -> None:  # type: ignore[no-untyped-def]
    result, test = good
    told = json.loads(json.dumps(result.metrics, allow_nan=False))["test"]
    assert told["dates"] == ["2024-05-20", "2024-06-17"]
    assert (told["snapshots"], told["customers"], told["churned"]) == (400, 200, int(test.churned.sum()))
    assert told["base_rate"]["value"] == pytest.approx(test.churned.mean(), abs=1e-6)


def test_segments_are_judged_apart_and_customers_without_one_left_out(good) -> None:  # type: ignore[no-untyped-def]
    table = good[0].by_group
    segments = table[table["by"] == "segment"]
    assert segments.groupby("group")["snapshots"].first().to_dict() == {"business": 199, "private": 198}
    assert set(segments["metric"]) == {
        "auroc", "auroc_gain", "auroc_over_rest", "average_precision", "base_rate", "observed_expected"
    }  # fmt: skip


def test_customers_are_judged_in_thirds_of_tenure_and_activity(good) -> None:  # type: ignore[no-untyped-def]
    table = good[0].by_group.query("metric == 'base_rate'")
    for by in ("tenure", "activity"):
        thirds = table[table["by"] == by]
        assert thirds["snapshots"].sum() == 400
        assert thirds["snapshots"].between(130, 137).all()
        assert thirds["end"].tolist()[:2] == thirds["start"].tolist()[1:]
        assert thirds["start"].isna().tolist() == [True, False, False]


def test_money_is_told_only_where_it_is_known(good) -> None:  # type: ignore[no-untyped-def]
    assert "value" not in good[0].metrics
    assert good[0].profit.empty
    train, test = train_and_test()
    scores = {"bleib": Scores(test.X["drift"].to_numpy(dtype=float), is_probability=True)}
    scores |= baseline_scores(train, test, CHURN)
    worth = Worth(np.full(len(test.churned), 200.0), Economics(success=0.5, cost=10.0))
    result = evaluate(ScoredTest(test, scores), Background(worth=worth), 20, SETTINGS)
    places, left = 20, result.metrics["models"]["bleib"]["precision"]["value"]
    assert result.metrics["value"]["models"]["bleib"]["at_capacity"]["value"] == pytest.approx(
        places * (0.5 * 200 * left - 10), abs=1e-3
    )
    assert set(result.profit["model"]) >= {"bleib", "recency"}


def test_the_share_that_left_of_those_on_the_lists_has_one_interval_wherever_it_stands() -> None:
    train, test = train_and_test()
    scores = {"bleib": Scores(test.X["drift"].to_numpy(dtype=float), is_probability=True)}
    scores |= baseline_scores(train, test, CHURN)
    worth = Worth(np.full(len(test.churned), 200.0), Economics(success=0.5, cost=10.0))
    result = evaluate(ScoredTest(test, scores), Background(worth=worth), 20, Evaluate(bootstraps=150)).metrics
    for model, figures in result["models"].items():
        assert result["value"]["models"][model]["left"] == figures["precision"]
    assert result["models"]["bleib"]["precision"]["low"] < result["models"]["bleib"]["precision"]["value"]


def test_every_date_is_shown_for_every_model(good) -> None:  # type: ignore[no-untyped-def]
    table = good[0].by_date
    assert len(table) == 2 * 4
    assert table["snapshots"].tolist() == [200] * 8


def test_precision_of_the_dates_adds_up_to_that_of_all_lists(good) -> None:  # type: ignore[no-untyped-def]
    for model, rows in good[0].by_date.groupby("model"):
        joined = good[0].metrics["models"][model]["precision"]["value"]
        assert rows["precision"].mean() == pytest.approx(joined, abs=1e-5)


def test_reliability_bins_hold_all_rows_and_rise(good) -> None:  # type: ignore[no-untyped-def]
    table = good[0].reliability
    assert table["snapshots"].tolist() == [40] * 10
    assert table["predicted"].is_monotonic_increasing
    assert ((table["low"] <= table["observed"]) & (table["observed"] <= table["high"])).all()
    assert (table["observed"] * table["snapshots"]).sum() == pytest.approx(good[1].churned.sum(), abs=1e-3)


def test_reliability_bins_say_what_they_span_and_how_many_left(good) -> None:  # type: ignore[no-untyped-def]
    table, scores = good[0].reliability, good[0].test_scores["bleib"]
    assert (table["lowest"] < table["predicted"]).all()
    assert (table["predicted"] < table["highest"]).all()
    assert (table["highest"].to_numpy()[:-1] <= table["lowest"].to_numpy()[1:]).all()
    assert [table["lowest"].min(), table["highest"].max()] == pytest.approx([scores.min(), scores.max()], abs=1e-6)
    assert table["churned"].tolist() == (table["observed"] * 40).round().astype(int).tolist()


def test_contacting_everybody_finds_everybody(good) -> None:  # type: ignore[no-untyped-def]
    table = good[0].gain
    everybody = table[table["share"] == 1.0]
    assert everybody["recall"].tolist() == pytest.approx([1.0] * 4)
    assert everybody["lift"].tolist() == pytest.approx([1.0] * 4)
    assert all(part["recall"].is_monotonic_increasing for _, part in table.groupby("model"))


def test_precision_of_a_share_is_that_of_the_lists_of_all_dates(good) -> None:  # type: ignore[no-untyped-def]
    result, test = good
    table = result.gain[result.gain["model"] == "bleib"].set_index("share")
    assert table.loc[1.0, "precision"] == pytest.approx(test.churned.mean(), abs=1e-6)
    scores = result.test_scores.sort_values("bleib", ascending=False)
    top = scores.groupby("as_of_date").apply(lambda rows: rows.head(len(rows) // 5)["churned"]).to_numpy()
    assert table.loc[0.2, "precision"] == pytest.approx(top.mean(), abs=1e-6)


def test_the_same_input_gives_the_same_tables(good) -> None:  # type: ignore[no-untyped-def]
    result, _ = good
    again = judged(
        np.log(result.test_scores["bleib"] / (1 - result.test_scores["bleib"])).to_numpy(), *train_and_test()
    )
    assert again.comparison.equals(result.comparison)
    assert again.gain.equals(result.gain)


def test_customers_without_any_event_are_the_riskiest_of_the_recency_rule() -> None:
    train, test = train_and_test()
    test.X.loc[0, ["recency_order_days", "onboarding_order_first_days"]] = np.nan
    scores = baseline_scores(train, test, CHURN)["recency"].values
    assert scores[0] == NEVER == scores.max()


def test_history_without_amounts_has_no_spend_but_still_a_history() -> None:
    train, _ = train_and_test()
    assert History.of(train.X.drop(columns="value_spend_all")).spend.max() == 0


def test_repeat_purchases_are_events_less_the_first_one() -> None:
    columns = {"recency_order_days": [10.0, 40.0], "onboarding_order_first_days": [100.0, 40.0]}
    X = pd.DataFrame(columns | {"frequency_order_count_all": [4.0, 1.0]})
    assert [values.tolist() for values in History.of(X).summary()] == [[3.0, 0.0], [90.0, 0.0], [100.0, 40.0]]


def test_the_rules_are_left_out_only_with_a_word_about_it() -> None:
    train, _ = train_and_test()
    with pytest.raises(DataError, match=r"recency_…_days.*features\.main_kinds"):
        History.of(train.X.drop(columns="recency_order_days"))


def test_bg_nbd_is_left_out_where_nobody_came_twice() -> None:
    train, test = train_and_test()
    train.X["frequency_order_count_all"] = np.float32(1)
    assert sorted(baseline_scores(train, test, CHURN)) == ["recency", "rfm_logistic"]
