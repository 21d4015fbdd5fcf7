"""Features and labels side by side for a set of as-of dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bleib.errors import DataError

KEY = ["customer_id", "as_of_date"]


@dataclass(frozen=True)
class Rows:
    """Snapshots in order of date and customer: ``key`` (n, 2), ``X`` (n, features), ``churned`` (n,), bool."""

    key: pd.DataFrame
    X: pd.DataFrame
    churned: np.ndarray

    @property
    def dates(self) -> pd.Series:
        """The as-of date of each row."""
        return self.key["as_of_date"]


def labelled_rows(features: pd.DataFrame, snapshots: pd.DataFrame, dates: Sequence[pd.Timestamp]) -> Rows:
    """The snapshots of ``dates`` that churned or stayed; open and competing ones have no label and are left out.

    DataError when a snapshot has no features.
    """
    chosen = snapshots[snapshots["as_of_date"].isin(list(dates)) & snapshots["churned"].notna()]
    key, X = _join(chosen, features)
    return Rows(key[KEY], X, key["churned"].to_numpy(dtype=bool))


def cohort_rows(features: pd.DataFrame, snapshots: pd.DataFrame, date: pd.Timestamp) -> Rows:
    """All snapshots of one date, labelled or not; ``churned`` is all False and means nothing here."""
    key, X = _join(snapshots[snapshots["as_of_date"] == date], features)
    return Rows(key[KEY], X, np.zeros(len(key), dtype=bool))


def _join(snapshots: pd.DataFrame, features: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    ordered = snapshots.sort_values(["as_of_date", "customer_id"], ignore_index=True)
    at = pd.MultiIndex.from_frame(features[KEY]).get_indexer(pd.MultiIndex.from_frame(ordered[KEY]))
    lacking = ordered.loc[at < 0, "customer_id"]
    if len(lacking):
        raise DataError(
            f"features: {len(lacking):,} of {len(ordered):,} snapshots have none, for example customer "
            f"{lacking.iloc[0]}; run dvc repro so that featurize follows label."
        )
    return ordered, features.drop(columns=KEY).iloc[at].reset_index(drop=True)
