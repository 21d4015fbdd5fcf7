"""Raw files and databases → canonical tables, quarantine, report, calendar."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bleib import artifacts, buckets
from bleib.console import say
from bleib.files import replacing, write_json, write_parquet, write_text
from bleib.settings import load_settings
from bleib.sources import report
from bleib.sources.ingest import ingest
from bleib.stages import run

PARAMS = ("company", "sources", "ingest")


def main() -> None:
    """Read the sources, write what they give; on a fatal fault nothing is written."""
    found = ingest(load_settings(*PARAMS), Path())
    _write_tables(found.tables)
    write_parquet(artifacts.QUARANTINE.path, found.quarantine)
    write_json(artifacts.INGEST_REPORT.path, found.report)
    write_text(artifacts.INGEST_PAGE.path, found.page)
    write_json(artifacts.CALENDAR.path, report.calendar_entry(found.calendar))
    totals = found.report["totals"]
    say(
        f"ingest: {totals['rows_in']:,} rows in, {totals['rows_out']:,} out, {totals['quarantined']:,} quarantined, "
        f"{totals['filtered']:,} filtered, {totals['merged']:,} merged; see {artifacts.INGEST_PAGE.path}"
    )


def _write_tables(tables: dict[str, pd.DataFrame]) -> None:
    count = buckets.bucket_count(sum(map(len, tables.values())))
    with replacing(artifacts.TABLES.path) as folder:
        folder.mkdir()
        for name, frame in tables.items():
            buckets.write_in_buckets(folder / f"{name}.parquet", frame, count)


if __name__ == "__main__":
    run(main)
