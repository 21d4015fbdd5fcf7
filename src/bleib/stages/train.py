"""Stage train: fit the model on the training dates; the test snapshots are not read into it."""

from __future__ import annotations

import pandas as pd

from bleib import artifacts
from bleib.console import say
from bleib.files import read_parquet, sha256
from bleib.model import tracking
from bleib.model.rows import labelled_rows
from bleib.model.split import dates_of
from bleib.model.training import train_model
from bleib.settings import load_settings
from bleib.stages import run

PARAMS: tuple[str, ...] = ("churn", "train", "tracking")


def main() -> None:
    """Read the training dates, fit, write the model, log it."""
    settings = load_settings(*PARAMS)
    dates = dates_of(pd.read_csv(artifacts.SPLIT.path), "train")
    rows = labelled_rows(read_parquet(artifacts.FEATURES.path), read_parquet(artifacts.SNAPSHOTS.path), dates)
    model, about = train_model(rows, settings.train, settings.churn)
    data = {name: sha256(item.path) for name, item in _DATA.items()}
    model.save(artifacts.MODEL.path, about | {"data_sha256": data})
    say(f"train: {len(rows.churned):,} snapshots, {model.n_features_in_} features, {model.n_trees_} trees a seed")
    tracking.log_model(artifacts.MODEL.path, rows.X.head(tracking.EXAMPLE_ROWS), settings.tracking)


_DATA = {"features": artifacts.FEATURES, "snapshots": artifacts.SNAPSHOTS, "split": artifacts.SPLIT}

if __name__ == "__main__":
    run(main)
