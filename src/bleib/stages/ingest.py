"""Raw files and databases → canonical tables, quarantine, report, calendar."""

from __future__ import annotations

from pathlib import Path

from bleib import artifacts
from bleib.console import say
from bleib.files import replacing, write_json, write_text
from bleib.settings import EngineName, load_settings
from bleib.sources import report
from bleib.sources.ingest import ingest
from bleib.stages import run_on_engine

PARAMS = ("company.time_zone", "sources", "ingest", "engine")
KEPT = Path("data/cache/ingest")  # what was read of each raw file; may be deleted at any time


def main(engine: EngineName | None = None) -> None:
    """Read the sources, write what they give; on a fatal fault nothing is written."""
    settings = load_settings(*PARAMS)
    with replacing(artifacts.TABLES.path) as tables, replacing(artifacts.QUARANTINE.path) as quarantine:
        found = ingest(settings, Path(), tables, quarantine, KEPT, settings.engine.called(engine))
    write_json(artifacts.INGEST_REPORT.path, found.report)
    write_text(artifacts.INGEST_PAGE.path, found.page)
    write_json(artifacts.CALENDAR.path, report.calendar_entry(found.calendar))
    totals = found.report["totals"]
    say(
        f"ingest: {totals['rows_in']:,} rows in, {totals['rows_out']:,} out, {totals['quarantined']:,} quarantined, "
        f"{totals['filtered']:,} filtered, {totals['merged']:,} merged; see {artifacts.INGEST_PAGE.path}"
    )


if __name__ == "__main__":
    run_on_engine(main)
