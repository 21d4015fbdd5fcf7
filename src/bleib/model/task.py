"""What a model is chosen on: the training rows, their forward folds, and the candidates that they allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bleib.model.candidates import BOOSTERS, CANDIDATES, main_features
from bleib.model.folds import Fold, forward_folds
from bleib.model.guards import check_allowed, check_features, drop_constant
from bleib.model.main_activity import history_columns
from bleib.model.monotone import check_declared
from bleib.model.out_of_fold import FoldModels, OutOfFold
from bleib.model.rows import Rows
from bleib.model.scoring import BY_NAME, families_of
from bleib.settings import Churn, Train

NAMED = 8  # features that a note names
SMALL = ("simple", "linear")  # the first that is there is taken where few left
NO_MAIN = "recency and frequency of a main activity are not among the features: no simple model of them is tried"
NO_RHYTHM = "the customers' own rhythm (MBG/NBD) is part of no candidate: "


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
    """``rows``: without constant features; ``churn``: what their outcome is; ``basis``: on how much they let choose;
    ``names``: the candidates, in the order of CANDIDATES; ``main``: the features of recency, frequency and monetary
    value; ``notes``: what a person should know of names and folds.
    """

    rows: Rows
    churn: Churn
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
        return self.fold_models(train, names, trees).over(self.folds if folds is None else folds)

    def fold_models(self, train: Train, names: Sequence[str] | None = None, trees: int | None = None) -> FoldModels:
        """The same before the first fold: one after the other can be added."""
        count = trees or (None if train.early_stopping else train.lightgbm.n_estimators)
        return FoldModels(self.rows, train, self.churn, self.names if names is None else names, self.main, count)


def task_on(given: Rows, train: Train, churn: Churn, families: Mapping[str, str] = BY_NAME) -> Task:
    """The task that the training rows pose. ``families``: of the features; who is not in it has that of its name.

    DataError names features that are too good to be true (``guards``), SettingsError those of ``train.monotone`` that
    are not there.
    """
    family = families_of(given.X, families)
    check_declared(train.monotone, [*family])
    check_allowed(train, family)
    rows, dull = drop_constant(given)
    folds = forward_folds(rows.dates, rows.churned, churn, train.folds)
    check_features(rows, folds, train, churn, family)
    main, leavers = main_features(given, rows), int(rows.key.loc[rows.churned, "customer_id"].nunique())
    basis = Basis(leavers, leavers < train.min_churners, len(folds), train.folds)
    lacking = _lacking(rows, folds, train, churn) | ({} if main else {"main": NO_MAIN})
    names, notes = _names_to_try(basis, train, lacking)
    return Task(rows, churn, folds, basis, names, main, (*notes, *_fold_notes(basis), *_dull_notes(dull)))


def _names_to_try(basis: Basis, train: Train, lacking: Mapping[str, str]) -> tuple[tuple[str, ...], list[str]]:
    """The candidates that are possible, in the order of CANDIDATES, and what is to be said about it.

    ``lacking``: the parts that no candidate can have, with a sentence for a person, empty where none is needed.
    """
    possible = tuple(name for name, candidate in CANDIDATES.items() if not candidate.parts & set(lacking))
    if basis.few:
        name = next(name for name in SMALL if name in possible)
        return (name,), [f"only {basis.leavers} customers of the training dates left: the {name} model alone is used"]
    if not train.challengers:
        return (BOOSTERS,), []
    return possible, [note for note in lacking.values() if note]


def _lacking(rows: Rows, folds: list[Fold], train: Train, churn: Churn) -> dict[str, str]:
    """``rhythm``, where MBG/NBD cannot be fitted on these rows or does not tell what is asked, and why."""
    if churn.definition != "silence" or not folds:
        return {"rhythm": ""}
    columns = history_columns([str(name) for name in rows.X])
    if columns is None:
        why = "days since the last and the first event and their number are not all among the features"
    elif rows.sampled_weights is not None:  # when somebody was last seen is not in a sample
        why = "the training snapshots are a sample (train.max_snapshots)"
    elif directed := [name for name in columns if name in train.monotone]:
        why = f"train.monotone names {', '.join(directed)}, and MBG/NBD knows no directions"
    elif not (rows.X[columns[2]].iloc[folds[0].earlier] > 1).any():
        why = "nobody came twice before the earliest forward fold"
    else:
        return {}
    return {"rhythm": NO_RHYTHM + why}


def _fold_notes(basis: Basis) -> list[str]:
    if not basis.folds_wanted:
        return ["train.folds is 0: no models are compared and no calibrator is fitted"]
    if basis.folds >= basis.folds_wanted:
        return []
    wanted = f"only {basis.folds} of {basis.folds_wanted} forward folds"
    return [f"{wanted}: too few training dates with leavers and others whose outcome is closed in time"]


def _dull_notes(dull: Sequence[str]) -> list[str]:
    """``dull``: the names of features with a single value."""
    if not dull:
        return []
    more = f" and {len(dull) - NAMED} more" if len(dull) > NAMED else ""
    return [f"left out, because they hold one value on all training dates: {', '.join(dull[:NAMED])}{more}"]
