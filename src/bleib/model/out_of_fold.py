"""Scores of the candidates on dates that their models did not know, and which candidate they speak for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bleib.model.boosting import dataset, grow, grow_until_best
from bleib.model.candidates import CANDIDATES
from bleib.model.folds import Fold
from bleib.model.linear import fit_linear
from bleib.model.mixing import mix
from bleib.model.monotone import lightgbm_settings, signs
from bleib.model.rhythm import rhythm_of
from bleib.model.rows import Rows
from bleib.model.selection import Comparison, at_their_best, compare
from bleib.settings import Churn, Train

# LightGBM 4.7 writes outside its memory when it takes a subset of a dataset whose sparse features it has bundled: the
# process dies, or trees fail their own checks. Seen on Online Retail II; the trees are the same without bundles.
UNBUNDLED = {"enable_bundle": False}
FOLD_SEEDS = 2  # boosters a fold: enough to choose by, five are for the scores that people see


@dataclass(frozen=True)
class OutOfFold:
    """Raw scores (log-odds) of models that knew only earlier dates, fold after fold.

    ``rows`` (m,): numbers of the training rows; ``boosters`` (m, seeds), ``linear`` (all features), ``main`` (recency,
    frequency and monetary value only) and ``rhythm`` (MBG/NBD), each (m, 1): the scores, NaN where not asked for;
    ``trees``: the number of trees of the boosters.
    """

    rows: np.ndarray
    boosters: np.ndarray
    linear: np.ndarray
    main: np.ndarray
    rhythm: np.ndarray
    trees: int

    def of(self, name: str) -> np.ndarray:
        """The score of a candidate, (m,)."""
        return self.seeds_of(name).mean(axis=1)

    def seeds_of(self, name: str) -> np.ndarray:
        """The score of a candidate with the boosters of each seed, (m, seeds); one column without boosters."""
        shares = CANDIDATES[name]
        learnt = mix(self.boosters, mix(self.linear, self.main, shares.main_share), shares.linear_share)
        return mix(learnt, self.rhythm, shares.rhythm_share)


class FoldModels:
    """Models of each fold's earlier rows, and their scores on its later ones; fold after fold is added.

    ``churn``: what the outcome is. ``names``: the candidates whose parts are needed. ``main``: the features of recency,
    frequency and monetary value. ``trees``: how many; None: in each fold the number that is best on the later rows of
    the others, in the mean. A fold's own would be chosen by the very outcomes that judge it; only where it is alone
    there is no other.
    """

    def __init__(
        self,
        rows: Rows,
        train: Train,
        churn: Churn,
        names: Sequence[str],
        main: Sequence[str] = (),
        trees: int | None = None,
    ) -> None:
        self._rows, self._train, self._churn, self._main, self._trees = rows, train, churn, list(main), trees
        self._parts = {part for name in names for part in CANDIDATES[name].parts}
        self._folds: list[Fold] = []
        self._grown: list[list[Any]] = []
        self._found: dict[str, list[np.ndarray]] = {"linear": [], "main": [], "rhythm": []}
        if "boosters" in self._parts:
            self._X = rows.X.to_numpy(dtype=np.float64)
            self._settings = boosting_settings(train, rows.X) | UNBUNDLED
            self._data = dataset(self._X, rows.churned, rows.weights, "auto", self._settings)

    def add(self, fold: Fold) -> None:
        """Fit the models of one more fold."""
        scorers = {"linear": self._linear, "main": self._simple, "rhythm": self._rhythm}
        for part, scorer in scorers.items():
            found = scorer(fold) if part in self._parts else np.full(len(fold.later), np.nan)
            self._found[part].append(found)
        if "boosters" in self._parts and self._trees is None:
            self._grown.append(self._until_best(fold))
        self._folds.append(fold)

    def over(self, folds: Iterable[Fold]) -> OutOfFold:
        """The scores of these folds, one after the other."""
        for fold in folds:
            self.add(fold)
        return self.scores()

    def scores(self) -> OutOfFold:
        """Those of all folds so far."""
        boosters, trees = self._boosted()
        found = {part: np.concatenate(scores)[:, None] for part, scores in self._found.items()}
        at = np.concatenate([fold.later for fold in self._folds])
        return OutOfFold(at, boosters, found["linear"], found["main"], found["rhythm"], trees)

    def _boosted(self) -> tuple[np.ndarray, int]:
        """Scores of the boosters, (rows, seeds), and the number of trees for a model of all dates."""
        if "boosters" not in self._parts:
            at = sum(len(fold.later) for fold in self._folds)
            return np.full((at, 1), np.nan), self._trees or self._train.untuned_trees
        if self._trees is not None:
            return np.concatenate([self._raw(fold, [], self._trees) for fold in self._folds]), self._trees
        best = np.array([[booster.best_iteration for booster in boosters] for boosters in self._grown])
        each = zip(self._folds, self._grown, _counts_of_others(best), strict=True)
        return np.concatenate([self._raw(*one) for one in each]), _mean_count(best)

    @property
    def _seeds(self) -> list[int]:
        return self._train.seeds[:FOLD_SEEDS]

    def _until_best(self, fold: Fold) -> list[Any]:
        earlier, later = self._data.subset(fold.earlier.tolist()), self._data.subset(fold.later.tolist())
        most, weights = self._train.lightgbm.n_estimators, self._rows.weights[fold.later]
        return [grow_until_best(earlier, later, self._settings, seed, most, weights) for seed in self._seeds]

    def _raw(self, fold: Fold, boosters: list[Any], count: int) -> np.ndarray:
        if not boosters or any(booster.num_trees() < count for booster in boosters):
            earlier = self._data.subset(fold.earlier.tolist())
            boosters = [grow(earlier, self._settings, seed, count) for seed in self._seeds]
        X = self._X[fold.later]
        return np.column_stack([booster.predict(X, raw_score=True, num_iteration=count) for booster in boosters])

    def _linear(self, fold: Fold) -> np.ndarray:
        return self._regressed(fold, [str(name) for name in self._rows.X])

    def _simple(self, fold: Fold) -> np.ndarray:
        return self._regressed(fold, self._main)

    def _regressed(self, fold: Fold, names: list[str]) -> np.ndarray:
        rows, at = self._rows, fold.earlier
        X, bounds = rows.X[names].to_numpy(dtype=np.float64), signs(self._train.monotone, names)
        model = fit_linear(X[at], rows.churned[at], rows.weights[at], self._train.linear_penalty, signs=bounds)
        return model.raw_score(X[fold.later])

    def _rhythm(self, fold: Fold) -> np.ndarray:
        rhythm = rhythm_of(self._rows.take(fold.earlier), self._churn)
        return rhythm.decision_function(self._rows.X.iloc[fold.later])


def out_of_fold(
    rows: Rows,
    folds: Sequence[Fold],
    train: Train,
    churn: Churn,
    names: Sequence[str],
    trees: int | None = None,
    main: Sequence[str] = (),
) -> OutOfFold:
    """Score every fold's later rows with models of its earlier ones; the arguments are those of ``FoldModels``."""
    return FoldModels(rows, train, churn, names, main, trees).over(folds)


