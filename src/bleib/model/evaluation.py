"""How good the model is on later dates, beside simple rules: by figure, by group, by date, as curves, in money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bleib.model.bootstrap import Figure, customer_weights, figure
from bleib.model.gate import Verdict, hardest, mean_of_folds, verdict
from bleib.model.groups import by_group, groups_of, traits
from bleib.model.metrics import (
    PROBABILITY,
    RANKING,
    auroc,
    average_precision,
    base_rate,
    expected_hits,
    probabilities,
)
from bleib.model.ranking_names import OURS, RULES
from bleib.model.scored import SHARES, ScoredTest
from bleib.model.value_metrics import Worth, list_mean, no_profit, value_figures
from bleib.settings import Evaluate

COMPARABLE = (*RANKING, "log_loss", "brier")
RELIABILITY_BINS = 10
COMPARISON_COLUMNS = ["model", "metric", "value", "low", "high", "difference", "difference_low", "difference_high"]
BY_DATE_COLUMNS = ["as_of_date", "model", "snapshots", "auroc", "average_precision", "base_rate", "precision"]
RELIABILITY_COLUMNS = ["predicted", "observed", "low", "high", "snapshots", "churned", "lowest", "highest"]
GAIN_COLUMNS = ["model", "share", "recall", "lift", "precision"]

Resampled = dict[str, np.ndarray]


@dataclass(frozen=True)
class Background:
    """What is known of the tested customers beside their scores, as far as the company tells it.

    ``segments``: the segment of each test row (NA: none). ``worth``: their margins. ``whole_base``: the figures that a
    test on everybody who was ever seen would give.
    """

    segments: pd.Series | None = None
    worth: Worth | None = None
    whole_base: dict[str, float | int | None] | None = None


@dataclass(frozen=True)
class Evaluation:
    """Everything the evaluate stage writes."""

    metrics: dict[str, Any]
    test_scores: pd.DataFrame
    comparison: pd.DataFrame
    by_group: pd.DataFrame
    by_date: pd.DataFrame
    reliability: pd.DataFrame
    gain: pd.DataFrame
    profit: pd.DataFrame
    verdict: Verdict


def evaluate(
    test: ScoredTest,
    background: Background,
    capacity: int,
    settings: Evaluate,
    folds: pd.DataFrame | None = None,
    most_auroc: float = 1.0,
) -> Evaluation:
    """Compare the models in ``test``; one of them is called ``bleib``, one ``recency``.

    We are judged by that of the ``rules`` which is the hardest to beat: ``rule`` of the metrics.
    ``capacity``: places on each date's list. ``folds``: as_of_date, auroc and the numbers snapshots and churned of our
    candidate on each forward fold; skill that flips or is missing there is not to be relied on. ``most_auroc``: above
    it a model is too good to be true.
    """
    weights = customer_weights(test.rows.key["customer_id"], settings.bootstraps, settings.seed)
    values, resampled = _all_figures(test, weights, capacity)
    figures = _with_intervals(values, resampled)
    differences = _differences(values, resampled)
    by_date = _by_date(test, capacity)
    ours = by_date[by_date["model"] == OURS]
    gains = {name: differences[name]["auroc"] for name in RULES if name in differences}
    rule = hardest(gains)
    judged = verdict(
        figures[OURS]["auroc"],
        gains[rule],
        _auroc_by_date(folds) | _auroc_by_date(ours),
        settings.min_auroc_gain,
        _on_folds(folds),
        rule,
        most_auroc,
    )
    worth = background.worth
    money = None if worth is None else value_figures(test, worth, capacity, weights)
    return Evaluation(
        metrics=_metrics(test, figures, differences, judged, capacity, weights)
        | {"rule": rule}
        | ({} if money is None else {"value": money.metrics})
        | ({} if background.whole_base is None else {"whole_base": background.whole_base}),
        test_scores=_test_scores(test),
        comparison=_comparison(figures, differences),
        by_group=by_group(test, groups_of(background.segments, _traits(test, worth)), weights, rule),
        by_date=by_date,
        reliability=_reliability(test, weights),
        gain=_gain_curves(test),
        profit=no_profit() if money is None else money.profit,
        verdict=judged,
    )


def _traits(test: ScoredTest, worth: Worth | None) -> dict[str, np.ndarray]:
    """By what customers are told apart beside their segment."""
    return traits(test.rows.X) | ({} if worth is None else {"value": worth.margin})


def _auroc_by_date(table: pd.DataFrame | None) -> dict[str, float]:
    return {} if table is None else dict(zip(table["as_of_date"], table["auroc"], strict=True))


def _on_folds(folds: pd.DataFrame | None) -> Figure | None:
    if folds is None or folds.empty:
        return None
    leavers = folds["churned"].to_numpy()
    return mean_of_folds(folds["auroc"].to_numpy(), leavers, folds["snapshots"].to_numpy() - leavers)


def _all_figures(
    test: ScoredTest, weights: np.ndarray, capacity: float
) -> tuple[dict[str, dict[str, float]], dict[str, Resampled]]:
    """Per model the figures of the rows as they are, and of every resample."""
    as_they_are = np.ones(len(test.rows.churned))
    values = {model: test.figures(model, as_they_are, capacity) for model in test.scores}
    drawn = {model: [test.figures(model, w, capacity) for w in weights] for model in test.scores}
    resampled = {
        model: {name: np.array([figures[name] for figures in drawn[model]]) for name in values[model]}
        for model in test.scores
    }
    return values, resampled


def _with_intervals(
    values: dict[str, dict[str, float]], resampled: dict[str, Resampled]
) -> dict[str, dict[str, Figure]]:
    return {
        model: {name: figure(value, resampled[model][name]) for name, value in figures.items()}
        for model, figures in values.items()
    }


def _differences(values: dict[str, dict[str, float]], resampled: dict[str, Resampled]) -> dict[str, dict[str, Figure]]:
    """Our figure minus each rule's, on the same resamples; below 0 is better for log loss and Brier score."""
    return {
        model: {
            name: figure(values[OURS][name] - value, resampled[OURS][name] - resampled[model][name])
            for name, value in figures.items()
            if name in COMPARABLE
        }
        for model, figures in values.items()
        if model != OURS
    }


