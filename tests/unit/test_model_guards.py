"""Features that are too good to be true stop the training, by name."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import model_worlds
from bleib.errors import DataError, SettingsError
from bleib.model.folds import Fold
from bleib.model.guards import LATER, drop_constant, jumping, too_pure, too_telling
from bleib.model.metrics import Ranking, auroc
from bleib.model.rows import Rows, labelled_rows
from bleib.model.scoring import families_of
from bleib.model.training import train_model
from bleib.settings import Churn, LightGbm, Train

TRAIN = Train(seeds=[1], lightgbm=LightGbm(n_estimators=20, learning_rate=0.1, num_leaves=7), challengers=False)
MONTH = Churn(horizon_days=28, definition="contract", usual_delay_days=0)
LENIENT = {"max_feature_auroc": 1.0, "max_model_auroc": 1.0, "max_purity": 1.0}  # but for jumps


@pytest.fixture(scope="module")
def known() -> Rows:
    """Six monthly dates of 3,000 customers; whoever has left does not come back."""
    features, snapshots = model_worlds.company(3000, dates=9)
    rows = labelled_rows(features, snapshots, list(snapshots["as_of_date"].unique()))
    gone = pd.Series(rows.churned).groupby(rows.key["customer_id"].to_numpy()).cumsum() - rows.churned
    return rows.take(np.flatnonzero(gone == 0))


def planted(rows: Rows, **columns: np.ndarray) -> Rows:
    return Rows(rows.key, rows.X.assign(**columns), rows.churned)


def outcome(rows: Rows, noise: float = 0.2) -> np.ndarray:
    """The outcome, a little blurred."""
    return rows.churned + np.random.default_rng(0).normal(0, noise, len(rows.churned))


def filled_later(rows: Rows) -> np.ndarray:
    """A date that is filled in once the customer has left."""
    return np.where(rows.churned, 5.0, np.nan)


def step_of_leaving(rows: Rows) -> np.ndarray:
    """Calls to the cancellation line: 90 % of the leavers make them, and only then."""
    rng = np.random.default_rng(0)
    return rng.random(len(rows.churned)) + 2.0 * (rows.churned & (rng.random(len(rows.churned)) < 0.9))


def step_of_few(rows: Rows) -> np.ndarray:
    """A form that 30 % of the leavers fill in, and nobody else: it ranks few, so neither AUROC nor rank moves much."""
    return (rows.churned & (np.random.default_rng(0).random(len(rows.churned)) < 0.3)).astype(float)


def account_number(rows: Rows) -> np.ndarray:
    return rows.key["customer_id"].astype("int64").to_numpy() * 7.0 + 100_000


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("tickets_outcome", outcome, "alone it tells the outcome on later dates with an AUROC above 0.95"),
        ("contract_end", filled_later, "alone it tells the outcome"),
        ("engagement_calls", step_of_leaving, "it jumps in the last days before customers leave"),
        ("tickets_form", step_of_few, "where it is highest, more than 90% left for sure"),
        ("value_account", account_number, "a number of each customer's own"),
    ],
)
def test_a_planted_leak_stops_the_training_and_is_named_with_the_ways_out(known, name, make, words) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DataError, match=f"(?s)- {name}: .*{words}.*features.exclude .*train.allow_suspicious"):
        train_model(planted(known, **{name: make(known)}), TRAIN, MONTH)


def test_a_family_that_only_together_tells_too_much_is_named(known: Rows) -> None:
    share = np.random.default_rng(1).normal(0, 3, len(known.churned))
    halves = {"price_one": outcome(known, 0.1) + share, "price_two": outcome(known, 0.1) - share}
    with pytest.raises(DataError, match="- price: the family tells the outcome"):
        train_model(planted(known, **halves), TRAIN, MONTH)


def test_the_family_of_a_feature_is_the_declared_one_whatever_its_name(known: Rows) -> None:
    share = np.random.default_rng(1).normal(0, 3, len(known.churned))
    leaking = planted(known, my_one=outcome(known, 0.1) + share, your_two=outcome(known, 0.1) - share)
    declared = {"my_one": "price", "your_two": "price"}
    with pytest.raises(DataError, match="- price: the family tells the outcome"):
        train_model(leaking, _allowing(TRAIN, "model"), MONTH, families=declared)
    assert train_model(leaking, _allowing(TRAIN, "model", "price"), MONTH, families=declared)


def test_a_family_whose_steps_of_leaving_jump_only_together_is_named(known: Rows) -> None:
    """Six forms: four of five leavers fill in one of them just before they go, and some others do too."""
    rng = np.random.default_rng(2)
    which = np.where(known.churned & (rng.random(len(known.churned)) < 0.8), rng.integers(0, 6, len(known.churned)), -1)
    forms = {f"tickets_form_{k}": ((which == k) | (rng.random(len(which)) < 0.01)).astype(float) for k in range(6)}
    words = "- tickets: the family jumps in the last days before customers leave"
    with pytest.raises(DataError, match=words) as fault:
        train_model(planted(known, **forms), TRAIN, MONTH)
    assert "tickets_form" not in str(fault.value)
    assert train_model(planted(known, **forms), _allowing(TRAIN, "tickets"), MONTH)


def test_a_feature_that_is_allowed_does_not_let_its_family_pass(known: Rows) -> None:
    share = np.random.default_rng(1).normal(0, 3, len(known.churned))
    halves = {"tickets_one": outcome(known, 0.1) + share, "tickets_two": outcome(known, 0.1) - share}
    leaking = planted(known, **halves, tickets_outcome=outcome(known))
    with pytest.raises(DataError, match="- tickets: the family tells the outcome"):
        train_model(leaking, _allowing(TRAIN, "tickets_outcome", "model"), MONTH)


def test_a_feature_of_one_value_may_be_allowed(known: Rows) -> None:
    dull = planted(known, tickets_none=np.zeros(len(known.churned)))
    assert train_model(dull, _allowing(TRAIN, "tickets_none"), MONTH)


def test_days_to_a_renewal_may_run_down_to_the_notice(known: Rows) -> None:
    """Whoever leaves does so 100 days before the renewal; another feature that moves so is refused."""
    days = np.where(known.churned, 100.0, 150 + np.random.default_rng(0).random(len(known.churned)) * 200)
    with pytest.raises(DataError, match="- contract_else: it jumps"):
        train_model(planted(known, contract_else=days), TRAIN.model_copy(update=LENIENT), MONTH)
    assert train_model(planted(known, contract_renewal_days=days), TRAIN.model_copy(update=LENIENT), MONTH)


def test_a_model_that_ranks_too_well_is_refused_although_no_family_does(known: Rows) -> None:
    share = np.random.default_rng(1).normal(0, 3, len(known.churned))
    halves = {"price_one": outcome(known, 0.1) + share, "value_two": outcome(known, 0.1) - share}
    train = TRAIN.model_copy(update={"challengers": True, "max_model_auroc": 0.95, "linear_penalty": 0.0001})
    with pytest.raises(DataError, match=r"- model: its AUROC on later dates is above 0\.95"):
        train_model(planted(known, **halves), train, MONTH)
    assert train_model(planted(known, **halves), _allowing(train, "model"), MONTH)


@pytest.mark.parametrize("name", ["tickets_outcome", "tickets"])
def test_who_has_looked_may_allow_a_feature_or_its_family(known: Rows, name: str) -> None:
    train = _allowing(TRAIN, name, "model")
    found = train_model(planted(known, tickets_outcome=outcome(known)), train, MONTH)
    assert "tickets_outcome" in found.model.feature_names_in_


def test_a_name_that_may_pass_and_means_nothing_is_refused(known: Rows) -> None:
    with pytest.raises(SettingsError, match=r"no such feature or family: 'tickts'; did you mean tickets"):
        train_model(planted(known, tickets_outcome=outcome(known)), _allowing(TRAIN, "tickts", "model"), MONTH)


def test_honest_features_pass_and_leaks_do_not_raise_the_auroc(known: Rows) -> None:
    """The canaries stop the training; without them it is what it was."""
    before = _newest_fold_auroc(known)
    leaking = planted(known, tickets_outcome=outcome(known), contract_end=filled_later(known))
    with pytest.raises(DataError) as fault:
        train_model(leaking, TRAIN, MONTH)
    named = {line.split(":")[0].removeprefix("  - ") for line in str(fault.value).splitlines()[1:-1]}
    assert named == {"tickets_outcome", "contract_end"}
    left = Rows(leaking.key, leaking.X.drop(columns=sorted(named)), leaking.churned)
    assert _newest_fold_auroc(left) == before


def test_purity_is_that_of_the_end_that_holds_twenty_leavers_at_least() -> None:
    churned = np.repeat([True, False], [30, 70])
    X = pd.DataFrame({"price_up": np.arange(100.0), "price_down": -np.arange(100.0), "price_mixed": np.arange(100) % 7})
    key = pd.DataFrame({"customer_id": range(100), "as_of_date": pd.Timestamp("2025-01-06")})
    rows = Rows(key, X, churned)
    assert [(one.name, one.what.split(",")[0]) for one in too_pure(rows, 0.88)] == [  # 30 of 30: Wilson's .882
        ("price_up", "where it is lowest"), ("price_down", "where it is highest")
    ]  # fmt: skip
    assert too_pure(rows, 0.89) == []
    assert too_pure(rows.take(np.r_[0:19, 30:100]), 0.5) == []


def test_too_few_leavers_prove_nothing(known: Rows) -> None:
    few = known.take(np.flatnonzero(~known.churned | (np.cumsum(known.churned) % 150 == 0)))
    assert train_model(planted(few, tickets_outcome=outcome(few)), _allowing(TRAIN, "model"), MONTH)


def test_constant_features_are_left_out(known: Rows) -> None:
    dull = planted(known, value_none=np.full(len(known.churned), np.nan), value_one=np.ones(len(known.churned)))
    kept, names = drop_constant(dull)
    assert list(kept.X.columns) == list(known.X.columns)
    assert names == ("value_none", "value_one")
    notes = train_model(dull, TRAIN, MONTH).recipe.notes
    assert "left out, because they hold one value on all training dates: value_none, value_one" in notes


@pytest.fixture
def single(known: Rows) -> Rows:
    """One training date: no forward fold."""
    return known.take(np.flatnonzero(known.dates == known.dates.min()))


def test_without_a_forward_fold_a_leak_shows_on_customers_that_were_left_out(single: Rows) -> None:
    words = r"- tickets_outcome: alone it tells the outcome of customers it had not seen with an AUROC above 0\.95"
    with pytest.raises(DataError, match=words):
        train_model(planted(single, tickets_outcome=outcome(single)), TRAIN, MONTH)
    with pytest.raises(DataError, match=r"- model: its AUROC of customers it had not seen is above 0\.95"):
        train_model(planted(single, tickets_outcome=outcome(single)), _allowing(TRAIN, "tickets_outcome"), MONTH)
    assert train_model(single, TRAIN, MONTH).folds == []


def _allowing(train: Train, *names: str) -> Train:
    return train.model_copy(update={"allow_suspicious": list(names)})


def _newest_fold_auroc(rows: Rows) -> float:
    found = train_model(rows, TRAIN, MONTH)
    later = found.folds[-1].later
    assert found.scores is not None
    raw = found.scores.of("boosters")[-len(later) :]
    return auroc(*Ranking.of(raw).groups(rows.churned[later], np.ones(len(later))))


def test_where_nearly_everybody_leaves_purity_says_nothing() -> None:
    churned = np.random.default_rng(0).random(2000) < 0.93
    X = pd.DataFrame({"value_noise": np.random.default_rng(1).normal(size=2000)})
    key = pd.DataFrame({"customer_id": range(2000), "as_of_date": pd.Timestamp("2025-01-06")})
    assert too_pure(Rows(key, X, churned), 0.9) == []


def test_purity_is_looked_at_on_the_newest_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bleib.model.guards.PURITY_ROWS", 100)
    X = pd.DataFrame({"value_step": np.r_[np.zeros(100), np.ones(50), np.zeros(50)]})
    key = pd.DataFrame({"customer_id": range(200), "as_of_date": pd.Timestamp("2025-01-06")})
    pure = np.r_[np.zeros(100), np.ones(50), np.zeros(50)] > 0
    assert [one.name for one in too_pure(Rows(key, X, pure), 0.9)] == ["value_step"]
    assert too_pure(Rows(key, X[::-1].reset_index(drop=True), pure[::-1]), 0.9) == []


def test_purity_counts_the_weights() -> None:
    """30 leavers and 3 who stayed at the top; in a sample these stand for 30."""
    churned = np.r_[np.ones(30), np.zeros(3), np.zeros(100)] > 0
    X = pd.DataFrame({"value_step": np.r_[np.ones(33), np.zeros(100)]})
    key = pd.DataFrame({"customer_id": range(133), "as_of_date": pd.Timestamp("2025-01-06")})
    weights = np.where(churned, 1.0, 10.0)
    assert [one.name for one in too_pure(Rows(key, X, churned), 0.7)] == ["value_step"]
    assert too_pure(Rows(key, X, churned, weights), 0.7) == []


def test_a_jump_is_seen_from_the_newest_snapshot_that_did_not_see_the_end_coming(known: Rows) -> None:
    """With a lead the month before the last is no such snapshot: there the feature has moved already."""
    leaves = known.key.assign(left=known.churned).groupby("customer_id")["left"].transform("max").to_numpy()
    last = known.key.groupby("customer_id")["as_of_date"].transform("max")
    months = ((last - known.key["as_of_date"]).dt.days // 28).to_numpy()
    moved = np.random.default_rng(0).random(len(months)) + 2.0 * (leaves & (months <= 1))
    rows = planted(known, tickets_step=moved)
    assert "tickets_step" not in {one.name for one in jumping(rows, MONTH, 0.3, families_of(rows.X, {}))}
    lead = MONTH.model_copy(update={"lead_days": 7})
    assert "tickets_step" in {one.name for one in jumping(rows, lead, 0.3, families_of(rows.X, {}))}


def test_a_family_is_tried_on_the_newest_of_the_earlier_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its two features tell the outcome by their difference, but on half of the earlier rows these are noise."""
    monkeypatch.setattr("bleib.model.guards.FAMILY_ROWS", 200)
    rng = np.random.default_rng(0)
    churned, share = rng.random(600) < 0.5, rng.normal(0, 3, 600)
    told, noise = churned + rng.normal(0, 0.1, 600), rng.normal(0, 0.5, 600)
    key = pd.DataFrame({"customer_id": range(600), "as_of_date": pd.Timestamp("2025-01-06")})

    def named(dull: slice) -> list[str]:
        apart = told.copy()
        apart[dull] = noise[dull]
        X = pd.DataFrame({"price_one": share + apart, "price_two": share - apart})
        fold = Fold(date(2025, 1, 6), np.arange(400), np.arange(400, 600))
        return [one.name for one in too_telling(Rows(key, X, churned), fold, 0.95, LATER, families_of(X, {}))]

    assert named(slice(0, 200)) == ["price"]
    assert named(slice(200, 400)) == []


