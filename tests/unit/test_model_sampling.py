"""The sample of the training snapshots is unbiased and the same everywhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import model_worlds
import worlds
from bleib.model.reading import read_labelled_rows, read_training_rows
from bleib.model.rows import labelled_rows
from bleib.model.sampling import draw, kept_share, sample


def snapshots(n: int, churn_rate: float = 0.1) -> pd.DataFrame:
    churned = np.random.default_rng(0).random(n) < churn_rate
    return pd.DataFrame(
        {
            "customer_id": pd.array([f"{k:07d}" for k in range(n)], dtype="str"),
            "as_of_date": pd.Timestamp("2024-01-01"),
            "churned": pd.array(churned, dtype="boolean"),
        }
    )


def test_a_small_sample_is_this_one() -> None:
    world = snapshots(10, churn_rate=0.3)
    assert world["churned"].astype(int).tolist() == [0, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    kept = sample(world, 0.5)
    assert kept["customer_id"].tolist() == ["0000001", "0000002", "0000003", "0000004", "0000009"]
    assert kept["weight"].tolist() == [1.0, 1.0, 1.0, 2.0, 2.0]


def test_all_who_left_are_kept_and_the_weighted_churn_rate_is_that_of_the_whole() -> None:
    world = snapshots(100_000)
    kept = sample(world, 0.2)
    assert kept["churned"].sum() == world["churned"].sum()
    assert len(kept) == pytest.approx(10_000 + 18_000, rel=0.02)
    assert kept["weight"].sum() == pytest.approx(100_000, rel=0.01)
    rate = (kept["weight"] * kept["churned"]).sum() / kept["weight"].sum()
    assert rate == pytest.approx(world["churned"].mean(), rel=0.01)


def test_parts_give_the_same_sample_as_the_whole_in_any_order() -> None:
    world = snapshots(1000)
    whole = sample(world, 0.3)
    parts = pd.concat([sample(world[600:], 0.3), sample(world[:600], 0.3)]).sort_index()
    pd.testing.assert_frame_equal(whole, parts)


def test_draws_are_uniform_and_differ_by_customer_and_date() -> None:
    world = snapshots(50_000)
    drawn = draw(world)
    assert np.histogram(drawn, bins=10, range=(0, 1))[0] == pytest.approx(np.full(10, 5000), rel=0.05)
    later = draw(world.assign(as_of_date=pd.Timestamp("2024-02-01")))
    assert abs(np.corrcoef(drawn, later)[0, 1]) < 0.02


@pytest.mark.parametrize(
    ("churned", "stayed", "most", "share"),
    [(10, 90, 100, 1.0), (10, 90, 55, 0.5), (10, 90, 15, 1 / 9), (10, 0, 5, 1.0), (0, 100, 20, 0.2)],
)
def test_the_share_fills_the_room_that_those_who_left_leave(churned: int, stayed: int, most: int, share: float) -> None:
    assert kept_share(churned, stayed, most) == pytest.approx(share)


def test_training_rows_carry_the_weights(tmp_path: Path) -> None:
    features, world = model_worlds.company(customers=2000)
    dates = sorted(world.loc[world["churned"].notna(), "as_of_date"].unique())
    folders = tmp_path / "features.parquet", tmp_path / "snapshots.parquet"
    for folder, frame in zip(folders, (features, world), strict=True):
        worlds.write_in_buckets(folder, frame, 3)
    names = list(features.columns.drop(["customer_id", "as_of_date"]))
    whole, fewer = (read_training_rows(*folders, dates, most, names) for most in (10**6, 9000))
    assert list(read_training_rows(*folders, dates, 10**6, names[1:]).X) == names[1:]
    assert whole.X.equals(labelled_rows(features, world, dates).X)
    assert read_labelled_rows(*folders, dates[2:3]).X.equals(labelled_rows(features, world, dates[2:3]).X)
    assert whole.weights.tolist() == [1.0] * 14000
    assert fewer.churned.sum() == whole.churned.sum()
    assert len(fewer.churned) == pytest.approx(9000, rel=0.02)
    assert fewer.weights.sum() == pytest.approx(14000, rel=0.02)
    assert fewer.X.equals(whole.X.merge(fewer.X)[list(whole.X.columns)])
