"""Whether a change makes the scores better: paired over resampled customers, on rows that both versions scored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from bleib.errors import DataError
from bleib.model.baselines import Scores
from bleib.model.bootstrap import Figure, customer_weights, figure
from bleib.model.metrics import log_odds
from bleib.model.ranking_names import OURS
from bleib.model.rows import KEY, Rows
from bleib.model.scored import ScoredTest
from bleib.model.selection import Comparison, at_their_best, luck_of_seeds, rows_by_day, with_luck

Metric = Literal["auroc", "average_precision", "log_loss"]
METRICS: tuple[Metric, ...] = ("auroc", "average_precision", "log_loss")
LOW_IS_GOOD = ("log_loss",)
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class Version:
    """What a version scored: rows (features are not needed) and their log-odds, (n, seeds)."""

    rows: Rows
    raw: np.ndarray

    @classmethod
    def of_folds(cls, table: pd.DataFrame) -> Version:
        """From the table ``fold_report.fold_scores``. DataError where there was no fold."""
        if table.empty:
            raise DataError(
                "there are no forward folds to compare on: too few training dates whose outcome is closed in time, or "
                "train.folds is 0; "
                "`bleib compare … --on test` compares on the test dates"
            )
        seeds = [name for name in table if str(name).startswith("seed_")]
        return cls(_rows(table, table["weight"].to_numpy(dtype=np.float64)), table[seeds].to_numpy(dtype=np.float64))

    @classmethod
    def of_test(cls, table: pd.DataFrame) -> Version:
        """From the scores of ``evaluate``, which are probabilities."""
        return cls(_rows(table, None), log_odds(table[[OURS]].to_numpy(dtype=np.float64)))

    def take(self, numbers: np.ndarray) -> Version:
        """The rows of these numbers, in that order."""
        return Version(self.rows.take(numbers), self.raw[numbers])

    def weighted(self, weights: np.ndarray) -> Version:
        """The same with other ``weights`` of the rows, (n,)."""
        return Version(replace(self.rows, sampled_weights=weights), self.raw)

    def at_its_best(self) -> Version:
        """The same at the level of each date and the spread that have the least log loss."""
        return Version(self.rows, at_their_best(self.rows.churned, self.raw, self.rows.dates, self.rows.weights))


@dataclass(frozen=True)
class Gain:
    """By how much the later version is better in one figure (above 0: better), and how sure that is.

    ``better``: share of the resamples with a gain. ``error``: standard deviation of the gain over the resamples.
    """

    before: float
    after: float
    gain: Figure
    error: float
    better: float

    @property
    def verdict(self) -> str:
        """``better``, ``worse`` or ``tie`` by the rule that training chooses by."""
        return Comparison(self.gain.value, self.error, self.better, auroc_gain=0.0).verdict


def pair(before: Version, after: Version) -> tuple[Version, Version]:
    """Both on the rows that both scored, in the same order and with the same weights.

    Of a sample and the whole the greater weight of a row holds: the rows of the sample are all that both have.

    DataError where they share no row, the outcome of a shared row is another one, or all ended alike.
    """
    keys = [version.rows.key.assign(row=range(len(version.raw))) for version in (before, after)]
    both = keys[0].merge(keys[1], on=KEY, suffixes=("", "_after"), validate="1:1")
    if both.empty:
        raise DataError("the two have no snapshot in common: other customers or other dates; nothing to compare")
    one, other = before.take(both["row"].to_numpy()), after.take(both["row_after"].to_numpy())
    weights = np.maximum(one.rows.weights, other.rows.weights)
    differ = int((one.rows.churned != other.rows.churned).sum())
    if differ:
        raise DataError(
            f"{differ:,} of {len(both):,} common snapshots ended otherwise in the other version: churn: in params.yaml "
            "means something else there, or the raw data were completed since, so that their figures cannot be "
            "compared; `bleib run` trains the present version on the present data"
        )
    if len(set(one.rows.churned)) < 2:
        ended = "everybody left" if one.rows.churned.all() else "nobody left"
        raise DataError(
            f"of the {len(both):,} snapshots that both scored {ended}: there is nothing to tell them apart by"
        )
    return one.weighted(weights), other.weighted(weights)


def gains(before: Version, after: Version, resamples: int, seed: int) -> dict[Metric, Gain]:
    """The gain in every figure of METRICS, of versions that ``pair`` gave; customers are drawn with all snapshots.

    Where there are several seeds their luck is part of the error.
    """
    rows = before.rows
    test = _judge(rows, before.raw.mean(axis=1), after.raw.mean(axis=1))
    drawn = customer_weights(rows.key["customer_id"], resamples, seed) * rows.weights
    draws = [rows.weights, *drawn]
    found = {name: [test.figures(name, weights, capacity=1) for weights in draws] for name in (BEFORE, AFTER)}
    luck = _luck(before, after)
    return {
        metric: _gain(
            np.array([row[metric] for row in found[BEFORE]]),
            np.array([row[metric] for row in found[AFTER]]),
            -1.0 if metric in LOW_IS_GOOD else 1.0,
            luck[metric],
            seed,
        )
        for metric in METRICS
    }


def _rows(table: pd.DataFrame, weights: np.ndarray | None) -> Rows:
    key = table[KEY].reset_index(drop=True)
    return Rows(key, pd.DataFrame(index=key.index), table["churned"].to_numpy(dtype=bool), weights)


def _judge(rows: Rows, before: np.ndarray, after: np.ndarray) -> ScoredTest:
    return ScoredTest(rows, {BEFORE: Scores(before, is_probability=True), AFTER: Scores(after, is_probability=True)})


def _luck(before: Version, after: Version) -> dict[Metric, float]:
    """Standard error of each gain from the luck of the seeds, whose gains are looked at one by one.

    Dates that have no figure, because nobody left, say nothing.
    """
    pairs = _pairs_of_seeds(before.raw, after.raw)
    folds = rows_by_day(before.rows.dates)
    single = {metric: np.empty((len(folds), len(pairs))) for metric in METRICS}
    for fold, at in enumerate(folds):
        rows = before.rows.take(at)
        for pair_number, (one, other) in enumerate(pairs):
            test = _judge(rows, one[at], other[at])
            figures = [test.figures(name, rows.weights, capacity=1) for name in (BEFORE, AFTER)]
            for metric in METRICS:
                single[metric][fold, pair_number] = figures[1][metric] - figures[0][metric]
    sizes = np.array([before.rows.weights[at].sum() for at in folds])
    found = {}
    for metric in METRICS:
        known = np.isfinite(single[metric]).all(axis=1)
        shares = sizes if metric == "log_loss" else np.ones(len(folds))
        found[metric] = luck_of_seeds(single[metric][known], shares[known]) if known.any() else 0.0
    return found


def _pairs_of_seeds(before: np.ndarray, after: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Seed beside seed, as many as both have; a model without seeds stands beside each of the other's."""
    seeds = [raw.shape[1] for raw in (before, after)]
    count = max(seeds) if 1 in seeds else min(seeds)
    return [(before[:, min(k, seeds[0] - 1)], after[:, min(k, seeds[1] - 1)]) for k in range(count)]


def _gain(before: np.ndarray, after: np.ndarray, sign: float, luck: float, seed: int) -> Gain:
    """The first value is that of the rows as they are, the others those of the resamples."""
    apart = sign * (after - before)
    drawn = with_luck(apart[1:], luck, seed)
    known = drawn[np.isfinite(drawn)]
    return Gain(
        float(before[0]),
        float(after[0]),
        figure(float(apart[0]), drawn),
        float(known.std()) if len(known) else float("nan"),
        float((known > 0).mean()) if len(known) else float("nan"),
    )
