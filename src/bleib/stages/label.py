"""label: who was in the cohort at each as-of date, and how it ended."""

from __future__ import annotations

from bleib import buckets
from bleib.artifacts import CALENDAR, LABEL_SUMMARY, SNAPSHOTS, TABLES
from bleib.cohort.label import (
    add_tallies,
    as_of_dates,
    calendar_of,
    check_definition,
    check_labels,
    definition,
    needed_table,
    snapshots,
    summary,
    tally,
)
from bleib.files import read_json, replacing, write_csv
from bleib.settings import load_settings
from bleib.stages import run

PARAMS = ("company", "clock", "churn")


def main() -> None:
    """Read the tables, label, write snapshots and their summary, bucket by bucket."""
    settings = load_settings(*PARAMS)
    churn, calendar = settings.churn, calendar_of(read_json(CALENDAR.path))
    days = as_of_dates(settings.clock, calendar)
    table, tallies, kinds = needed_table(churn), [], set[str]()
    with replacing(SNAPSHOTS.path) as folder:
        folder.mkdir()
        for bucket in buckets.numbers(TABLES.path / f"{table}.parquet"):
            tables = buckets.read_tables(TABLES.path, [table], bucket)
            rule = definition(tables, churn, settings.company.time_zone)
            frame = snapshots(rule, days, churn, settings.clock.usual_delay_days, calendar.data_end)
            buckets.write_part(folder, bucket, frame)
            tallies.append(tally(frame, churn, days[-1]))
            kinds |= rule.kinds
        check_definition(churn, buckets.table_names(TABLES.path), kinds)
        counts = add_tallies(tallies)
        check_labels(counts, churn)
    write_csv(LABEL_SUMMARY.path, summary(counts))


if __name__ == "__main__":
    run(main)
