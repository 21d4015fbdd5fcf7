"""Choose a model on forward folds inside the training dates, fit it on all of them; and fit it again on later data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from bleib.model.calibration import Calibration, choose_calibrator, fit_again
from bleib.model.calibrator import Calibrator
from bleib.model.candidates import INCUMBENT, LINEAR_SHARE, OutOfFold, choose, out_of_fold
from bleib.model.classifier import ChurnClassifier
from bleib.model.folds import Fold, forward_folds
from bleib.model.guards import check_features, check_model, drop_constant
from bleib.model.rows import Rows
from bleib.model.scoring import model_features
from bleib.model.selection import Comparison
from bleib.settings import Churn, Train


@dataclass(frozen=True)
class Recipe:
    """What was chosen, and why: all that is needed to fit the same model on other dates."""

    candidate: str
    trees: int
    calibration: Calibration
    challengers: dict[str, Comparison] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """One line for a person."""
        return f"{self.candidate}, {self.trees} trees a seed, calibrator {self.calibration.kind}"

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        proof = self.calibration.proof
        return {
            "candidate": self.candidate,
            "trees": self.trees,
            "calibrator": self.calibration.kind,
            "challengers": {name: found.plain() for name, found in self.challengers.items()},
            "calibrator_proof": proof.plain() if proof else None,
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Trained:
    """A fitted model, what it was fitted on, how it was chosen, and the scores of the folds (None without folds)."""

    model: ChurnClassifier
    about: dict[str, Any]
    recipe: Recipe
    folds: list[Fold]
    scores: OutOfFold | None


def train_model(rows: Rows, train: Train, churn: Churn) -> Trained:
    """Choose candidate, number of trees and calibrator on forward folds of ``rows``; fit the choice on all of them.

    Constant features are left out; DataError names features that are too good to be true (``model.guards``).
    """
    rows = drop_constant(rows)
    folds = forward_folds(rows.dates, rows.churned, churn, train.folds)
    check_features(rows, folds, train, churn)
    names, notes = _candidates(rows, train)
    scores = out_of_fold(rows, folds, train, names, None if train.early_stopping else _most(train)) if folds else None
    recipe = _choose(rows, scores, train, names, [*notes, *_fold_notes(folds, train)])
    model = _model(recipe, train).fit(rows.X, rows.churned, rows.sampled_weights)
    return Trained(model, _about(rows, recipe, folds), recipe, folds, scores)


def refit_model(rows: Rows, chosen: ChurnClassifier, recipe: dict[str, Any], train: Train, churn: Churn) -> Trained:
    """The ``chosen`` model fitted again on ``rows``: same candidate, trees and kind of calibrator.

    ``recipe``: what ``Recipe.plain`` gave. Only the calibrator's parameters are found anew, on the folds of ``rows``.
    """
    rows = Rows(rows.key, model_features(chosen, rows.X), rows.churned, rows.sampled_weights)
    kind, name = recipe["calibrator"], recipe["candidate"]
    folds = forward_folds(rows.dates, rows.churned, churn, train.folds) if kind != "identity" else []
    scores = out_of_fold(rows, folds, train, [name], recipe["trees"]) if folds else None
    calibrator = fit_again(kind, *_proof_rows(rows, scores, name)) if scores else Calibrator()
    again = Recipe(name, recipe["trees"], Calibration(kind, calibrator))
    model = clone(chosen).set_params(calibration=(calibrator.a, calibrator.b, calibrator.c))
    model.fit(rows.X, rows.churned, rows.sampled_weights)
    return Trained(model, _about(rows, again, folds), again, folds, scores)


def _candidates(rows: Rows, train: Train) -> tuple[tuple[str, ...], list[str]]:
    leavers = rows.key.loc[rows.churned, "customer_id"].nunique()
    if leavers < train.min_churners:
        return ("linear",), [f"only {leavers} customers left in the training dates: the linear model alone is used"]
    return (tuple(LINEAR_SHARE) if train.challengers else (INCUMBENT,)), []


def _fold_notes(folds: list[Fold], train: Train) -> list[str]:
    if len(folds) >= train.folds:
        return []
    return [f"only {len(folds)} of {train.folds} forward folds: too few training dates whose outcome is closed in time"]


def _choose(rows: Rows, scores: OutOfFold | None, train: Train, names: tuple[str, ...], notes: list[str]) -> Recipe:
    if scores is None:
        return Recipe(names[0], min(train.untuned_trees, _most(train)), _no_calibration(), {}, tuple(notes))
    candidate, challengers = choose(rows, scores) if len(names) > 1 else (names[0], {})
    check_model(rows.churned[scores.rows], scores.blend(LINEAR_SHARE[candidate]), train)
    calibration = choose_calibrator(*_proof_rows(rows, scores, candidate)) if train.calibrate else _no_calibration()
    return Recipe(candidate, scores.trees, calibration, challengers, tuple(notes))


def _no_calibration() -> Calibration:
    return Calibration("identity", Calibrator())


def _proof_rows(rows: Rows, scores: OutOfFold, candidate: str) -> tuple[np.ndarray, ...]:
    """churned, raw score, weight, customer and day of the rows that the folds scored."""
    part = rows.take(scores.rows)
    raw = scores.blend(LINEAR_SHARE[candidate])
    return part.churned, raw, part.weights, part.key["customer_id"].to_numpy(), part.dates.to_numpy()


def _most(train: Train) -> int:
    return train.lightgbm.n_estimators


def _model(recipe: Recipe, train: Train) -> ChurnClassifier:
    found = recipe.calibration.calibrator
    return ChurnClassifier(
        seeds=tuple(train.seeds),
        **train.lightgbm.model_dump() | {"n_estimators": recipe.trees},
        linear_share=LINEAR_SHARE[recipe.candidate],
        linear_penalty=train.linear_penalty,
        calibration=(found.a, found.b, found.c),
    )


def _about(rows: Rows, recipe: Recipe, folds: list[Fold]) -> dict[str, Any]:
    return {
        "training_dates": [str(pd.Timestamp(day).date()) for day in sorted(rows.dates.unique())],
        "snapshots": len(rows.churned),
        "churned": int(rows.churned.sum()),
        "candidate": recipe.candidate,
        "calibrator": recipe.calibration.kind,
        "fold_dates": [str(fold.day) for fold in folds],
    }
