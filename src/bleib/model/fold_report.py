"""How the candidates did on each forward fold, and what more training dates bring."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bleib.model.boosting import dataset, grow, level_free_log_loss
from bleib.model.candidates import CANDIDATES
from bleib.model.folds import Fold
from bleib.model.metrics import Ranking, probability_figures, ranking_figures
from bleib.model.out_of_fold import OutOfFold, boosting_settings
from bleib.model.rows import Rows
from bleib.settings import Train

FOLD_COLUMNS = ["as_of_date", "candidate", "training_dates", "snapshots", "churned", "base_rate", "auroc"]
FOLD_COLUMNS += ["log_loss", "level_free_log_loss", "observed_expected", "calibration_slope"]
CURVE_COLUMNS = ["dates", "as_of_date", "auroc", "level_free_log_loss"]


def fold_table(rows: Rows, folds: Sequence[Fold], scores: OutOfFold | None) -> pd.DataFrame:
    """One row a fold and candidate in FOLD_COLUMNS; figures of the raw scores, before calibration."""
    lines = []
    for name in CANDIDATES:
        raw = np.full(len(rows.churned), np.nan)
        if scores is not None:
            raw[scores.rows] = scores.of(name)
        lines += [_line(rows, fold, raw, name) for fold in folds if np.isfinite(raw[fold.later]).all()]
    return pd.DataFrame(lines, columns=FOLD_COLUMNS).round(6)


def fold_scores(rows: Rows, scores: OutOfFold | None, candidate: str) -> pd.DataFrame:
    """One row a snapshot of a fold: key, churned, weight, and ``seed_1``, …: the raw score with that seed's boosters.

    Empty without folds.
    """
    part = rows.take(np.zeros(0, dtype=int) if scores is None else scores.rows)
    raw = np.zeros((0, 1)) if scores is None else scores.seeds_of(candidate)
    named = {f"seed_{number}": column for number, column in enumerate(raw.T, 1)}
    return part.key.assign(churned=part.churned, weight=part.weights, **named)


def dates_curve(rows: Rows, folds: Sequence[Fold], trees: int, train: Train) -> pd.DataFrame:
    """Quality on the newest fold when the boosters (one seed) learn from its 1, 2, 4, 8 … newest earlier dates.

    One row a number of dates in CURVE_COLUMNS; empty without folds.
    """
    if not folds:
        return pd.DataFrame(columns=CURVE_COLUMNS)
    fold = folds[-1]
    days = np.sort(rows.dates.iloc[fold.earlier].unique())
    counts = sorted({min(2**k, len(days)) for k in range(len(days).bit_length() + 1)})
    lines = [_with_dates(rows, fold, days[-count:], trees, train) for count in counts]
    return pd.DataFrame([line for line in lines if line], columns=CURVE_COLUMNS).round(6)


def _line(rows: Rows, fold: Fold, raw: np.ndarray, name: str) -> dict[str, object]:
    figures = _figures(rows, fold, raw[fold.later])
    return figures | {"candidate": name, "training_dates": rows.dates.iloc[fold.earlier].nunique()}


def _with_dates(rows: Rows, fold: Fold, days: np.ndarray, trees: int, train: Train) -> dict[str, object]:
    known = fold.earlier[rows.dates.iloc[fold.earlier].isin(days).to_numpy()]
    churned = rows.churned[known]
    if churned.all() or not churned.any():
        return {}
    settings = boosting_settings(train, rows.X)
    X = rows.X.iloc[known].to_numpy(dtype=np.float64)
    booster = grow(dataset(X, churned, rows.weights[known], "auto", settings), settings, train.seeds[0], trees)
    raw = booster.predict(rows.X.iloc[fold.later].to_numpy(dtype=np.float64), raw_score=True)
    return _figures(rows, fold, raw) | {"dates": len(days)}


def _figures(rows: Rows, fold: Fold, raw: np.ndarray) -> dict[str, object]:
    churned, weights = rows.churned[fold.later], rows.weights[fold.later]
    ranked = ranking_figures([Ranking.of(raw).groups(churned, weights)], capacity=1)
    return {
        "as_of_date": str(fold.day),
        "snapshots": len(churned),
        "churned": int(churned.sum()),
        "base_rate": float(weights @ churned / weights.sum()),
        "auroc": ranked["auroc"],
        "level_free_log_loss": level_free_log_loss(churned, raw, weights),
        **{name: value for name, value in probability_figures(churned, raw, weights).items() if name in FOLD_COLUMNS},
    }
