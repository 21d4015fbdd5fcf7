"""Boosters, two linear models, MBG/NBD and their means: their scores on later dates, and which of them is taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bleib.model.boosting import dataset, grow, grow_until_best
from bleib.model.folds import Fold
from bleib.model.linear import fit_linear
from bleib.model.main_activity import rfm_columns
from bleib.model.mixing import mix
from bleib.model.monotone import lightgbm_settings, signs
from bleib.model.rhythm import rhythm_of
from bleib.model.rows import Rows
from bleib.model.selection import Comparison, at_their_best, compare
from bleib.settings import Churn, Train


@dataclass(frozen=True)
class Candidate:
    """``rhythm_share``: weight of MBG/NBD in the raw score. ``linear_share``: of the rest, the weight of the linear
    models, what is left is the boosters'. ``main_share``: of the linear models, the weight of the one that sees
    recency, frequency and monetary value only.
    """

    linear_share: float
    main_share: float = 0.0
    rhythm_share: float = 0.0

    @property
    def parts(self) -> set[str]:
        """The fields of ``OutOfFold`` that have a weight."""
        rest = 1 - self.rhythm_share
        weights = {
            "boosters": rest * (1 - self.linear_share),
            "linear": rest * self.linear_share * (1 - self.main_share),
            "main": rest * self.linear_share * self.main_share,
            "rhythm": self.rhythm_share,
        }
        return {name for name, weight in weights.items() if weight > 0}


BOOSTERS = "boosters"
CANDIDATES = {  # from simple to complex: in this order each challenges what stands
    "simple": Candidate(1.0, 1.0),
    BOOSTERS: Candidate(0.0),
    "linear": Candidate(1.0),
    "simple_blend": Candidate(0.5, 1.0),
    "blend": Candidate(0.5),
    "full_blend": Candidate(2 / 3, 0.5),  # boosters and both linear models alike
    "rhythm_blend": Candidate(0.5, rhythm_share=1 / 3),  # boosters, linear model and MBG/NBD alike
}
UNCOMPARED = ("full_blend", BOOSTERS)  # the first that is there is taken where no fold tells: docs/experiments.md
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


def main_features(given: Rows, kept: Rows) -> tuple[str, ...]:
    """Recency, frequency and monetary value of the main activity in ``given``, as far as they are in ``kept``."""
    return tuple(name for name in rfm_columns([str(name) for name in given.X]) if name in kept.X)


def has_boosters(name: str) -> bool:
    """Whether the model of that name grows trees."""
    return name in CANDIDATES and "boosters" in CANDIDATES[name].parts


def uncompared(names: Sequence[str]) -> str:
    """The one of ``names`` to take where no fold can tell."""
    return next(name for name in UNCOMPARED if name in names) if len(names) > 1 else names[0]


def out_of_fold(
    rows: Rows,
    folds: Sequence[Fold],
    train: Train,
    churn: Churn,
    names: Sequence[str],
    trees: int | None = None,
    main: Sequence[str] = (),
) -> OutOfFold:
    """Score every fold's later rows with models of its earlier ones.

    ``churn``: what the outcome is. ``names``: the candidates whose parts are needed. ``trees``: how many; None: the
    number that is best on the later rows of the other folds, in the mean. ``main``: the features of recency, frequency
    and monetary value.
    """
    at = np.concatenate([fold.later for fold in folds])
    parts = {part for name in names for part in CANDIDATES[name].parts}
    found = dict.fromkeys(("boosters", "linear", "main", "rhythm"), np.full((len(at), 1), np.nan))
    if "boosters" in parts:
        found["boosters"], trees = _boosted(rows, folds, train, trees)
    for part, seen in (("linear", [str(name) for name in rows.X]), ("main", list(main))):
        if part in parts:
            found[part] = np.concatenate([_linear(rows, seen, fold, train) for fold in folds])[:, None]
    if "rhythm" in parts:
        found["rhythm"] = np.concatenate([_rhythm(rows, fold, churn) for fold in folds])[:, None]
    return OutOfFold(at, **found, trees=trees or train.untuned_trees)


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


def _boosted(rows: Rows, folds: Sequence[Fold], train: Train, trees: int | None) -> tuple[np.ndarray, int]:
    X, weights = rows.X.to_numpy(dtype=np.float64), rows.weights
    settings = boosting_settings(train, rows.X) | UNBUNDLED
    data = dataset(X, rows.churned, weights, "auto", settings)
    seeds, most = train.seeds[:FOLD_SEEDS], train.lightgbm.n_estimators

    def until_best(fold: Fold) -> list[Any]:
        earlier, later = data.subset(fold.earlier.tolist()), data.subset(fold.later.tolist())
        return [grow_until_best(earlier, later, settings, seed, most, weights[fold.later]) for seed in seeds]

    def scores(fold: Fold, boosters: list[Any], count: int) -> np.ndarray:
        if not boosters or any(booster.num_trees() < count for booster in boosters):
            earlier = data.subset(fold.earlier.tolist())
            boosters = [grow(earlier, settings, seed, count) for seed in seeds]
        return np.column_stack([b.predict(X[fold.later], raw_score=True, num_iteration=count) for b in boosters])

    if trees is not None:
        return np.concatenate([scores(fold, [], trees) for fold in folds]), trees
    grown = [until_best(fold) for fold in folds]
    best = np.array([[booster.best_iteration for booster in boosters] for boosters in grown])
    found = [scores(*each) for each in zip(folds, grown, _counts_of_others(best), strict=True)]
    return np.concatenate(found), _mean_count(best)


def _counts_of_others(best: np.ndarray) -> list[int]:
    """How many trees to ask in each fold: the mean over the ``best`` (folds, seeds) of the others.

    A fold's own would be chosen by the very outcomes that judge it; only where it is alone there is no other.
    """
    if len(best) == 1:
        return [_mean_count(best)]
    return [_mean_count(np.delete(best, k, axis=0)) for k in range(len(best))]


def _mean_count(best: np.ndarray) -> int:
    return max(1, round(float(best.mean())))


def _linear(rows: Rows, names: list[str], fold: Fold, train: Train) -> np.ndarray:
    X, y, weights, at = rows.X[names].to_numpy(dtype=np.float64), rows.churned, rows.weights, fold.earlier
    bounds = signs(train.monotone, names)
    return fit_linear(X[at], y[at], weights[at], train.linear_penalty, signs=bounds).raw_score(X[fold.later])


def _rhythm(rows: Rows, fold: Fold, churn: Churn) -> np.ndarray:
    return rhythm_of(rows.take(fold.earlier), churn).decision_function(rows.X.iloc[fold.later])
