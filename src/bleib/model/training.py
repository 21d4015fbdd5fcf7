"""Fit the model on training rows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from bleib.model.classifier import ChurnClassifier
from bleib.model.rows import Rows
from bleib.model.split import tuning_rows
from bleib.settings import Churn, Train


def train_model(rows: Rows, train: Train, churn: Churn) -> tuple[ChurnClassifier, dict[str, Any]]:
    """The fitted model, and what it was fitted on (dates, snapshots, churn rate, how the number of trees was found)."""
    fold = tuning_rows(rows.dates, churn) if train.early_stopping else None
    boosting = train.lightgbm.model_dump()
    if train.early_stopping and fold is None:  # all the trees allowed would overfit unseen
        boosting["n_estimators"] = min(train.untuned_trees, train.lightgbm.n_estimators)
    model = ChurnClassifier(seeds=tuple(train.seeds), **boosting)
    model.fit(rows.X, rows.churned, fold=fold)
    about = {
        "training_dates": [str(pd.Timestamp(day).date()) for day in sorted(rows.dates.unique())],
        "snapshots": len(rows.churned),
        "churned": int(rows.churned.sum()),
        "trees_chosen_on_later_dates": fold is not None,
    }
    return model, about
