"""The stream of events as numbers in order: what the kernel runs on.

Names travel as dictionaries (each name once, and a number an event), as they lie in Parquet files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bleib.clock import days_of, microseconds
from bleib.features import kernel
from bleib.features.compiled import entry
from bleib.features.order import order_of
from bleib.features.streams import STREAM

NAMES = ("customer_id", "kind", "channel", "topic")
TIMES = ("occurred_at", "known_at", "ends_at")
_TIME = pa.timestamp("us", "UTC")


@dataclass(frozen=True)
class Encoded:
    """The events of the customers asked for, in order, as numbers; ``owner`` says whose each one is."""

    owner: np.ndarray
    events: kernel.Events
    kinds: Sequence[str]
    channels: Sequence[str]
    topics: Sequence[str]


def as_arrow(stream: pd.DataFrame) -> pa.Table:
    """A stream (columns of streams.STREAM) as an Arrow table."""
    return pa.table({name: _column(stream[name]) for name in STREAM})


def interaction_events(interactions: pa.Table) -> pa.Table:
    """The stream of canonical interactions whose names were read as dictionaries: as ``streams.event_stream`` gives it.

    No conversion to pandas: nearly all events are interactions.
    """
    known = pc.coalesce(interactions["known_at"], interactions["occurred_at"])
    ends = pa.nulls(len(interactions), _TIME)
    return (
        interactions.set_column(interactions.column_names.index("known_at"), "known_at", known)
        .append_column("ends_at", ends)
        .select(list(STREAM))
    )


def encode(stream: pa.Table, ids: pa.Array, time_zone: str) -> Encoded:
    """``ids`` (strings) are the customers asked for, each once; events of others are left out.

    Ties at one instant are put in order by what the events say (kind, amount, quantity, channel, topic), so that
    neither the order of the rows nor the choice of as-of dates changes anything.
    """
    stream = stream.unify_dictionaries().combine_chunks()
    owner = _owners(stream["customer_id"], ids)
    (kind, kinds), (channel, channels), (topic, topics) = (_codes(stream[name]) for name in NAMES[1:])
    occurred, known, ends = (_instants(stream[name]) for name in TIMES)
    amount, quantity = _scaled(stream["amount"]), _scaled(stream["quantity"])
    order = order_of(owner, [occurred, kind, amount, quantity, channel, topic], len(ids))
    owner, occurred, known, ends, amount, quantity, kind, channel, topic = (
        column[order] for column in (owner, occurred, known, ends, amount, quantity, kind, channel, topic)
    )
    days = days_of(occurred, time_zone)
    events = kernel.Events(occurred, known, ends, days, amount, quantity, kind, channel, topic)
    return Encoded(owner, events, kinds, channels, topics)


def as_dictionary(ids: pd.Series) -> pa.DictionaryArray:
    """Texts, each once, and a number a row."""
    return _whole(pa.array(ids, pa.string(), from_pandas=True)).dictionary_encode()


def first_rows(customers: pa.ChunkedArray) -> tuple[np.ndarray, pa.Array]:
    """Where in rows sorted by customer each customer begins, and the end (int64, customers + 1); and who they are.

    ``customers``: a dictionary.
    """
    column = _whole(pa.table({"ids": customers}).unify_dictionaries()["ids"])
    codes = column.indices.to_numpy()
    begins = np.flatnonzero(np.diff(codes, prepend=np.int32(-1)))
    return np.append(begins, len(codes)), column.dictionary.take(pa.array(codes[begins]))


def _column(series: pd.Series) -> pa.Array:
    if series.name in NAMES:
        return as_dictionary(series)
    if series.name in TIMES:
        missing = series.isna().to_numpy()
        return pa.array(microseconds(series, 0), pa.int64(), mask=missing).cast(_TIME)
    return pa.array(series, pa.float64(), from_pandas=True)


def _owners(customers: pa.ChunkedArray, ids: pa.Array) -> np.ndarray:
    """The place of each event's customer among the ``ids``, int64; −1 where it is not asked for."""
    column = _whole(customers)
    places = pc.index_in(column.dictionary, value_set=ids).fill_null(-1)
    return np.append(places.to_numpy(zero_copy_only=False), -1).astype(np.int64)[_numbers(column)]


def _codes(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    """Numbers (int32) in the order of the names; −1 where there is none."""
    encoded = _whole(column)
    names = encoded.dictionary.to_pylist()
    place = np.empty(len(names) + 1, np.int32)
    order = sorted(range(len(names)), key=names.__getitem__)
    place[order] = np.arange(len(names))
    place[-1] = -1
    return place[_numbers(encoded)], [names[k] for k in order]


def _numbers(column: pa.DictionaryArray) -> np.ndarray:
    return column.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)


def _instants(column: pa.ChunkedArray) -> np.ndarray:
    return _whole(column).cast(pa.int64()).fill_null(kernel.NEVER).to_numpy(zero_copy_only=False)


def _scaled(column: pa.ChunkedArray) -> np.ndarray:
    """Ten-thousandths as integers, so that no order of summing changes a last digit."""
    return _ten_thousandths(_whole(column).fill_null(np.nan).to_numpy(zero_copy_only=False))


@entry
def _ten_thousandths(amounts):  # type: ignore[no-untyped-def]
    whole = np.empty(len(amounts), np.int64)
    for k in range(len(amounts)):
        whole[k] = kernel.NONE if np.isnan(amounts[k]) else np.int64(np.rint(amounts[k] * kernel.SCALE))
    return whole


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """One array; a single chunk is not copied."""
    if isinstance(column, pa.Array):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
