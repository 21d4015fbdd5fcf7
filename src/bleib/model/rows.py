"""Features and labels side by side for a set of as-of dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bleib.errors import DataError
from bleib.model.main_activity import history_columns
from bleib.model.sampling import WEIGHT

KEY = ["customer_id", "as_of_date"]


@dataclass(frozen=True)
class Rows:
    """Snapshots in order of date: ``key`` (n, 2), ``X`` (n, features), ``churned`` (n,), bool.

    ``sampled_weights`` (n,): for how many snapshots a row stands; none given: for itself.
    """

    key: pd.DataFrame
    X: pd.DataFrame
    churned: np.ndarray
    sampled_weights: np.ndarray | None = None

    @property
    def weights(self) -> np.ndarray:
        """How much each row counts, (n,)."""
        return np.ones(len(self.churned)) if self.sampled_weights is None else self.sampled_weights

    def take(self, numbers: np.ndarray) -> Rows:
        """The rows of these numbers, in that order."""
        return Rows(
            self.key.iloc[numbers].reset_index(drop=True),
            self.X.iloc[numbers].reset_index(drop=True),
            self.churned[numbers],
            None if self.sampled_weights is None else self.sampled_weights[numbers],
        )

    @property
    def dates(self) -> pd.Series:
        """The as-of date of each row."""
        return self.key["as_of_date"]


def labelled_rows(features: pd.DataFrame, snapshots: pd.DataFrame, dates: Sequence[pd.Timestamp]) -> Rows:
    """The snapshots of ``dates`` that churned or stayed; open and competing ones have no label and are left out.

    A column ``weight`` of the snapshots says how much each counts. DataError when a snapshot has no features. Within a
    date rows are in the order of their content, which bagging and draws of customers go by: new ids change no model.
    """
    chosen = snapshots[snapshots["as_of_date"].isin(list(dates)) & snapshots["churned"].notna()]
    key, X = _join(chosen, features)
    weights = key[WEIGHT].to_numpy(dtype=np.float64) if WEIGHT in key else None
    rows = Rows(key[KEY], X, key["churned"].to_numpy(dtype=bool), weights)
    return rows.take(_by_content(rows))


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
            f"{lacking.iloc[0]}; run `bleib run` so that featurize follows label."
        )
    return ordered, features.drop(columns=KEY).iloc[at].reset_index(drop=True)


def varied(X: pd.DataFrame) -> list[str]:
    """The names of the columns that hold more than one value; missing is one."""
    return [str(name) for name, values in X.items() if len(values.unique()) > 1]


def _by_content(rows: Rows) -> np.ndarray:
    """The numbers of the rows in the order of date and of what they hold.

    First counts what is known of the main activity, so that another feature leaves the order nearly as it is; one that
    holds a single value leaves it so. Of two customers whose rows are all equal the one is as good as the other.
    """
    outcome = pd.DataFrame({"day": rows.dates, "churned": rows.churned})
    told = pd.concat([outcome, rows.X[varied(rows.X)]], axis=1)
    main = history_columns([str(name) for name in rows.X]) or ()
    first, all_of_it = (_hashes(frame) for frame in (rows.X[[*main]], told))
    of_customer = all_of_it.groupby(rows.key["customer_id"].to_numpy()).transform("sum")
    return np.lexsort((of_customer, all_of_it, first, rows.dates))


def _hashes(frame: pd.DataFrame) -> pd.Series:
    """A number for what each row holds, (n,), 0 without columns; rows in its order are as good as shuffled."""
    if not len(frame.columns):
        return pd.Series(np.zeros(len(frame), dtype=np.uint64))
    return pd.util.hash_pandas_object(frame, index=False)
