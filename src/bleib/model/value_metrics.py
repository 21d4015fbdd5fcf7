"""What a ranking is worth in money: what its list brings, and the expected maximum profit (EMPC, EMPB).

Whoever is contacted costs ``cost``; a leaver among them stays with the chance ``success`` and then brings their margin.
Arrays have shape (n,), one a labelled test row; money is in the company's currency.

EMPC: Verbraken, Verbeke, Baesens (2013), A Novel Profit Maximizing Metric for Measuring Classification Performance of
Customer Churn Prediction Models, IEEE TKDE 25(5), 961–973. EMPB, with a margin for every customer: Janssens, Bogaert,
Bagué, Van den Poel (2022), B2Boost, Annals of Operations Research. Both are computed by empulse.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bleib.model.bootstrap import Figure, figure
from bleib.model.metrics import Ranking, expected_hits, probabilities
from bleib.model.ranking_names import BY_VALUE, OURS
from bleib.model.scored import SHARES, ScoredTest
from bleib.settings import Listing

CERTAINTY = 20.0  # alpha + beta of the success rate's Beta distribution: 6 + 14 in the paper of 2013
PERFECT = "perfect"
EMPULSE_RESAMPLES = 100  # a draw of all models takes EMPC and EMPB a tenth of a second, the lists a hundredth
PROFIT_COLUMNS = ["model", "share", "profit"]


@dataclass(frozen=True)
class Economics:
    """``success``: share of the contacted leavers who are kept, 0–1. ``cost`` of a contact, in currency."""

    success: float
    cost: float

    def beta_parameters(self) -> dict[str, float]:
        """The Beta distribution of the success rate, with its mean at ``success``."""
        return {"alpha": CERTAINTY * self.success, "beta": CERTAINTY * (1 - self.success)}

    def gains(self, churned: np.ndarray, margin: np.ndarray) -> np.ndarray:
        """What contacting each row brings on average, given how it ended."""
        return self.success * margin * churned - self.cost


@dataclass(frozen=True)
class Worth:
    """The money of the test rows. ``margin`` (n,) ≥ 0: what each customer brings over the value horizon."""

    margin: np.ndarray
    economics: Economics


@dataclass(frozen=True)
class ValueFigures:
    """``metrics`` for metrics.json; ``profit``: model, share contacted, profit of a list, one row each."""

    metrics: dict[str, Any]
    profit: pd.DataFrame


def economics(listing: Listing, families: Collection[str]) -> Economics | None:
    """The mean success and cost of the plays for a reason out of ``families``, those of the model's features.

    None where there is no such play or none ever helps.
    """
    plays = [play for play in listing.plays.values() if not set(play.families).isdisjoint(families)]
    if not plays or not any(play.success for play in plays):
        return None
    return Economics(
        float(np.mean([play.success for play in plays])),
        float(np.mean([play.cost for play in plays])),
    )


def no_profit() -> pd.DataFrame:
    """The table of profits where nothing is known of money."""
    return pd.DataFrame(columns=PROFIT_COLUMNS)


def value_figures(test: ScoredTest, worth: Worth, capacity: int, weights: np.ndarray) -> ValueFigures:
    """What every model's lists bring, with 95 % intervals over the resampled ``weights`` (resamples, n); EMPC and EMPB
    over the first hundred of them.

    ``at_capacity``: profit of a list of ``capacity`` customers, mean over the dates; ``captured``: its share of what
    the best possible list would bring; ``left``: share of those on the lists who left. ``empc``, ``empb``: profit a
    customer of the cohort if exactly as many are contacted as pays best.
    """
    gains = worth.economics.gains(test.rows.churned, worth.margin)
    ranked = _rankings(test, worth, gains)
    draws = [np.ones(len(gains)), *weights]
    best = np.array([list_profit(ranked[PERFECT], test.at, gains, capacity, w) for w in draws])
    models = {
        name: _of_lists(test, rankings, gains, best, capacity, draws)
        for name, rankings in ranked.items()
        if name != PERFECT
    }
    for name, score in test.scores.items():
        models[name] |= _of_empulse(test.rows.churned, score.values, worth, draws[: 1 + EMPULSE_RESAMPLES])
    return ValueFigures(
        {
            "success": round(worth.economics.success, 6),
            "cost": round(worth.economics.cost, 6),
            "mean_margin": round(float(worth.margin.mean()), 6),
            "models": {name: {key: found.plain() for key, found in row.items()} for name, row in models.items()},
        },
        _profit_curves(test, ranked, gains),
    )


def list_profit(
    rankings: list[Ranking], at: list[np.ndarray], gains: np.ndarray, places: float, weights: np.ndarray
) -> float:
    """Mean over the dates of what a list of ``places`` customers brings; ties as in random order."""
    brought = []
    for ranking, rows in zip(rankings, at, strict=True):
        money, size = _money_and_size(ranking, gains[rows], weights[rows])
        brought.append(expected_hits(money, size, places))
    return float(np.mean(brought))


def list_mean(
    rankings: list[Ranking], at: list[np.ndarray], values: np.ndarray, places: float, weights: np.ndarray
) -> float:
    """Mean of ``values`` (n,) over those on the lists of all dates; NaN where nobody is."""
    people = list_profit(rankings, at, np.ones(len(values)), places, weights)
    return list_profit(rankings, at, values, places, weights) / people if people > 0 else float("nan")


def empc(churned: np.ndarray, scores: np.ndarray, margin: float, terms: Economics) -> float:
    """Expected maximum profit a customer, all of them worth ``margin``; nothing is paid but the contact."""
    from empulse.metrics import empc_score

    given = terms.beta_parameters() | {"clv": margin, "incentive_cost": 0.0, "contact_cost": terms.cost}
    return float(empc_score(churned.astype(int), scores, **given))


def empb(churned: np.ndarray, scores: np.ndarray, margin: np.ndarray, terms: Economics) -> float:
    """Expected maximum profit a customer, each of them worth their own margin."""
    from empulse.metrics import empb_score

    given = terms.beta_parameters() | {"incentive_fraction": 0.0, "contact_cost": terms.cost}
    return float(empb_score(churned.astype(int), scores, clv=margin, **given))


def _rankings(test: ScoredTest, worth: Worth, gains: np.ndarray) -> dict[str, list[Ranking]]:
    """By model the ranking of each date, that by value at risk, and the best there could be."""
    by_value = probabilities(test.scores[OURS].values) * worth.margin
    return test.rankings | {
        BY_VALUE: [Ranking.of(by_value[at]) for at in test.at],
        PERFECT: [Ranking.of(gains[at]) for at in test.at],
    }


def _of_lists(
    test: ScoredTest,
    rankings: list[Ranking],
    gains: np.ndarray,
    best: np.ndarray,
    capacity: float,
    draws: list[np.ndarray],
) -> dict[str, Figure]:
    """``best`` (draws,): what the best possible list brings."""
    ours = np.array([list_profit(rankings, test.at, gains, capacity, w) for w in draws])
    captured = np.divide(ours, best, out=np.full(len(best), np.nan), where=best > 0)
    left = np.array([list_mean(rankings, test.at, test.rows.churned.astype(float), capacity, w) for w in draws])
    found = {"at_capacity": ours, "captured": captured, "left": left}
    return {key: figure(float(values[0]), values[1:]) for key, values in found.items()}


def _of_empulse(churned: np.ndarray, scores: np.ndarray, worth: Worth, draws: list[np.ndarray]) -> dict[str, Figure]:
    found: dict[str, list[float]] = {"empc": [], "empb": []}
    for weights in draws:
        at = np.repeat(np.arange(len(churned)), weights.astype(int))
        left, score, margin = churned[at], scores[at], worth.margin[at]
        known = 0 < left.sum() < len(left)
        found["empc"].append(empc(left, score, float(margin.mean()), worth.economics) if known else np.nan)
        found["empb"].append(empb(left, score, margin, worth.economics) if known else np.nan)
    return {name: figure(values[0], np.array(values[1:])) for name, values in found.items()}


def _profit_curves(test: ScoredTest, ranked: Mapping[str, list[Ranking]], gains: np.ndarray) -> pd.DataFrame:
    """Mean profit of a date's list when a share of every date's cohort is contacted, for every ranking."""
    rows = []
    for name, rankings in ranked.items():
        groups = [
            _money_and_size(rank, gains[at], np.ones(len(at))) for rank, at in zip(rankings, test.at, strict=True)
        ]
        for share in SHARES:
            profit = np.mean([expected_hits(money, size, share * size.sum()) for money, size in groups])
            rows.append({"model": name, "share": share, "profit": profit})
    return pd.DataFrame(rows, columns=PROFIT_COLUMNS).round(6)


def _money_and_size(ranking: Ranking, gains: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What each group of equal score brings, and how many are in it, first to be contacted first."""
    _, size = ranking.groups(np.zeros(len(gains)), weights)
    money, _ = ranking.groups(gains, weights)
    return money, size
