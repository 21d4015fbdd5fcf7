"""rank: the customers to contact this week, as many as the team can, in the order of what the contact should bring."""

from __future__ import annotations

from bleib.artifacts import AT_RISK, CALENDAR, MODEL, REASONS, SCORES, TABLES
from bleib.buckets import read_tables
from bleib.clock import timestamp, to_date
from bleib.files import read_json, read_parquet, sha256, write_csv
from bleib.listing.plays import check_plays
from bleib.listing.rank import at_risk_list
from bleib.listing.value import yearly_margin
from bleib.settings import load_settings
from bleib.stages import run

PARAMS = ("company", "churn", "features", "listing")


def main() -> None:
    """Read scores, reasons and what the customers are worth; write the list."""
    settings = load_settings(*PARAMS)
    company, listing = settings.company, settings.listing
    check_plays(listing, [feature.family for feature in settings.features.extra])
    scores, tables = read_parquet(SCORES.path), read_tables(TABLES.path, ["customers", "interactions", "contracts"])
    day = to_date(scores["as_of_date"].max())
    margin = yearly_margin(
        scores["customer_id"],
        tables,
        day,
        to_date(read_json(CALENDAR.path)["first_day"]),
        settings.features.main_kinds or settings.churn.kinds,
        listing.margin_rate,
        company.time_zone,
    )
    write_csv(
        AT_RISK.path,
        at_risk_list(
            scores,
            read_parquet(REASONS.path),
            tables.get("customers"),
            margin,
            company,
            listing,
            timestamp(day, company.time_zone),
            sha256(MODEL.path)[:12],
        ),
    )


if __name__ == "__main__":
    run(main)
