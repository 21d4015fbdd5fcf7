"""Scores of the model for a cohort, and the segment of a customer at an as-of date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
import pandas as pd

from bleib import clock
from bleib.errors import DataError
from bleib.model.metrics import probabilities
from bleib.model.rows import KEY, Rows

BY_NAME: Mapping[str, str] = MappingProxyType({})  # nothing told: every family is the first word of the name


class Scorer(Protocol):
    """What is needed of a model to score with it."""

    @property
    def feature_names_in_(self) -> Any:
        """The features it looks at, in its order."""

    def decision_function(self, X: pd.DataFrame) -> np.ndarray:
        """Log-odds, shape (n,)."""


def score(model: Scorer, rows: Rows) -> pd.DataFrame:
    """customer_id, as_of_date, raw_score (log-odds), churn_probability, in the order of ``rows``.

    DataError when a feature that the model was fitted on is missing.
    """
    raw = model.decision_function(model_features(model, rows.X))
    return rows.key[KEY].assign(raw_score=raw, churn_probability=probabilities(raw))


def model_features(model: Scorer, X: pd.DataFrame) -> pd.DataFrame:
    """The columns that the model was fitted on, in its order; DataError when one is missing."""
    names = list(model.feature_names_in_)
    lacking = [name for name in names if name not in X]
    if lacking:
        raise DataError(
            f"features: the model was trained on {len(lacking)} features that are missing now, for example "
            f"{', '.join(lacking[:3])}; run `bleib run` so that the model is trained on the present features."
        )
    return X[names]


def families_of(names: Iterable[Any], told: Mapping[str, str]) -> dict[str, str]:
    """The family of each feature: the one that the dictionary tells, else the first word of its name."""
    return {name: told.get(name, name.split("_", maxsplit=1)[0]) for name in map(str, names)}


def segments_at(key: pd.DataFrame, customers: pd.DataFrame, column: str, time_zone: str) -> pd.Series:
    """The customers' ``column`` as it was valid at each as-of date, shape (len(key),), NA where unknown.

    Rows of ``customers`` without ``valid_from`` hold today's value, which is good for reporting only.
    """
    instants = {day: clock.timestamp(clock.to_date(day), time_zone) for day in key["as_of_date"].unique()}
    asked = key.assign(at=key["as_of_date"].map(instants), row=range(len(key))).sort_values("at", kind="stable")
    known = customers[["customer_id", "valid_from", column]].dropna(subset=[column])
    known = known.assign(since=known["valid_from"].fillna(pd.Timestamp(0, tz="UTC")).astype("datetime64[us, UTC]"))
    asked["at"] = asked["at"].astype("datetime64[us, UTC]")
    found = pd.merge_asof(
        asked,
        known.sort_values("since", kind="stable"),
        left_on="at",
        right_on="since",
        by="customer_id",
        allow_exact_matches=False,
    )
    return found.sort_values("row")[column].reset_index(drop=True)
