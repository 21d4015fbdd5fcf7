"""What is chosen on the forward folds, and what is done where there is little to choose by."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import model_worlds
from bleib.model.candidates import out_of_fold
from bleib.model.classifier import ChurnClassifier
from bleib.model.fold_report import dates_curve, fold_table
from bleib.model.folds import forward_folds
from bleib.model.rows import Rows, labelled_rows
from bleib.model.selection import compare
from bleib.model.training import Trained, refit_model, train_model
from bleib.settings import Churn, LightGbm, Train

SMALL = LightGbm(n_estimators=60, learning_rate=0.1, num_leaves=7)
MONTH = Churn(horizon_days=28)


def rows(signal: float = 1.0, customers: int = 400, dates: int = 10) -> Rows:
    features, snapshots = model_worlds.company(customers, dates=dates, signal=signal)
    return labelled_rows(features, snapshots, list(snapshots["as_of_date"].unique()))


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train_model(rows(), Train(seeds=[1, 2], lightgbm=SMALL), MONTH)


def test_early_stopping_takes_fewer_trees_where_there_is_nothing_to_learn() -> None:
    many = Train(seeds=[1], lightgbm=LightGbm(n_estimators=150, learning_rate=0.1, num_leaves=7), challengers=False)
    nothing, something = (train_model(rows(signal, 1000), many, MONTH) for signal in (0.0, 1.0))
    assert nothing.recipe.trees < 0.5 * something.recipe.trees < 75
    assert nothing.model.boosters_[0].num_trees() == nothing.recipe.trees


def test_without_folds_the_untuned_boosters_are_used_and_it_is_said() -> None:
    train = Train(seeds=[1], untuned_trees=11, lightgbm=SMALL)
    found = train_model(rows(), train, Churn(horizon_days=2000))
    assert (found.recipe.candidate, found.recipe.trees, found.recipe.calibration.kind) == ("boosters", 11, "identity")
    assert found.recipe.notes == ("only 0 of 4 forward folds: too few training dates whose outcome is closed in time",)


def test_without_early_stopping_all_trees_are_used() -> None:
    plain = Train(seeds=[1], lightgbm=SMALL, early_stopping=False)
    assert train_model(rows(), plain, MONTH).recipe.trees == 60


def test_a_linear_world_is_left_to_the_linear_model_or_its_blend(trained: Trained) -> None:
    """The risk of the made-up company is a sum over features."""
    assert trained.recipe.candidate in ("linear", "blend")
    assert trained.recipe.challengers[trained.recipe.candidate].taken
    assert trained.about["candidate"] == trained.recipe.candidate


def test_a_world_of_thresholds_is_left_to_the_boosters() -> None:
    known = rows()
    rng = np.random.default_rng(0)
    both = (known.X["drift"] > 0) != (known.X["noise"].fillna(-1) > 0)
    churned = rng.random(len(both)) < np.where(both, 0.6, 0.1)
    found = train_model(Rows(known.key, known.X, churned), Train(seeds=[1], lightgbm=SMALL), MONTH)
    assert found.recipe.candidate == "boosters"
    assert found.recipe.challengers["linear"].verdict == "worse"


def test_few_leavers_are_left_to_the_linear_model_and_it_is_said() -> None:
    found = train_model(rows(customers=60), Train(seeds=[1], min_churners=100), MONTH)
    assert found.recipe.candidate == "linear"
    assert found.model.boosters_ == []
    assert found.recipe.notes == ("only 54 customers left in the training dates: the linear model alone is used",)


def test_the_scores_of_a_fold_do_not_depend_on_its_outcome() -> None:
    known = rows()
    folds = forward_folds(known.dates, known.churned, MONTH, 2)
    turned = known.churned.copy()
    turned[folds[-1].later] = ~turned[folds[-1].later]
    train = Train(seeds=[1], lightgbm=SMALL)
    before, after = (
        out_of_fold(Rows(known.key, known.X, churned), folds, train, trees=20) for churned in (known.churned, turned)
    )
    newest = slice(-len(folds[-1].later), None)
    assert np.array_equal(before.boosters[newest], after.boosters[newest])
    assert np.array_equal(before.linear[newest], after.linear[newest])


def test_the_recipe_is_fitted_again_with_the_same_settings_on_more_dates(trained: Trained) -> None:
    more = rows(dates=13)
    again = refit_model(more, trained.model, trained.recipe.plain(), Train(seeds=[1, 2], lightgbm=SMALL), MONTH)
    assert again.about["training_dates"][-1] > trained.about["training_dates"][-1]
    before, after = trained.model.get_params(), again.model.get_params()
    assert {k: v for k, v in before.items() if k != "calibration"} == {
        k: v for k, v in after.items() if k != "calibration"
    }


def test_a_level_that_moves_from_date_to_date_is_followed() -> None:
    """Fewer leave from date to date, and no feature says so: the folds show how far the level runs away."""
    known = rows(customers=1500, dates=12)
    order = known.dates.rank(method="dense").to_numpy()
    risk = 1.0 - 0.25 * order + 0.8 * known.X["drift"].to_numpy()
    churned = np.random.default_rng(0).random(len(risk)) < 1 / (1 + np.exp(-risk))
    past = Rows(known.key, known.X, churned).take(np.flatnonzero(order <= 8))
    found = train_model(past, Train(seeds=[1], lightgbm=SMALL), MONTH)
    assert found.recipe.calibration.kind != "identity"
    newest = known.X[order == 9]
    raw, mended = found.model.seed_scores(newest).mean(axis=1), found.model.decision_function(newest)
    true = risk[order == 9].mean()
    assert abs(mended.mean() - true) < 0.5 * abs(raw.mean() - true)


def test_a_hundred_placebo_features_are_accepted_no_more_often_than_the_rule_allows() -> None:
    """Five companies, each with and without a hundred columns of noise, judged on the same forward folds."""
    train = Train(seeds=[1], lightgbm=SMALL)
    taken = 0
    for seed in range(5):
        features, snapshots = model_worlds.company(300, seed=seed)
        known = labelled_rows(features, snapshots, list(snapshots["as_of_date"].unique()))
        noise = np.random.default_rng(seed).normal(size=(len(known.churned), 100))
        placebo = pd.DataFrame(noise, columns=[f"placebo_{k}" for k in range(100)])
        more = Rows(known.key, pd.concat([known.X, placebo], axis=1), known.churned)
        folds = forward_folds(known.dates, known.churned, MONTH, 4)
        plain, padded = (out_of_fold(rows, folds, train, ["boosters"], trees=30) for rows in (known, more))
        part = known.take(plain.rows)
        found = compare(part.churned, plain.boosters, padded.boosters, part.key["customer_id"], part.dates)
        taken += found.taken
    assert taken <= 1  # one in five


def test_the_folds_are_reported_for_every_candidate(trained: Trained) -> None:
    table = fold_table(rows(), trained.folds, trained.scores)
    assert table["candidate"].value_counts().to_dict() == {"boosters": 4, "blend": 4, "linear": 4}
    assert table["as_of_date"].unique().tolist() == trained.about["fold_dates"]
    assert table["auroc"].between(0.6, 0.95).all()
    assert (table["level_free_log_loss"] <= table["log_loss"] + 1e-6).all()


def test_the_curve_shows_1_2_4_and_all_dates_before_the_newest_fold(trained: Trained) -> None:
    curve = dates_curve(rows(), trained.folds, 30, Train(seeds=[1], lightgbm=SMALL))
    assert curve["dates"].tolist() == [1, 2, 4, 6]
    assert curve["as_of_date"].unique().tolist() == [str(pd.Timestamp("2024-06-17").date())]
    assert curve["auroc"].iloc[-1] > curve["auroc"].iloc[0]


def test_without_folds_there_is_no_curve_and_no_table() -> None:
    assert dates_curve(rows(), [], 30, Train()).empty
    assert fold_table(rows(), [], None).empty


def test_the_trained_model_is_an_estimator(trained: Trained) -> None:
    assert isinstance(trained.model, ChurnClassifier)
    assert trained.model.predict_proba(rows().X)[:, 1].mean() == pytest.approx(rows().churned.mean(), abs=0.05)
