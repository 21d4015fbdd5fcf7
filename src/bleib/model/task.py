"""What a model is chosen on: the training rows, their forward folds, and the candidates that they allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bleib.model.candidates import BOOSTERS, CANDIDATES, OutOfFold, main_features, out_of_fold
from bleib.model.folds import Fold, forward_folds
from bleib.model.guards import check_features, drop_constant
from bleib.model.rows import Rows
from bleib.settings import Churn, Train

SMALL = ("simple", "linear")  # the first that is there is taken where few left
NO_MAIN = "recency and frequency of a main activity are not among the features: no simple model of them is tried"


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
    """``rows``: without constant features; ``basis``: on how much they let choose; ``names``: the candidates, in the
    order of CANDIDATES; ``main``: the features of recency, frequency and monetary value; ``notes``: what a person
    should know of names and folds.
    """

    rows: Rows
    folds: list[Fold]
    basis: Basis
    names: tuple[str, ...]
    main: tuple[str, ...]
    notes: tuple[str, ...]

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
    main, leavers = main_features(given, rows), int(rows.key.loc[rows.churned, "customer_id"].nunique())
    basis = Basis(leavers, leavers < train.min_churners, len(folds), train.folds)
    names, notes = _names_to_try(basis, train, main)
    return Task(rows, folds, basis, names, main, (*notes, *_fold_notes(basis)))


def _names_to_try(basis: Basis, train: Train, main: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """The candidates that are possible, in the order of CANDIDATES, and what is to be said about it.

    ``main``: the features of recency, frequency and monetary value; none: no candidate looks at them alone.
    """
    possible = tuple(name for name, candidate in CANDIDATES.items() if main or "main" not in candidate.parts)
    if basis.few:
        name = next(name for name in SMALL if name in possible)
        return (name,), [f"only {basis.leavers} customers of the training dates left: the {name} model alone is used"]
    if not train.challengers:
        return (BOOSTERS,), []
    return possible, [] if main else [NO_MAIN]


def _fold_notes(basis: Basis) -> list[str]:
    if basis.folds >= basis.folds_wanted:
        return []
    wanted = f"only {basis.folds} of {basis.folds_wanted} forward folds"
    return [f"{wanted}: too few training dates whose outcome is closed in time"]
