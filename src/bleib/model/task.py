"""What a model is chosen on: the training rows, their forward folds, and the candidates that they allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bleib.model.candidates import OutOfFold, leavers, main_features, names_to_try, out_of_fold
from bleib.model.folds import Fold, forward_folds
from bleib.model.guards import check_features, drop_constant
from bleib.model.rows import Rows
from bleib.settings import Churn, Train


@dataclass(frozen=True)
class Basis:
    """On how much a model was chosen: customers who left on the training dates, whether they are too few for anything
    but a simple model (``train.min_churners``), and how many forward folds there were of those that were wanted.
    """

    leavers: int
    few: bool
    folds: int
    folds_wanted: int


@dataclass(frozen=True)
class Task:
    """``rows``: without constant features; ``names``: the candidates, in the order of CANDIDATES; ``main``: the
    features of recency, frequency and monetary value; ``notes``: what a person should know about names and folds.
    """

    rows: Rows
    folds: list[Fold]
    names: tuple[str, ...]
    main: tuple[str, ...]
    notes: tuple[str, ...]

    def basis(self, train: Train) -> Basis:
        """On how much the choice stands."""
        found = leavers(self.rows)
        return Basis(found, found < train.min_churners, len(self.folds), train.folds)

    def score(
        self,
        train: Train,
        names: Sequence[str] | None = None,
        trees: int | None = None,
        folds: Sequence[Fold] | None = None,
    ) -> OutOfFold:
        """The candidates ``names`` (None: all) on the later rows of ``folds`` (None: all), with the settings ``train``.

        ``trees``: how many; None: as many as early stopping or the settings say.
        """
        count = trees or (None if train.early_stopping else train.lightgbm.n_estimators)
        tried, on = self.names if names is None else names, self.folds if folds is None else folds
        return out_of_fold(self.rows, on, train, tried, count, self.main)


def task_on(given: Rows, train: Train, churn: Churn) -> Task:
    """The task that the training rows pose; DataError names features that are too good to be true (``guards``)."""
    rows = drop_constant(given)
    folds = forward_folds(rows.dates, rows.churned, churn, train.folds)
    check_features(rows, folds, train, churn)
    main = main_features(given, rows)
    names, notes = names_to_try(rows, train, main)
    return Task(rows, folds, names, main, (*notes, *_fold_notes(folds, train)))


def _fold_notes(folds: list[Fold], train: Train) -> list[str]:
    if len(folds) >= train.folds:
        return []
    return [f"only {len(folds)} of {train.folds} forward folds: too few training dates whose outcome is closed in time"]
