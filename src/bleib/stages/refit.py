"""Stage refit: the evaluated recipe fitted again on the newest mature dates; this is the model of the list."""

from __future__ import annotations

import pandas as pd

from bleib import artifacts
from bleib.console import say
from bleib.files import read_json, sha256
from bleib.model.loading import load_model
from bleib.model.reading import read_families, read_rhythms, read_training_rows
from bleib.model.rhythm import RhythmModel
from bleib.model.split import newest_mature
from bleib.model.training import refit_model, train_without_outcomes
from bleib.settings import load_settings
from bleib.stages import run

PARAMS: tuple[str, ...] = ("churn", "split", "train")


def main() -> None:
    """Read the newest mature dates and the evaluated model, fit its recipe, write the model."""
    settings = load_settings(*PARAMS)
    dates = newest_mature(pd.read_csv(artifacts.SPLIT.path), settings.split, settings.churn)
    evaluated, families = load_model(artifacts.EVALUATED_MODEL.path), read_families(artifacts.DICTIONARY.path)
    if isinstance(evaluated, RhythmModel):
        rhythms, rows = read_rhythms(artifacts.FEATURES.path, artifacts.SNAPSHOTS.path)
        trained = train_without_outcomes(rhythms, settings.train, settings.churn)
    else:
        most = settings.train.max_snapshots
        rows = read_training_rows(artifacts.FEATURES.path, artifacts.SNAPSHOTS.path, dates, most, families)
        trained = refit_model(rows, evaluated, read_json(artifacts.RECIPE.path), settings.train, settings.churn)
    origin = {"evaluated_model_sha256": sha256(artifacts.EVALUATED_MODEL.path), "families": families}
    data = {name: sha256(item.path) for name, item in _DATA.items()}
    trained.model.save(artifacts.MODEL.path, trained.about | origin | {"data_sha256": data})
    say(f"refit: {trained.about['snapshots']:,} snapshots, {trained.recipe.text()}")


_DATA = {"features": artifacts.FEATURES, "snapshots": artifacts.SNAPSHOTS, "split": artifacts.SPLIT}

if __name__ == "__main__":
    run(main)
