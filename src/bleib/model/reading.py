"""Labelled rows from the folders of snapshots and features: one part after the other, so only what is kept is held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow.dataset as ds

from bleib.model.main_activity import main_columns
from bleib.model.rows import KEY, Rows, cohort_rows, labelled_rows
from bleib.model.sampling import kept_share, sample


def read_labelled_rows(features: Path, snapshots: Path, dates: Sequence[pd.Timestamp]) -> Rows:
    """The snapshots of ``dates`` that churned or stayed, from folders in buckets; see ``rows.labelled_rows``."""
    return _rows(features, _labelled(snapshots, dates), dates)


def read_families(dictionary: Path) -> dict[str, str]:
    """The family of every feature that a model may see, in the order of the columns."""
    table = pd.read_csv(dictionary)
    seen = table[table["for_model"]]
    return dict(zip(seen["name"], seen["family"], strict=True))


def read_training_rows(
    features: Path, snapshots: Path, dates: Sequence[pd.Timestamp], most: int, names: Iterable[str]
) -> Rows:
    """The same with the features ``names`` alone, and only a weighted sample of the customers who stayed where there
    are more than ``most`` snapshots.
    """
    chosen = _labelled(snapshots, dates)
    churned = int(chosen["churned"].sum())
    share = kept_share(churned, len(chosen) - churned, most)
    return _rows(features, sample(chosen, share) if share < 1 else chosen, dates, names)


def read_rhythms(features: Path, snapshots: Path) -> tuple[pd.DataFrame, Rows]:
    """Of all snapshots what tells of the customers' own rhythm, and as rows those of the newest as-of date.

    That is key and ``main_activity.main_columns``, so that little is held however many features there are.
    """
    names = main_columns(ds.dataset(features).schema.names)
    rhythms = pd.read_parquet(features, columns=[*KEY, *names])
    known = pd.read_parquet(snapshots, columns=KEY)
    return rhythms, cohort_rows(rhythms, known, known["as_of_date"].max())


def _labelled(snapshots: Path, dates: Sequence[pd.Timestamp]) -> pd.DataFrame:
    rows = pd.read_parquet(snapshots, columns=[*KEY, "churned"], filters=[("as_of_date", "in", list(dates))])
    return rows[rows["churned"].notna()]


def _rows(
    features: Path, kept: pd.DataFrame, dates: Sequence[pd.Timestamp], names: Iterable[str] | None = None
) -> Rows:
    columns = None if names is None else [*KEY, *names]
    wanted, only = pd.MultiIndex.from_frame(kept[KEY]), [("as_of_date", "in", list(dates))]
    parts = (pd.read_parquet(file, columns=columns, filters=only) for file in sorted(features.glob("*.parquet")))
    found = [part[pd.MultiIndex.from_frame(part[KEY]).isin(wanted)] for part in parts]
    return labelled_rows(pd.concat(found, ignore_index=True), kept, dates)
