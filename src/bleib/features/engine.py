"""Drives the kernel over the events of one bucket. The result has one row a snapshot, by customer_id and as_of_date."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from bleib.clock import day_number, to_date
from bleib.features import kernel
from bleib.features.declaration import Feature
from bleib.features.encode import as_arrow, as_dictionary, encode, first_rows
from bleib.features.plan import Plan, compile_plan
from bleib.features.ranks import gather_peers, rank

KEY = ["customer_id", "as_of_date"]


class Sheet(threading.local):
    """Memory for the features of one bucket, which each thread keeps for its next one.

    A fresh array for every bucket costs the system time: its pages have to be found and filled with zeros. What was
    computed on a sheet is written over by the next bucket of the same thread.
    """

    _memory = np.empty(0, np.float32)

    def take(self, features: int, rows: int) -> np.ndarray:
        """An array of shape (features, rows), float32, with anything in it."""
        size = features * rows
        if len(self._memory) < size:
            self._memory = np.empty(size + size // 8, np.float32)  # the next bucket may be a little larger
        return self._memory[:size].reshape(features, rows)


@dataclass(frozen=True)
class Computed:
    """Features of one bucket without the ranks: a float32 column by name, and the number of each row's date."""

    columns: dict[str, np.ndarray]
    row_date: np.ndarray


def compute(
    stream: pd.DataFrame, snapshots: pd.DataFrame, declarations: Sequence[Feature], time_zone: str
) -> pd.DataFrame:
    """Features of every snapshot: customer_id, as_of_date, then one float32 column a declaration, in their order.

    ``stream`` has the columns of streams.STREAM; ``snapshots`` customer_id and as_of_date. ValueError if a feature is
    computed from one that is not declared.
    """
    days = sorted({to_date(day) for day in snapshots["as_of_date"].unique()})
    rows = snapshots[KEY].drop_duplicates().sort_values(KEY, ignore_index=True)
    key = pa.table({"customer_id": as_dictionary(rows["customer_id"]), "as_of_date": pa.array(rows["as_of_date"])})
    found = compute_bucket(as_arrow(stream), key, declarations, days, time_zone)
    columns = found.columns
    for feature in declarations:
        if feature.combine == "rank":
            peers = gather_peers([(columns[feature.of], found.row_date)], len(days))
            columns[feature.name] = rank(columns[feature.of], found.row_date, peers)
    named = {feature.name: columns[feature.name] for feature in declarations}
    return pd.concat([rows, pd.DataFrame(named, index=rows.index)], axis=1)


def compute_bucket(
    stream: pa.Table,
    rows: pa.Table,
    declarations: Sequence[Feature],
    days: Sequence[date],
    time_zone: str,
    sheet: Sheet | None = None,
) -> Computed:
    """All features but the ranks.

    ``stream``: events as ``encode.as_arrow`` gives them. ``rows``: customer_id (a dictionary) and as_of_date, unique
    and sorted by them. ``days``: all as-of dates, ascending, also those that no customer of this bucket has. ``sheet``:
    compute on this memory instead of fresh. ValueError if a feature is computed from one that is not declared.
    """
    check_ingredients(declarations)
    row_date = np.searchsorted(np.array(days, "datetime64[us]"), rows["as_of_date"].to_numpy()).astype(np.int64)
    plan = compile_plan(declarations)
    out = (sheet or Sheet()).take(len(plan.features), len(row_date))
    columns = _kernel_columns(stream, rows["customer_id"], row_date, plan, days, time_zone, out)
    for feature in declarations:
        if feature.combine in ("difference", "ratio"):
            columns[feature.name] = _combined(feature, columns)
    return Computed(columns, row_date)


def check_ingredients(declarations: Sequence[Feature]) -> None:
    """Raise ValueError if a feature is computed from one that is not among the declarations."""
    known = {feature.name for feature in declarations}
    for feature in declarations:
        missing = [name for name in (feature.of, feature.than) if name and name not in known]
        if missing:
            raise ValueError(f"{feature.name} is computed from {', '.join(missing)}, which is not declared")


def _kernel_columns(
    stream: pa.Table,
    customers: pa.ChunkedArray,
    row_date: np.ndarray,
    plan: Plan,
    days: Sequence[date],
    time_zone: str,
    out: np.ndarray,
) -> dict[str, np.ndarray]:
    first_row, ids = first_rows(customers)
    encoded = encode(stream, ids, time_zone)
    first_event = np.searchsorted(encoded.owner, np.arange(len(first_row)))
    program = plan.program(encoded.kinds, encoded.channels, encoded.topics, _span(encoded.events.day, days[-1]))
    kernel.run(first_event, first_row, row_date, encoded.events, plan.dates(days, time_zone), program, out)
    return dict(zip([feature.name for feature in plan.features], out, strict=True))


def _span(event_days: np.ndarray, newest: date) -> int:
    """Days between the first and the last of the events and the newest as-of date: the kernel walks over all events."""
    last = day_number(newest)
    return int(event_days.max(initial=last)) - int(event_days.min(initial=last))


def _combined(feature: Feature, columns: dict[str, np.ndarray]) -> np.ndarray:
    """Difference, or ratio (undefined over zero)."""
    of, than = (columns[name].astype(np.float64) for name in (feature.of, feature.than))
    if feature.combine == "difference":
        return (of - than).astype(np.float32)
    return np.divide(of, than, out=np.full(len(of), np.nan), where=than != 0).astype(np.float32)