def test_a_jump_is_that_of_those_who_left_before_the_last_snapshot_that_there_is_of_them() -> None:
    """Thirty of 330 customers leave after the sixth month, as three windows of twelve weeks saw; then they called."""
    months = np.repeat(np.arange(6), 330)
    leaves = np.tile(np.arange(330) < 30, 6)
    days = pd.Timestamp("2025-01-06") + pd.to_timedelta(28 * months, unit="D")
    key = pd.DataFrame({"customer_id": np.tile(np.arange(330), 6), "as_of_date": days})
    calls = np.random.default_rng(0).random(len(months)) + 2.0 * (leaves & (months == 5))
    rows = Rows(key, pd.DataFrame({"tickets_calls": calls}), leaves & (months >= 3))
    quarter = Churn(definition="contract", horizon_days=84)
    assert [one.name for one in jumping(rows, quarter, 0.3, families_of(rows.X, {}))] == ["tickets_calls"]


def ageing() -> tuple[Rows, Churn]:
    """A hundred customers who pay in their first year only; in the second, when a hundred others pay, thirty leave."""
    old, new = np.arange(100), np.arange(100, 200)
    key = pd.DataFrame(
        {
            "customer_id": np.concatenate([old, old, new]),
            "as_of_date": pd.to_datetime(["2024-01-01"] * 100 + ["2025-01-01"] * 200),
        }
    )
    paid = np.random.default_rng(0).random(300) + np.repeat([1.0, 0.0, 1.0], 100)
    churned = np.concatenate([np.zeros(100, bool), old < 30, np.zeros(100, bool)])
    return Rows(key, pd.DataFrame({"value_paid": paid}), churned), Churn(definition="contract", horizon_days=364)


