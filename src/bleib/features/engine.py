"""Drives the kernel over the events of one bucket. The result has one row a snapshot, by customer_id and as_of_date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bleib.clock import day_number, days_of, microseconds, to_date
from bleib.features import kernel
from bleib.features.declaration import Feature
from bleib.features.order import order_of
from bleib.features.plan import Plan, compile_plan
from bleib.features.ranks import gather_peers, rank

KEY = ["customer_id", "as_of_date"]


@dataclass(frozen=True)
class Computed:
    """Features of one bucket without the ranks: a float32 column by name, and the number of each row's date."""

    columns: dict[str, np.ndarray]
    row_date: np.ndarray


@dataclass(frozen=True)
class Encoded:
    """The events of the customers asked for, in order, as numbers; ``owner`` says whose each one is."""

    owner: np.ndarray
    events: kernel.Events
    kinds: Sequence[str]
    channels: Sequence[str]
    topics: Sequence[str]


def compute(
    stream: pd.DataFrame, snapshots: pd.DataFrame, declarations: Sequence[Feature], time_zone: str
) -> pd.DataFrame:
    """Features of every snapshot: customer_id, as_of_date, then one float32 column a declaration, in their order.

    ``stream`` has the columns of streams.STREAM; ``snapshots`` customer_id and as_of_date. ValueError if a feature is
    computed from one that is not declared.
    """
    days = sorted({to_date(day) for day in snapshots["as_of_date"].unique()})
    rows = snapshots[KEY].drop_duplicates().sort_values(KEY, ignore_index=True)
    found = compute_bucket(stream, rows, declarations, days, time_zone)
    columns = found.columns
    for feature in declarations:
        if feature.combine == "rank":
            peers = gather_peers([(columns[feature.of], found.row_date)], len(days))
            columns[feature.name] = rank(columns[feature.of], found.row_date, peers)
    named = {feature.name: columns[feature.name] for feature in declarations}
    return pd.concat([rows, pd.DataFrame(named, index=rows.index)], axis=1)


def compute_bucket(
    stream: pd.DataFrame, rows: pd.DataFrame, declarations: Sequence[Feature], days: Sequence[date], time_zone: str
) -> Computed:
    """All features but the ranks.

    ``rows``: customer_id and as_of_date, unique and sorted by them. ``days``: all as-of dates, ascending, also those
    that no customer of this bucket has. ValueError if a feature is computed from one that is not declared.
    """
    check_ingredients(declarations)
    row_date = np.searchsorted(np.array(days, "datetime64[us]"), rows["as_of_date"].to_numpy()).astype(np.int64)
    columns = _kernel_columns(stream, rows["customer_id"], row_date, compile_plan(declarations), days, time_zone)
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
    stream: pd.DataFrame, customers: pd.Series, row_date: np.ndarray, plan: Plan, days: Sequence[date], time_zone: str
) -> dict[str, np.ndarray]:
    first_row = np.append(np.flatnonzero(_begins(customers)), len(customers)).astype(np.int64)
    encoded = _encode(stream, customers.iloc[first_row[:-1]], time_zone)
    first_event = np.searchsorted(encoded.owner, np.arange(len(first_row)))
    oldest = day_number(days[-1]) - int(encoded.events.day.min(initial=day_number(days[-1])))
    program = plan.program(encoded.kinds, encoded.channels, encoded.topics, oldest)
    out = np.empty((len(plan.features), len(customers)), np.float32)
    kernel.run(first_event, first_row, row_date, encoded.events, plan.dates(days, time_zone), program, out)
    return dict(zip([feature.name for feature in plan.features], out, strict=True))


def _begins(customers: pd.Series) -> np.ndarray:
    """Where in the sorted rows another customer begins, bool of shape (n,)."""
    return np.diff(_dictionary(customers)[0], prepend=-1) != 0


def _encode(stream: pd.DataFrame, ids: pd.Series, time_zone: str) -> Encoded:
    """``ids`` are the customers asked for, each once; events of others are left out.

    Ties at one instant are put in order by what the events say (kind, amount, quantity, channel, topic), so that
    neither the order of the rows nor the choice of as-of dates changes anything.
    """
    owner = _owners(stream["customer_id"], ids)
    if (owner < 0).any():
        stream, owner = stream[owner >= 0], owner[owner >= 0]
    kind, kinds = _codes(stream["kind"])
    channel, channels = _codes(stream["channel"])
    topic, topics = _codes(stream["topic"])
    occurred = microseconds(stream["occurred_at"], kernel.NONE)
    amount, quantity = _scaled(stream["amount"]), _scaled(stream["quantity"])
    order = order_of(owner, [occurred, kind, amount, quantity, channel, topic], len(ids))
    occurred = occurred[order]
    events = kernel.Events(
        occurred,
        microseconds(stream["known_at"], kernel.NEVER)[order],
        microseconds(stream["ends_at"], kernel.NEVER)[order],
        days_of(occurred, time_zone),
        *(column[order] for column in (amount, quantity, kind, channel, topic)),
    )
    return Encoded(owner[order], events, kinds, channels, topics)


def _owners(customers: pd.Series, ids: pd.Series) -> np.ndarray:
    """The place of each event's customer among the ``ids``, int64; −1 where it is not asked for."""
    codes, names = _dictionary(customers)
    places = pc.index_in(names, value_set=_dictionary(ids)[1]).fill_null(-1)
    return places.to_numpy(zero_copy_only=False).astype(np.int64)[codes]


def _codes(names: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Numbers (int32) in the order of the names; −1 where there is none."""
    codes, found = _dictionary(names)
    unsorted = found.to_pylist()
    place = np.empty(len(unsorted) + 1, np.int32)
    order = sorted(range(len(unsorted)), key=unsorted.__getitem__)
    place[order] = np.arange(len(unsorted))
    place[-1] = -1
    return place[codes], [unsorted[k] for k in order]


def _dictionary(texts: pd.Series) -> tuple[np.ndarray, pa.Array]:
    """Each text as a number (−1: none), and the texts in the order of their first appearance."""
    found = pa.array(texts, pa.large_string(), from_pandas=True)
    whole = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    encoded = whole.dictionary_encode()
    return encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64), encoded.dictionary


def _scaled(amounts: pd.Series) -> np.ndarray:
    """Ten-thousandths as integers, so that no order of summing changes a last digit."""
    scaled = np.round(amounts.to_numpy() * kernel.SCALE)
    return np.where(np.isnan(scaled), kernel.NONE, scaled).astype(np.int64)


def _combined(feature: Feature, columns: dict[str, np.ndarray]) -> np.ndarray:
    """Difference, or ratio (undefined over zero)."""
    of, than = (columns[name].astype(np.float64) for name in (feature.of, feature.than))
    if feature.combine == "difference":
        return (of - than).astype(np.float32)
    return np.divide(of, than, out=np.full(len(of), np.nan), where=than != 0).astype(np.float32)
