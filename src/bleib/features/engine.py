"""Drives the kernel bucket by bucket: customers are divided by a stable hash, each bucket is sorted and run alone.

The result has one row a snapshot in the order of customer_id and as_of_date, whatever the number of buckets and
threads.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bleib.clock import day_numbers, microseconds, to_date
from bleib.features import kernel
from bleib.features.declaration import Feature
from bleib.features.plan import Plan, compile_plan

EVENTS_PER_BUCKET = 1_000_000
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Encoded:
    """The stream as numbers: customers, kinds, channels and topics in the order of their names, times as instants."""

    customer: np.ndarray  # int64 (n,)
    events: np.ndarray  # int64 (n, 11), see the columns in kernel
    kinds: Sequence[str]
    channels: Sequence[str]
    topics: Sequence[str]

    def part(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Customers and events of the given rows, sorted by customer and occurrence.

        Ties at one instant are put in order by what the events say (kind, amount, quantity, channel, topic), so that
        neither the order of the rows nor the choice of as-of dates changes anything.
        """
        owner, events = self.customer[rows], self.events[rows]
        ties = (kernel.TOPIC, kernel.CHANNEL, kernel.QUANTITY, kernel.AMOUNT, kernel.KIND, kernel.OCCURRED)
        order = np.lexsort([*(events[:, column] for column in ties), owner])
        return owner[order], events[order]


def compute(
    stream: pd.DataFrame,
    snapshots: pd.DataFrame,
    declarations: Sequence[Feature],
    time_zone: str,
    buckets: int = 0,
    threads: int = 0,
) -> pd.DataFrame:
    """Features of every snapshot: customer_id, as_of_date, then one float32 column a declaration, in their order.

    ``stream`` has the columns of streams.STREAM; ``snapshots`` customer_id and as_of_date. ``buckets`` and ``threads``
    of 0: one bucket a million events, one thread a core.
    """
    rows = snapshots[["customer_id", "as_of_date"]].drop_duplicates()
    rows = rows.sort_values(["customer_id", "as_of_date"], ignore_index=True)
    needed = _with_ingredients(declarations)
    columns = _kernel_columns(stream, rows, compile_plan(needed), time_zone, buckets, threads)
    for feature in needed:
        if feature.combine:
            columns[feature.name] = _combined(feature, columns, rows["as_of_date"])
    named = {feature.name: columns[feature.name] for feature in declarations}
    return pd.concat([rows, pd.DataFrame(named, index=rows.index)], axis=1)


def _with_ingredients(declarations: Sequence[Feature]) -> list[Feature]:
    """The declarations; raises ValueError if one is computed from a feature that is not among them."""
    known = {feature.name for feature in declarations}
    for feature in declarations:
        missing = [name for name in (feature.of, feature.than) if name and name not in known]
        if missing:
            raise ValueError(f"{feature.name} is computed from {', '.join(missing)}, which is not declared")
    return list(declarations)


def _kernel_columns(
    stream: pd.DataFrame, rows: pd.DataFrame, plan: Plan, time_zone: str, buckets: int, threads: int
) -> dict[str, np.ndarray]:
    days = sorted({to_date(day) for day in rows["as_of_date"].unique()})
    dates = plan.dates(days, time_zone)
    ids = pd.Index(rows["customer_id"].unique())
    encoded = _encode(stream, ids, dates, time_zone)
    program = plan.program(encoded.kinds, encoded.channels, encoded.topics)
    out = np.empty((len(plan.features), len(rows)), np.float32)
    first_row = np.searchsorted(ids.get_indexer(pd.Index(rows["customer_id"])), np.arange(len(ids) + 1))
    row_date = np.searchsorted(np.array(days, "datetime64[us]"), rows["as_of_date"].to_numpy()).astype(np.int64)

    count = buckets or 1 + len(encoded.customer) // EVENTS_PER_BUCKET
    bucket = (pd.util.hash_array(ids.to_numpy(dtype=object), categorize=False) % np.uint64(count)).astype(np.int64)

    def run(number: int) -> None:
        customers = np.flatnonzero(bucket == number)
        owner, events = encoded.part(np.flatnonzero(bucket[encoded.customer] == number))
        first_event = np.searchsorted(owner, np.append(customers, len(ids)))
        rows_of = (first_row[customers], first_row[customers + 1])
        kernel.run(first_event, *rows_of, row_date, events, dates, program, out)

    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        list(pool.map(run, range(count)))
    return dict(zip([feature.name for feature in plan.features], out, strict=True))


def _encode(stream: pd.DataFrame, ids: pd.Index, dates: kernel.Dates, time_zone: str) -> Encoded:
    customer = ids.get_indexer(pd.Index(stream["customer_id"]))
    stream, customer = stream[customer >= 0], customer[customer >= 0]
    kind, kinds = _codes(stream["kind"])
    channel, channels = _codes(stream["channel"])
    topic, topics = _codes(stream["topic"])
    occurred = microseconds(stream["occurred_at"], kernel.NONE)
    columns = {
        kernel.OCCURRED: occurred,
        kernel.DAY: day_numbers(stream["occurred_at"], time_zone),
        kernel.KNOWN: _first_after(dates, microseconds(stream["known_at"], NEVER)),
        kernel.PAST: _first_after(dates, occurred),
        kernel.OVER: _first_after(dates, microseconds(stream["ends_at"], NEVER)),
        kernel.ONE: np.ones(len(stream), np.int64),
        kernel.AMOUNT: _scaled(stream["amount"]),
        kernel.QUANTITY: _scaled(stream["quantity"]),
        kernel.KIND: kind,
        kernel.CHANNEL: channel,
        kernel.TOPIC: topic,
    }
    events = np.column_stack([columns[place] for place in sorted(columns)])
    return Encoded(customer, events, kinds, channels, topics)


def _codes(names: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Numbers in the order of the names; −1 where there is none."""
    codes, uniques = pd.factorize(names, sort=True)
    return codes.astype(np.int64), [str(name) for name in uniques]


def _first_after(dates: kernel.Dates, times: np.ndarray) -> np.ndarray:
    """Number of the first as-of date that lies after each time: from there on it is past."""
    return np.searchsorted(dates.instant, times, side="right").astype(np.int64)


def _scaled(amounts: pd.Series) -> np.ndarray:
    """Ten-thousandths as integers, so that no order of summing changes a last digit."""
    scaled = np.round(amounts.to_numpy() * kernel.SCALE)
    return np.where(np.isnan(scaled), kernel.NONE, scaled).astype(np.int64)


def _combined(feature: Feature, columns: dict[str, np.ndarray], as_of: pd.Series) -> np.ndarray:
    """Difference, ratio (undefined over zero), or rank within the date: the share below and half of the ties."""
    of = columns[feature.of].astype(np.float64)
    if feature.combine == "rank":
        dates = pd.Series(of).groupby(as_of.to_numpy())
        return ((dates.rank() - 0.5) / dates.transform("count")).to_numpy(np.float32)
    than = columns[feature.than].astype(np.float64)
    if feature.combine == "difference":
        return (of - than).astype(np.float32)
    return np.divide(of, than, out=np.full(len(of), np.nan), where=than != 0).astype(np.float32)
