"""Canonical tables and snapshots → features and their dictionary."""

from __future__ import annotations

from bleib import artifacts
from bleib.console import say
from bleib.features.dictionary import dictionary
from bleib.features.folders import featurize_folders
from bleib.files import replacing, write_csv
from bleib.settings import EngineName, load_settings
from bleib.stages import run_on_engine

PARAMS: tuple[str, ...] = ("company", "churn", "features", "engine")


def main(engine: EngineName | None = None) -> None:
    """Compute every feature of every snapshot."""
    settings = load_settings(*PARAMS)
    with replacing(artifacts.FEATURES.path) as out:
        declarations, rows = featurize_folders(
            artifacts.TABLES.path,
            artifacts.SNAPSHOTS.path,
            out,
            settings.company,
            settings.churn,
            settings.features,
            engine=settings.engine.called(engine),
        )
    write_csv(artifacts.DICTIONARY.path, dictionary(declarations))
    say(f"{len(declarations)} features for {rows:,} snapshots")


if __name__ == "__main__":
    run_on_engine(main)
