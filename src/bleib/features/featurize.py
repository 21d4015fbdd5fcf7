"""Canonical tables and snapshots in, the feature table out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bleib.clock import timestamp, to_date
from bleib.contents import count_kinds
from bleib.errors import DataError
from bleib.features.catalogue import catalogue
from bleib.features.declaration import Feature
from bleib.features.emptied import check_emptied, count_filled
from bleib.features.encode import as_arrow
from bleib.features.engine import compute
from bleib.features.inventory import take_inventory
from bleib.features.streams import count_versions, event_stream, refused_columns
from bleib.settings import Churn, Company, Features


@dataclass(frozen=True)
class FeatureTable:
    """``frame``: customer_id, as_of_date, one float32 column a feature in the order of ``declarations``."""

    frame: pd.DataFrame
    declarations: list[Feature]


def featurize(
    tables: Mapping[str, pd.DataFrame],
    snapshots: pd.DataFrame,
    company: Company,
    churn: Churn,
    features: Features,
    declarations: Sequence[Feature] | None = None,
) -> FeatureTable:
    """Features of every snapshot, sorted by customer_id and as_of_date.

    ``tables``: canonical tables by name; ``snapshots``: customer_id and as_of_date, other columns are not read.
    ``declarations``: compute exactly these (the columns of a trained model) instead of those for which there are data.
    Counts and sums of nothing are 0; days, means and gaps of nothing are NaN. SettingsError for settings that cannot be
    meant, DataError for snapshots without rows and for attributes that were emptied when customers left.
    """
    if snapshots.empty:
        raise no_snapshots()
    stream = event_stream(tables, features)
    if declarations is None:
        newest = timestamp(to_date(snapshots["as_of_date"].max()), company.time_zone)
        check_emptied(count_filled(tables, newest), features)
        inventory = take_inventory(count_kinds(as_arrow(stream)), churn, features)
        declarations = catalogue(inventory, features, refused_columns(count_versions(tables), features))
    return FeatureTable(compute(stream, snapshots, declarations, company.time_zone), list(declarations))


def no_snapshots() -> DataError:
    """The fault of a cohort without anybody."""
    return DataError("no snapshots to compute features for; look at data/labels/summary.csv for the cohort sizes")
