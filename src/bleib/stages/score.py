"""Stage score: the churn probability of every customer of the newest cohort."""

from __future__ import annotations

import pandas as pd

from bleib import artifacts
from bleib.console import say
from bleib.files import read_csv, replacing
from bleib.model.folders import score_folders
from bleib.settings import EngineName, load_settings
from bleib.stages import run_on_engine

PARAMS: tuple[str, ...] = ("engine",)


def main(engine: EngineName | None = None) -> None:
    """Score the newest cohort with the model, write."""
    settings = load_settings(*PARAMS)
    newest = pd.Timestamp(read_csv(artifacts.LABEL_SUMMARY.path)["as_of_date"].max())
    with replacing(artifacts.SCORES.path) as out:
        customers = score_folders(
            artifacts.FEATURES.path,
            artifacts.SNAPSHOTS.path,
            artifacts.MODEL.path,
            out,
            newest,
            settings.engine.called(engine),
        )
    say(f"score: {customers:,} customers as of {newest.date()}")


if __name__ == "__main__":
    run_on_engine(main)
