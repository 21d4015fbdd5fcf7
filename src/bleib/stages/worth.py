"""Stage worth: what each customer of the newest cohort is worth, and who may be contacted."""

from __future__ import annotations

from bleib.artifacts import CALENDAR, SCORES, TABLES, WORTH
from bleib.buckets import read_tables
from bleib.clock import to_date
from bleib.files import read_json, read_parquet, write_parquet
from bleib.listing.worth import worth_of
from bleib.settings import load_settings
from bleib.stages import run

PARAMS = ("company.time_zone", "churn", "features", "listing")
SPEND = ("customer_id", "kind", "occurred_at", "known_at", "amount")  # of the interactions, which are many


def main() -> None:
    """Read scores and tables, add up, write."""
    settings = load_settings(*PARAMS)
    scores = read_parquet(SCORES.path)
    worth = worth_of(
        scores,
        read_tables(TABLES.path, ["customers", "interactions", "contracts"], columns={"interactions": SPEND}),
        to_date(scores["as_of_date"].max()),
        to_date(read_json(CALENDAR.path)["first_day"]),
        settings.features.main_kinds or settings.churn.kinds,
        settings.listing,
        settings.company.time_zone,
    )
    write_parquet(WORTH.path, worth)


if __name__ == "__main__":
    run(main)
