"""Stage search: settings of the model that are surely better than those of params.yaml; off by default."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd

from bleib import artifacts
from bleib.console import say
from bleib.files import replacing, write_json
from bleib.model.tuned import NOT_SEARCHED, Tuned
from bleib.settings import Settings, load_settings
from bleib.stages import run

PARAMS: tuple[str, ...] = ("churn", "train", "search")


def main() -> None:
    """Where ``search.minutes`` are given, try settings on the training dates; write what came of it."""
    settings, studies = load_settings(*PARAMS), artifacts.STUDIES.path
    with replacing(studies) as own:  # not a link into DVC's cache: the study is written in place
        if studies.exists() and studies.stat().st_size:
            own.write_bytes(studies.read_bytes())
        else:
            _make_database(own)
    tuned = _searched(settings) if settings.search.minutes > 0 else NOT_SEARCHED
    write_json(artifacts.TUNED.path, tuned.plain())
    say(f"search: {', '.join(tuned.notes) or 'off (search.minutes: 0)'}")


def _make_database(file: Path) -> None:
    """One without tables: of a file without content DVC would warn in every run."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("vacuum")


def _searched(settings: Settings) -> Tuned:
    from bleib.model.reading import read_families, read_training_rows
    from bleib.model.search import search
    from bleib.model.split import dates_of

    dates = dates_of(pd.read_csv(artifacts.SPLIT.path), "train")
    most, families = settings.train.max_snapshots, read_families(artifacts.DICTIONARY.path)
    rows = read_training_rows(artifacts.FEATURES.path, artifacts.SNAPSHOTS.path, dates, most, families)
    return search(rows, settings.train, settings.churn, settings.search, artifacts.STUDIES.path, say, families)


if __name__ == "__main__":
    run(main)
