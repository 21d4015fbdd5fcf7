"""What the trial of feature blocks computes by itself; the measurement is no test."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import model_worlds
from benchmarks.quality.blocks import declared, derived
from benchmarks.quality.blocks.block import HELPER, TRY, Block, Known
from benchmarks.quality.blocks.page import table
from benchmarks.quality.blocks.proof import Gain, folds_of, gain, is_kept, score, some_customers
from benchmarks.quality.prepare import Prepared
from bleib.features.inventory import everything
from bleib.model.rows import Rows, labelled_rows
from bleib.model.selection import Comparison
from bleib.settings import Train, parse_settings

AHEAD = Comparison(gain=0.002, standard_error=0.001, probability_better=0.97, auroc_gain=0.001)
LEVEL = Comparison(gain=-0.0005, standard_error=0.001, probability_better=0.3, auroc_gain=0.0)
BEHIND = Comparison(gain=-0.002, standard_error=0.001, probability_better=0.03, auroc_gain=-0.001)
BETTER, TIE, WORSE = Gain(AHEAD, AHEAD, AHEAD), Gain(LEVEL, AHEAD, AHEAD), Gain(BEHIND, AHEAD, AHEAD)
LIKE_NOISE = Gain(AHEAD, AHEAD, LEVEL)


def prepared(snapshots: pd.DataFrame, folder: Path, **churn: Any) -> Prepared:
    given = {"company": {}, "churn": {"horizon_days": 28, "lead_days": 0, **churn}, "split": {}, "features": {}}
    return Prepared(parse_settings(given), {}, snapshots, pd.DataFrame(), folder)


def test_a_block_is_kept_that_is_better_somewhere_worse_nowhere_and_on_the_whole_ahead() -> None:
    assert is_kept([BETTER, TIE])
    assert not is_kept([BETTER, BETTER, WORSE])
    assert not is_kept([TIE, TIE])
    assert not is_kept([LIKE_NOISE, LIKE_NOISE])
    assert not is_kept([BETTER, *[TIE] * 5])


def test_one_date_is_judged_on_five_folds_over_customers() -> None:
    features, snapshots = model_worlds.company(customers=200, dates=3, open_dates=0)
    rows = labelled_rows(features, snapshots, sorted(snapshots["as_of_date"].unique())[:1])
    folds = folds_of(rows, prepared(snapshots, Path()).settings.churn, Train())
    assert [len(fold.later) for fold in folds] == [40] * 5
    assert sorted(np.concatenate([fold.later for fold in folds])) == list(range(200))


def test_customers_are_drawn_with_all_of_their_rows() -> None:
    key = pd.DataFrame({"customer_id": list("aabbccdd"), "as_of_date": pd.Timestamp("2025-01-06")})
    rows = some_customers(Rows(key, pd.DataFrame(index=range(8)), np.zeros(8, dtype=bool)), most=5)
    assert rows.key["customer_id"].value_counts().tolist() == [2, 2]


def test_a_feature_that_tells_the_outcome_is_a_gain() -> None:
    features, snapshots = model_worlds.company(customers=200, dates=6, open_dates=0)
    rows = labelled_rows(features, snapshots, sorted(snapshots["as_of_date"].unique()))
    noise = np.random.default_rng(0).normal(size=len(rows.churned))
    rows = Rows(rows.key, pd.DataFrame({"noise": noise, "told": rows.churned + noise}), rows.churned)
    settings = prepared(snapshots, Path()).settings
    train = Train(seeds=[1], folds=2)
    folds = folds_of(rows, settings.churn, train)
    base = score(rows, ["noise"], folds, train, settings.churn, "boosters", trees=30)
    told = score(rows, ["noise", "told"], folds, train, settings.churn, "boosters", trees=30)
    brought = gain(base, base, told)
    assert (brought.verdict, brought.as_they_are.verdict) == ("better", "better")
    assert gain(base, base, base).gain.gain == 0.0
    assert gain(base, told, told).verdict == "tie"  # as good as what stands for noise
    assert Gain.of_plain(brought.plain()).gain.gain == pytest.approx(brought.gain.gain, abs=1e-6)


def test_scores_are_kept_of_all_pairs_of_seeds() -> None:
    features, snapshots = model_worlds.company(customers=200, dates=6, open_dates=0)
    rows = labelled_rows(features, snapshots, sorted(snapshots["as_of_date"].unique()))
    churn = prepared(snapshots, Path()).settings.churn
    folds = folds_of(rows, churn, Train(folds=2))

    def raw(*seeds: int) -> np.ndarray:
        return score(rows, list(rows.X), folds, Train(seeds=list(seeds), folds=2), churn, "boosters", trees=10).raw

    np.testing.assert_array_equal(raw(1, 2, 3, 4), np.hstack([raw(1, 2), raw(3, 4)]))
    assert np.abs(raw(1, 2) - raw(3, 4)).max() > 0.001


def flags(*weeks: int) -> pd.DataFrame:
    """One customer, active in the given weeks before the as-of date (0: the newest)."""
    return pd.DataFrame({f"{HELPER}week_{k}": [float(k in weeks)] for k in range(derived.WEEKS)})


def test_weeks_are_counted_from_the_newest_and_a_run_ends_at_the_first_silent_one(tmp_path: Path) -> None:
    found = derived.weeks(flags(0, 1, 3, 14, 40), prepared(pd.DataFrame(), tmp_path)).iloc[0]
    assert found[[f"{TRY}weeks_{w}" for w in (13, 26, 52)]].tolist() == [3.0, 4.0, 5.0]
    assert found[TRY + "weeks_run"] == 2.0
    assert found[TRY + "weeks_followed"] == pytest.approx((1 + 1) / (4 + 2))  # of weeks 1, 3, 14, 40 only week 1


def test_continuation_looks_at_the_weeks_that_could_already_be_followed(tmp_path: Path) -> None:
    found = derived.continuations(flags(0, 2, 4), prepared(pd.DataFrame(), tmp_path)).iloc[0]
    assert found[TRY + "continued_1"] == pytest.approx(1 / 4)
    assert found[TRY + "continued_2"] == pytest.approx(3 / 4)
    assert found[TRY + "continued_4"] == pytest.approx(2 / 3)
    assert found[TRY + "week_2"] == 1.0


def test_a_prior_knows_only_outcomes_whose_window_is_closed(tmp_path: Path) -> None:
    days = pd.to_datetime(["2025-01-06", "2025-02-03", "2025-03-03"])
    snapshots = pd.DataFrame(
        [(c, day, left) for day in days for c, left in (("a", True), ("b", False))],
        columns=["customer_id", "as_of_date", "churned"],
    )
    frame = snapshots[["customer_id", "as_of_date"]].assign(
        **{HELPER + "cell_last": [1.0, 50.0] * 3, HELPER + "cell_count": [1.0, 9.0] * 3}
    )
    company = prepared(snapshots, tmp_path, lead_days=7)
    found = derived.priors(frame, company)
    assert found[TRY + "prior"].isna().tolist() == [True, True, True, True, False, False]
    assert found[TRY + "prior"].iloc[4] == pytest.approx(np.log((1 + 20 * 0.5) / (21 - 11)))
    late = snapshots.assign(churned=[True, False, False, True, False, True])  # what is not closed changes nothing
    pd.testing.assert_frame_equal(derived.priors(frame, prepared(late, tmp_path, lead_days=7)), found)


def test_months_of_different_years_are_one_season(tmp_path: Path) -> None:
    frame = pd.DataFrame({"as_of_date": pd.to_datetime(["2003-01-02", "2005-01-01", "2005-07-01"])})
    found = derived.months(frame, prepared(pd.DataFrame(), tmp_path))
    np.testing.assert_allclose(found[TRY + "season_cos"], [np.sqrt(3) / 2, np.sqrt(3) / 2, -np.sqrt(3) / 2], atol=1e-6)
    np.testing.assert_allclose(found[TRY + "season_sin"], [0.5, 0.5, -0.5], atol=1e-6)


def test_the_level_is_that_of_closed_dates_the_newest_and_the_one_a_year_ago() -> None:
    rates = pd.Series([0.5, 0.2, 0.9], pd.to_datetime(["2024-01-08", "2024-11-11", "2024-12-30"]))
    newest, season = derived.level_of(rates, date(2025, 1, 6), wait_days=28)
    assert newest == pytest.approx(np.log(0.25))
    assert season == pytest.approx(0.0)
    assert np.isnan(derived.level_of(rates, date(2024, 11, 12), 28)[1])


def test_every_declared_block_has_columns_of_its_own_and_all_names_are_told_apart() -> None:
    known = Known(everything(), {"order": ("shoes",), "ticket_opened": ("cancel my contract", "delivery")})
    names = [f.name for block in declared.BLOCKS for f in block.declare(known)]
    assert len(names) == len(set(names))
    for block in declared.BLOCKS:
        assert any(f.name.startswith(TRY) for f in block.declare(known)), block.name


def test_words_find_the_topics_that_speak_of_leaving() -> None:
    known = Known(everything(), {"ticket_opened": ("Cancel my contract", "delivery")})
    (topics,) = {f.events.topics for f in declared.words(known) if f.events}
    assert topics == ("Cancel my contract",)


def test_the_table_says_what_was_kept() -> None:
    text = table({"cdnow": {"gaps": BETTER.plain()}}, [Block("gaps", "newest gaps")])
    assert text.splitlines()[-1] == "| `gaps`: newest gaps | **+2.00 ± 1.00** (97%, +1.0) | yes |"
