"""The simple rules by which the model is judged: the one that is hardest to beat."""

from __future__ import annotations

import numpy as np

import model_worlds
from bleib.model.baselines import Scores, baseline_scores
from bleib.model.bootstrap import Figure
from bleib.model.evaluation import Background, evaluate
from bleib.model.gate import hardest, verdict
from bleib.model.rows import Rows, labelled_rows
from bleib.model.scored import ScoredTest
from bleib.settings import Churn, Evaluate

CONTRACT = Churn(definition="contract", horizon_days=28)
GOOD, STEADY = Figure(0.75, 0.72, 0.78), {"2024-01-01": 0.74, "2024-02-01": 0.76}


def rules(renewal_days: list[float] | None, churn: Churn = CONTRACT) -> dict[str, Scores]:
    """The scores of the rules on four customers; None: nothing is known of renewals."""
    features, snapshots = model_worlds.company(customers=4, dates=4, open_dates=1)
    snapshots["churned"] = snapshots["churned"].where(snapshots["churned"].isna(), snapshots.index % 2 == 0)
    dates = sorted(snapshots.loc[snapshots["churned"].notna(), "as_of_date"].unique())
    train, test = labelled_rows(features, snapshots, dates[:2]), labelled_rows(features, snapshots, dates[2:])
    if renewal_days is None:
        return baseline_scores(train, test, churn)
    asked = Rows(test.key, test.X.assign(contract_renewal_days=renewal_days), test.churned)
    return baseline_scores(train, asked, churn)


def test_nearest_renewal_is_riskiest_and_no_renewal_comes_last() -> None:
    found = rules([30.0, np.nan, 3.0, 9000.0])["renewal"]
    assert found.values.tolist() == [-30.0, -9001.0, -3.0, -9000.0]
    assert not found.is_probability


def test_there_is_no_such_rule_without_contracts_that_renew() -> None:
    assert "renewal" not in rules(None)
    assert "renewal" not in rules([np.nan] * 4)
    assert "renewal" not in rules([3.0] * 4, Churn(definition="silence", horizon_days=28))


def test_the_hardest_rule_is_that_over_which_the_gain_is_least_sure() -> None:
    gains = {"recency": Figure(0.1, 0.05, 0.15), "renewal": Figure(0.12, 0.02, 0.2)}
    assert hardest(gains) == "renewal"
    assert hardest(gains | {"recency": Figure(0.1, np.nan, np.nan)}) == "recency"
    lost = {"recency": Figure(0.1, np.nan, np.nan), "renewal": Figure(0.0, -0.05, 0.05)}
    assert hardest(lost) == "recency"


def test_a_model_that_beats_the_recency_rule_fails_if_another_does_as_well() -> None:
    features, snapshots = model_worlds.company(customers=400, dates=8)
    dates = sorted(snapshots.loc[snapshots["churned"].notna(), "as_of_date"].unique())[-2:]
    rows = labelled_rows(features, snapshots, dates)
    ours = rows.X["drift"].to_numpy(dtype=float)
    scores = {
        "bleib": Scores(ours, is_probability=True),
        "recency": Scores(rows.X["recency_order_days"].to_numpy(dtype=float), is_probability=False),
        "renewal": Scores(ours, is_probability=False),
    }
    found = evaluate(ScoredTest(rows, scores), Background(), 20, Evaluate(bootstraps=50))
    assert found.metrics["difference_from"]["recency"]["auroc"]["low"] > 0
    assert found.metrics["rule"] == "renewal"
    assert not found.verdict.passed
    (reason,) = found.verdict.reasons
    assert reason.startswith("it does not beat the rule “nearest renewal first” for sure: AUROC gain +0.000")
    assert reason.endswith("Ranking by days to the next renewal may serve as well.")


def test_what_it_was_judged_by_is_said_of_a_model_that_passes() -> None:
    (reason,) = verdict(GOOD, Figure(0.05, 0.02, 0.08), STEADY, 0.0, rule="renewal").reasons
    assert reason.endswith("gain over the rule “nearest renewal first” +0.050 [+0.020, +0.080].")


def test_bg_nbd_knows_each_customer_once_as_of_the_newest_training_date() -> None:
    """On the older dates customers came three times as often."""
    features, snapshots = model_worlds.company(customers=200, dates=8)
    dates = sorted(snapshots.loc[snapshots["churned"].notna(), "as_of_date"].unique())
    features.loc[features["as_of_date"] < dates[2], "frequency_order_count_all"] *= 3
    test = labelled_rows(features, snapshots, dates[4:])
    all_dates, newest = (labelled_rows(features, snapshots, dates[start:3]) for start in (0, 2))
    silence = Churn(definition="silence", horizon_days=28)
    found, expected = (baseline_scores(train, test, silence)["bg_nbd"].values for train in (all_dates, newest))
    assert found.tolist() == expected.tolist()
