"""Customers are divided by a stable hash, and what is written in parts is read as one table."""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd
import pytest

import worlds
from bleib import buckets

IDS = pd.Series(["0004711", "4711", "a", "Ü", "4711"], dtype="str")


def test_bucket_of_a_customer_never_changes() -> None:
    assert buckets.bucket_of(IDS, 7).tolist() == [4, 2, 6, 1, 2]
    assert buckets.bucket_of(IDS, 1).tolist() == [0, 0, 0, 0, 0]


def test_bucket_is_a_run_of_slots() -> None:
    runs = [buckets.slots(bucket, 7) for bucket in range(7)]
    assert runs[:2] == [(0, 586), (586, 1171)]
    assert [end for _, end in runs[:-1]] == [first for first, _ in runs[1:]]
    assert runs[-1][1] == buckets.SLOTS
    slots = buckets.slot_of(IDS)
    assert slots.tolist() == [2783, 1465, 4048, 661, 1465]
    places = [runs[bucket] for bucket in buckets.bucket_of(IDS, 7)]
    assert all(first <= slot < end for slot, (first, end) in zip(slots, places, strict=True))


def test_every_begun_quarter_of_a_million_events_is_a_bucket() -> None:
    assert [buckets.bucket_count(n) for n in (0, 1, 250_000, 250_001, 50_000_000)] == [1, 1, 1, 2, 200]


def test_table_in_buckets_is_read_as_one_and_by_bucket(tmp_path: Path) -> None:
    frame = pd.DataFrame({"customer_id": IDS, "x": [1, 2, 3, 4, 5]})
    worlds.write_in_buckets(tmp_path / "tickets.parquet", frame, 7)
    assert buckets.numbers(tmp_path / "tickets.parquet") == [1, 2, 4, 6]
    assert pd.read_parquet(tmp_path / "tickets.parquet")["x"].tolist() == [4, 2, 5, 1, 3]
    assert buckets.read_tables(tmp_path, bucket=2)["tickets"]["customer_id"].tolist() == ["4711", "4711"]
    assert buckets.read_tables(tmp_path, bucket=0) == {}


def test_tables_are_read_by_name(tmp_path: Path) -> None:
    for name in ("tickets", "surveys"):
        worlds.write_in_buckets(tmp_path / f"{name}.parquet", IDS.to_frame("customer_id"), 1)
    assert set(buckets.read_tables(tmp_path)) == {"tickets", "surveys"}
    assert set(buckets.read_tables(tmp_path, ["tickets", "contracts"])) == {"tickets"}


def test_part_is_written_without_a_warning_that_has_to_be_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hiding a warning is not safe where threads write together: one would uncover it for the other."""
    times = pd.Series(pd.to_datetime(["2024-01-01", None, "2024-03-31"], utc=True)).astype("datetime64[us, UTC]")
    flags = pd.Series([True, None, False], dtype="boolean")
    frame = pd.DataFrame({"customer_id": IDS.iloc[:3], "occurred_at": times, "auto_renew": flags})
    for hide in ("simplefilter", "filterwarnings"):
        monkeypatch.setattr(warnings, hide, lambda *_, **__: None)
    buckets.write_part(tmp_path / "x.parquet", 0, frame)
    monkeypatch.undo()
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "x.parquet"), frame)


def test_part_whose_second_writing_fails_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spark may try a task again, or on two machines at once."""
    buckets.write_part(tmp_path / "x.parquet", 0, IDS.to_frame("customer_id"))

    def half(_: object, path: Path, **__: object) -> None:
        path.write_bytes(b"PAR1")
        raise OSError("disk is full")

    monkeypatch.setattr(buckets.pq, "write_table", half)
    with pytest.raises(OSError, match="full"):
        buckets.write_part(tmp_path / "x.parquet", 0, IDS.to_frame("customer_id"))
    monkeypatch.undo()
    assert len(pd.read_parquet(tmp_path / "x.parquet")) == 5
    assert [p.name for p in (tmp_path / "x.parquet").iterdir()] == ["0000.parquet"]
