"""The classifier keeps scikit-learn's rules and gives the same model wherever it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator

import model_worlds
from bleib.files import sha256
from bleib.model.classifier import ChurnClassifier
from bleib.model.rows import Rows, labelled_rows
from bleib.model.training import train_model
from bleib.settings import Churn, LightGbm, Train

SMALL = LightGbm(n_estimators=40, learning_rate=0.1, num_leaves=7)
NEEDS_OPTIONAL_BACKEND = {"check_array_api_input"}
NOT_OF_TREES = {
    "check_sample_weight_equivalence_on_dense_data": "bins and leaf sizes count rows: two rows are not one of "
    "weight two (scikit-learn's own histogram boosting does not pass either)"
}


def checks() -> Iterator[object]:
    for share in (0.0, 0.5, 1.0):
        model = ChurnClassifier(
            seeds=(1,), n_estimators=10, learning_rate=0.3, min_child_samples=1, linear_share=share, linear_penalty=0.01
        )
        for estimator, check in estimator_checks_generator(model):
            name = getattr(check, "func", check).__name__
            of_trees = name in NOT_OF_TREES and share < 1
            marks = [pytest.mark.xfail(reason=NOT_OF_TREES[name], strict=True)] if of_trees else []
            if name not in NEEDS_OPTIONAL_BACKEND:
                yield pytest.param(estimator, check, id=f"{name}-{share}", marks=marks)


@pytest.mark.parametrize(("estimator", "check"), list(checks()))
def test_the_classifier_passes_the_estimator_checks_of_scikit_learn(estimator, check) -> None:  # type: ignore[no-untyped-def]
    check(estimator)


def rows(signal: float = 1.0, customers: int = 200) -> Rows:
    features, snapshots = model_worlds.company(customers, signal=signal)
    return labelled_rows(features, snapshots, list(snapshots["as_of_date"].unique()))


@pytest.fixture(scope="module")
def fitted() -> tuple[ChurnClassifier, Rows]:
    known = rows()
    plain = Train(seeds=[1, 2, 3], lightgbm=SMALL, challengers=False, calibrate=False)
    return train_model(known, plain, Churn(horizon_days=28, usual_delay_days=0)).model, known


def test_a_riskier_customer_has_a_higher_churn_score(fitted) -> None:  # type: ignore[no-untyped-def]
    model, known = fitted
    safe, risky = known.X.head(50).assign(drift=-2.0), known.X.head(50).assign(drift=2.0)
    assert (model.predict_proba(risky)[:, 1] > model.predict_proba(safe)[:, 1]).all()
    assert model.classes_.tolist() == [False, True]


def test_those_who_left_score_higher_on_average_than_those_who_stayed(fitted) -> None:  # type: ignore[no-untyped-def]
    model, known = fitted
    score = model.decision_function(known.X)
    assert score[known.churned].mean() > score[~known.churned].mean() + 0.5


def test_the_score_is_the_mean_raw_score_of_the_seeds(fitted) -> None:  # type: ignore[no-untyped-def]
    model, known = fitted
    by_seed = model.seed_scores(known.X)
    assert by_seed.shape == (len(known.X), 3)
    assert not np.array_equal(by_seed[:, 0], by_seed[:, 1])
    assert np.array_equal(model.decision_function(known.X), by_seed.mean(axis=1))
    assert model.predict_proba(known.X)[:, 1] == pytest.approx(1 / (1 + np.exp(-by_seed.mean(axis=1))))


def test_probabilities_keep_the_share_of_leavers_because_nothing_is_resampled(fitted) -> None:  # type: ignore[no-untyped-def]
    model, known = fitted
    assert model.predict_proba(known.X)[:, 1].mean() == pytest.approx(known.churned.mean(), abs=0.01)


def test_a_weight_of_two_says_the_same_as_the_row_twice_to_the_linear_model() -> None:
    known = rows()
    twice = np.where(known.churned, 2, 1)
    weighted = ChurnClassifier(linear_share=1.0).fit(known.X, known.churned, sample_weight=twice)
    many = np.repeat(np.arange(len(twice)), twice)
    repeated = ChurnClassifier(linear_share=1.0).fit(known.X.iloc[many], known.churned[many])
    assert weighted.decision_function(known.X) == pytest.approx(repeated.decision_function(known.X), abs=1e-3)


def test_weights_move_the_level_of_the_boosters() -> None:
    known = rows()
    weights = np.where(known.churned, 1.0, 3.0)
    model = ChurnClassifier(seeds=(1,), n_estimators=40, learning_rate=0.1)
    model.fit(known.X, known.churned, sample_weight=weights)
    predicted = np.average(model.predict_proba(known.X)[:, 1], weights=weights)
    assert predicted == pytest.approx(np.average(known.churned, weights=weights), abs=0.01)


def test_the_blend_is_the_mean_of_both_raw_scores_and_the_calibrator_comes_after() -> None:
    known = rows()
    both = {"seeds": (1,), "n_estimators": 20}
    scores = {
        share: ChurnClassifier(**both, linear_share=share).fit(known.X, known.churned).decision_function(known.X)
        for share in (0.0, 0.5, 1.0)
    }
    assert scores[0.5] == pytest.approx((scores[0.0] + scores[1.0]) / 2)
    shifted = ChurnClassifier(**both, calibration=(0.5, 0.5, -1.0)).fit(known.X, known.churned)
    assert shifted.decision_function(known.X) == pytest.approx(0.5 * scores[0.0] - 1.0)


MAIN = ("recency_order_days", "frequency_order_count_all")


def test_the_simple_model_is_the_linear_model_of_its_features_alone() -> None:
    known = rows()
    simple = ChurnClassifier(linear_share=1.0, main_share=1.0, main_features=MAIN).fit(known.X, known.churned)
    alone = ChurnClassifier(linear_share=1.0).fit(known.X[list(MAIN)], known.churned)
    assert simple.decision_function(known.X) == pytest.approx(alone.decision_function(known.X[list(MAIN)]))


def test_the_full_blend_is_the_mean_of_boosters_linear_and_simple_model() -> None:
    known = rows()
    both: dict[str, Any] = {"seeds": (1,), "n_estimators": 20, "main_features": MAIN}
    boosters, linear, simple, full = (
        ChurnClassifier(**both, linear_share=share, main_share=main)
        .fit(known.X, known.churned)
        .decision_function(known.X)
        for share, main in ((0, 0), (1, 0), (1, 1), (2 / 3, 0.5))
    )
    assert full == pytest.approx((boosters + linear + simple) / 3)


def test_a_main_feature_that_is_no_column_is_refused() -> None:
    known = rows()
    model = ChurnClassifier(linear_share=1.0, main_share=1.0, main_features=("value_margin",))
    with pytest.raises(ValueError, match="'value_margin' is not in list"):
        model.fit(known.X, known.churned)


@pytest.mark.parametrize(("share", "main"), [(0.5, 0.0), (1.0, 0.0), (2 / 3, 0.5)])
def test_a_linear_part_survives_saving(share: float, main: float, tmp_path: Path) -> None:
    known = rows()
    parts: dict[str, Any] = {"linear_share": share, "main_share": main, "main_features": MAIN}
    model = ChurnClassifier(seeds=(1,), n_estimators=5, **parts, calibration=(1.2, 0.8, 0.1))
    model.fit(known.X, known.churned).save(tmp_path / "a")
    again = ChurnClassifier.load(tmp_path / "a")
    assert np.array_equal(again.decision_function(known.X), model.decision_function(known.X))
    again.save(tmp_path / "b")
    assert sha256(tmp_path / "a") == sha256(tmp_path / "b")


def test_saved_and_loaded_the_model_scores_the_same_and_saves_the_same_bytes(fitted, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    model, known = fitted
    model.save(tmp_path / "a", {"snapshots": 3})
    again = ChurnClassifier.load(tmp_path / "a")
    again.save(tmp_path / "b", {"snapshots": 3})
    assert np.array_equal(again.decision_function(known.X), model.decision_function(known.X))
    assert again.get_params() == model.get_params()
    assert again.feature_names_in_.tolist() == list(known.X.columns)
    assert sorted(p.name for p in (tmp_path / "a").iterdir()) == [
        "model.json",
        "seed-1.txt",
        "seed-2.txt",
        "seed-3.txt",
    ]
    assert sha256(tmp_path / "a") == sha256(tmp_path / "b")
    assert json.loads((tmp_path / "a" / "model.json").read_text())["about"] == {"snapshots": 3}


def test_columns_in_another_order_are_refused_and_not_mixed_up(fitted) -> None:  # type: ignore[no-untyped-def]
    model, known = fitted
    with pytest.raises(ValueError, match="feature names"):
        model.predict_proba(known.X[list(reversed(known.X.columns))])


FIT = """
import sys; sys.path[:0] = {paths!r}
from pathlib import Path
from typing import Any
import test_model_classifier as t
trained = t.train_model(t.rows(), t.Train(seeds=[1, 2], lightgbm=t.SMALL), t.Churn(horizon_days=28, usual_delay_days=0))
trained.model.save(Path({folder!r}), trained.about)
"""


def test_one_thread_and_two_threads_give_the_same_bytes(tmp_path: Path) -> None:
    here = Path(__file__).parent
    for threads in ("1", "2"):
        code = FIT.format(paths=[str(here), str(here.parent)], folder=str(tmp_path / threads))
        subprocess.run([sys.executable, "-c", code], env=os.environ | {"OMP_NUM_THREADS": threads}, check=True)
    assert sha256(tmp_path / "1") == sha256(tmp_path / "2")


def test_idle_threads_sleep() -> None:
    code = "import os; from bleib.model.boosting import lightgbm; lightgbm(); print(os.environ['OMP_WAIT_POLICY'])"
    env = {k: v for k, v in os.environ.items() if k != "OMP_WAIT_POLICY"}
    got = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True)
    assert got.stdout.strip() == "passive"


def test_a_single_class_is_refused() -> None:
    with pytest.raises(ValueError, match="only one class"):
        ChurnClassifier().fit(pd.DataFrame({"x": [1.0, 2.0, 3.0]}), [True, True, True])
