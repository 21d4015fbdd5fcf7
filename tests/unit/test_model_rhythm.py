"""The model of the first weeks: fitted without outcomes, right on average, and explained without a rest."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import model_worlds
import worlds
from bleib.errors import DataError
from bleib.files import sha256
from bleib.model.bg_nbd import MbgNbd
from bleib.model.loading import load_model
from bleib.model.reading import read_rhythms
from bleib.model.rhythm import RhythmModel, fit_rhythm
from bleib.reasons.contributions import explain
from bleib.settings import Churn

NAMES = model_worlds.HISTORY
FAMILIES = dict(zip(NAMES, ("recency", "onboarding", "frequency"), strict=True))
MODEL = RhythmModel(MbgNbd(0.8, 30.0, 0.8, 2.4), NAMES, (20.0, 100.0, 4.0), 7.0, 28.0)


def asked(*rows: tuple[float, float, float]) -> pd.DataFrame:
    """Days since the last and the first order, number of orders."""
    return pd.DataFrame(rows, columns=list(NAMES))


MANY = asked((1, 100, 10), (20, 100, 4), (60, 100, 10), (100, 100, 1), (0, 0, 1), (5, 300, 2), (np.nan, np.nan, 0))


def test_who_is_silent_for_long_against_the_own_rhythm_is_at_risk() -> None:
    weekly_and_gone, monthly, just_came = MODEL.decision_function(asked((40, 100, 10), (40, 100, 3), (2, 100, 10)))
    assert weekly_and_gone > monthly > just_came


def test_contributions_add_up_to_the_score_and_the_typical_customer_has_none() -> None:
    (found,) = MODEL.seed_contributions(MANY)
    assert found.sum(axis=1) == pytest.approx(MODEL.decision_function(MANY), abs=1e-9)
    assert found[1, :3] == pytest.approx([0, 0, 0], abs=1e-12)
    assert found[:, 3] == pytest.approx([found[1, 3]] * 7)


def test_a_contribution_is_the_mean_gain_over_all_orders_of_telling() -> None:
    who, gains = [60.0, 90.0, 12.0], np.zeros(3)
    for order in permutations(range(3)):
        known = list(MODEL.typical)
        for feature in order:
            before = MODEL.decision_function(asked(tuple(known)))[0]
            known[feature] = who[feature]
            gains[feature] += (MODEL.decision_function(asked(tuple(known)))[0] - before) / 6
    (found,) = MODEL.seed_contributions(asked(tuple(who)))
    assert found[0, :3] == pytest.approx(gains)


def test_it_is_explained_as_every_model_is() -> None:
    found = explain(MODEL, MANY, FAMILIES)
    assert found.families == ("recency", "onboarding", "frequency")
    assert found.family[2, 0] > 0.5  # ten orders in 40 days, then none for 60
    assert found.family[0, 0] < -0.4  # an order every ten days, the last one yesterday


def test_what_is_saved_is_loaded_again_byte_for_byte(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "a", {"candidate": "mbg_nbd"})
    again = load_model(tmp_path / "a")
    assert isinstance(again, RhythmModel)
    assert np.array_equal(again.decision_function(MANY), MODEL.decision_function(MANY))
    again.save(tmp_path / "b", {"candidate": "mbg_nbd"})
    assert sha256(tmp_path / "a") == sha256(tmp_path / "b")


def test_the_chances_are_the_shares_that_stay_silent_in_the_outcome_window() -> None:
    """A lead of 7 days, a window of 28; the cohort is those who came in the last 100 days, the fit is on all."""
    found = model_worlds.lives(4000, 200, seed=4)
    features = model_worlds.histories(found, [100, 128, 156], active=100)
    model = fit_rhythm(features, Churn(active_days=100, lead_days=7, horizon_days=28))
    cohort = features[features["as_of_date"] == features["as_of_date"].max()]
    chance = 1 / (1 + np.exp(-model.decision_function(cohort)))
    silent = np.array([not ((d := found[int(k)]) >= 163)[d < 191].any() for k in cohort["customer_id"]])
    assert len(cohort) > 500
    assert chance.mean() == pytest.approx(silent.mean(), abs=0.03)
    high = chance > np.median(chance)
    assert chance[high].mean() == pytest.approx(silent[high].mean(), abs=0.04)
    assert chance[~high].mean() == pytest.approx(silent[~high].mean(), abs=0.04)


def test_who_left_the_cohort_is_learnt_from_with_the_silence_since(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {}

    def spy(x: np.ndarray, t_x: np.ndarray, T: np.ndarray, kind: type[MbgNbd]) -> MbgNbd:
        seen.update(x=x.tolist(), t_x=t_x.tolist(), T=T.tolist())
        return MODEL.process

    monkeypatch.setattr("bleib.model.rhythm.fit", spy)
    first, second = pd.Timestamp("2024-03-01"), pd.Timestamp("2024-03-29")
    rows = [("a", first, 10.0, 50.0, 3.0), ("b", first, 5.0, 40.0, 2.0), ("b", second, 8.0, 68.0, 4.0)]
    found = fit_rhythm(pd.DataFrame(rows, columns=["customer_id", "as_of_date", *NAMES]), Churn(lead_days=3))
    assert seen == {"x": [2.0, 3.0], "t_x": [40.0, 60.0], "T": [78.0, 68.0]}
    assert found.typical == (8.0, 68.0, 4.0)
    assert (found.lead, found.horizon) == (3.0, 90.0)


def test_where_nobody_came_twice_it_is_said() -> None:
    day = pd.Timestamp("2024-03-01")
    rows = [("a", day, 10.0, 10.0, 1.0), ("b", day, 5.0, 5.0, 1.0)]
    with pytest.raises(DataError, match="none of 2 customers came twice"):
        fit_rhythm(pd.DataFrame(rows, columns=["customer_id", "as_of_date", *NAMES]), Churn())


def test_of_all_features_only_those_of_the_rhythm_are_read(tmp_path: Path) -> None:
    features, snapshots = model_worlds.company(customers=60, dates=3)
    folders = tmp_path / "features.parquet", tmp_path / "snapshots.parquet"
    for folder, frame in zip(folders, (features, snapshots), strict=True):
        worlds.write_in_buckets(folder, frame, 3)
    rhythms, newest = read_rhythms(*folders)
    assert list(rhythms) == ["customer_id", "as_of_date", *NAMES]
    assert (len(rhythms), len(newest.X), list(newest.X)) == (180, 60, list(NAMES))
    assert set(newest.dates) == {model_worlds.days(3)[-1]}
    assert fit_rhythm(rhythms, Churn(horizon_days=28)).process == fit_rhythm(features, Churn(horizon_days=28)).process
