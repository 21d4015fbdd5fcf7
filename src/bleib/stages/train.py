"""Stage train: choose the model on forward folds, fit it on the training dates; it never sees a test date."""

from __future__ import annotations

import pandas as pd

from bleib import artifacts
from bleib.console import say
from bleib.files import read_json, sha256, write_csv, write_json, write_parquet
from bleib.model import tracking
from bleib.model.fold_report import dates_curve, fold_scores, fold_table
from bleib.model.reading import read_families, read_rhythms, read_training_rows
from bleib.model.split import dates_of
from bleib.model.training import train_model, train_without_outcomes
from bleib.model.tuned import Tuned
from bleib.settings import load_settings
from bleib.stages import run

PARAMS: tuple[str, ...] = ("churn", "train", "tracking")


def main() -> None:
    """Read the training dates, choose, fit, write model and choice, log them."""
    settings = load_settings(*PARAMS)
    dates, families = dates_of(pd.read_csv(artifacts.SPLIT.path), "train"), read_families(artifacts.DICTIONARY.path)
    if dates:
        most = settings.train.max_snapshots
        rows = read_training_rows(artifacts.FEATURES.path, artifacts.SNAPSHOTS.path, dates, most, families)
        tuned = Tuned.of_plain(read_json(artifacts.TUNED.path))
        trained = train_model(rows, settings.train, settings.churn, tuned, families)
    else:
        rhythms, rows = read_rhythms(artifacts.FEATURES.path, artifacts.SNAPSHOTS.path)
        trained = train_without_outcomes(rhythms, settings.train, settings.churn)
    data = {name: sha256(item.path) for name, item in _DATA.items()}
    trained.model.save(artifacts.EVALUATED_MODEL.path, trained.about | {"families": families, "data_sha256": data})
    write_json(artifacts.RECIPE.path, trained.recipe.plain())
    write_csv(artifacts.FOLDS.path, fold_table(rows, trained.folds, trained.scores))
    write_parquet(artifacts.FOLD_SCORES.path, fold_scores(rows, trained.scores, trained.recipe.candidate))
    write_csv(artifacts.DATES_CURVE.path, dates_curve(rows, trained.folds, trained.recipe.trees, trained.train))
    say(f"train: {len(rows.churned):,} snapshots, {trained.model.n_features_in_} features; {trained.recipe.text()}")
    for note in trained.recipe.notes:
        say(f"  - {note}")
    example = rows.X[list(trained.model.feature_names_in_)].head(tracking.EXAMPLE_ROWS)
    tracking.log_model(artifacts.EVALUATED_MODEL.path, example, settings.tracking)
    tracking.log_files(artifacts.EVALUATED_MODEL.path, [item.path for item in _CHOICE], settings.tracking)


_DATA = {"features": artifacts.FEATURES, "snapshots": artifacts.SNAPSHOTS, "split": artifacts.SPLIT}
_CHOICE = (artifacts.TUNED, artifacts.RECIPE, artifacts.FOLDS, artifacts.DATES_CURVE)

if __name__ == "__main__":
    run(main)
