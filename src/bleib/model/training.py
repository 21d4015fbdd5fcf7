"""Choose a model on forward folds inside the training dates, fit it on all of them; and fit it again on later data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from bleib.model.calibration import LEAST_DATES, Calibration, choose_calibrator, fit_kind
from bleib.model.calibrator import Calibrator
from bleib.model.candidates import CANDIDATES, has_boosters, uncompared
from bleib.model.classifier import ChurnClassifier
from bleib.model.folds import Fold, closed_before_newest, customer_folds, forward_folds
from bleib.model.guards import OTHERS, check_model
from bleib.model.out_of_fold import OutOfFold, at_best, choose, out_of_fold
from bleib.model.rhythm import KIND as RHYTHM
from bleib.model.rhythm import RhythmModel, fit_rhythm, rhythm_of
from bleib.model.rows import Rows
from bleib.model.scoring import BY_NAME, model_features
from bleib.model.selection import Comparison, compare
from bleib.model.task import Basis, Task, task_on
from bleib.model.tuned import NOT_SEARCHED, Tuned, in_force
from bleib.settings import Churn, Train

NO_OUTCOMES = "no outcome is closed early enough to train on: the customers' own rhythm (MBG/NBD) is used"


@dataclass(frozen=True)
class Recipe:
    """What was chosen, and why: all that is needed to fit the same model on other dates.

    ``searched``: the settings that go before those of params.yaml; none: those hold. ``directions``: the candidate
    beside the same without ``train.monotone``; none where nothing is declared or there is no fold. ``basis``: on how
    much the choice stands; none where no outcome was known.
    """

    candidate: str
    trees: int
    calibration: Calibration
    challengers: dict[str, Comparison] = field(default_factory=dict)
    searched: dict[str, float] = field(default_factory=dict)
    directions: Comparison | None = None
    basis: Basis | None = None
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """One line for a person."""
        trees = f", {self.trees} trees a seed" if has_boosters(self.candidate) else ""
        return f"{self.candidate}{trees}, calibrator {self.calibration.kind}, settings of {self.origin}"

    @property
    def origin(self) -> str:
        """Where the settings are from: ``search`` or ``params``."""
        return "search" if self.searched else "params"

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        proof = self.calibration.proof
        return {
            "candidate": self.candidate,
            "trees": self.trees if has_boosters(self.candidate) else 0,
            "calibrator": self.calibration.kind,
            "challengers": {name: found.plain() for name, found in self.challengers.items()},
            "calibrator_proof": proof.plain() if proof else None,
            "settings_from": self.origin,
            "searched": dict(self.searched),
            "monotone": self.directions.plain() if self.directions else None,
            "basis": vars(self.basis) if self.basis else None,
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Trained:
    """A fitted model, what it was fitted on, how it was chosen, and the scores of the folds (None without folds).

    ``train``: the settings in force.
    """

    model: ChurnClassifier | RhythmModel
    about: dict[str, Any]
    recipe: Recipe
    folds: list[Fold]
    scores: OutOfFold | None
    train: Train


def train_model(
    rows: Rows, train: Train, churn: Churn, tuned: Tuned = NOT_SEARCHED, families: Mapping[str, str] = BY_NAME
) -> Trained:
    """Choose candidate, number of trees and calibrator on forward folds of ``rows``; fit the choice on all of them.

    ``tuned``: what a search found; its settings go before those of ``train``. ``families``: as in ``task_on``.
    Constant features are left out; DataError names features that are too good to be true (``model.guards``).
    """
    train = in_force(train, tuned.settings)
    task = task_on(rows, train, churn, families)
    scores = task.score(train) if task.folds else None
    recipe = _choose(task, scores, train)
    cost = _cost_of_directions(task, scores, train, recipe.candidate)
    said = (*tuned.notes, *task.notes, *_direction_notes(cost))
    recipe = replace(recipe, searched=tuned.settings, directions=cost, basis=task.basis, notes=said)
    rows = task.rows
    model = _model(recipe, train, task).fit(rows.X, rows.churned, rows.sampled_weights)
    return Trained(model, _about(rows, recipe, task.folds), recipe, task.folds, scores, train)


def train_without_outcomes(rhythms: pd.DataFrame, train: Train, churn: Churn) -> Trained:
    """Until there are dates to train on: the customers' own rhythm, of all snapshots; see ``fit_rhythm``."""
    model = fit_rhythm(rhythms, churn)
    about = {
        "training_dates": [],
        "snapshots": int(rhythms["customer_id"].nunique()),
        "candidate": RHYTHM,
        "calibrator": "identity",
    }
    recipe = Recipe(RHYTHM, 0, _no_calibration(), notes=(NO_OUTCOMES,))
    return Trained(model, about, recipe, [], None, train)


