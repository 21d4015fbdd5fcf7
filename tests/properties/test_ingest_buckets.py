"""Neither the number of buckets nor the size of the blocks changes anything that comes out."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import raw
from bleib import buckets
from bleib.sources import badrows, moves
from bleib.sources.reading import delimited

CUSTOMERS = [f"C{k}" for k in range(8)]
DAYS = [f"2024-03-{day:02d} {hour:02d}:30" for day in range(1, 29) for hour in (0, 9)]
SOURCES: list[dict[str, Any]] = [
    {
        "table": "interactions",
        "files": "orders.csv",
        "columns": {"event_id": "i", "customer_id": "c", "occurred_at": "t", "amount": "a"},
        "constants": {"kind": "order"},
    },
    {
        "table": "interactions",
        "files": "lines.csv",
        "columns": {"event_id": "i", "customer_id": "c", "occurred_at": "t", "amount": "a", "topic": "g"},
        "constants": {"kind": "purchase"},
        "one_row_per": ["event_id"],
        "duplicates": "drop",
    },
    {
        "table": "interactions",
        "files": "logins.csv",
        "columns": {"customer_id": "c", "occurred_at": "t"},
        "constants": {"kind": "login"},
        "where": [{"column": "a", "filled": True}],
    },
    {
        "table": "tickets",
        "files": "states.csv",
        "columns": {"ticket_id": "i", "customer_id": "c", "opened_at": "t", "priority": "g", "satisfaction": "a"},
        "changed_at": "s",
    },
    {"table": "customers", "files": "customers.csv", "columns": {"customer_id": "c", "signed_up_at": "t"}},
    {"table": "merges", "files": "merges.csv", "columns": {"old": "old", "new": "new"}},
]
HEADS = {"orders.csv": "i,c,t,a", "lines.csv": "i,c,t,a,g", "logins.csv": "c,t,a", "states.csv": "i,c,t,g,a,s"}

value = {
    "i": st.integers(0, 12).map(str),
    "c": st.sampled_from([*CUSTOMERS, *CUSTOMERS, ""]),
    "t": st.sampled_from([*DAYS, "", "never", "2034-03-01", "1924-03-01"]),
    "s": st.sampled_from([*DAYS, ""]),
    "a": st.sampled_from(["1.10", "2.25", "", "x"]),
    "g": st.sampled_from(["toys", "food", "a,b"]),  # the last makes a row that does not fit the header
}


def lines(head: str) -> st.SearchStrategy[str]:
    """A file whose dates are not mostly of 1924: ingest would stop, as for a wrong century."""
    row = st.tuples(*(value[name] for name in head.split(","))).map(",".join)
    rows = st.lists(row, min_size=1, max_size=20).filter(mostly_of_this_century)
    return rows.map(lambda rows: "\n".join([head, *rows]) + "\n")


def mostly_of_this_century(rows: list[str]) -> bool:
    """Whether as many rows are good as are of 1924."""
    early = [row for row in rows if "1924-" in row]  # in any column: one row may have two times
    good = [row for row in rows if row not in early and "2024-" in row and ",," not in f",{row}," and "a,b" not in row]
    return len(good) >= len(early)


files = st.fixed_dictionaries({name: lines(head) for name, head in HEADS.items()})
merges = st.sampled_from(["", "C0,C1\n", "C0,C5\nC5,C7\nC3,C4\n"]).map("old,new\n".__add__)


def take_in(given_files: dict[str, str], events: int, block: int, known: bool) -> raw.Result:
    """Ingest with so many events a bucket (and so many bad rows, and ids, at once) and so many bytes a block."""
    first = given_files["orders.csv"] + "x,C1,2024-03-10 10:00,1\n"
    customers = "c,t\n" + "".join(f"{name},2024-03-0{k + 1}\n" for k, name in enumerate(CUSTOMERS[:6]))
    everything: dict[str, str | bytes] = {**given_files, "orders.csv": first, "customers.csv": customers}
    limits = {"max_bad_share": 1, "data_end": "2024-03-29", "require_known_customer": known}
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(buckets, "EVENTS_PER_BUCKET", events)
        patch.setattr(badrows, "ROWS_AT_ONCE", events)
        patch.setattr(moves, "KEYS_AT_ONCE", events)
        patch.setattr(delimited, "BLOCK_BYTES", block)
        return raw.take_in(Path(folder), everything, SOURCES, **limits)


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(list(frame.columns), ignore_index=True)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(files, merges, st.sampled_from([1000, 40, 8, 3]), st.sampled_from([64, 200, 1 << 24]), st.booleans())
def test_blocks_and_buckets_change_nothing(
    found: dict[str, str], merged: str, events: int, block: int, known: bool
) -> None:
    whole = take_in({**found, "merges.csv": merged}, 1000, 1 << 24, known)
    parts = take_in({**found, "merges.csv": merged}, events, block, known)
    assert parts.report == whole.report
    assert parts.calendar == whole.calendar
    pd.testing.assert_frame_equal(parts.quarantine, whole.quarantine)
    for name, frame in whole.tables.items():
        pd.testing.assert_frame_equal(in_order(parts.tables[name]), in_order(frame))
