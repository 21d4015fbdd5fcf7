"""What the quality benchmark computes and writes by itself; the measurement is no test."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import model_worlds
import worlds
from benchmarks.quality import histories, page, tabular
from benchmarks.quality.canaries import FEATURE, canaries
from benchmarks.quality.cases import Case
from benchmarks.quality.dates import needed, shared_out
from benchmarks.quality.figures import measure
from benchmarks.quality.prepare import Prepared, code_digest
from benchmarks.quality.raw import AbsentError, of_folder
from benchmarks.quality.sets import SETS, Trial
from bleib.features.featurize import featurize
from bleib.model.baselines import Scores
from bleib.model.rows import Rows
from bleib.settings import parse_settings


def settings(**churn: Any) -> Any:
    churn = {"horizon_days": 28, "usual_delay_days": 0, **churn}
    given = {"company": {}, "churn": churn, "split": {"max_train_dates": 3}, "features": {}}
    return parse_settings(given)


def test_training_windows_of_a_test_are_closed_before_its_first_date() -> None:
    _, snapshots = model_worlds.company(customers=50, dates=10, open_dates=1)
    train, tested = shared_out(snapshots, settings(), Trial(date(2024, 8, 12), dates=2))
    assert [str(day.date()) for day in tested] == ["2024-07-15", "2024-08-12"]
    assert [str(day.date()) for day in train] == ["2024-04-22", "2024-05-20", "2024-06-17"]
    kept = needed(snapshots, settings(), (Trial(date(2024, 8, 12), dates=2),))
    assert sorted(kept["as_of_date"].unique()) == train + tested


def test_rows_with_other_features_are_those_of_the_test_in_their_order() -> None:
    features, snapshots = model_worlds.company(customers=50, dates=4, open_dates=1)
    days = sorted(snapshots["as_of_date"].unique())
    case = Case(Prepared(settings(), {}, snapshots, features, Path()), days[:2], days[2:3])
    other = features[["customer_id", "as_of_date", "noise"]]
    train, tested = case.with_features(other)
    assert tested.key.equals(case.test.key)
    assert tested.churned.tolist() == case.test.churned.tolist()
    assert tested.X["noise"].equals(case.test.X["noise"])
    assert len(train.churned) == 100


def test_a_test_date_off_the_grid_is_refused() -> None:
    _, snapshots = model_worlds.company(customers=50, dates=10, open_dates=1)
    with pytest.raises(ValueError, match="2024-08-13 is no as-of date; the last one before it is 2024-08-12"):
        shared_out(snapshots, settings(), Trial(date(2024, 8, 13)))


def test_histories_count_days_with_purchases_that_were_known_at_the_date(tmp_path: Path) -> None:
    at = pd.to_datetime(
        ["2025-01-01 09:00", "2025-01-01 17:00", "2025-01-11 12:00", "2025-01-21 12:00", "2025-01-05 12:00"], utc=True
    )
    events = pd.DataFrame({"customer_id": ["a"] * 4 + ["b"], "occurred_at": at, "known_at": at, "kind": "order"})
    events.loc[2, "known_at"] = pd.Timestamp("2025-03-01", tz="UTC")
    events[["occurred_at", "known_at"]] = events[["occurred_at", "known_at"]].astype("datetime64[us, UTC]")
    company = Prepared(settings(kinds=["order"]), {"interactions": events}, pd.DataFrame(), pd.DataFrame(), tmp_path)
    found = histories.summaries(company, pd.Timestamp("2025-01-31"))
    assert found.customers.tolist() == ["a", "b"]
    assert (found.x.tolist(), found.t_x.tolist(), found.T.tolist()) == ([1.0, 0.0], [20.0, 0.0], [30.0, 26.0])


def test_a_canary_lies_before_the_date_and_is_known_when_the_outcome_window_is_over() -> None:
    day = pd.Timestamp("2025-03-03")
    snapshots = pd.DataFrame({"customer_id": ["a", "b"], "as_of_date": [day, day], "outcome": ["churned", "stayed"]})
    found = canaries(snapshots, settings(lead_days=7).churn, "UTC")
    assert found["customer_id"].tolist() == ["a"]
    assert found["occurred_at"].tolist() == [pd.Timestamp("2025-03-02", tz="UTC")]
    assert found["known_at"].tolist() == [pd.Timestamp("2025-04-07", tz="UTC")]


def test_whoever_goes_by_the_date_of_a_canary_knows_the_outcome_and_bleib_does_not() -> None:
    tables = worlds.tiny_company()
    customers = sorted(tables["customers"]["customer_id"])
    key = pd.DataFrame({"customer_id": customers, "as_of_date": pd.Timestamp("2025-03-03")})
    snapshots = key.assign(outcome=np.where(np.arange(len(key)) % 3 == 0, "churned", "stayed"))
    given = settings(kinds=["order"])
    planted = canaries(snapshots, given.churn, "UTC")
    features = given.features.model_copy(update={"extra": [FEATURE]})

    def counted(rows: pd.DataFrame) -> np.ndarray:
        events = pd.concat([tables["interactions"], rows], ignore_index=True)
        found = featurize({"interactions": events}, key, given.company, given.churn, features)
        return found.frame[FEATURE.name].to_numpy()

    assert counted(planted).tolist() == [0.0] * len(key)
    dishonest = counted(planted.assign(known_at=planted["occurred_at"]))
    assert dishonest.tolist() == (snapshots["outcome"] == "churned").astype(float).tolist()


def test_ahead_is_above_zero_where_we_are_better_also_for_log_loss() -> None:
    rng = np.random.default_rng(0)
    risk = rng.normal(size=400)
    churned = rng.random(400) < 1 / (1 + np.exp(-2 * risk))
    key = pd.DataFrame({"customer_id": [f"c{k}" for k in range(400)], "as_of_date": pd.Timestamp("2025-01-06")})
    rows = Rows(key, pd.DataFrame(index=range(400)), churned)
    found = measure(rows, {"bleib": Scores(2 * risk, True), "one_date": Scores(rng.normal(size=400), True)})
    ahead = found["one_date"].ahead
    assert all(ahead[name].low > 0 for name in ("auroc", "average_precision", "log_loss", "lift"))
    assert found["bleib"].ahead == {}
    assert ahead["auroc"].value == pytest.approx(
        found["bleib"].figures["auroc"].value - found["one_date"].figures["auroc"].value
    )


def test_of_two_slopes_the_one_nearer_to_1_is_ahead() -> None:
    rng = np.random.default_rng(0)
    risk = rng.normal(size=4000)
    churned = rng.random(4000) < 1 / (1 + np.exp(-risk))
    key = pd.DataFrame({"customer_id": [f"c{k}" for k in range(4000)], "as_of_date": pd.Timestamp("2025-01-06")})
    rows = Rows(key, pd.DataFrame(index=range(4000)), churned)
    timid, bold = Scores(risk / 2, True), Scores(risk * 2, True)
    found = measure(rows, {"bleib": Scores(risk, True), "timid": timid, "bold": bold})
    assert found["timid"].ahead["calibration_slope"].value == pytest.approx(1, abs=0.1)  # slope 2 against 1
    assert found["bold"].ahead["calibration_slope"].value == pytest.approx(0.5, abs=0.1)  # slope .5 against 1
    assert found["bold"].ahead["calibration_slope"].low > 0


def span(value: float, low: float, high: float) -> dict[str, float]:
    return {"value": value, "low": low, "high": high}


def result(name: str = "shop") -> dict[str, Any]:
    figures = {
        key: span(0.71, 0.70, 0.72)
        for key in ("auroc", "average_precision", "log_loss", "lift", "precision", "calibration_slope")
    } | {"observed_expected": span(1.02, 0.97, 1.08)}
    win, loss = span(0.02, 0.01, 0.03), span(-0.02, -0.03, -0.01)
    models = {
        "bleib": {"figures": figures, "ahead": {}},
        "recency": {"figures": {"auroc": span(0.6, 0.5, 0.7)}, "ahead": {"auroc": win}},
        "rfm_logistic": {"figures": figures, "ahead": {"auroc": span(0.001, -0.01, 0.02), "log_loss": loss}},
    }
    test = {"when": "2025-01-06", "snapshots": 1000, "churned": 250, "training_dates": 20, "seconds": {}}
    test |= {"strong": {"auroc": 0.72, "average_precision": None, "log_loss": 0.6}, "models": models}
    test |= {"skipped": {"featuretools": "pip could not install featuretools: no such version"}}
    return {"name": name, "title": "A shop", "code": "x", "tests": [test]}


def test_wins_ties_and_losses_are_counted_by_the_paired_interval() -> None:
    lines = page.tables([result(), result("other")]).splitlines()
    assert "| recency rule | 2 / 0 / 0 | – |  |" in lines
    lost = "shop 2025-01-06 (log loss); other 2025-01-06 (log loss)"
    assert f"| RFM logistic regression | 0 / 2 / 0 | 0 / 0 / 2 | {lost} |" in lines


def test_the_shortfall_to_the_strong_figure_stands_beside_it() -> None:
    line = next(line for line in page.tables([result()]).splitlines() if line.startswith("| shop 2025-01-06"))
    assert line.startswith("| shop 2025-01-06 | 1,000 | 25.0% | .710 [.700, .720] | .720 | -0.010 |")


def test_what_was_left_out_is_told_with_its_reason() -> None:
    text = page.tables(
        [result(), {"name": "b", "title": "Another set", "absent": "there is no b/ in the data folder x"}]
    )
    assert "* featuretools, our learner left out: pip could not install featuretools: no such version" in text
    assert "## Not measured\n\n* Another set: there is no b/ in the data folder x" in text


def test_only_what_stands_between_the_marks_is_written_anew(tmp_path: Path) -> None:
    target = tmp_path / "quality.md"
    target.write_text(f"# Head\n{page.BEGIN}\nold\n{page.END}\ntail\n", encoding="utf-8")
    page.write_page(target, [result()])
    text = target.read_text(encoding="utf-8")
    assert text.startswith("# Head\n")
    assert text.endswith(f"{page.END}\ntail\n")
    assert "old" not in text
    bare = tmp_path / "bare.md"
    bare.write_text("# Head\n", encoding="utf-8")
    with pytest.raises(ValueError, match="lacks"):
        page.write_page(bare, [])


def test_the_key_of_a_measurement_follows_the_code_and_not_what_is_compiled_from_it(tmp_path: Path) -> None:
    def written(name: str, text: str) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return code_digest("features", "clock.py", package=tmp_path)

    first = written("features/kernel.py", "a")
    assert written("features/__pycache__/kernel.nbc", "machine code") == first
    assert len({first, written("features/families/gaps.py", "b"), written("clock.py", "c")}) == 3


def test_a_missing_data_folder_is_told_with_the_way_to_name_it(tmp_path: Path) -> None:
    with pytest.raises(AbsentError, match="BLEIB_BENCH_DATA"):
        of_folder("it_incidents")(tmp_path / "raw", None)
    with pytest.raises(AbsentError, match="there is no it_incidents/"):
        of_folder("it_incidents")(tmp_path / "raw", tmp_path)


def test_every_data_set_has_settings_that_can_be_meant() -> None:
    assert [chosen.settings().split.max_train_dates for chosen in SETS] == [20, 20, 20, 20, 1, 20, 20]


def test_subscriptions_carry_46_features_and_nothing_of_the_outcome() -> None:
    rows = tabular.load_rows()
    assert (len(rows.X), int(rows.churned.sum()), rows.X.shape[1]) == (9379, 449, 46)
    assert not {"target", "C_FN", "id"} & set(rows.X)
