"""The boosters, the linear model and their blend: their scores on later dates, and which of them is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bleib.model.boosting import dataset, grow, grow_until_best
from bleib.model.folds import Fold
from bleib.model.linear import fit_linear
from bleib.model.mixing import mix
from bleib.model.rows import Rows
from bleib.model.selection import Comparison, at_their_best, compare
from bleib.settings import Train

LINEAR_SHARE = {"boosters": 0.0, "blend": 0.5, "linear": 1.0}
INCUMBENT = "boosters"
# LightGBM 4.7 writes outside its memory when it takes a subset of a dataset whose sparse features it has bundled: the
# process dies, or trees fail their own checks. Seen on Online Retail II; the trees are the same without bundles.
UNBUNDLED = {"enable_bundle": False}
FOLD_SEEDS = 2  # boosters a fold: enough to choose by, five are for the scores that people see


@dataclass(frozen=True)
class OutOfFold:
    """Raw scores (log-odds) of models that knew only earlier dates, fold after fold.

    ``rows`` (m,): numbers of the training rows; ``boosters``, ``linear`` (m,): the scores, NaN where not asked for;
    ``trees``: the number of trees of the boosters.
    """

    rows: np.ndarray
    boosters: np.ndarray
    linear: np.ndarray
    trees: int

    def blend(self, linear_share: float) -> np.ndarray:
        """The score with this share of the linear model, (m,)."""
        return mix(self.boosters, self.linear, linear_share)


def names_to_try(rows: Rows, train: Train) -> tuple[tuple[str, ...], list[str]]:
    """The candidates that ``rows`` allow, and what is to be said about it."""
    leavers = rows.key.loc[rows.churned, "customer_id"].nunique()
    if leavers < train.min_churners:
        return ("linear",), [f"only {leavers} customers left in the training dates: the linear model alone is used"]
    return (tuple(LINEAR_SHARE) if train.challengers else (INCUMBENT,)), []


def out_of_fold(
    rows: Rows,
    folds: Sequence[Fold],
    train: Train,
    names: Sequence[str] = tuple(LINEAR_SHARE),
    trees: int | None = None,
) -> OutOfFold:
    """Score every fold's later rows with models of its earlier ones.

    ``names``: the candidates whose parts are needed. ``trees``: how many; None: the number that is best on the later
    rows, mean over the folds.
    """
    X, y = rows.X.to_numpy(dtype=np.float64), rows.churned
    at = np.concatenate([fold.later for fold in folds])
    unknown = np.full(len(at), np.nan)
    boosted, found = unknown, trees or train.untuned_trees
    if set(names) & {"boosters", "blend"}:
        boosted, found = _boosted(X, y, rows.weights, folds, train, trees)
    linear = unknown
    if set(names) & {"linear", "blend"}:
        linear = np.concatenate([_linear(X, y, rows.weights, fold, train.linear_penalty) for fold in folds])
    return OutOfFold(at, boosted, linear, found)


def choose(rows: Rows, scores: OutOfFold) -> tuple[str, dict[str, Comparison]]:
    """The candidate to take, and each challenger beside the boosters.

    Of the challengers that the rule would take, the one with the least log loss; the boosters where there is none.
    """
    part = rows.take(scores.rows)
    levelled = {
        name: at_their_best(part.churned, scores.blend(share), part.dates, part.weights)
        for name, share in LINEAR_SHARE.items()
    }
    seen = {
        name: compare(
            part.churned, levelled[INCUMBENT], levelled[name], part.key["customer_id"], part.dates, part.weights
        )
        for name in LINEAR_SHARE
        if name != INCUMBENT
    }
    taken = [name for name, found in seen.items() if found.taken]
    return max(taken, key=lambda name: seen[name].gain, default=INCUMBENT), seen


def _boosted(
    X: np.ndarray, y: np.ndarray, weights: np.ndarray, folds: Sequence[Fold], train: Train, trees: int | None
) -> tuple[np.ndarray, int]:
    settings = train.lightgbm.model_dump(exclude={"n_estimators"}) | UNBUNDLED
    data = dataset(X, y, weights, "auto", settings)
    seeds = train.seeds[:FOLD_SEEDS]
    grown = []
    for fold in folds:
        earlier, later = data.subset(fold.earlier.tolist()), data.subset(fold.later.tolist())
        if trees is None:
            most = train.lightgbm.n_estimators
            grown.append([grow_until_best(earlier, later, settings, s, most, weights[fold.later]) for s in seeds])
        else:
            grown.append([grow(earlier, settings, s, trees) for s in seeds])
    count = trees or max(1, round(float(np.mean([b.best_iteration for boosters in grown for b in boosters]))))
    scores = [
        np.mean([b.predict(X[fold.later], raw_score=True, num_iteration=count) for b in boosters], axis=0)
        for fold, boosters in zip(folds, grown, strict=True)
    ]
    return np.concatenate(scores), count


def _linear(X: np.ndarray, y: np.ndarray, weights: np.ndarray, fold: Fold, c: float) -> np.ndarray:
    return fit_linear(X[fold.earlier], y[fold.earlier], weights[fold.earlier], c).raw_score(X[fold.later])
