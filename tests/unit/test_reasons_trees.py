"""Contributions of real boosters, and the pictures made of them."""

from __future__ import annotations

import warnings
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pytest

from bleib.files import sha256
from bleib.reasons.contributions import explain
from bleib.reasons.plots import draw

NAMES = [f"recency_{k}" for k in range(4)] + [f"value_{k}" for k in range(4)]
FAMILY_OF = {name: name.split("_")[0] for name in NAMES}


def data(n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(n, len(NAMES)))
    X[rng.random(X.shape) < 0.1] = np.nan
    return X, (np.nan_to_num(X[:, 0] - X[:, 4]) + rng.normal(size=n) > 0).astype(float)


@pytest.fixture(scope="module")
def boosters() -> list[lgb.Booster]:
    X, y = data()
    settings = {"objective": "binary", "verbosity": -1, "num_threads": 1, "bagging_fraction": 0.7, "bagging_freq": 1}
    return [lgb.train({**settings, "seed": seed}, lgb.Dataset(X, y), 20) for seed in (1, 2)]


def test_contributions_equal_those_of_shap_tree_explainer(boosters: list[lgb.Booster]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # shap's own, at import and about LightGBM's output shape
        import shap

        X, _ = data(50)
        expected = np.mean([shap.TreeExplainer(booster)(X).values for booster in boosters], axis=0)
    found = explain(boosters, X, NAMES, FAMILY_OF)
    np.testing.assert_allclose(found.features, expected, rtol=0, atol=1e-12)


def test_families_and_base_add_up_to_the_mean_raw_score(boosters: list[lgb.Booster]) -> None:
    X, _ = data(50)
    found = explain(boosters, X, NAMES, FAMILY_OF)
    expected = np.mean([booster.predict(X, raw_score=True) for booster in boosters], axis=0)
    np.testing.assert_allclose(found.family.sum(axis=1) + found.base, expected, rtol=0, atol=1e-9)
    assert found.families == ("recency", "value")


def test_plots_have_the_same_bytes_each_time(boosters: list[lgb.Booster], tmp_path: Path) -> None:
    X, _ = data(80)
    found = explain(boosters, X, NAMES, FAMILY_OF)
    for name in ("first", "second"):
        draw(found, X, tmp_path / name)
    assert sorted(path.name for path in (tmp_path / "first").iterdir()) == ["beeswarm.png", "importance.png"]
    assert sha256(tmp_path / "first") == sha256(tmp_path / "second")
    assert b"matplotlib" not in (tmp_path / "first" / "importance.png").read_bytes()
