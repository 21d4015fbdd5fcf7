"""What a search takes, what it refuses, and what it does where there is too little to search on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import model_worlds
from bleib.errors import DataError, SettingsError
from bleib.model.folds import closed_before_newest
from bleib.model.metrics import log_losses
from bleib.model.out_of_fold import at_best
from bleib.model.rows import Rows, labelled_rows
from bleib.model.search import SearchTask, search, uses
from bleib.model.studies import Judged
from bleib.model.task import task_on
from bleib.model.tuned import Tuned
from bleib.settings import Churn, LightGbm, Search, Train

MONTH = Churn(horizon_days=28, usual_delay_days=0)
STUMPS = LightGbm(n_estimators=40, learning_rate=0.1, num_leaves=2)  # cannot see what two features do together
TRAIN = Train(seeds=[1], lightgbm=STUMPS, challengers=False)
LEAVES = {"num_leaves": [8.0, 20.0]}


def rows(customers: int = 400, seed: int = 0) -> Rows:
    features, snapshots = model_worlds.company(customers, seed=seed)
    return labelled_rows(features, snapshots, list(snapshots["as_of_date"].unique()))


def two_together(newest_too: bool = True) -> Rows:
    """Customers leave where exactly one of two features is high; ``newest_too``: also on the newest date."""
    known = rows()
    both = (known.X["drift"] > 0) != (known.X["noise"].fillna(-1) > 0)
    risk = np.where(both, 0.6, 0.1)
    if not newest_too:
        risk[(known.dates == known.dates.max()).to_numpy()] = 0.35
    return Rows(known.key, known.X, np.random.default_rng(0).random(len(both)) < risk)


def tuned(
    known: Rows,
    folder: Path,
    trials: int | None = 2,
    space: dict[str, list[float]] = LEAVES,
    train: Train = TRAIN,
    churn: Churn = MONTH,
    minutes: float = 10.0,
) -> Tuned:
    asked = Search(minutes=minutes, trials=trials, space=space)
    folder.mkdir(exist_ok=True)
    return search(known, train, churn, asked, folder / "studies.db", lambda text: None)


def test_settings_that_are_surely_better_on_the_newest_fold_are_taken(tmp_path: Path) -> None:
    found = tuned(two_together(), tmp_path)
    assert found.proof is not None
    assert found.proof["verdict"] == "better"
    assert 8 <= found.settings["num_leaves"] <= 20
    assert found.log_loss["best"] < found.log_loss["params"] - 0.05
    assert found.notes[0].startswith("the settings of the best of 2 trials are used (log loss 0.")


def test_settings_that_are_better_on_the_older_folds_only_are_refused(tmp_path: Path) -> None:
    found = tuned(two_together(newest_too=False), tmp_path)
    assert found.log_loss["best"] < found.log_loss["params"] - 0.05
    assert found.proof is not None
    assert found.proof["verdict"] != "better"
    assert found.settings == {}
    assert "the best of 2 trials is not surely better" in found.notes[0]
    assert "needed are 80% and more than one standard error" in found.notes[0]


def test_rows_that_hardly_count_prove_nothing(tmp_path: Path) -> None:
    """On the newest date the settings are better on every second row alone."""
    known, elsewhere = two_together(), two_together(newest_too=False)
    some = (known.dates == known.dates.max()).to_numpy() & (np.arange(len(known.churned)) % 2 == 0)
    churned = np.where(some, known.churned, elsewhere.churned)
    whole = Rows(known.key, known.X, churned)
    assert tuned(whole, tmp_path / "a").settings
    weighted = replace(whole, sampled_weights=np.where(some, 0.01, 1.0))
    assert tuned(weighted, tmp_path / "b").settings == {}


def test_settings_that_are_worse_on_the_older_folds_are_refused_without_proof(tmp_path: Path) -> None:
    nothing_to_split = {"min_child_samples": [2000.0, 2500.0]}
    found = tuned(rows(), tmp_path, space=nothing_to_split)
    assert found.log_loss["best"] > found.log_loss["params"] + 0.05
    assert (found.settings, found.proof, found.trials) == ({}, None, 2)
    assert found.notes[0].startswith("the settings of params.yaml stay: the best of 2 trials is no better")


def test_the_newest_fold_has_no_say_before_the_proof(tmp_path: Path) -> None:
    known = two_together()
    newest = (known.dates == known.dates.max()).to_numpy()
    turned = Rows(known.key, known.X, np.where(newest, ~known.churned, known.churned))
    before, after = tuned(known, tmp_path / "a"), tuned(turned, tmp_path / "b")
    assert before.log_loss == after.log_loss
    assert before.proof != after.proof


@pytest.mark.parametrize("of_others", [1.0, 5.0])
def test_settings_are_judged_with_as_many_trees_as_the_other_folds_found_best(of_others: float) -> None:
    """``of_others``: how much a row of those who stayed counts, as in a sample of them."""
    train = Train(seeds=[1], lightgbm=LightGbm(n_estimators=150, learning_rate=0.2, num_leaves=8), challengers=False)
    known = rows()
    task = task_on(replace(known, sampled_weights=np.where(known.churned, 1.0, of_others)), train, MONTH)
    older = closed_before_newest(task.folds, MONTH)
    *_, judged = SearchTask(task, older, task.folds[-1], train).judge({})
    scores = task.score(train, folds=older)
    best = at_best(task.rows, scores, "boosters").mean(axis=1)
    assert len({len(fold.earlier) for fold in older}) > 1
    assert (judged.candidate, judged.trees) == ("boosters", scores.trees)
    churned = task.rows.churned[scores.rows]
    assert judged.log_loss == pytest.approx(
        np.average(log_losses(churned, best), weights=np.where(churned, 1.0, of_others))
    )


def test_each_is_proved_with_as_many_trees_as_it_was_judged_with() -> None:
    """Not with as many as the outcome of the newest fold would ask for."""
    task = task_on(rows(), TRAIN, MONTH)
    few, many = (Judged(0.5, "boosters", trees) for trees in (1, 40))
    search_task = SearchTask(task, closed_before_newest(task.folds, MONTH), task.folds[-1], TRAIN)
    gain = search_task.prove({}, many, few).gain
    assert gain > 0.01
    assert search_task.prove({}, few, many).gain == pytest.approx(-gain)


def test_a_search_goes_on_where_it_ended_and_ends_as_one_at_a_stretch(tmp_path: Path) -> None:
    known = two_together()
    tuned(known, tmp_path, trials=2)
    again = tuned(known, tmp_path, trials=5)
    assert again.trials == 5
    assert tuned(known, tmp_path, trials=5) == again
    assert tuned(known, tmp_path / "other", trials=5) == again


def test_other_rows_begin_another_search(tmp_path: Path) -> None:
    tuned(two_together(), tmp_path, trials=2)
    assert tuned(rows(seed=1), tmp_path, trials=1).trials == 1


@pytest.mark.parametrize("change", [{"linear_penalty": 0.1}, {"untuned_trees": 3}])
def test_other_settings_begin_another_search(change: dict[str, float], tmp_path: Path) -> None:
    tuned(two_together(), tmp_path, trials=2)
    assert tuned(two_together(), tmp_path, trials=1, train=TRAIN.model_copy(update=change)).trials == 1


def test_other_code_of_training_begins_another_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tuned(two_together(), tmp_path, trials=2)
    monkeypatch.setattr("bleib.model.search.sha256", lambda *_: "of another release")
    assert tuned(two_together(), tmp_path, trials=1).trials == 1


@pytest.mark.parametrize(
    ("candidate", "settings"),
    [
        ("boosters", ["num_leaves", "subsample"]),
        ("linear", ["linear_penalty"]),
        ("simple", ["linear_penalty"]),
        ("full_blend", ["num_leaves", "subsample", "linear_penalty"]),
    ],
)
def test_a_candidate_uses_the_settings_of_its_parts(candidate: str, settings: list[str]) -> None:
    assert [name for name in ("num_leaves", "subsample", "linear_penalty") if uses(candidate, name)] == settings


def test_settings_that_no_candidate_uses_are_neither_tried_nor_taken(tmp_path: Path) -> None:
    found = tuned(two_together(), tmp_path, space=LEAVES | {"linear_penalty": [0.001, 0.01]})
    assert list(found.settings) == ["num_leaves"]


def test_settings_that_the_best_candidate_does_not_use_are_tried_but_not_taken(tmp_path: Path) -> None:
    """Only trees see what two features do together; the penalty is one of the linear models among the candidates."""
    train = TRAIN.model_copy(update={"challengers": True})
    found = tuned(two_together(), tmp_path, space=LEAVES | {"linear_penalty": [0.001, 0.01]}, train=train)
    assert found.proof is not None
    assert found.proof["verdict"] == "better"
    assert list(found.settings) == ["num_leaves"]


def test_few_leavers_leave_the_settings_of_the_boosters_out(tmp_path: Path) -> None:
    found = tuned(rows(customers=60), tmp_path, train=Train(min_churners=100))
    assert found.notes == (
        "the settings of params.yaml stay: the model that the data allow (simple) uses none of search.space",
    )
    assert found.trials == 0


def test_too_few_dates_are_said_and_nothing_is_tried(tmp_path: Path) -> None:
    found = tuned(rows(), tmp_path, churn=Churn(horizon_days=100, usual_delay_days=0))
    assert found.settings == {}
    assert found.notes == (
        "the settings of params.yaml stay: too few training dates for a search; of 3 forward folds none is closed "
        "before the newest one, which is kept for the proof",
    )
    assert not (tmp_path / "studies.db").exists()


def test_a_time_that_is_over_before_a_trial_is_said(tmp_path: Path) -> None:
    found = tuned(rows(), tmp_path, minutes=1e-9)
    assert (found.settings, found.trials) == ({}, 0)
    assert found.notes == ("the settings of params.yaml stay: search.minutes were over before a trial was",)


def test_features_that_are_too_good_to_be_true_stop_the_search(tmp_path: Path) -> None:
    known = rows()
    leak = Rows(known.key, known.X.assign(leak=known.churned.astype("float32")), known.churned)
    with pytest.raises(DataError, match="leak"):
        tuned(leak, tmp_path)


def test_a_direction_for_a_feature_that_is_not_there_stops_the_search_before_a_trial(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such feature: 'drit'; did you mean drift"):
        tuned(rows(), tmp_path, train=TRAIN.model_copy(update={"monotone": {"drit": "up"}}))


def test_only_trials_that_are_the_best_so_far_are_told(tmp_path: Path) -> None:
    told: list[str] = []
    asked = Search(minutes=10, trials=6, space={"min_child_samples": [5, 2000]})
    search(rows(), TRAIN, MONTH, asked, tmp_path / "studies.db", told.append)
    losses = [float(text.split("log loss ")[1].split()[0]) for text in told[1:]]
    assert told[0].startswith("search: 0 trials so far; settings of params.yaml: log loss 0.")
    assert losses == sorted(losses, reverse=True)
    assert 1 <= len(losses) < 6
