"""rank: the customers to contact this week, as many as the team can, in the order of what the contact should bring."""

from __future__ import annotations

from bleib.artifacts import AT_RISK, CALENDAR, MODEL, REASONS, SCORES, TABLES, WORTH
from bleib.buckets import read_tables
from bleib.clock import timestamp, to_date
from bleib.files import read_json, read_parquet, version_of, write_csv
from bleib.listing.rank import at_risk_list
from bleib.settings import load_settings
from bleib.stages import run

PARAMS = ("company.language", "company.time_zone", "listing")


def main() -> None:
    """Read scores, reasons and what the customers are worth; write the list."""
    settings = load_settings(*PARAMS)
    company, listing = settings.company, settings.listing
    scores = read_parquet(SCORES.path)
    write_csv(
        AT_RISK.path,
        at_risk_list(
            scores,
            read_parquet(REASONS.path),
            read_parquet(WORTH.path),
            read_tables(TABLES.path, ["customers", "contracts"]),
            company,
            listing,
            timestamp(to_date(scores["as_of_date"].max()), company.time_zone),
            timestamp(to_date(read_json(CALENDAR.path)["data_end"]), company.time_zone),
            version_of(MODEL.path),
        ),
    )


if __name__ == "__main__":
    run(main)
