"""What is chosen on the forward folds, and what is done where there is little to choose by."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

import model_worlds
from bleib.model.boosting import dataset
from bleib.model.candidates import CANDIDATES
from bleib.model.classifier import ChurnClassifier
from bleib.model.fold_report import dates_curve, fold_scores, fold_table
from bleib.model.folds import forward_folds
from bleib.model.metrics import probabilities
from bleib.model.out_of_fold import OutOfFold, at_best, choose, out_of_fold
from bleib.model.rows import Rows, labelled_rows
from bleib.model.selection import compare
from bleib.model.task import NO_MAIN
from bleib.model.training import Trained, refit_model, train_model
from bleib.settings import Churn, LightGbm, Train

SMALL = LightGbm(n_estimators=60, learning_rate=0.1, num_leaves=7)
MONTH = Churn(horizon_days=28, usual_delay_days=0)
NEVER_CLOSED = Churn(horizon_days=2000, usual_delay_days=0)
NO_FOLDS = "only 0 of 4 forward folds: too few training dates with leavers and others whose outcome is closed in time"


def rows(signal: float = 1.0, customers: int = 400, dates: int = 10) -> Rows:
    features, snapshots = model_worlds.company(customers, dates=dates, signal=signal)
    return labelled_rows(features, snapshots, list(snapshots["as_of_date"].unique()))


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train_model(rows(), Train(seeds=[1, 2], lightgbm=SMALL), MONTH)


@pytest.mark.parametrize("churn", [MONTH, NEVER_CLOSED])
def test_new_ids_of_customers_change_neither_choice_nor_model(churn: Churn) -> None:
    """With forward folds and, where no outcome is closed in time, without."""
    features, snapshots = model_worlds.company(300)
    dates, train = list(snapshots["as_of_date"].unique()), Train(seeds=[1, 2], lightgbm=SMALL)
    before, after = (
        train_model(labelled_rows(*frames, dates), train, churn)
        for frames in ((features, snapshots), model_worlds.renamed(features, snapshots))
    )
    assert after.recipe == before.recipe
    asked = features[list(before.model.feature_names_in_)]
    assert after.model.decision_function(asked).tolist() == before.model.decision_function(asked).tolist()


def test_early_stopping_takes_fewer_trees_where_there_is_nothing_to_learn() -> None:
    many = Train(seeds=[1], lightgbm=LightGbm(n_estimators=150, learning_rate=0.1, num_leaves=7), challengers=False)
    nothing, something = (train_model(rows(signal, 1000), many, MONTH) for signal in (0.0, 1.0))
    assert nothing.recipe.trees < 0.5 * something.recipe.trees < 75
    assert nothing.model.boosters_[0].num_trees() == nothing.recipe.trees


def without_main(known: Rows) -> Rows:
    """The same without recency and frequency of orders."""
    return Rows(known.key, known.X[["drift", "noise", "value_spend_all"]], known.churned)


def test_without_folds_the_mean_of_untuned_boosters_and_both_linear_models_is_used_and_it_is_said() -> None:
    train = Train(seeds=[1], untuned_trees=11, lightgbm=SMALL)
    found = train_model(rows(), train, NEVER_CLOSED)
    assert (found.recipe.candidate, found.recipe.trees, found.recipe.calibration.kind) == ("full_blend", 11, "identity")
    assert found.recipe.notes == (NO_FOLDS,)
    assert found.model.linear_share == pytest.approx(2 / 3)
    assert found.model.main_features == ("recency_order_days", "frequency_order_count_all", "value_spend_all")


def test_without_folds_and_without_recency_the_boosters_are_used_and_it_is_said() -> None:
    found = train_model(without_main(rows()), Train(seeds=[1], lightgbm=SMALL), NEVER_CLOSED)
    assert found.recipe.candidate == "boosters"
    assert found.recipe.notes == (NO_MAIN, NO_FOLDS)


def test_without_folds_and_without_challengers_the_boosters_are_used() -> None:
    found = train_model(rows(), Train(seeds=[1], lightgbm=SMALL, challengers=False), NEVER_CLOSED)
    assert found.recipe.candidate == "boosters"


def test_a_model_without_boosters_is_not_said_to_have_trees() -> None:
    found = train_model(rows(), Train(seeds=[1], lightgbm=SMALL, min_churners=10_000), MONTH)
    assert found.recipe.candidate == "simple"
    assert "trees" not in found.recipe.text()
    assert found.recipe.plain()["trees"] == 0


def test_folds_that_nobody_wants_are_said_to_be_missing_all_the_same() -> None:
    found = train_model(rows(), Train(seeds=[1], folds=0, lightgbm=SMALL), MONTH)
    assert found.recipe.candidate == "full_blend"
    assert found.recipe.notes == ("train.folds is 0: no models are compared and no calibrator is fitted",)


def test_without_early_stopping_all_trees_are_used() -> None:
    plain = Train(seeds=[1], lightgbm=SMALL, early_stopping=False)
    assert train_model(rows(), plain, MONTH).recipe.trees == 60


def test_a_linear_world_is_left_to_the_linear_model_or_its_blend(trained: Trained) -> None:
    """The risk of the made-up company is a sum over features."""
    assert trained.recipe.candidate in ("linear", "blend")
    assert trained.recipe.challengers["boosters"].taken  # in the place of the simple model
    taken = {name: found.gain for name, found in trained.recipe.challengers.items() if found.taken}
    del taken["boosters"]
    assert trained.recipe.candidate == max(taken, key=lambda name: taken[name])
    assert trained.about["candidate"] == trained.recipe.candidate


def test_a_world_of_thresholds_is_left_to_the_boosters() -> None:
    known = rows()
    rng = np.random.default_rng(0)
    both = (known.X["drift"] > 0) != (known.X["noise"].fillna(-1) > 0)
    churned = rng.random(len(both)) < np.where(both, 0.6, 0.1)
    found = train_model(Rows(known.key, known.X, churned), Train(seeds=[1], lightgbm=SMALL), MONTH)
    assert found.recipe.candidate == "boosters"
    assert found.recipe.challengers["boosters"].verdict == "better"
    assert found.recipe.challengers["blend"].verdict == "worse"


def only_main_tells(dates: int = 10) -> Rows:
    """Customers leave by recency and frequency alone, among thirty columns of noise."""
    known = rows(dates=dates)
    recency, frequency = (np.log1p(known.X[name].to_numpy()) for name in known.X.columns[[0, 2]])
    rng = np.random.default_rng(0)
    noise = pd.DataFrame(rng.normal(size=(len(recency), 30)), columns=[f"noise_{k}" for k in range(30)])
    left = rng.random(len(recency)) < 1 / (1 + np.exp(-(1.5 * recency - 3 * frequency)))
    return Rows(known.key, pd.concat([known.X, noise], axis=1), left)


def test_a_world_in_which_only_recency_and_frequency_tell_is_left_to_the_simple_model_and_stays_so() -> None:
    train = Train(seeds=[1], lightgbm=SMALL)
    found = train_model(only_main_tells(), train, MONTH)
    assert found.recipe.candidate == "simple"
    assert not any(beside.taken for beside in found.recipe.challengers.values())
    again = refit_model(only_main_tells(dates=13), found.model, found.recipe.plain(), train, MONTH)
    for model in (found.model, again.model):
        assert model.boosters_ == []
        assert list(np.array(model.feature_names_in_)[model.linear_.coef != 0]) == list(model.main_features)


def test_few_leavers_are_left_to_the_simple_model_and_it_is_said() -> None:
    found = train_model(rows(customers=60), Train(seeds=[1], min_churners=100), MONTH)
    assert found.recipe.candidate == "simple"
    assert found.model.boosters_ == []
    assert found.recipe.notes == ("only 54 customers of the training dates left: the simple model alone is used",)
    assert found.recipe.plain()["basis"] == {"leavers": 54, "few": True, "folds": 4, "folds_wanted": 4}


def test_few_leavers_without_recency_are_left_to_the_linear_model() -> None:
    found = train_model(without_main(rows(customers=60)), Train(seeds=[1], min_churners=100), MONTH)
    assert found.recipe.candidate == "linear"
    assert found.recipe.notes == ("only 54 customers of the training dates left: the linear model alone is used",)


def test_a_constant_frequency_leaves_the_simple_model_the_rest() -> None:
    known = rows(customers=60)
    once = Rows(known.key, known.X.assign(frequency_order_count_all=1.0), known.churned)
    found = train_model(once, Train(seeds=[1], min_churners=100), MONTH)
    assert found.model.main_features == ("recency_order_days", "value_spend_all")


def test_of_two_that_are_better_the_simpler_is_taken_unless_the_other_is_proved_better_than_it() -> None:
    """The boosters are noisy: the linear model is surely better, and the mean of both is better still by a hair."""
    known = rows(customers=500)
    n, rng = len(known.churned), np.random.default_rng(0)
    risk = rng.normal(size=n)
    churned = rng.random(n) < probabilities(risk)

    def chosen(noise: float) -> tuple[str, dict[str, str]]:
        linear, boosters = risk + 0.5 * rng.normal(size=n), risk + noise * rng.normal(size=n)
        none = np.full((n, 1), np.nan)
        scores = OutOfFold(np.arange(n), boosters[:, None], linear[:, None], none, none, trees=1)
        name, seen = choose(Rows(known.key, known.X, churned), scores, ["boosters", "linear", "blend"])
        return name, {other: found.verdict for other, found in seen.items()}

    assert chosen(noise=0.84) == ("linear", {"linear": "better", "blend": "tie"})
    assert chosen(noise=0.6) == ("blend", {"linear": "better", "blend": "better"})


@pytest.mark.parametrize("trees", [20, None])
def test_the_scores_of_a_fold_do_not_depend_on_its_outcome(trees: int | None) -> None:
    """Nor does the number of trees that the fold is asked with."""
    known = rows()
    folds = forward_folds(known.dates, known.churned, MONTH, 2)
    turned = known.churned.copy()
    turned[folds[-1].later] = ~turned[folds[-1].later]
    train = Train(seeds=[1], lightgbm=SMALL)
    before, after = (
        out_of_fold(
            Rows(known.key, known.X, churned), folds, train, MONTH, list(CANDIDATES), trees, ["value_spend_all"]
        )
        for churned in (known.churned, turned)
    )
    newest = slice(-len(folds[-1].later), None)
    for name in CANDIDATES:
        assert np.array_equal(before.of(name)[newest], after.of(name)[newest])


def test_datasets_that_folds_are_taken_from_hold_no_bundled_features(monkeypatch: pytest.MonkeyPatch) -> None:
    """A subset of bundled features corrupts memory in LightGBM 4.7; no small world is known that shows it each time."""
    seen = []

    def spy(*given: Any) -> Any:
        seen.append(given[-1])
        return dataset(*given)

    monkeypatch.setattr("bleib.model.out_of_fold.dataset", spy)
    known = rows(customers=60)
    folds = forward_folds(known.dates, known.churned, MONTH, 2)
    out_of_fold(known, folds, Train(seeds=[1], lightgbm=SMALL), MONTH, ["boosters"], trees=3)
    assert [settings["enable_bundle"] for settings in seen] == [False]


def test_the_recipe_is_fitted_again_with_the_same_settings_on_more_dates(trained: Trained) -> None:
    more = rows(dates=13)
    again = refit_model(more, trained.model, trained.recipe.plain(), Train(seeds=[1, 2], lightgbm=SMALL), MONTH)
    assert again.about["training_dates"][-1] > trained.about["training_dates"][-1]
    before, after = trained.model.get_params(), again.model.get_params()
    assert {k: v for k, v in before.items() if k != "calibration"} == {
        k: v for k, v in after.items() if k != "calibration"
    }


def test_a_calibrator_stays_where_there_are_too_few_folds_to_find_it_again(trained: Trained) -> None:
    model = clone(trained.model).set_params(calibration=(1.2, 1.2, -0.1)).fit(rows().X, rows().churned)
    recipe = trained.recipe.plain() | {"calibrator": "platt"}
    again = refit_model(rows(dates=6), model, recipe, Train(seeds=[1, 2], lightgbm=SMALL), MONTH)
    assert again.about["fold_dates"] == ["2024-01-29", "2024-02-26"]
    assert again.model.calibration == (1.2, 1.2, -0.1)


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


def test_of_a_hundred_placebo_features_no_more_are_accepted_than_the_rule_allows() -> None:
    """One after the other, in a company where every second one seems to bring a gain."""
    train, noise = Train(seeds=[1, 2], lightgbm=SMALL), np.random.default_rng(2)
    features, snapshots = model_worlds.company(300, seed=2)
    known = labelled_rows(features, snapshots, list(snapshots["as_of_date"].unique()))
    folds = forward_folds(known.dates, known.churned, MONTH, 4)

    def scored(rows: Rows) -> tuple[Rows, np.ndarray]:
        found = out_of_fold(rows, folds, train, MONTH, ["boosters"], trees=30)
        return rows.take(found.rows), at_best(rows, found, "boosters")

    part, plain = scored(known)
    seen = []
    for _ in range(100):
        _, padded = scored(
            Rows(known.key, known.X.assign(placebo=noise.normal(size=len(known.churned))), known.churned)
        )
        seen.append(compare(part.churned, plain, padded, part.key["customer_id"], part.dates, resamples=300))
    assert sum(found.gain > 0 for found in seen) > 40
    assert sum(found.taken for found in seen) <= 20  # a chance of 80 % is asked for


def test_the_folds_are_reported_for_every_candidate(trained: Trained) -> None:
    table = fold_table(rows(), trained.folds, trained.scores)
    assert table["candidate"].value_counts().to_dict() == dict.fromkeys(CANDIDATES, 4)
    assert table["as_of_date"].unique().tolist() == trained.about["fold_dates"]
    simple = table["candidate"] == "simple"  # drift, which tells most here, is unknown to it
    assert table.loc[simple, "auroc"].between(0.5, 0.6).all()
    assert table.loc[~simple, "auroc"].between(0.6, 0.95).all()
    assert (table["level_free_log_loss"] <= table["log_loss"] + 1e-6).all()


def test_the_scores_of_the_folds_are_kept_with_each_seed(trained: Trained) -> None:
    table = fold_scores(rows(), trained.scores, "blend")
    assert trained.scores is not None
    assert table[["seed_1", "seed_2"]].mean(axis=1).to_numpy() == pytest.approx(trained.scores.of("blend"))
    assert table["churned"].tolist() == rows().churned[trained.scores.rows].tolist()
    assert table["as_of_date"].dt.date.astype(str).unique().tolist() == trained.about["fold_dates"]
    assert list(fold_scores(rows(), trained.scores, "linear")) == [
        "customer_id", "as_of_date", "churned", "weight", "seed_1",
    ]  # fmt: skip


def test_the_curve_shows_1_2_4_and_all_dates_before_the_newest_fold(trained: Trained) -> None:
    curve = dates_curve(rows(), trained.folds, 30, Train(seeds=[1], lightgbm=SMALL))
    assert curve["dates"].tolist() == [1, 2, 4, 6]
    assert curve["as_of_date"].unique().tolist() == [str(pd.Timestamp("2024-06-17").date())]
    assert curve["auroc"].iloc[-1] > curve["auroc"].iloc[0]


def test_without_folds_there_is_no_curve_and_no_table() -> None:
    assert dates_curve(rows(), [], 30, Train()).empty
    assert fold_table(rows(), [], None).empty
    assert fold_scores(rows(), None, "boosters").empty


def test_the_trained_model_is_an_estimator(trained: Trained) -> None:
    assert isinstance(trained.model, ChurnClassifier)
    assert trained.model.predict_proba(rows().X)[:, 1].mean() == pytest.approx(rows().churned.mean(), abs=0.05)
