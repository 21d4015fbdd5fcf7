"""LightGBM as it is used here: the same trees for any number of threads, no resampling, no ``is_unbalance``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from bleib.model.metrics import best_intercept, log_losses, log_odds

PATIENCE = 30  # trees without gain after which the search for their number ends
FIXED: dict[str, Any] = {
    "objective": "binary",
    "deterministic": True,
    "force_col_wise": True,
    "feature_pre_filter": False,
    "verbosity": -1,
    "metric": "none",
}


def lightgbm() -> Any:
    """The LightGBM module. Idle threads must sleep: spinning ones slow a machine with busy cores two- to fourfold."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import lightgbm as lgb

    return lgb


def dataset(
    X: np.ndarray, target: np.ndarray, weights: np.ndarray | None, names: list[str] | str, settings: Mapping[str, Any]
) -> Any:
    """X (n, features) in bins, with 0/1 ``target`` (n,) and ``weights`` (n,)."""
    data = lightgbm().Dataset(X, target, weight=weights, feature_name=names, params=dict(settings) | FIXED)
    return data.construct()


def grow(data: Any, settings: Mapping[str, Any], seed: int, trees: int) -> Any:
    """A booster of ``trees`` trees."""
    return lightgbm().train(dict(settings) | FIXED | {"seed": seed}, data, num_boost_round=trees)


def grow_until_best(
    data: Any, later: Any, settings: Mapping[str, Any], seed: int, most: int, weights: np.ndarray
) -> Any:
    """A booster that stops ``PATIENCE`` trees after the least loss on ``later``; ``best_iteration`` says where it was.

    The trees after that are kept, so that it can be asked with more than its best number. ``weights``: of the rows of
    ``later``.
    """

    def loss(raw: np.ndarray, given: Any) -> tuple[str, float, bool]:
        scores = log_odds(raw)  # LightGBM hands over probabilities here
        return "level-free log loss", level_free_log_loss(given.get_label() > 0, scores, weights), False

    stop = lightgbm().early_stopping(PATIENCE, verbose=False)
    booster = lightgbm().train(
        dict(settings) | FIXED | {"seed": seed},
        data,
        num_boost_round=most,
        valid_sets=[later],
        feval=loss,
        callbacks=[stop],
        keep_training_booster=True,
    )
    return booster.free_dataset()


def level_free_log_loss(churned: np.ndarray, raw: np.ndarray, weights: np.ndarray) -> float:
    """Weighted mean log loss after the best shift of the level.

    The share of leavers drifts from date to date; how many trees are right must not depend on that drift.
    """
    losses = log_losses(churned, raw + best_intercept(churned, raw, weights))
    return float(weights @ losses / weights.sum())
