"""Canonical tables and snapshots → features and their dictionary."""

from __future__ import annotations

from bleib import artifacts
from bleib.console import say
from bleib.features.dictionary import dictionary
from bleib.features.folders import featurize_folders, find_dates
from bleib.files import replacing, write_csv
from bleib.settings import EngineName, load_settings
from bleib.stages import run_on_engine

PARAMS: tuple[str, ...] = ("company.time_zone", "churn", "features", "engine")


def main(engine: EngineName | None = None, newest: bool = False) -> None:
    """Compute every feature of every snapshot, or of those of the newest as-of date: enough to score them."""
    settings = load_settings(*PARAMS)
    where = settings.engine.called(engine)
    days = find_dates(artifacts.SNAPSHOTS.path, where)
    with replacing(artifacts.FEATURES.path) as out:
        declarations, rows = featurize_folders(
            artifacts.TABLES.path,
            artifacts.SNAPSHOTS.path,
            out,
            settings.company,
            settings.churn,
            settings.features,
            days[-1:] if newest else days,
            where,
        )
    write_csv(artifacts.DICTIONARY.path, dictionary(declarations))
    say(f"{len(declarations)} features for {rows:,} snapshots")


if __name__ == "__main__":
    run_on_engine(main, newest="only the newest as-of date: to score a new week with the model that there is")