def refit_model(rows: Rows, chosen: ChurnClassifier, recipe: dict[str, Any], train: Train, churn: Churn) -> Trained:
    """The ``chosen`` model fitted again on ``rows``: same candidate, trees, kind of calibrator and settings.

    ``recipe``: what ``Recipe.plain`` gave. Only the calibrator's parameters are found anew, on the folds of ``rows``;
    where these are too few it stays as it was. Of a sample of snapshots no rhythm can be told, as when somebody was
    last seen may not be in it: there MBG/NBD and the calibrator stay as they were.
    """
    rows = Rows(rows.key, model_features(chosen, rows.X), rows.churned, rows.sampled_weights)
    train = in_force(train, recipe["searched"])
    kind, name, trees = recipe["calibrator"], recipe["candidate"], recipe["trees"]
    stays = chosen.rhythm is not None and rows.sampled_weights is not None
    folds = [] if stays or kind == "identity" else forward_folds(rows.dates, rows.churned, churn, train.folds)
    enough = len(folds) > LEAST_DATES
    scores = out_of_fold(rows, folds, train, churn, [name], trees, chosen.main_features) if enough else None
    calibrator = _calibrated_again(kind, rows, scores, name) if scores else chosen.calibrator
    rhythm = chosen.rhythm if stays or chosen.rhythm is None else rhythm_of(rows, churn)
    again = Recipe(name, trees, Calibration(kind, calibrator), searched=recipe["searched"])
    model = clone(chosen).set_params(calibration=(calibrator.a, calibrator.b, calibrator.c), rhythm=rhythm)
    model.fit(rows.X, rows.churned, rows.sampled_weights)
    return Trained(model, _about(rows, again, folds), again, folds, scores, train)


def _cost_of_directions(task: Task, scores: OutOfFold | None, train: Train, candidate: str) -> Comparison | None:
    """The candidate beside the same without directions, on the folds."""
    if scores is None or not train.monotone:
        return None
    free = task.score(train.model_copy(update={"monotone": {}}), [candidate])
    theirs, ours = (at_best(task.rows, one, candidate) for one in (free, scores))
    part = task.rows.take(scores.rows)
    return compare(part.churned, theirs, ours, part.key["customer_id"], part.dates, part.weights)


def _direction_notes(cost: Comparison | None) -> list[str]:
    if cost is None:
        return []
    meaning = {
        "better": "it helps",
        "worse": "it costs skill: take out what need not be",
        "tie": "it neither helps nor harms beyond chance",
    }[cost.verdict]
    gain = f"a gain of {cost.gain:.4f} ± {cost.standard_error:.4f} in log loss on the folds"
    return [f"train.monotone: against a model without it {gain}, so {meaning}"]


def _choose(task: Task, scores: OutOfFold | None, train: Train) -> Recipe:
    rows = task.rows
    if scores is None:
        name, trees = uncompared(task.names), min(train.untuned_trees, train.lightgbm.n_estimators)
        _check_uncompared(task, train, name, trees)
        return Recipe(name, trees, _no_calibration())
    candidate, challengers = choose(rows, scores, task.names)
    check_model(rows.churned[scores.rows], scores.of(candidate), train)
    calibration = _calibration(task, scores, candidate, train) if train.calibrate else _no_calibration()
    return Recipe(candidate, scores.trees, calibration, challengers)


def _check_uncompared(task: Task, train: Train, name: str, trees: int) -> None:
    """Without a later date a leak shows on customers who were left out."""
    fold, churned = customer_folds(task.rows.key, 2)[0], task.rows.churned
    if len(np.unique(churned[fold.earlier])) == 2 and len(fold.later):
        scores = task.score(train, [name], trees, [fold])
        check_model(churned[scores.rows], scores.of(name), train, OTHERS)


def _calibration(task: Task, scores: OutOfFold, candidate: str, train: Train) -> Calibration:
    churned, raw, weights, customers, days = _proof_rows(task.rows, scores, candidate)
    known = [fold.day for fold in closed_before_newest(task.folds, task.churn)]
    closed, overlapping = np.isin(days, pd.to_datetime(known)), train.calibrate_overlapping
    return choose_calibrator(churned, raw, weights, customers, days, closed, overlapping)


def _calibrated_again(kind: str, rows: Rows, scores: OutOfFold, candidate: str) -> Calibrator:
    churned, raw, weights, _, days = _proof_rows(rows, scores, candidate)
    return fit_kind(kind, churned, raw, weights, days)


def _no_calibration() -> Calibration:
    return Calibration("identity", Calibrator())


def _proof_rows(rows: Rows, scores: OutOfFold, candidate: str) -> tuple[np.ndarray, ...]:
    """churned, raw score, weight, customer and day of the rows that the folds scored."""
    part = rows.take(scores.rows)
    raw = scores.of(candidate)
    return part.churned, raw, part.weights, part.key["customer_id"].to_numpy(), part.dates.to_numpy()


def _model(recipe: Recipe, train: Train, task: Task) -> ChurnClassifier:
    found, shares = recipe.calibration.calibrator, CANDIDATES[recipe.candidate]
    return ChurnClassifier(
        seeds=tuple(train.seeds),
        **train.lightgbm.model_dump() | {"n_estimators": recipe.trees},
        linear_share=shares.linear_share,
        main_share=shares.main_share,
        main_features=task.main if "main" in shares.parts else (),
        linear_penalty=train.linear_penalty,
        monotone=dict(train.monotone) or None,
        calibration=(found.a, found.b, found.c),
        rhythm_share=shares.rhythm_share,
        rhythm=rhythm_of(task.rows, task.churn) if shares.rhythm_share else None,
    )


def _about(rows: Rows, recipe: Recipe, folds: list[Fold]) -> dict[str, Any]:
    return {
        "training_dates": [str(pd.Timestamp(day).date()) for day in sorted(rows.dates.unique())],
        "snapshots": len(rows.churned),
        "churned": int(rows.churned.sum()),
        "candidate": recipe.candidate,
        "calibrator": recipe.calibration.kind,
        "settings_from": recipe.origin,
        "fold_dates": [str(fold.day) for fold in folds],
    }
