"""Stage evaluate: how good the model is on the test dates, beside simple rules; the gate's verdict."""

from __future__ import annotations

import pandas as pd

from bleib import artifacts
from bleib.console import say
from bleib.files import read_json, read_parquet, write_csv, write_json, write_parquet
from bleib.model import tracking
from bleib.model.baselines import Scores, baseline_scores
from bleib.model.classifier import ChurnClassifier
from bleib.model.evaluation import OURS, Evaluation, ScoredTest, evaluate
from bleib.model.rows import Rows, labelled_rows
from bleib.model.scoring import score, segments_at
from bleib.model.split import dates_of
from bleib.settings import Settings, load_settings
from bleib.stages import run

PARAMS: tuple[str, ...] = ("company", "churn", "evaluate", "listing", "tracking")


def main() -> None:
    """Read the test dates and the model, measure, write, log."""
    settings = load_settings(*PARAMS)
    split = pd.read_csv(artifacts.SPLIT.path)
    features, snapshots = read_parquet(artifacts.FEATURES.path), read_parquet(artifacts.SNAPSHOTS.path)
    train = labelled_rows(features, snapshots, dates_of(split, "train"))
    rows = labelled_rows(features, snapshots, dates_of(split, "test"))
    ours = score(ChurnClassifier.load(artifacts.EVALUATED_MODEL.path), rows)["raw_score"].to_numpy()
    scores = {OURS: Scores(ours, is_probability=True)} | baseline_scores(train, rows, settings.churn)
    result = evaluate(
        ScoredTest(rows, scores), _segments(rows, settings), settings.listing.capacity, settings.evaluate, _folds()
    )
    _write(result)
    say(f"evaluate: {result.verdict.text()}")
    tracking.log_evaluation(artifacts.EVALUATED_MODEL.path, result.metrics, settings.tracking)
    tracking.log_files(artifacts.EVALUATED_MODEL.path, [item.path for item in _CURVES], settings.tracking)


_CURVES = (
    artifacts.METRICS,
    artifacts.COMPARISON,
    artifacts.BY_SEGMENT,
    artifacts.BY_DATE,
    artifacts.RELIABILITY,
    artifacts.GAIN,
)


def _folds() -> pd.DataFrame:
    """The chosen candidate on the forward folds."""
    folds, chosen = pd.read_csv(artifacts.FOLDS.path), read_json(artifacts.RECIPE.path)["candidate"]
    return folds[folds["candidate"] == chosen]


def _segments(rows: Rows, settings: Settings) -> pd.Series | None:
    path, column = artifacts.TABLES.path / "customers.parquet", settings.evaluate.segment_column
    if column is None or not path.exists():
        return None
    return segments_at(rows.key, read_parquet(path), column, settings.company.time_zone)


def _write(result: Evaluation) -> None:
    write_json(artifacts.METRICS.path, result.metrics)
    write_parquet(artifacts.TEST_SCORES.path, result.test_scores)
    write_csv(artifacts.COMPARISON.path, result.comparison)
    write_csv(artifacts.BY_SEGMENT.path, result.by_segment)
    write_csv(artifacts.BY_DATE.path, result.by_date)
    write_csv(artifacts.RELIABILITY.path, result.reliability)
    write_csv(artifacts.GAIN.path, result.gain)


if __name__ == "__main__":
    run(main)
