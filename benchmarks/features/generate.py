"""A made-up company of any size, streamed to disk.

``python -m benchmarks.features.generate EVENTS CUSTOMERS DATES LATE``, with the meanings of world.World. The same
arguments give the same bytes. Activity is heavy-tailed (log-normal), customers come and go, some events are known late.
Written as ingest writes it: one part a bucket of customers, sorted by customer and time.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.features.world import World, interactions, snapshots
from bleib.artifacts import SNAPSHOTS
from bleib.buckets import bucket_count, bucket_of, part, write_arrow
from bleib.clock import US_PER_DAY, as_of_grid, instants
from bleib.files import replacing
from bleib.tables import INTERACTIONS

SEED = 20260101
FIRST, END = date(2023, 1, 1), date(2025, 1, 1)
DAYS = (END - FIRST).days
CHUNK = 50_000  # customers drawn at a time; part of what the seed means

KINDS = np.array(["order", "login", "return", "help_page", "newsletter_click"])
SHARES = (0.35, 0.38, 0.05, 0.10, 0.12)
CHANNELS = np.array(["web", "app", "shop", "phone"])
TOPICS = np.array([f"topic_{n:02d}" for n in range(1, 21)])
TOPIC_SHARES = 1 / np.arange(1, 21) / (1 / np.arange(1, 21)).sum()


def as_of_dates(count: int) -> list[date]:
    """``count`` days spread evenly over the last year; twelve lie 30 days apart."""
    return as_of_grid(END, 360 // count, count, FIRST)


def generate(world: World) -> None:
    """Write the tables and the snapshots of a world."""
    count = bucket_count(world.events)
    with replacing(world.folder) as folder:
        events = Parts(interactions(folder), count, INTERACTIONS.empty())
        keys = Parts(snapshots(folder), count, SNAPSHOTS.table.empty()[["customer_id", "as_of_date"]])
        for frame in _chunks(world):
            events.write(frame)
            keys.write(_seen(frame, as_of_dates(world.dates)))
        events.close()
        keys.close()


class Parts:
    """A table in buckets that is written chunk by chunk."""

    def __init__(self, folder: Path, count: int, empty: pd.DataFrame) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.schema = _table(empty, None).schema
        self.writers = [pq.ParquetWriter(part(folder, n), self.schema, compression="zstd") for n in range(count)]

    def write(self, frame: pd.DataFrame) -> None:
        """Append the rows to the parts of their customers."""
        bucket = bucket_of(frame["customer_id"], len(self.writers))
        for number, writer in enumerate(self.writers):
            writer.write_table(_table(frame[bucket == number], self.schema))

    def close(self) -> None:
        """Finish all files; one row group each, and the interactions' kinds in its foot, as ingest writes them."""
        for number, writer in enumerate(self.writers):
            writer.close()
            file = part(self.folder, number)
            write_arrow(file, pq.read_table(file).combine_chunks())


def _table(frame: pd.DataFrame, schema: pa.Schema | None) -> pa.Table:
    with warnings.catch_warnings():  # pyarrow reads times in a way that pandas will change
        warnings.simplefilter("ignore", pd.errors.Pandas4Warning)
        return pa.Table.from_pandas(frame, schema, preserve_index=False)


def _chunks(world: World) -> Iterator[pd.DataFrame]:
    first_event = 0
    for first in range(0, world.customers, CHUNK):
        numbers = np.arange(first, min(first + CHUNK, world.customers))
        rng = np.random.default_rng([SEED, first])
        frame = _events(rng, numbers, world.events / world.customers, world.late, first_event)
        first_event += len(frame)
        yield frame


def _events(rng: np.random.Generator, numbers: np.ndarray, mean: float, late: float, first_event: int) -> pd.DataFrame:
    activity = rng.lognormal(-0.72, 1.2, len(numbers))  # mean 1
    counts = rng.poisson(mean * activity)
    begin = np.where(rng.random(len(numbers)) < 0.6, 0, rng.random(len(numbers)) * DAYS)
    end = np.minimum(DAYS, begin + rng.exponential(2 * DAYS, len(numbers)) + 1)
    owner = np.repeat(np.arange(len(numbers)), counts)
    day = begin[owner] + rng.random(len(owner)) * (end - begin)[owner]
    order = np.lexsort([day, owner])
    owner, day = owner[order], day[order]
    occurred = instants([FIRST], "UTC")[0] + (day * US_PER_DAY).astype(np.int64)
    delay = np.where(rng.random(len(owner)) < late, rng.random(len(owner)) * 10, 0)
    ids = pd.Series([f"C{number:08d}" for number in numbers], dtype="str")
    columns = {
        "event_id": pd.Series(np.arange(first_event, first_event + len(owner))).astype("str"),
        "customer_id": ids.take(owner).reset_index(drop=True),
        "occurred_at": _times(occurred),
        "known_at": _times(occurred + (delay * US_PER_DAY).astype(np.int64)),
        **_contents(rng, len(owner)),
    }
    return pd.DataFrame(columns)[list(INTERACTIONS.names)]


def _contents(rng: np.random.Generator, n: int) -> dict[str, pd.Series]:
    kind = rng.choice(len(KINDS), n, p=SHARES)
    bought, told = kind == 0, np.isin(kind, (0, 2, 3))  # orders; what has a topic
    channel = rng.choice(len(CHANNELS), n, p=(0.5, 0.3, 0.15, 0.05))
    topic = rng.choice(len(TOPICS), n, p=TOPIC_SHARES)
    amount = np.round(rng.lognormal(3.5, 0.9, n), 2)
    return {
        "kind": _texts(KINDS, kind),
        "amount": pd.Series(np.where(np.isin(kind, (0, 2)), amount, np.nan)),
        "quantity": pd.Series(np.where(bought, 1.0 + rng.poisson(0.8, n), np.nan)),
        "channel": _texts(CHANNELS, np.where(kind == 4, -1, channel)),
        "topic": _texts(TOPICS, np.where(told, topic, -1)),
    }


def _texts(names: np.ndarray, codes: np.ndarray) -> pd.Series:
    return pd.Series(pd.Categorical.from_codes(codes, names)).astype("str")


def _times(microseconds: np.ndarray) -> pd.Series:
    return pd.Series(microseconds.view("datetime64[us]")).dt.tz_localize("UTC")


def _seen(frame: pd.DataFrame, days: list[date]) -> pd.DataFrame:
    """Every customer at every as-of date before which an event of theirs was known."""
    known = frame["known_at"].groupby(frame["customer_id"], sort=False).min()
    parts = []
    for day, at in zip(days, instants(days, "UTC"), strict=True):
        seen = known.index[known < pd.Timestamp(at, unit="us", tz="UTC")]
        parts.append(pd.DataFrame({"customer_id": seen, "as_of_date": np.datetime64(day, "us")}))
    rows = pd.concat(parts, ignore_index=True).astype({"customer_id": "str"})
    return rows.sort_values(["customer_id", "as_of_date"], ignore_index=True)


if __name__ == "__main__":
    events, customers, dates, late = sys.argv[1:]
    generate(World(int(events), int(customers), int(dates), float(late)))