def at_best(rows: Rows, scores: OutOfFold, name: str) -> np.ndarray:
    """The score of a candidate at its best level and spread, (m, seeds): so candidates are compared."""
    part = rows.take(scores.rows)
    return at_their_best(part.churned, scores.seeds_of(name), part.dates, part.weights)


def boosting_settings(train: Train, names: Iterable[object]) -> dict[str, Any]:
    """LightGBM's settings but the number of trees, for the columns ``names``."""
    return train.lightgbm.model_dump(exclude={"n_estimators"}) | lightgbm_settings(train.monotone, names)


def choose(rows: Rows, scores: OutOfFold, names: Sequence[str]) -> tuple[str, dict[str, Comparison]]:
    """The candidate to take, and every other one beside that which stood when it was tried.

    ``names`` in the order of CANDIDATES, from simple to complex: each takes the place of what stands only where it is
    proved better, so that of two that cannot be told apart the simpler one is taken.
    """
    part = rows.take(scores.rows)
    best = {name: at_best(rows, scores, name) for name in names}

    def beside(name: str, other: str) -> Comparison:
        return compare(part.churned, best[other], best[name], part.key["customer_id"], part.dates, part.weights)

    stands, seen = names[0], {}
    for name in names[1:]:
        seen[name] = beside(name, stands)
        stands = name if seen[name].taken else stands
    return stands, seen


def _counts_of_others(best: np.ndarray) -> list[int]:
    """How many trees to ask in each fold: the mean over the ``best`` (folds, seeds) of the others."""
    if len(best) == 1:
        return [_mean_count(best)]
    return [_mean_count(np.delete(best, k, axis=0)) for k in range(len(best))]


def _mean_count(best: np.ndarray) -> int:
    return max(1, round(float(best.mean())))
