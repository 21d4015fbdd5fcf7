"""label: who was in the cohort at each as-of date, and how it ended."""

from __future__ import annotations

from bleib.artifacts import CALENDAR, LABEL_SUMMARY, SNAPSHOTS, TABLES
from bleib.cohort.label import as_of_dates, calendar_of, check_labels, definition, snapshots, summary
from bleib.files import read_json, read_tables, write_csv, write_parquet
from bleib.settings import load_settings
from bleib.stages import run

PARAMS = ("company", "clock", "churn")


def main() -> None:
    """Read the tables, label, write snapshots and their summary."""
    settings = load_settings(*PARAMS)
    calendar = calendar_of(read_json(CALENDAR.path))
    tables = read_tables(TABLES.path, ["interactions", "contracts"])
    frame = check_labels(
        snapshots(
            definition(tables, settings.churn, settings.company.time_zone),
            as_of_dates(settings.clock, calendar),
            settings.churn,
            settings.clock.usual_delay_days,
            calendar.data_end,
        ),
        settings.churn,
    )
    write_parquet(SNAPSHOTS.path, frame)
    write_csv(LABEL_SUMMARY.path, summary(frame))


if __name__ == "__main__":
    run(main)
