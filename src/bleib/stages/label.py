"""label: who was in the cohort at each as-of date, and how it ended."""

from __future__ import annotations

from bleib.artifacts import CALENDAR, LABEL_SUMMARY, SNAPSHOTS, TABLES
from bleib.cohort.folders import label_folders
from bleib.cohort.label import calendar_of, summary
from bleib.files import read_json, replacing, write_csv
from bleib.settings import EngineName, load_settings
from bleib.stages import run_on_engine

PARAMS = ("company.time_zone", "clock", "churn", "engine")


def main(engine: EngineName | None = None) -> None:
    """Label every customer's snapshots, write them and their summary."""
    settings = load_settings(*PARAMS)
    with replacing(SNAPSHOTS.path) as out:
        counts = label_folders(
            TABLES.path,
            out,
            calendar_of(read_json(CALENDAR.path)),
            settings.company,
            settings.clock,
            settings.churn,
            settings.engine.called(engine),
        )
    write_csv(LABEL_SUMMARY.path, summary(counts))


if __name__ == "__main__":
    run_on_engine(main)
