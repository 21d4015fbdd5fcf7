"""Canonical tables and snapshots → features and their dictionary."""

from __future__ import annotations

from bleib import artifacts
from bleib.console import say
from bleib.features.dictionary import dictionary
from bleib.features.featurize import featurize
from bleib.files import read_parquet, write_csv, write_parquet
from bleib.settings import load_settings
from bleib.stages import run

PARAMS: tuple[str, ...] = ("company", "churn", "features")


def main() -> None:
    """Compute every feature of every snapshot."""
    settings = load_settings(*PARAMS)
    tables = {path.stem: read_parquet(path) for path in sorted(artifacts.TABLES.path.glob("*.parquet"))}
    snapshots = read_parquet(artifacts.SNAPSHOTS.path, columns=["customer_id", "as_of_date"])
    table = featurize(tables, snapshots, settings.company, settings.churn, settings.features)
    write_parquet(artifacts.FEATURES.path, table.frame)
    write_csv(artifacts.DICTIONARY.path, dictionary(table.declarations))
    say(f"{len(table.declarations)} features for {len(table.frame):,} snapshots")


if __name__ == "__main__":
    run(main)
