"""Declared directions: the risk may only rise, or only fall, with a feature."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import model_worlds
from bleib.errors import SettingsError
from bleib.model.classifier import ChurnClassifier
from bleib.model.monotone import check_declared, lightgbm_settings, signs
from bleib.model.rows import Rows, labelled_rows
from bleib.model.training import refit_model, train_model
from bleib.settings import Churn, LightGbm, Train

MONTH = Churn(horizon_days=28, usual_delay_days=0)
SMALL = LightGbm(n_estimators=60, learning_rate=0.1, num_leaves=15, min_child_samples=5)
SHARES = {"boosters": 0.0, "linear": 1.0, "blend": 0.5}


def valley(n: int = 3000) -> tuple[pd.DataFrame, np.ndarray]:
    """Those in the middle of ``silence`` leave least, and ``age`` does not matter: no direction is true of silence."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"silence": rng.uniform(-2, 2, n), "age": rng.normal(size=n)})
    X.loc[rng.random(n) < 0.1, "silence"] = np.nan
    risk = 1.5 * X["silence"].fillna(0).abs() - 1.5
    return X, rng.random(n) < 1 / (1 + np.exp(-risk))


def steps(model: ChurnClassifier, name: str) -> np.ndarray:
    """How the score of twenty customers moves while one feature rises, all else equal; (20, 199)."""
    X, _ = valley(20)
    levels = np.linspace(-3, 3, 200)
    scores = [model.decision_function(X.assign(**{name: level})) for level in levels]
    return np.diff(np.array(scores), axis=0).T


@pytest.mark.parametrize("share", SHARES.values(), ids=SHARES)
@pytest.mark.parametrize("direction", ["up", "down"])
def test_the_score_never_moves_against_the_declared_direction(share: float, direction: str) -> None:
    X, left = valley()
    settings = SMALL.model_dump() | {"seeds": (1, 2), "linear_share": share}
    bound = ChurnClassifier(**settings, monotone={"silence": direction}).fit(X, left)
    sign = {"up": 1, "down": -1}[direction]
    assert (sign * steps(bound, "silence") >= -1e-9).all()
    if share < 1:
        free = ChurnClassifier(**settings).fit(X, left)
        assert (sign * steps(free, "silence") < -1e-3).any()
        assert (sign * steps(bound, "age") < -1e-3).any()  # nothing was declared of it


def test_a_direction_against_the_truth_leaves_a_linear_coefficient_of_zero() -> None:
    X, _ = valley()
    left = np.random.default_rng(1).random(len(X)) < 1 / (1 + np.exp(-X["age"]))
    bound = ChurnClassifier(linear_share=1.0, monotone={"age": "down"}).fit(X, left)
    assert bound.linear_ is not None
    assert bound.linear_.coef[1] == 0.0


def test_a_direction_that_is_true_changes_a_linear_model_by_nothing() -> None:
    X, _ = valley()
    left = np.random.default_rng(1).random(len(X)) < 1 / (1 + np.exp(-X["age"]))
    free, bound = (ChurnClassifier(linear_share=1.0, monotone=one).fit(X, left) for one in (None, {"age": "up"}))
    assert bound.decision_function(X) == pytest.approx(free.decision_function(X), abs=0.02)  # that one stops early


def test_directions_are_kept_by_save_and_load(tmp_path: Path) -> None:
    X, left = valley()
    model = ChurnClassifier(**SMALL.model_dump(), seeds=(1,), monotone={"silence": "up"}).fit(X, left)
    model.save(tmp_path / "model")
    assert ChurnClassifier.load(tmp_path / "model").monotone == {"silence": "up"}


def test_signs_follow_the_order_of_the_columns() -> None:
    assert signs({"b": "down", "a": "up", "gone": "up"}, ["a", "b", "c"]).tolist() == [1, -1, 0]
    assert lightgbm_settings({}, ["a"]) == {}
    assert lightgbm_settings({"b": "up"}, ["a", "b"])["monotone_constraints"] == [0, 1]


def test_unknown_features_are_all_named_with_those_that_may_be_meant() -> None:
    with pytest.raises(SettingsError, match=r"'recensy'.*did you mean recency.*'age'"):
        check_declared({"recensy": "up", "age": "up"}, ["recency", "spend"])


def company(direction: float = 1.0) -> Rows:
    """The company of the other tests, where the risk rises with ``drift``; or falls, with -1."""
    features, snapshots = model_worlds.company(400, signal=direction)
    return labelled_rows(features, snapshots, list(snapshots["as_of_date"].unique()))


def test_a_true_direction_costs_no_skill_and_training_says_so() -> None:
    train = Train(seeds=[1, 2], lightgbm=SMALL, challengers=False, monotone={"drift": "up"})
    found = train_model(company(), train, MONTH)
    assert found.recipe.directions is not None
    assert found.recipe.directions.verdict != "worse"
    assert found.recipe.plain()["monotone"]["verdict"] == found.recipe.directions.verdict
    assert found.recipe.notes[-1].startswith("train.monotone: against a model without it a gain of ")
    again = refit_model(company(), found.model, found.recipe.plain(), train, MONTH)
    assert again.model.monotone == {"drift": "up"}


def test_a_false_direction_costs_skill_and_training_says_so() -> None:
    train = Train(seeds=[1, 2], lightgbm=SMALL, challengers=False, monotone={"drift": "down"})
    found = train_model(company(), train, MONTH)
    assert found.recipe.directions is not None
    assert found.recipe.directions.verdict == "worse"
    assert found.recipe.notes[-1].endswith("so it costs skill: take out what need not be")


def test_nothing_is_bound_unless_it_is_declared() -> None:
    found = train_model(company(), Train(seeds=[1], lightgbm=SMALL, challengers=False), MONTH)
    assert found.model.monotone is None
    assert found.recipe.directions is None


def test_an_unknown_feature_stops_training() -> None:
    with pytest.raises(SettingsError, match="did you mean drift"):
        train_model(company(), Train(seeds=[1], lightgbm=SMALL, monotone={"drit": "up"}), MONTH)
