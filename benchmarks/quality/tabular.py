"""The TV subscriptions that the empulse wheel carries: one row a customer and no dates, so judged out of fold."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

import numpy as np
import pandas as pd

from benchmarks.quality.sets import Strong
from bleib.model.baselines import Scores
from bleib.model.rows import Rows
from bleib.settings import Settings, parse_settings

NAME = "tv_subscriptions"
TITLE = "TV subscriptions: 46 features without names, no dates; five folds"
STRONG = Strong(0.723, 0.101, 0.178)
FILE = "datasets/data/churn_tv_subscriptions.csv.gz"
FOLDS = 5
SEED = 1
NO_DATE = pd.Timestamp("2014-07-01")  # the first half of 2014, says its description; every row has the same
NOT_FEATURES = ["id", "C_FP", "C_FN", "C_TP", "C_TN", "target"]  # the costs were made for another purpose


def load_rows() -> Rows:
    """Customers with their 46 features and the label."""
    with (files("empulse") / FILE).open("rb") as packed:
        raw = pd.read_csv(packed, compression="gzip")
    key = pd.DataFrame({"customer_id": raw["id"].astype("str"), "as_of_date": NO_DATE})
    return Rows(key, raw.drop(columns=NOT_FEATURES).astype("float32"), raw["target"].to_numpy() == 1)


def settings() -> Settings:
    """The product's defaults."""
    return parse_settings({"churn": {"definition": "contract"}, "train": {}}, NAME)


def out_of_fold(rows: Rows, learner: Callable[[Rows, Rows], Scores]) -> Scores:
    """Scores of every row by a model that was fitted on the other folds."""
    from sklearn.model_selection import StratifiedKFold

    values = np.full(len(rows.churned), np.nan)
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(rows.X, rows.churned):
        values[test] = learner(rows.take(train), rows.take(test)).values
    return Scores(values, is_probability=True)
