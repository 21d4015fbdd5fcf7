"""What a part of the interactions holds stands in the foot of its file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import worlds
from bleib import buckets, contents
from bleib.tables import INTERACTIONS

COUNTS = {
    "rows": {"login": 1, "order": 3},
    "amount": {"login": 0, "order": 2},
    "quantity": {"login": 0, "order": 0},
    "channel": {"login": 1, "order": 1},
    "topic": {"login": 0, "order": 0},
}


def interactions() -> pd.DataFrame:
    rows = [
        {"customer_id": "a", "kind": "order", "amount": 3.0},
        {"customer_id": "a", "kind": "login", "channel": "web"},
        {"customer_id": "b", "kind": "order", "amount": -1.0, "channel": "app"},
        {"customer_id": "b", "kind": "order"},
    ]
    for number, row in enumerate(rows):
        row |= {"event_id": str(number), "occurred_at": "2024-01-01", "known_at": "2024-01-01"}
    return worlds.frame(INTERACTIONS, rows)


def plain(counts: pd.DataFrame) -> dict[str, dict[str, int]]:
    return {name: column.sort_index().to_dict() for name, column in counts.items()}


def test_kinds_are_counted_with_the_columns_that_they_have():
    table = pa.Table.from_pandas(interactions()[["kind", *contents.COLUMNS]])
    assert plain(contents.count_kinds(table)) == COUNTS


def test_name_of_a_dictionary_that_no_event_has_is_no_kind():
    table = pa.Table.from_pandas(interactions()[["kind", *contents.COLUMNS]])
    kind = pa.DictionaryArray.from_arrays([1, 0, 1, 1], ["login", "order", "return"])
    assert plain(contents.count_kinds(table.set_column(0, "kind", kind))) == COUNTS


def test_counts_of_two_parts_add_up():
    counts = contents.count_kinds(pa.Table.from_pandas(interactions()[["kind", *contents.COLUMNS]]))
    total = contents.add_counts([counts, counts])
    assert plain(total) == {name: {kind: 2 * n for kind, n in column.items()} for name, column in COUNTS.items()}


def test_foot_of_a_part_says_what_the_part_holds_and_its_rows_are_not_read(tmp_path: Path, monkeypatch):
    buckets.write_part(tmp_path, 0, interactions())
    with monkeypatch.context() as patch:
        patch.setattr(pq, "read_table", None)
        assert plain(contents.kinds_of(buckets.part(tmp_path, 0))) == COUNTS
    pd.testing.assert_frame_equal(pd.read_parquet(buckets.part(tmp_path, 0)), interactions())


def test_part_that_somebody_else_wrote_is_counted(tmp_path: Path):
    interactions().to_parquet(tmp_path / "0000.parquet")
    assert plain(contents.kinds_of(tmp_path / "0000.parquet")) == COUNTS


def test_other_tables_get_no_note(tmp_path: Path):
    buckets.write_part(tmp_path, 0, interactions()[["customer_id", "kind"]])
    assert contents.NOTE not in pq.read_schema(buckets.part(tmp_path, 0)).metadata
