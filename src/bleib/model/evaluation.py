"""How good the model is on later dates, beside simple rules: by figure, by segment, by date, as curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bleib.model.baselines import Scores
from bleib.model.bootstrap import Figure, customer_weights, figure
from bleib.model.gate import Verdict, mean_of_folds, verdict
from bleib.model.metrics import (
    PROBABILITY,
    RANKING,
    Ranking,
    auroc,
    average_precision,
    base_rate,
    expected_hits,
    probabilities,
    probability_figures,
    ranking_figures,
)
from bleib.model.rows import Rows
from bleib.settings import Evaluate

OURS = "bleib"
RULE = "recency"
COMPARABLE = (*RANKING, "log_loss", "brier")
RELIABILITY_BINS = 10
SHARES = np.round(np.linspace(0.02, 1.0, 50), 2)
SEGMENT_METRICS = ("auroc", "average_precision", "base_rate", "observed_expected")
MIN_SEGMENT_ROWS = 50

Resampled = dict[str, np.ndarray]


class ScoredTest:
    """Labelled test rows with the scores of every model, and the ranking of each on every date, made once."""

    def __init__(self, rows: Rows, scores: dict[str, Scores]) -> None:
        self.rows = rows
        self.scores = scores
        self.dates = sorted(rows.dates.unique())
        self.at = [np.flatnonzero((rows.dates == day).to_numpy()) for day in self.dates]
        self.rankings = {name: [Ranking.of(score.values[at]) for at in self.at] for name, score in scores.items()}

    def groups(self, model: str, weights: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """Per date: weight of churned and of all rows in each group of equal score, riskiest first."""
        return [
            ranking.groups(self.rows.churned[at], weights[at])
            for ranking, at in zip(self.rankings[model], self.at, strict=True)
        ]

    def figures(self, model: str, weights: np.ndarray, capacity: float) -> dict[str, float]:
        """All figures that the model's kind of score allows."""
        score = self.scores[model]
        out = ranking_figures(self.groups(model, weights), capacity)
        if score.is_probability:
            out |= probability_figures(self.rows.churned, score.values, weights)
        return out

    def only(self, chosen: np.ndarray) -> ScoredTest:
        """The rows where ``chosen`` (n,) is true, with our own scores alone."""
        rows = self.rows.take(np.flatnonzero(chosen))
        return ScoredTest(rows, {OURS: Scores(self.scores[OURS].values[chosen], is_probability=True)})


@dataclass(frozen=True)
class Evaluation:
    """Everything the evaluate stage writes."""

    metrics: dict[str, Any]
    test_scores: pd.DataFrame
    comparison: pd.DataFrame
    by_segment: pd.DataFrame
    by_date: pd.DataFrame
    reliability: pd.DataFrame
    gain: pd.DataFrame
    verdict: Verdict


def evaluate(
    test: ScoredTest,
    segments: pd.Series | None,
    capacity: int,
    settings: Evaluate,
    folds: pd.DataFrame | None = None,
) -> Evaluation:
    """Compare the models in ``test``; one of them is called ``bleib``, one ``recency``.

    ``segments``: the segment of each test row (NA: none) or None. ``capacity``: places on each date's list.
    ``folds``: as_of_date, auroc, snapshots and base_rate of our candidate on each forward fold; skill that flips or is
    missing there is not to be relied on.
    """
    weights = customer_weights(test.rows.key["customer_id"], settings.bootstraps, settings.seed)
    values, resampled = _all_figures(test, weights, capacity)
    figures = _with_intervals(values, resampled)
    differences = _differences(values, resampled)
    by_date = _by_date(test)
    ours = by_date[by_date["model"] == OURS]
    judged = verdict(
        figures[OURS]["auroc"],
        differences[RULE]["auroc"],
        _auroc_by_date(folds) | _auroc_by_date(ours),
        settings.min_auroc_gain,
        _on_folds(folds),
    )
    return Evaluation(
        metrics=_metrics(test, figures, differences, judged, capacity, weights),
        test_scores=_test_scores(test),
        comparison=_comparison(figures, differences),
        by_segment=_by_segment(test, segments, weights),
        by_date=by_date,
        reliability=_reliability(test),
        gain=_gain_curves(test),
        verdict=judged,
    )


