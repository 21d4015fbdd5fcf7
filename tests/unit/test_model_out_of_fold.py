"""With how many trees a fold is scored, and by which loss that number is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

import model_worlds
from bleib.model.boosting import level_free_log_loss
from bleib.model.folds import forward_folds
from bleib.model.out_of_fold import OutOfFold, out_of_fold
from bleib.model.rows import Rows, labelled_rows
from bleib.settings import Churn, LightGbm, Train

MONTH = Churn(horizon_days=28)
TRAIN = Train(seeds=[1, 2], lightgbm=LightGbm(n_estimators=100, num_leaves=4))


@dataclass(frozen=True)
class Counting:
    """Stands for a booster of ``grown`` trees: its score is the number of those it is asked with."""

    best_iteration: int
    grown: int = 60

    def num_trees(self) -> int:
        return self.grown

    def predict(self, X: np.ndarray, raw_score: bool, num_iteration: int) -> np.ndarray:
        return np.full(len(X), min(num_iteration, self.grown), dtype=float)


def rows() -> Rows:
    features, snapshots = model_worlds.company(60)
    known = labelled_rows(features, snapshots, list(snapshots["as_of_date"].unique()))
    return replace(known, sampled_weights=np.where(known.churned, 1.0, 4.0))


def asked(best: list[int], folds: int, patch: pytest.MonkeyPatch) -> tuple[list[float], OutOfFold, list[np.ndarray]]:
    """The number of trees that each fold is scored with, all scores, and the weights by which ``best`` was found.

    ``best``: of the two seeds of the first fold, of those of the second …
    """
    numbers: Iterator[int] = iter(best)
    weights = []

    def until_best(_: Any, __: Any, ___: Any, ____: int, most: int, later: np.ndarray) -> Counting:
        weights.append(later)
        return Counting(next(numbers))

    patch.setattr("bleib.model.out_of_fold.grow_until_best", until_best)
    patch.setattr("bleib.model.out_of_fold.grow", lambda data, settings, seed, trees: Counting(trees, trees))
    known = rows()
    chosen = forward_folds(known.dates, known.churned, MONTH, folds)
    found = out_of_fold(known, chosen, TRAIN, MONTH, ["boosters"])
    sizes = np.cumsum([0, *(len(fold.later) for fold in chosen)])
    assert all(len(set(part.tolist())) == 1 for part in np.split(found.of("boosters"), sizes[1:-1]))
    return found.of("boosters")[sizes[:-1]].tolist(), found, weights


def test_a_fold_is_scored_with_the_mean_of_the_trees_that_were_best_on_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts, found, _ = asked([10, 20, 30, 40, 50, 60], 3, monkeypatch)
    assert counts == [45, 35, 25]
    assert found.trees == 35  # for a model of all dates: the mean of all


def test_a_fold_that_is_alone_has_no_other_to_go_by(monkeypatch: pytest.MonkeyPatch) -> None:
    counts, found, _ = asked([10, 20], 1, monkeypatch)
    assert (counts, found.trees) == ([15], 15)


def test_boosters_that_stopped_too_early_are_grown_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """They hold 60 trees, and the other fold asks for 80."""
    assert asked([20, 30, 70, 90], 2, monkeypatch)[0] == [80, 25]


def test_a_model_has_a_tree_where_none_was_of_use(monkeypatch: pytest.MonkeyPatch) -> None:
    counts, found, _ = asked([0, 0, 0, 1], 2, monkeypatch)
    assert (counts, found.trees) == ([1, 1], 1)


def test_the_number_of_trees_is_found_by_the_weighted_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, weights = asked([10, 20, 30, 40], 2, monkeypatch)
    known = rows()
    folds = forward_folds(known.dates, known.churned, MONTH, 2)
    expected = [np.where(known.churned[fold.later], 1.0, 4.0).tolist() for fold in folds for _ in TRAIN.seeds]
    assert [found.tolist() for found in weights] == expected


def test_the_loss_by_which_trees_are_counted_knows_no_level_and_counts_weights_as_rows() -> None:
    rng = np.random.default_rng(0)
    raw = rng.normal(-1, 1, 2000)
    churned = rng.random(2000) < 1 / (1 + np.exp(-raw))
    times = np.where(churned & (raw > -1), 3, 1)
    many = np.repeat(np.arange(2000), times)
    weighted = level_free_log_loss(churned, raw, times.astype(float))
    assert weighted == pytest.approx(level_free_log_loss(churned, raw + 2.0, times.astype(float)))
    assert weighted == pytest.approx(level_free_log_loss(churned[many], raw[many], np.ones(len(many))))
