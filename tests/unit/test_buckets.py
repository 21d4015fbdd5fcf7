"""Customers are divided by a stable hash, and what is written in parts is read as one table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bleib import buckets

IDS = pd.Series(["0004711", "4711", "a", "Ü", "4711"], dtype="str")


def test_bucket_of_a_customer_never_changes() -> None:
    assert buckets.bucket_of(IDS, 7).tolist() == [4, 5, 3, 5, 5]
    assert buckets.bucket_of(IDS, 1).tolist() == [0, 0, 0, 0, 0]


def test_every_begun_half_million_of_events_is_a_bucket() -> None:
    assert [buckets.bucket_count(n) for n in (0, 1, 500_000, 500_001, 50_000_000)] == [1, 1, 1, 2, 100]


def test_table_in_buckets_is_read_as_one_and_by_bucket(tmp_path: Path) -> None:
    frame = pd.DataFrame({"customer_id": IDS, "x": [1, 2, 3, 4, 5]})
    buckets.write_in_buckets(tmp_path / "tickets.parquet", frame, 7)
    assert buckets.numbers(tmp_path / "tickets.parquet") == [3, 4, 5]
    assert pd.read_parquet(tmp_path / "tickets.parquet")["x"].tolist() == [3, 1, 2, 4, 5]
    assert buckets.read_tables(tmp_path, bucket=5)["tickets"]["customer_id"].tolist() == ["4711", "Ü", "4711"]
    assert buckets.read_tables(tmp_path, bucket=0) == {}


def test_tables_are_read_by_name(tmp_path: Path) -> None:
    for name in ("tickets", "surveys"):
        buckets.write_in_buckets(tmp_path / f"{name}.parquet", IDS.to_frame("customer_id"), 1)
    assert set(buckets.read_tables(tmp_path)) == {"tickets", "surveys"}
    assert set(buckets.read_tables(tmp_path, ["tickets", "contracts"])) == {"tickets"}