def _auroc_by_date(table: pd.DataFrame | None) -> dict[str, float]:
    return {} if table is None else dict(zip(table["as_of_date"], table["auroc"], strict=True))


def _on_folds(folds: pd.DataFrame | None) -> Figure | None:
    if folds is None or folds.empty:
        return None
    leavers = (folds["base_rate"] * folds["snapshots"]).to_numpy()
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
            "base_rate": rate.plain(),
            "capacity": capacity,
        },
        "models": {model: {k: v.plain() for k, v in row.items()} for model, row in figures.items()},
        "difference_from": {model: {k: v.plain() for k, v in row.items()} for model, row in differences.items()},
        "gate": {"passed": judged.passed, "reasons": list(judged.reasons)},
    }


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
    return pd.DataFrame(rows).round(6)


def _by_date(test: ScoredTest) -> pd.DataFrame:
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
                }
            )
    return pd.DataFrame(rows).round(6)


def _by_segment(test: ScoredTest, segments: pd.Series | None, weights: np.ndarray) -> pd.DataFrame:
    """Our figures in every segment; ranks are those within the segment."""
    names = ["segment", "snapshots", "metric", "value", "low", "high"]
    rows: list[dict[str, Any]] = []
    if segments is not None:
        labels = segments.reset_index(drop=True)
        for name in sorted(labels.dropna().unique()):
            rows += _one_segment(test, str(name), (labels == name).fillna(False).to_numpy(dtype=bool), weights)
    return pd.DataFrame(rows, columns=names).round(6)


def _one_segment(test: ScoredTest, name: str, chosen: np.ndarray, weights: np.ndarray) -> list[dict[str, Any]]:
    part = test.only(chosen)
    if len(part.rows.churned) < MIN_SEGMENT_ROWS:
        return []
    values = _segment_figures(part, np.ones(chosen.sum()))
    drawn = [_segment_figures(part, w) for w in weights[:, chosen]]
    return [
        {"segment": name, "snapshots": int(chosen.sum()), "metric": metric}
        | vars(figure(values[metric], np.array([figures[metric] for figures in drawn])))
        for metric in SEGMENT_METRICS
    ]


def _segment_figures(part: ScoredTest, weights: np.ndarray) -> dict[str, float]:
    ranked = ranking_figures(part.groups(OURS, weights), capacity=1)
    churned = part.rows.churned
    expected = float(weights @ probabilities(part.scores[OURS].values))
    return ranked | {
        "base_rate": base_rate(churned, weights),
        "observed_expected": float(weights @ churned) / expected if expected else float("nan"),
    }


def _reliability(test: ScoredTest) -> pd.DataFrame:
    """Tenths of the test rows by predicted probability: mean prediction, share that left, rows."""
    predicted = probabilities(test.scores[OURS].values)
    order = np.argsort(predicted, kind="stable")
    bins = [rows for rows in np.array_split(order, RELIABILITY_BINS) if len(rows)]
    return pd.DataFrame(
        {
            "predicted": [predicted[rows].mean() for rows in bins],
            "observed": [test.rows.churned[rows].mean() for rows in bins],
            "snapshots": [len(rows) for rows in bins],
        }
    ).round(6)


def _gain_curves(test: ScoredTest) -> pd.DataFrame:
    """Recall and lift when a share of every date's cohort is contacted."""
    weights = np.ones(len(test.rows.churned))
    rows = []
    for model in test.scores:
        groups = test.groups(model, weights)
        churners = sum(hit.sum() for hit, _ in groups)
        for share in SHARES:
            recall = sum(expected_hits(hit, size, share * size.sum()) for hit, size in groups) / churners
            rows.append({"model": model, "share": share, "recall": recall, "lift": recall / share})
    return pd.DataFrame(rows).round(6)


def _day(day: Any) -> str:
    return str(pd.Timestamp(day).date())
