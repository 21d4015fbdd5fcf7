"""The benchmark's own parts: the made-up worlds, the list of features, the comparison of outputs, the page."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.features import compare, generate, report, world
from benchmarks.features.declared import features
from bleib.buckets import read_tables
from bleib.files import sha256
from bleib.tables import INTERACTIONS

SMALL = world.World(events=2_000, customers=200, dates=3, late=0.1)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(world, "WORK", tmp_path)
    generate.generate(SMALL)
    return SMALL.folder


def test_there_are_74_features_of_different_names() -> None:
    assert len({feature.name for feature in features()}) == 74


def test_the_same_world_is_the_same_bytes(folder: Path) -> None:
    before = sha256(folder)
    generate.generate(SMALL)
    assert sha256(folder) == before


def test_a_world_is_a_canonical_table_sorted_by_customer_and_time(folder: Path) -> None:
    events = INTERACTIONS.check(read_tables(folder / "tables")["interactions"])
    assert 1_500 < len(events) < 2_500
    assert events[["customer_id", "occurred_at"]].equals(
        events.sort_values(["customer_id", "occurred_at"], ignore_index=True)[["customer_id", "occurred_at"]]
    )
    assert 0.05 < (events["known_at"] > events["occurred_at"]).mean() < 0.15


def test_snapshots_are_the_customers_of_whom_something_was_known(folder: Path) -> None:
    events = read_tables(folder / "tables")["interactions"]
    keys = pd.read_parquet(world.snapshots(folder))
    days = pd.to_datetime(["2024-05-06", "2024-09-03", "2025-01-01"])
    assert sorted(keys["as_of_date"].unique()) == list(days)
    for day in days:
        known = events.loc[events["known_at"] < day.tz_localize("UTC"), "customer_id"]
        assert set(keys.loc[keys["as_of_date"] == day, "customer_id"]) == set(known)


def test_outputs_that_agree_in_other_orders_and_files_have_no_differences(tmp_path: Path) -> None:
    frame = _output([1.0, float("nan"), 3.0])
    ours, other = _written(tmp_path / "ours", frame), _written(tmp_path / "other", frame.iloc[::-1])
    assert compare.differences(ours, other) == (["a"], [])


def test_a_value_that_differs_is_named(tmp_path: Path) -> None:
    ours = _written(tmp_path / "ours", _output([1.0, float("nan"), 3.0]))
    other = _written(tmp_path / "other", _output([1.0, 0.0, 3.0]))
    _, faults = compare.differences(ours, other)
    assert len(faults) == 1
    assert faults[0].startswith("2024-02-01 a: 1 of 3 differ")


def test_a_missing_customer_is_named(tmp_path: Path) -> None:
    frame = _output([1.0, 2.0, 3.0])
    ours, other = _written(tmp_path / "ours", frame), _written(tmp_path / "other", frame.head(2))
    assert compare.differences(ours, other)[1] == ["2024-02-01: 3 customers against 2, or others"]


def test_text_between_the_markers_of_the_page_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- bench-features bars begin -->\nold\n<!-- bench-features bars end -->\nb\n")
    report.replace(page, "bars", "new")
    assert page.read_text() == "a\n<!-- bench-features bars begin -->\n\nnew\n\n<!-- bench-features bars end -->\nb\n"


def test_every_table_has_its_place_on_the_page() -> None:
    text = Path("docs/performance.md").read_text(encoding="utf-8")
    for name in report.BLOCKS:
        assert text.count(f"<!-- bench-features {name} begin -->") == 1


def _output(values: list[float]) -> pd.DataFrame:
    day = pd.to_datetime("2024-02-01")
    return pd.DataFrame({"customer_id": ["x", "y", "z"], "as_of_date": day, "a": values}).astype({"a": "float32"})


def _written(folder: Path, frame: pd.DataFrame) -> Path:
    folder.mkdir()
    frame.to_parquet(folder / "0000.parquet", index=False)
    return folder
