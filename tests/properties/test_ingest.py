"""What must not change what comes out: the order of raw rows, a second delivery, other names for the same customers."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import raw

DAYS = [f"2024-03-{day:02d} {hour:02d}:30" for day in range(1, 29) for hour in (0, 9)]
BAD = ["", "never", "2034-03-01", "1924-03-01"]
COLUMNS = {"customer_id": "c", "occurred_at": "t", "amount": "a", "topic": "g"}
SHAPES: dict[str, dict[str, Any]] = {
    "with id": {"columns": {**COLUMNS, "event_id": "i"}},
    "without id": {"columns": COLUMNS, "duplicates": "drop"},
    "lines": {"columns": {**COLUMNS, "event_id": "i"}, "one_row_per": ["event_id"], "duplicates": "drop"},
}

row = st.tuples(
    st.integers(0, 9).map(str),
    st.sampled_from(["A", "B", "C", ""]),
    st.sampled_from(DAYS + BAD),
    st.sampled_from(["1.10", "2.25", "", "x"]),
    st.sampled_from(["toys", "food", ""]),
)
rows = st.lists(row, min_size=3, max_size=25).map(lambda found: [*found, ("99", "A", "2024-03-10 10:00", "1", "toys")])


def take_in(given_rows: list[tuple[str, ...]], shape: str) -> raw.Result:
    content = "i,c,t,a,g\n" + "".join(",".join(values) + "\n" for values in given_rows)
    source = {"table": "interactions", "files": "x.csv", "constants": {"kind": "order"}, **SHAPES[shape]}
    with tempfile.TemporaryDirectory() as folder:
        return raw.take_in(Path(folder), {"x.csv": content}, [source], max_bad_share=1, data_end="2024-03-29")


def table(found: raw.Result) -> pd.DataFrame:
    return found.tables["interactions"]


@settings(deadline=None, max_examples=15)
@given(rows, st.sampled_from(sorted(SHAPES)), st.randoms(use_true_random=False))
def test_the_order_of_raw_rows_changes_nothing(found: list[tuple[str, ...]], shape: str, rng: random.Random) -> None:
    shuffled = rng.sample(found, len(found))
    pd.testing.assert_frame_equal(table(take_in(found, shape)), table(take_in(shuffled, shape)))


@settings(deadline=None, max_examples=15)
@given(rows, st.sampled_from(sorted(SHAPES)), st.integers(1, 20))
def test_a_second_delivery_changes_nothing(found: list[tuple[str, ...]], shape: str, count: int) -> None:
    pd.testing.assert_frame_equal(table(take_in(found, shape)), table(take_in(found + found[:count], shape)))


@settings(deadline=None, max_examples=15)
@given(rows, st.sampled_from(sorted(SHAPES)))
def test_other_names_of_customers_change_only_the_names(found: list[tuple[str, ...]], shape: str) -> None:
    renamed = [(i, f"Kundin-{c}" if c else "", *rest) for i, c, *rest in found]
    before, after = table(take_in(found, shape)), table(take_in(renamed, shape))
    after = after.assign(customer_id=after["customer_id"].str.removeprefix("Kundin-"))
    made = ["event_id"] if "event_id" not in SHAPES[shape]["columns"] else []
    sort = ["customer_id", "occurred_at", "amount", "topic"]
    pd.testing.assert_frame_equal(
        before.drop(columns=made).sort_values(sort, ignore_index=True),
        after.drop(columns=made).sort_values(sort, ignore_index=True),
    )


@settings(deadline=None, max_examples=15)
@given(rows, st.sampled_from(sorted(SHAPES)))
def test_every_raw_row_is_counted_once(found: list[tuple[str, ...]], shape: str) -> None:
    result = take_in(found, shape)
    totals = result.report["totals"]
    assert totals["rows_in"] == len(found)
    assert totals["rows_out"] == len(table(result))
    assert totals["quarantined"] == len(result.quarantine)
    assert totals["rows_in"] == totals["rows_out"] + totals["quarantined"] + totals["filtered"] + totals["merged"]