def test_a_move_that_those_who_stayed_made_too_is_no_jump() -> None:
    rows, year = ageing()
    assert jumping(rows, year, 0.1, families_of(rows.X, {})) == []


def test_a_jump_is_by_how_much_further_leavers_moved_than_those_who_stayed() -> None:
    """Thirty are lowest, seventy in the middle, a hundred above: ranks 15, 65, 150 of 200; all had 50 of 100 before."""
    rows, year = ageing()
    paid = rows.X["value_paid"].where(~rows.churned, -1.0)
    rows = planted(rows, value_paid=paid.to_numpy())
    names = families_of(rows.X, {})
    assert [one.name for one in jumping(rows, year, 0.2, names)] == ["value_paid"]
    assert jumping(rows, year, 0.3, names) == []


def test_where_the_newest_of_the_earlier_rows_ended_alike_a_family_tells_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bleib.model.guards.FAMILY_ROWS", 200)
    rng = np.random.default_rng(0)
    churned = np.where(np.arange(600) // 200 == 1, False, rng.random(600) < 0.5)
    share, told = rng.normal(0, 3, 600), churned + rng.normal(0, 0.1, 600)
    key = pd.DataFrame({"customer_id": range(600), "as_of_date": pd.Timestamp("2025-01-06")})
    rows = Rows(key, pd.DataFrame({"price_one": share + told, "price_two": share - told}), churned)
    assert (
        too_telling(
            rows, Fold(date(2025, 1, 6), np.arange(400), np.arange(400, 600)), 0.95, LATER, families_of(rows.X, {})
        )
        == []
    )
