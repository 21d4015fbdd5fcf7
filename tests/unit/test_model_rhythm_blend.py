"""MBG/NBD as a part of the model: a third of the raw score, where the folds say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

import model_worlds
from bleib.files import sha256
from bleib.model.bg_nbd import MbgNbd
from bleib.model.candidates import CANDIDATES
from bleib.model.classifier import ChurnClassifier
from bleib.model.folds import forward_folds
from bleib.model.metrics import probabilities
from bleib.model.out_of_fold import out_of_fold
from bleib.model.rhythm import RhythmModel, rhythm_of
from bleib.model.rows import Rows
from bleib.model.task import task_on
from bleib.model.training import Trained, refit_model, train_model
from bleib.reasons.contributions import explain
from bleib.settings import Churn, LightGbm, Train

NAMES = model_worlds.HISTORY
RHYTHM = RhythmModel(MbgNbd(0.8, 30.0, 0.8, 2.4), NAMES, (20.0, 100.0, 4.0), 7.0, 28.0, shift=0.3)
SILENCE = Churn(active_days=100, lead_days=7, horizon_days=28, usual_delay_days=0)
TRAIN = Train(seeds=[1, 2], lightgbm=LightGbm(n_estimators=60, learning_rate=0.1, num_leaves=7))
FOLDS_OF_TWO = 2


def rows(customers: int = 700, dates: int = 8) -> Rows:
    """Customers who live as MBG/NBD tells, and whether they were silent from 7 to 35 days after each date."""
    days = [100 + 21 * k for k in range(dates)]
    found = model_worlds.lives(customers, days[-1] + 40, seed=5)
    features = model_worlds.histories(found, days, active=100)
    since = (features["as_of_date"] - pd.Timestamp("2024-01-01")).dt.days + SILENCE.lead_days
    comes = [
        bool(((found[int(who)] > day) & (found[int(who)] <= day + SILENCE.horizon_days)).any())
        for who, day in zip(features["customer_id"], since, strict=True)
    ]
    noise = np.random.default_rng(1).normal(size=len(features))
    return Rows(features[["customer_id", "as_of_date"]], features[list(NAMES)].assign(noise=noise), ~np.array(comes))


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train_model(rows(), TRAIN, SILENCE)


def fitted(known: Rows, **settings: Any) -> ChurnClassifier:
    return ChurnClassifier(seeds=(1, 2), n_estimators=10, **settings).fit(known.X, known.churned)


def test_customers_who_live_as_it_tells_are_left_to_the_mean_with_it(trained: Trained) -> None:
    assert trained.recipe.candidate == "rhythm_blend"
    assert trained.recipe.challengers["rhythm_blend"].taken
    assert trained.model.rhythm == rhythm_of(rows(), SILENCE)
    assert trained.model.rhythm_share == pytest.approx(1 / 3)


def test_it_is_the_mean_of_boosters_linear_model_and_rhythm() -> None:
    known, share = rows(200), CANDIDATES["rhythm_blend"].rhythm_share
    boosters, linear = (fitted(known, linear_share=k).decision_function(known.X) for k in (0.0, 1.0))
    mean = fitted(known, linear_share=0.5, rhythm_share=share, rhythm=RHYTHM).decision_function(known.X)
    assert mean == pytest.approx((boosters + linear + RHYTHM.decision_function(known.X)) / 3)


@pytest.mark.parametrize("linear_share", [0.0, 0.5, 1.0])
def test_its_reasons_add_up_and_those_of_the_rhythm_are_a_third(linear_share: float) -> None:
    known = rows(200)
    family_of = {name: name.split("_")[0] for name in known.X}
    parts: dict[str, Any] = {"linear_share": linear_share, "calibration": (1.4, 0.6, -0.2)}
    alone, mixed = (
        fitted(known, **parts, rhythm_share=share, rhythm=RHYTHM if share else None) for share in (0, 1 / 3)
    )
    found = explain(mixed, known.X, family_of)
    np.testing.assert_allclose(found.family.sum(axis=1) + found.base, mixed.decision_function(known.X), atol=1e-9)
    apart = next(iter(mixed.seed_contributions(known.X))) - next(iter(alone.seed_contributions(known.X))) * 2 / 3
    places = [*(list(known.X).index(name) for name in NAMES), -1]
    np.testing.assert_allclose(apart[:, places], RHYTHM.contributions(known.X[list(NAMES)].to_numpy()) / 3, atol=1e-9)
    assert np.abs(apart[:, list(known.X).index("noise")]).max() < 1e-9


def test_its_level_is_that_of_the_outcomes_however_many_dates_there_are() -> None:
    """Who was gone before the first date is missing in the fit, so that by itself it promises too much."""
    known = rows()
    for first in (0, 5):
        late = known.take(np.flatnonzero(known.dates.rank(method="dense") > first))
        found = probabilities(rhythm_of(late, SILENCE).decision_function(late.X))
        assert found.mean() == pytest.approx(late.churned.mean(), abs=1e-6)


def test_it_survives_saving_and_cloning(tmp_path: Path) -> None:
    known = rows(200)
    model = fitted(known, linear_share=0.5, rhythm_share=1 / 3, rhythm=RHYTHM)
    model.save(tmp_path / "a")
    again = ChurnClassifier.load(tmp_path / "a")
    assert again.get_params() == model.get_params() == clone(model).get_params()
    assert np.array_equal(again.decision_function(known.X), model.decision_function(known.X))
    again.save(tmp_path / "b")
    assert sha256(tmp_path / "a") == sha256(tmp_path / "b")


def test_a_feature_of_the_rhythm_that_is_no_column_is_refused() -> None:
    known = rows(200)
    without = Rows(known.key, known.X.drop(columns="recency_order_days"), known.churned)
    with pytest.raises(ValueError, match="'recency_order_days' is not in list"):
        fitted(without, rhythm_share=1 / 3, rhythm=RHYTHM)


def test_a_fold_knows_the_rhythm_of_its_earlier_dates_only() -> None:
    known = rows(200)
    folds = forward_folds(known.dates, known.churned, SILENCE, FOLDS_OF_TWO)
    found = out_of_fold(known, folds, TRAIN, SILENCE, ["rhythm_blend"], trees=2)
    newest = folds[-1]
    expected = rhythm_of(known.take(newest.earlier), SILENCE).decision_function(known.X.iloc[newest.later])
    assert np.array_equal(found.rhythm[-len(newest.later) :, 0], expected)


def test_it_is_fitted_again_with_the_recipe(trained: Trained) -> None:
    more = rows(dates=9)
    again = refit_model(more, trained.model, trained.recipe.plain(), TRAIN, SILENCE)
    assert again.model.rhythm == rhythm_of(more, SILENCE) != trained.model.rhythm


def test_on_a_sample_it_stays_as_it_was(trained: Trained) -> None:
    """A snapshot that was not drawn would look as if the customer had not come since."""
    more = rows(dates=9)
    kept = np.flatnonzero(np.random.default_rng(0).random(len(more.churned)) < 0.3)
    drawn = Rows(more.key, more.X, more.churned, np.full(len(more.churned), 1 / 0.3)).take(kept)
    shifted = clone(trained.model).set_params(calibration=(1.0, 1.0, -0.2)).fit(rows().X, rows().churned)
    recipe = trained.recipe.plain() | {"calibrator": "intercept"}
    again = refit_model(drawn, shifted, recipe, TRAIN, SILENCE).model
    assert again.rhythm == trained.model.rhythm
    assert again.calibration == (1.0, 1.0, -0.2)
    assert not np.array_equal(again.decision_function(more.X), shifted.decision_function(more.X))


def test_who_never_had_an_event_of_the_main_activity_tells_no_rhythm() -> None:
    known = rows(200)
    never = known.X.assign(**{NAMES[0]: np.nan, NAMES[1]: np.nan, NAMES[2]: 0.0})
    strangers = known.key.assign(customer_id="x" + known.key["customer_id"])
    both = Rows(
        pd.concat([known.key, strangers], ignore_index=True),
        pd.concat([known.X, never], ignore_index=True),
        np.concatenate([known.churned, known.churned]),
    )
    assert rhythm_of(both, SILENCE).process == rhythm_of(known, SILENCE).process


def test_a_share_without_a_rhythm_is_refused() -> None:
    with pytest.raises(ValueError, match=r"rhythm_share is 0\.5, but there is no rhythm"):
        fitted(rows(200), rhythm_share=0.5)


def noted(known: Rows, train: Train = TRAIN, churn: Churn = SILENCE) -> tuple[bool, str]:
    """Whether it is tried, and what is said."""
    task = task_on(known, train, churn)
    return "rhythm_blend" in task.names, " ".join(task.notes)


def test_it_is_tried_where_churn_is_silence_and_said_nothing_about_where_it_is_not() -> None:
    assert noted(rows(200)) == (True, "")
    notice = Churn(definition="contract", lead_days=7, horizon_days=28, usual_delay_days=0)
    assert noted(rows(200), churn=notice) == (False, "")


def test_where_it_cannot_be_fitted_it_is_left_out_and_it_is_said() -> None:
    known = rows(200)
    sampled = Rows(known.key, known.X, known.churned, np.ones(len(known.churned)))
    came = 1.0 + (known.dates == known.dates.max())
    once = Rows(known.key, known.X.assign(frequency_order_count_all=came), known.churned)
    ageless = Rows(known.key, known.X.drop(columns="onboarding_order_first_days"), known.churned)
    said = "the customers' own rhythm (MBG/NBD) is part of no candidate: "
    assert noted(sampled) == (False, said + "the training snapshots are a sample (train.max_snapshots)")
    assert noted(ageless)[1].startswith(said + "days since the last and the first event and their number are not all")
    directed = TRAIN.model_copy(update={"monotone": {"recency_order_days": "up"}})
    expected = "train.monotone names recency_order_days, and MBG/NBD knows no directions"
    assert noted(known, directed) == (False, said + expected)
    assert noted(once) == (False, said + "nobody came twice before the earliest forward fold")
