"""Featurizing bucket by bucket gives what featurizing in memory gives, whatever the number of buckets and threads."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import worlds
from bleib.buckets import read_tables
from bleib.clock import to_date
from bleib.errors import DataError
from bleib.features.featurize import featurize
from bleib.features.folders import featurize_folders
from bleib.settings import Churn, Company, Features

COMPANY, CHURN = Company(time_zone="Europe/Berlin"), Churn(kinds=["order"])
TABLES = worlds.tiny_company(seed=2, customers=30)
IDS = sorted(TABLES["customers"]["customer_id"])
DAYS = pd.to_datetime(["2024-09-01", "2024-10-27", "2025-03-30"]).astype("datetime64[us]")
SNAPSHOTS = (
    pd.MultiIndex.from_product([IDS, DAYS], names=["customer_id", "as_of_date"]).to_frame(index=False).iloc[3:]
).astype({"customer_id": "str"})
KEY = ["customer_id", "as_of_date"]


def folders(root: Path, buckets: int) -> tuple[Path, Path, Path]:
    for name, frame in TABLES.items():
        worlds.write_in_buckets(root / "tables" / f"{name}.parquet", frame, buckets)
    worlds.write_in_buckets(root / "snapshots.parquet", SNAPSHOTS, buckets)
    return root / "tables", root / "snapshots.parquet", root / "features.parquet"


@pytest.mark.parametrize("buckets", [1, 7])
def test_folders_give_the_features_of_frames_bit_for_bit(tmp_path: Path, buckets: int) -> None:
    whole = featurize(TABLES, SNAPSHOTS, COMPANY, CHURN, Features())
    declarations, rows = featurize_folders(*folders(tmp_path, buckets), COMPANY, CHURN, Features())
    found = pd.read_parquet(tmp_path / "features.parquet").sort_values(KEY, ignore_index=True)
    assert declarations == whole.declarations
    assert rows == len(SNAPSHOTS)
    pd.testing.assert_frame_equal(found, whole.frame, check_exact=True)


def test_new_as_of_date_alone_has_the_figures_of_the_full_run(tmp_path: Path) -> None:
    tables, snapshots, out = folders(tmp_path, 3)
    featurize_folders(tables, snapshots, out, COMPANY, CHURN, Features())
    newest = to_date(DAYS[-1])
    featurize_folders(tables, snapshots, tmp_path / "newest.parquet", COMPANY, CHURN, Features(), [newest])
    full = pd.read_parquet(out)
    expected = full[full["as_of_date"] == DAYS[-1]].reset_index(drop=True)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "newest.parquet"), expected, check_exact=True)


def test_nothing_but_the_parts_is_left_behind(tmp_path: Path) -> None:
    featurize_folders(*folders(tmp_path, 3), COMPANY, CHURN, Features())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["features.parquet", "snapshots.parquet", "tables"]
    parts = sorted(path.name for path in (tmp_path / "features.parquet").iterdir())
    assert parts == ["0000.parquet", "0001.parquet", "0002.parquet"]


def test_no_snapshots_is_a_fault_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "snapshots.parquet").mkdir()
    with pytest.raises(DataError, match=r"summary\.csv"):
        featurize_folders(
            tmp_path / "tables", tmp_path / "snapshots.parquet", tmp_path / "out", COMPANY, CHURN, Features()
        )


def test_tables_of_the_tiny_company_are_in_several_buckets(tmp_path: Path) -> None:
    tables, _, _ = folders(tmp_path, 3)
    assert set(read_tables(tables, bucket=0)["customers"]["customer_id"]) < set(IDS)
