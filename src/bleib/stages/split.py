"""Stage split: which as-of dates are trained on and which are kept for the test."""

from __future__ import annotations

from bleib import artifacts
from bleib.clock import to_date
from bleib.console import say
from bleib.files import read_json, read_parquet, write_csv
from bleib.model.split import dates_of, split_dates, trained_from
from bleib.settings import load_settings
from bleib.stages import run

PARAMS: tuple[str, ...] = ("clock", "churn", "split")


def main() -> None:
    """Read the snapshots, share out the as-of dates, write them."""
    settings = load_settings(*PARAMS)
    snapshots = read_parquet(artifacts.SNAPSHOTS.path)
    found = read_json(artifacts.CALENDAR.path)
    span = to_date(found["first_day"]), to_date(found["data_end"])
    possible = trained_from(*span, settings.clock, settings.churn, settings.split)
    split = split_dates(snapshots, settings.split, settings.churn, possible)
    write_csv(artifacts.SPLIT.path, split)
    say(f"split: {len(dates_of(split, 'train'))} training dates, {len(dates_of(split, 'test'))} test dates")


if __name__ == "__main__":
    run(main)
