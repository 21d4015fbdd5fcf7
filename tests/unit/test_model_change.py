"""The rule for keeping a change: better, tie or worse, paired over customers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bleib.commands.compare import metric_named, place_named, table, verdict
from bleib.errors import BleibError, DataError
from bleib.model.bootstrap import Figure
from bleib.model.change import METRICS, Gain, Metric, Version, gains, pair
from bleib.model.rows import Rows

DAYS = ("2025-03-03", "2025-03-31")


def scored(seed: int, skill: float, customers: int = 600) -> pd.DataFrame:
    """Test scores of customers with a hidden risk; the more ``skill``, the more of it the score sees."""
    hidden = np.random.default_rng(0).normal(size=2 * customers)
    churned = np.random.default_rng(1).random(2 * customers) < 1 / (1 + np.exp(1 - 1.5 * hidden))
    noise = np.random.default_rng(seed).normal(size=2 * customers)
    score = skill * hidden + 0.5 * noise
    return pd.DataFrame(
        {
            "customer_id": pd.array([f"c{k}" for k in range(customers)] * 2, dtype="str"),
            "as_of_date": pd.to_datetime(np.repeat(DAYS, customers)),
            "churned": churned,
            "bleib": 1 / (1 + np.exp(1 - score)),
        }
    )


def version(seed: int, skill: float) -> Version:
    return Version.of_test(scored(seed, skill))


def found_gains(one: Version, other: Version, resamples: int = 100) -> dict[Metric, Gain]:
    return gains(*pair(one, other), resamples, 1)


def test_a_version_that_sees_more_of_the_risk_is_better() -> None:
    found = found_gains(version(2, 0.5), version(2, 1.5), 200)
    assert {metric: gain.verdict for metric, gain in found.items()} == dict.fromkeys(found, "better")
    assert found["auroc"].better == 1.0
    assert found["log_loss"].gain.value == pytest.approx(found["log_loss"].before - found["log_loss"].after)


def test_the_other_way_round_it_is_worse_by_the_same_amount() -> None:
    one, other = version(2, 0.5), version(2, 1.5)
    there, back = found_gains(one, other), found_gains(other, one)
    assert back["auroc"].verdict == "worse"
    assert back["auroc"].gain.value == pytest.approx(-there["auroc"].gain.value)


def test_a_date_on_which_nobody_left_does_not_hide_the_gain_on_the_others() -> None:
    def version_of(seed: int, skill: float) -> Version:
        table = scored(seed, skill)
        table.loc[table["as_of_date"] == DAYS[1], "churned"] = False
        raw = np.log(table["bleib"] / (1 - table["bleib"]))
        luck = np.random.default_rng(seed).normal(0, 0.1, len(raw))
        table = table.drop(columns="bleib").assign(weight=1.0, seed_1=raw - luck, seed_2=raw + luck)
        return Version.of_folds(table)

    found = found_gains(version_of(2, 0.5), version_of(2, 1.5))
    assert found["auroc"].verdict == found["average_precision"].verdict == "better"


def test_a_sample_and_the_whole_are_judged_with_the_same_weights() -> None:
    """Of those who stayed one version kept a tenth, each for ten: same scores, so nothing is better."""
    table = scored(2, 1.0)
    raw = np.log(table["bleib"] / (1 - table["bleib"]))
    whole = table.drop(columns="bleib").assign(weight=1.0, seed_1=raw)
    kept = whole["churned"] | (np.arange(len(whole)) % 10 == 0)
    sample = whole[kept].assign(weight=np.where(whole.loc[kept, "churned"], 1.0, 10.0))
    for one, other in ((whole, sample), (sample, whole)):
        both = pair(Version.of_folds(one), Version.of_folds(other))
        found = gains(both[0].at_its_best(), both[1].at_its_best(), 100, 1)
        assert found["log_loss"].before == pytest.approx(found["log_loss"].after)
        assert {gain.verdict for gain in found.values()} == {"tie"}


def test_two_versions_that_differ_by_chance_are_a_tie_in_most_of_the_cases() -> None:
    found = [found_gains(version(a, 1.0), version(a + 50, 1.0), 60)["auroc"].verdict for a in range(20)]
    assert found.count("tie") >= 10
    assert found.count("better") <= 7


def test_the_same_scores_are_a_tie_without_any_gain() -> None:
    same = found_gains(version(2, 1.0), version(2, 1.0), 50)["auroc"]
    assert (same.verdict, same.gain.value, same.error, same.better) == ("tie", 0.0, 0.0, 0.0)


def test_versions_that_score_alike_are_said_to_be_the_same() -> None:
    same = found_gains(version(2, 1.0), version(2, 1.0), 50)
    assert verdict(same["auroc"], "auroc", "old", "new", {"old": 9, "new": 9}).startswith("SAME: old and new")
    assert not any("-0.0000" in line for line in table(same, "old", "new"))


def gain(value: float, error: float, better: float) -> Gain:
    return Gain(0.7, 0.7 + value, Figure(value, value - 2 * error, value + 2 * error), error, better)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (gain(0.011, 0.010, 0.86), "better"),
        (gain(0.009, 0.010, 0.82), "tie"),
        (gain(0.011, 0.010, 0.79), "tie"),
        (gain(-0.011, 0.010, 0.14), "worse"),
        (gain(-0.009, 0.010, 0.18), "tie"),
    ],
)
def test_a_change_is_kept_only_beyond_one_standard_error_and_with_80_percent(found: Gain, expected: str) -> None:
    assert found.verdict == expected


def test_only_rows_that_both_scored_are_compared() -> None:
    one, other = pair(version(1, 1.0), Version.of_test(scored(2, 1.0).head(700).sample(frac=1.0, random_state=0)))
    assert len(one.raw) == len(other.raw) == 700
    assert one.rows.key.equals(other.rows.key)
    assert np.corrcoef(one.raw[:, 0], other.raw[:, 0])[0, 1] > 0.5  # the same customers stand in the same places


def test_versions_without_a_common_row_are_refused() -> None:
    later = scored(2, 1.0)
    later["as_of_date"] += pd.Timedelta(days=7)
    with pytest.raises(DataError, match="no snapshot in common"):
        pair(version(1, 1.0), Version.of_test(later))


def test_versions_with_another_meaning_of_churn_are_refused() -> None:
    other = scored(2, 1.0)
    other.loc[:9, "churned"] = ~other.loc[:9, "churned"]
    with pytest.raises(DataError, match="10 of 1,200 common snapshots ended otherwise"):
        pair(version(1, 1.0), Version.of_test(other))


def test_a_tie_goes_to_the_version_with_fewer_features_and_else_to_the_older_one() -> None:
    tie = gain(0.001, 0.01, 0.5)
    assert verdict(tie, "auroc", "old", "new", {"old": 90, "new": 80}).startswith("TIE: keep new")
    assert verdict(tie, "auroc", "old", "new", {"old": 80, "new": 80}).startswith("TIE: keep old")
    assert verdict(gain(0.02, 0.01, 0.97), "auroc", "old", "new", {"old": 1, "new": 2}).startswith("KEEP new")
    assert verdict(gain(-0.02, 0.01, 0.02), "auroc", "old", "new", {"old": 1, "new": 2}).startswith("KEEP old")


def test_the_table_shows_both_values_the_gain_and_its_interval() -> None:
    lines = table({m: gain(0.02, 0.01, 0.97) for m in ("auroc", "average_precision", "log_loss")}, "old", "new")
    assert lines[1].split() == ["AUROC", "0.7000", "0.7200", "+0.0200", "[+0.0000,", "+0.0400]", "97%"]


def on_folds(seed: int, skill: float, seeds: int, weight: float = 1.0, discord: float = 2.0) -> Version:
    """As ``scored``, with the scores of so many seeds that agree but for noise."""
    table = scored(seed, skill)
    raw = -np.log(1 / table.pop("bleib").to_numpy() - 1)
    noise = np.random.default_rng(seed).normal(0, discord, (seeds, len(raw)))
    return Version.of_folds(table.assign(weight=weight, **{f"seed_{k}": raw + one for k, one in enumerate(noise, 1)}))


def test_on_folds_the_mean_of_the_seeds_is_compared_and_their_luck_widens_the_error() -> None:
    one, other = on_folds(2, 1.0, 2), on_folds(3, 1.1, 2)
    means = [Version(v.rows, v.raw.mean(axis=1, keepdims=True)) for v in (one, other)]
    apart, alone = found_gains(one, other, 400), found_gains(*means, 400)
    for metric in METRICS:
        assert apart[metric].gain.value == alone[metric].gain.value
        assert apart[metric].error > alone[metric].error


def test_a_model_without_seeds_is_compared_with_each_seed_of_the_other() -> None:
    one, other = on_folds(2, 1.0, 1), on_folds(3, 1.1, 3)
    mean = Version(other.rows, other.raw.mean(axis=1, keepdims=True))
    assert found_gains(one, other)["auroc"].error > found_gains(one, mean)["auroc"].error


def test_the_weights_of_sampled_rows_count() -> None:
    one, other = on_folds(2, 0.5, 1, discord=0.3), on_folds(3, 1.1, 1, discord=0.3)
    plain = found_gains(one, other)["log_loss"].gain.value

    def weighted(weights: np.ndarray) -> float:
        rows = Rows(one.rows.key, one.rows.X, one.rows.churned, weights)
        return found_gains(Version(rows, one.raw), other)["log_loss"].gain.value

    assert weighted(np.full(len(one.raw), 7.0)) == pytest.approx(plain)
    assert abs(weighted(np.where(one.rows.churned, 5.0, 1.0)) - plain) > 0.01


def test_of_a_sample_and_the_whole_the_weights_of_the_sample_hold() -> None:
    sample, whole = on_folds(2, 1.0, 1, weight=5.0), on_folds(3, 1.0, 1)
    sample = sample.take(np.arange(0, len(sample.raw), 7))
    for one, other in (pair(sample, whole), pair(whole, sample)):
        assert one.rows.weights.tolist() == other.rows.weights.tolist() == [5.0] * len(sample.raw)


def test_a_row_that_counts_twice_is_two_rows_for_the_gain_and_for_its_error() -> None:
    one, other = on_folds(2, 0.5, 2), on_folds(3, 1.1, 2)
    times = np.where(one.rows.churned, 1, 2)
    many = np.repeat(np.arange(len(times)), times)
    weighted = gains(one.weighted(times.astype(float)), other.weighted(times.astype(float)), 50, 1)
    repeated = gains(one.take(many), other.take(many), 50, 1)
    for metric in METRICS:
        assert weighted[metric].gain.value == pytest.approx(repeated[metric].gain.value)
        assert weighted[metric].error == pytest.approx(repeated[metric].error)


def test_seeds_that_disagree_on_a_small_date_blur_the_log_loss_little_and_the_auroc_as_on_a_large_one() -> None:
    """AUROC is the mean over the dates, log loss over the rows: of 600 and 60."""
    known = on_folds(2, 1.5, 1, discord=0.0).take(np.arange(660))
    flat = Version(known.rows, np.zeros_like(known.raw))

    def errors(day: str) -> tuple[float, float]:
        turned = np.where(known.rows.dates == day, -1.0, 1.0)[:, None]
        found = gains(flat, Version(known.rows, np.hstack([known.raw, turned * known.raw])), 300, 1)
        return found["auroc"].error, found["log_loss"].error

    large, small = (errors(day) for day in DAYS)
    assert small[0] == pytest.approx(large[0], rel=0.25)
    assert small[1] < large[1] / 3


def test_what_the_seeds_of_both_have_in_common_is_no_luck() -> None:
    """The first two seeds are the same in both, the third has none beside it."""
    two, three = on_folds(2, 1.0, 2), on_folds(2, 1.0, 2)
    three = Version(three.rows, np.hstack([three.raw, three.raw.mean(axis=1, keepdims=True) + 1.0]))
    means = [Version(version.rows, version.raw.mean(axis=1, keepdims=True)) for version in (two, three)]
    assert found_gains(two, two)["log_loss"].error == 0.0
    assert found_gains(two, three)["log_loss"].error == found_gains(*means)["log_loss"].error


def test_level_and_spread_make_no_difference_on_folds() -> None:
    one = on_folds(2, 1.0, 2)
    shifted = Version(one.rows, 2.0 * one.raw + 1.0)
    found = found_gains(one.at_its_best(), shifted.at_its_best())
    assert found["log_loss"].gain.value == pytest.approx(0.0, abs=1e-5)


def test_without_folds_the_way_to_the_test_dates_is_named() -> None:
    table = scored(2, 1.0).drop(columns="bleib").assign(weight=1.0, seed_1=0.0)
    with pytest.raises(DataError, match=r"no forward folds.*--on test"):
        Version.of_folds(table.head(0))


def test_an_unknown_place_is_refused_with_the_one_that_may_be_meant() -> None:
    with pytest.raises(BleibError, match="--on 'fold': unknown; did you mean folds"):
        place_named("fold")


def test_an_unknown_figure_is_refused_with_the_one_that_may_be_meant() -> None:
    with pytest.raises(BleibError, match="did you mean auroc"):
        metric_named("aurok")


@pytest.mark.parametrize(("ended", "said"), [(False, "nobody left"), (True, "everybody left")])
def test_where_all_common_snapshots_ended_alike_there_is_nothing_to_compare(ended: bool, said: str) -> None:
    both = [Version.of_test(scored(seed, 1.0).assign(churned=ended)) for seed in (2, 3)]
    with pytest.raises(DataError, match=f"of the 1,200 snapshots that both scored {said}"):
        pair(*both)
