"""A world as the raw files of a company: ``python -m benchmarks.features.exports WORLD PROJECT``.

One CSV file a month in the order of time, the last week apart, and the params.yaml with which ``ingest`` reads them.
Without what becomes known after the end of the two years: nobody could have exported it.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.dataset as ds

from benchmarks.features.generate import END, FIRST
from benchmarks.features.world import interactions
from bleib.clock import month_starts, timestamp

WEEK = timedelta(days=7)
PARAMS = """\
company: {name: Benchmark, time_zone: UTC, currency: EUR, language: en}
sources:
  - table: interactions
    files: data/raw/*.csv
    columns: {event_id: event_id, customer_id: customer_id, occurred_at: occurred_at, known_at: known_at, kind: kind,
              amount: amount, quantity: quantity, channel: channel, topic: topic}
ingest: {data_end: "2025-01-01"}
"""


def export(world: Path, project: Path) -> None:
    """Write data/raw/<first day>.csv and params.yaml below ``project``."""
    raw = project / "data/raw"
    raw.mkdir(parents=True)
    (project / "params.yaml").write_text(PARAMS, encoding="utf-8")
    events = ds.dataset(interactions(world))
    starts = [*month_starts(FIRST, END), END - WEEK, END]
    for begin, end in pairwise(starts):
        wanted = _in("occurred_at", begin, end) & _in("known_at", FIRST, END)
        table = events.to_table(filter=wanted).sort_by("occurred_at")
        pa.csv.write_csv(_plain(table), raw / f"{begin:%Y-%m-%d}.csv")


def _in(column: str, begin: date, end: date) -> ds.Expression:
    return (pc.field(column) >= _scalar(begin)) & (pc.field(column) < _scalar(end))


def _scalar(day: date) -> pa.Scalar:
    return pa.scalar(pd.Timestamp(timestamp(day, "UTC")), pa.timestamp("us", "UTC"))


def _plain(table: pa.Table) -> pa.Table:
    """Times as ISO 8601 text with offset."""
    for name in ("occurred_at", "known_at"):
        text = pc.strftime(table[name], "%Y-%m-%dT%H:%M:%SZ")
        table = table.set_column(table.schema.get_field_index(name), name, text)
    return table


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