def _metrics(
    test: ScoredTest,
    figures: dict[str, dict[str, Figure]],
    differences: dict[str, dict[str, Figure]],
    judged: Verdict,
    capacity: int,
    weights: np.ndarray,
) -> dict[str, Any]:
    churned = test.rows.churned
    rate = figure(base_rate(churned, np.ones(len(churned))), np.array([base_rate(churned, w) for w in weights]))
    return {
        "test": {
            "dates": [_day(day) for day in test.dates],
            "snapshots": len(churned),
            "customers": int(test.rows.key["customer_id"].nunique()),
            "churned": int(churned.sum()),
            "leavers": int(test.rows.key.loc[churned, "customer_id"].nunique()),
            "base_rate": rate.plain(),
            "capacity": capacity,
            "predicted_on_lists": round(_predicted_on_lists(test, capacity), 6),
        },
        "models": {model: {k: v.plain() for k, v in row.items()} for model, row in figures.items()},
        "difference_from": {model: {k: v.plain() for k, v in row.items()} for model, row in differences.items()},
        "gate": judged.plain(),
    }


def _predicted_on_lists(test: ScoredTest, capacity: int) -> float:
    """Mean probability of those on our lists, one a date with ``capacity`` places: what ``precision`` should be."""
    predicted = probabilities(test.scores[OURS].values)
    return list_mean(test.rankings[OURS], test.at, predicted, capacity, np.ones(len(predicted)))


def _test_scores(test: ScoredTest) -> pd.DataFrame:
    out = test.rows.key.assign(churned=test.rows.churned)
    for model, score in test.scores.items():
        out[model] = probabilities(score.values) if score.is_probability else score.values
    return out


def _comparison(figures: dict[str, dict[str, Figure]], differences: dict[str, dict[str, Figure]]) -> pd.DataFrame:
    nothing = Figure(float("nan"), float("nan"), float("nan"))
    rows = []
    for model, row in figures.items():
        for name in (n for n in RANKING + PROBABILITY if n in row):
            apart = differences.get(model, {}).get(name, nothing)
            rows.append(
                {"model": model, "metric": name, **vars(row[name]), "difference": apart.value}
                | {"difference_low": apart.low, "difference_high": apart.high}
            )
    return pd.DataFrame(rows, columns=COMPARISON_COLUMNS).round(6)


def _by_date(test: ScoredTest, capacity: int) -> pd.DataFrame:
    rows = []
    weights = np.ones(len(test.rows.churned))
    for model in test.scores:
        for day, (hit, size) in zip(test.dates, test.groups(model, weights), strict=True):
            rows.append(
                {
                    "as_of_date": _day(day),
                    "model": model,
                    "snapshots": int(size.sum()),
                    "auroc": auroc(hit, size),
                    "average_precision": average_precision(hit, size),
                    "base_rate": hit.sum() / size.sum(),
                    "precision": expected_hits(hit, size, capacity) / min(capacity, size.sum()),
                }
            )
    return pd.DataFrame(rows, columns=BY_DATE_COLUMNS).round(6)


def _reliability(test: ScoredTest, weights: np.ndarray) -> pd.DataFrame:
    """Tenths of the test rows by predicted probability: mean prediction, share that left with its interval, rows, how
    many of them left, lowest and highest prediction.
    """
    predicted = probabilities(test.scores[OURS].values)
    order = np.argsort(predicted, kind="stable")
    bins = [_bin(predicted, test, rows, weights) for rows in np.array_split(order, RELIABILITY_BINS) if len(rows)]
    return pd.DataFrame(bins, columns=RELIABILITY_COLUMNS).round(6)


def _bin(predicted: np.ndarray, test: ScoredTest, rows: np.ndarray, weights: np.ndarray) -> dict[str, float | int]:
    left, said, drawn = test.rows.churned[rows], predicted[rows], weights[:, rows]
    size = drawn.sum(axis=1)
    shares = np.divide(drawn @ left, size, out=np.full(len(size), np.nan), where=size > 0)
    found = figure(float(left.mean()), shares)
    return {
        "predicted": float(said.mean()),
        "observed": found.value,
        "low": found.low,
        "high": found.high,
        "snapshots": len(rows),
        "churned": int(left.sum()),
        "lowest": float(said.min()),
        "highest": float(said.max()),
    }


def _gain_curves(test: ScoredTest) -> pd.DataFrame:
    """Recall, lift and precision when a share of every date's cohort is contacted."""
    weights = np.ones(len(test.rows.churned))
    rows = []
    for model in test.scores:
        groups = test.groups(model, weights)
        churners, people = (sum(float(counts.sum()) for counts in side) for side in zip(*groups, strict=True))
        for share in SHARES:
            recall = sum(expected_hits(hit, size, share * size.sum()) for hit, size in groups) / churners
            found = {"recall": recall, "lift": recall / share, "precision": recall * churners / (share * people)}
            rows.append({"model": model, "share": share} | found)
    return pd.DataFrame(rows, columns=GAIN_COLUMNS).round(6)


def _day(day: Any) -> str:
    return str(pd.Timestamp(day).date())
