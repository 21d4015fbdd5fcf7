"""The proof of a block: the same learner with and without it on forward folds, by the rule that training chooses by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bleib.model.folds import Fold, customer_folds, forward_folds
from bleib.model.out_of_fold import FOLD_SEEDS, out_of_fold
from bleib.model.rows import Rows
from bleib.model.selection import Comparison, at_their_best, compare
from bleib.settings import Churn, Train

SEED = 11
FIGURES = ("gain", "standard_error", "probability_better", "auroc_gain")
PARTS = 5  # folds over customers where the dates allow none


@dataclass(frozen=True)
class Scored:
    """The rows that the folds scored, their raw scores (log-odds; n, seeds), and the number of trees."""

    rows: Rows
    raw: np.ndarray
    trees: int


@dataclass(frozen=True)
class Gain:
    """``gain``: both at their best level and spread, as candidates are compared; ``as_they_are``: raw scores.

    ``over_noise``: against the product's features with columns of noise, which alone may pass for a gain: they thin
    out what a tree sees.
    """

    gain: Comparison
    as_they_are: Comparison
    over_noise: Comparison

    @property
    def verdict(self) -> str:
        """That of ``gain``; ``better`` only where the block is better than noise as well."""
        return self.gain.verdict if self.gain.verdict != "better" or self.over_noise.taken else "tie"

    def plain(self) -> dict[str, Any]:
        """For JSON; ``of_plain`` reads it back."""
        return {name: found.plain() for name, found in vars(self).items()}

    @classmethod
    def of_plain(cls, stored: Mapping[str, Any]) -> Gain:
        """What ``plain`` gave."""
        return cls(
            **{name: Comparison(*(stored[name][f] for f in FIGURES)) for name in ("gain", "as_they_are", "over_noise")}
        )


def score(
    rows: Rows,
    names: Sequence[str],
    folds: Sequence[Fold],
    train: Train,
    churn: Churn,
    learner: str,
    trees: int | None = None,
) -> Scored:
    """Score the later rows of the folds with the features ``names`` and all seeds of ``train``.

    ``trees`` None: found on the later rows, with the seeds that training takes for it. Training chooses by
    ``FOLD_SEEDS`` of them; a block brings so little that the luck of two seeds would hide it.
    """
    chosen = Rows(rows.key, rows.X[list(names)], rows.churned, rows.sampled_weights)
    found = []
    for first in range(0, len(train.seeds), FOLD_SEEDS):
        few = train.model_copy(update={"seeds": train.seeds[first : first + FOLD_SEEDS]})
        found.append(out_of_fold(chosen, folds, few, churn, (learner,), trees))
        if learner == "linear" or trees is None:
            break
    raw = np.hstack([one.seeds_of(learner) for one in found])
    return Scored(rows.take(found[0].rows), raw, found[0].trees)


def gain(base: Scored, noise: Scored, other: Scored) -> Gain:
    """What ``other`` brings against ``base`` and against ``noise``, paired over the same rows."""
    return Gain(gain_at_best(base, other), _beside(other.rows, base.raw, other.raw), gain_at_best(noise, other))


def gain_at_best(incumbent: Scored, challenger: Scored) -> Comparison:
    """What the challenger brings, both at their best level and spread, paired over the same rows."""
    part = challenger.rows
    best = [at_their_best(part.churned, one.raw, part.dates, part.weights) for one in (incumbent, challenger)]
    return _beside(part, *best)


def _beside(part: Rows, incumbent: np.ndarray, challenger: np.ndarray) -> Comparison:
    return compare(part.churned, incumbent, challenger, part.key["customer_id"], part.dates, part.weights)


def folds_of(rows: Rows, churn: Churn, train: Train) -> list[Fold]:
    """Forward folds; where the dates allow none, folds over customers."""
    forward = forward_folds(rows.dates, rows.churned, churn, train.folds)
    return forward or customer_folds(rows.key, PARTS)


def some_customers(rows: Rows, most: int) -> Rows:
    """At most ``most`` rows: customers drawn by chance, each with all rows."""
    codes, names = pd.factorize(rows.key["customer_id"])
    order = np.random.default_rng(SEED).permutation(len(names))
    kept = order[np.cumsum(np.bincount(codes)[order]) <= most]
    return rows.take(np.flatnonzero(np.isin(codes, kept)))


def is_kept(found: Iterable[Gain]) -> bool:
    """The rule for a block over all sets: better on one at least, worse on none, the mean gain above 0."""
    each = list(found)
    verdicts = {one.verdict for one in each}
    return "better" in verdicts and "worse" not in verdicts and float(np.mean([one.gain.gain for one in each])) > 0
