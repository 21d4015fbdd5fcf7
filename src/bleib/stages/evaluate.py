"""Stage evaluate: how good the model is on the test dates, beside simple rules, also in money; the gate's verdict."""

from __future__ import annotations

import pandas as pd

from bleib import artifacts
from bleib.buckets import read_tables
from bleib.clock import to_date
from bleib.console import say
from bleib.files import read_json, write_csv, write_json, write_parquet
from bleib.listing.value import margins_at
from bleib.model import tracking
from bleib.model.baselines import Scores, baseline_scores
from bleib.model.classifier import ChurnClassifier
from bleib.model.evaluation import Background, Evaluation, evaluate
from bleib.model.ranking_names import OURS
from bleib.model.reading import read_labelled_rows
from bleib.model.rows import Rows
from bleib.model.scored import ScoredTest
from bleib.model.scoring import score, segments_at
from bleib.model.split import dates_of, trained_from
from bleib.model.summary import summary_of
from bleib.model.unproved import nothing_proved
from bleib.model.value_metrics import Worth, economics
from bleib.model.whole_base import whole_base
from bleib.settings import Settings, load_settings
from bleib.stages import run

PARAMS: tuple[str, ...] = (
    "company.time_zone",
    "clock",
    "churn",
    "features",
    "split",
    "train",
    "evaluate",
    "listing",
    "tracking",
)


def main() -> None:
    """Read the test dates and the model, measure, write, log."""
    settings = load_settings(*PARAMS)
    split, recipe = pd.read_csv(artifacts.SPLIT.path), read_json(artifacts.RECIPE.path)
    folds = _folds(recipe["candidate"])
    result = _measured(split, folds, settings) if dates_of(split, "train") else _unproved(settings)
    write_json(artifacts.SUMMARY.path, summary_of(result.metrics, recipe, folds))
    _write(result)
    say(f"evaluate: {result.verdict.text()}")
    tracking.log_evaluation(artifacts.EVALUATED_MODEL.path, result.metrics, settings.tracking)
    tracking.log_files(artifacts.EVALUATED_MODEL.path, [item.path for item in _CURVES], settings.tracking)


def _measured(split: pd.DataFrame, folds: pd.DataFrame, settings: Settings) -> Evaluation:
    train, rows = (
        read_labelled_rows(artifacts.FEATURES.path, artifacts.SNAPSHOTS.path, dates_of(split, part))
        for part in ("train", "test")
    )
    model = ChurnClassifier.load(artifacts.EVALUATED_MODEL.path)
    ours = score(model, rows)["raw_score"].to_numpy()
    scores = {OURS: Scores(ours, is_probability=True)} | baseline_scores(train, rows, settings.churn)
    test, background = ScoredTest(rows, scores), _background(rows, model, settings)
    most = settings.train.most_auroc
    return evaluate(test, background, settings.listing.capacity, settings.evaluate, folds, most)


def _unproved(settings: Settings) -> Evaluation:
    found = read_json(artifacts.CALENDAR.path)
    span = to_date(found["first_day"]), to_date(found["data_end"])
    day = trained_from(*span, settings.clock, settings.churn, settings.split)
    assert day is not None  # else split would have stopped
    return nothing_proved(settings.listing.capacity, day)


_CURVES = (
    artifacts.METRICS,
    artifacts.COMPARISON,
    artifacts.BY_GROUP,
    artifacts.BY_DATE,
    artifacts.RELIABILITY,
    artifacts.GAIN,
    artifacts.PROFIT,
)


def _folds(candidate: str) -> pd.DataFrame:
    """The chosen candidate on the forward folds."""
    folds = pd.read_csv(artifacts.FOLDS.path)
    return folds[folds["candidate"] == candidate]


def _background(rows: Rows, model: ChurnClassifier, settings: Settings) -> Background:
    tables = read_tables(artifacts.TABLES.path, ["customers", "interactions", "contracts"])
    return Background(
        _segments(rows, tables, settings),
        _worth(rows, tables, model, settings),
        _whole_base(rows, tables, settings),
    )


def _segments(rows: Rows, tables: dict[str, pd.DataFrame], settings: Settings) -> pd.Series | None:
    column = settings.evaluate.segment_column
    if column is None or "customers" not in tables:
        return None
    return segments_at(rows.key, tables["customers"], column, settings.company.time_zone)


def _worth(rows: Rows, tables: dict[str, pd.DataFrame], model: ChurnClassifier, settings: Settings) -> Worth | None:
    """None where no margin is known or no play could be chosen."""
    first_day = to_date(read_json(artifacts.CALENDAR.path)["first_day"])
    kinds = settings.features.main_kinds or settings.churn.kinds
    margin = margins_at(rows.key, tables, first_day, kinds, settings.listing, settings.company.time_zone)
    dictionary = pd.read_csv(artifacts.DICTIONARY.path)
    families = set(dictionary.loc[dictionary["name"].isin(model.feature_names_in_), "family"])
    terms = economics(settings.listing, families)
    return None if margin is None or terms is None else Worth(margin, terms)


def _whole_base(
    rows: Rows, tables: dict[str, pd.DataFrame], settings: Settings
) -> dict[str, float | int | None] | None:
    """Only silence churn knows customers who left long ago without a word."""
    if settings.churn.definition != "silence":
        return None
    days = [to_date(day) for day in sorted(rows.dates.unique())]
    return whole_base(tables["interactions"], settings.churn, settings.company.time_zone, days)


def _write(result: Evaluation) -> None:
    write_json(artifacts.METRICS.path, result.metrics)
    write_parquet(artifacts.TEST_SCORES.path, result.test_scores)
    write_csv(artifacts.COMPARISON.path, result.comparison)
    write_csv(artifacts.BY_GROUP.path, result.by_group)
    write_csv(artifacts.BY_DATE.path, result.by_date)
    write_csv(artifacts.RELIABILITY.path, result.reliability)
    write_csv(artifacts.GAIN.path, result.gain)
    write_csv(artifacts.PROFIT.path, result.profit)


if __name__ == "__main__":
    run(main)
