"""Raw data → canonical tables, quarantine, report and calendar."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from bleib.errors import DataError, Fault
from bleib.settings import Settings, Source
from bleib.sources import checks, grain, quarantine, report, union
from bleib.sources.calendar import Calendar, find_calendar
from bleib.sources.faults import SourceError, fatal, refuse
from bleib.sources.mapping import Mapped, map_rows
from bleib.sources.merges import read_merges
from bleib.sources.observations import observe
from bleib.sources.readers import Raw, read_files
from bleib.sources.sql import read_query
from bleib.sources.structure import mapping_faults
from bleib.tables import CANONICAL


@dataclass(frozen=True)
class Ingested:
    """The canonical tables that have rows, and what became of every raw row."""

    tables: dict[str, pd.DataFrame]
    quarantine: pd.DataFrame
    report: dict[str, Any]
    calendar: Calendar

    @property
    def page(self) -> str:
        """The report as Markdown."""
        return report.page(self.report)


def ingest(settings: Settings, root: Path) -> Ingested:
    """Canonical tables from ``settings.sources`` (paths relative to ``root``).

    Needs the sections company, sources, ingest and clock. Raises one DataError with every fault that makes the result
    meaningless; all other faults send their rows to quarantine. For each source
    rows in = rows out + quarantined + filtered + merged.
    """
    sources, survivors = _read_all(settings, root)
    for mapped in sources:
        checks.check_rows(mapped, settings.ingest.earliest, settings.company.time_zone)
    calendar = _calendar(sources, settings)
    refuse(
        [f for m in sources for f in checks.source_faults(m, settings.ingest.max_bad_share, settings.ingest.earliest)]
    )
    for mapped in sources:
        checks.check_future(mapped, calendar.data_end, settings.company.time_zone)
        grain.drop_equal_lines(mapped)
        grain.collapse_states(mapped)
        grain.sum_lines(mapped)
    tables = _unite(sources, survivors, settings.ingest.require_known_customer)
    refuse(
        [f for m in sources for f in checks.source_faults(m, settings.ingest.max_bad_share, settings.ingest.earliest)]
    )
    _balance(sources, tables)
    observations = observe(tables)
    return Ingested(
        tables,
        quarantine.join([mapped.ledger.frame() for mapped in sources]),
        report.make_report(sources, tables, calendar, observations, len(survivors)),
        calendar,
    )


def _read_all(settings: Settings, root: Path) -> tuple[list[Mapped], dict[str, str]]:
    """Every source mapped and the merged ids; the faults of all of them are raised together."""
    faults: list[Fault] = []
    sources: list[Mapped] = []
    survivors: dict[str, str] = {}
    cache: dict[str, Raw] = {}
    if not any(source.table == "interactions" for source in settings.sources):
        faults.append(_no_interactions())
    for source in [s for s in settings.sources if s.table != "merges"]:
        try:
            sources.append(_read(source, root, settings.company.time_zone, cache))
        except SourceError as stop:
            faults += stop.faults
    try:
        survivors = read_merges([s for s in settings.sources if s.table == "merges"], root)
    except SourceError as stop:
        faults += stop.faults
    refuse(faults)
    return sources, survivors


def _read(source: Source, root: Path, time_zone: str, cache: dict[str, Raw]) -> Mapped:
    place = source.model_dump_json(include={"files", "format", "csv", "url", "query"})
    if place not in cache:
        cache[place] = _raw(source, root)
    raw = cache[place]
    faults = mapping_faults(source, raw)
    if faults:
        raise SourceError(*faults)
    return map_rows(source, raw, time_zone)


def _raw(source: Source, root: Path) -> Raw:
    if source.url is not None and source.query is not None:
        return read_query(source.url, source.query, source.table)
    return read_files(str(source.files), root, source.format, source.csv, source.table)


def _calendar(sources: list[Mapped], settings: Settings) -> Calendar:
    arrivals = pd.concat([m.frame["known_at"] for m in sources if m.source.table == "interactions"])
    if arrivals.empty:
        refuse(
            [
                f
                for m in sources
                for f in checks.source_faults(m, settings.ingest.max_bad_share, settings.ingest.earliest)
            ]
        )
        raise DataError(
            "raw data: no interaction is left after filters and checks; see the filters (where:) of the sources"
        )
    return find_calendar(arrivals, settings.company.time_zone, settings.ingest.data_end)


def _unite(sources: list[Mapped], survivors: dict[str, str], known_only: bool) -> dict[str, pd.DataFrame]:
    """The canonical tables that have rows, in their declared order."""
    groups = {name: [m for m in sources if m.source.table == name] for name in CANONICAL}
    united = {name: union.unite(CANONICAL[name], group, survivors) for name, group in groups.items() if group}
    if known_only and "customers" in united:
        known = united["customers"]["customer_id"]
        for name, frame in united.items():
            strangers = ~frame["customer_id"].isin(known)
            union.send(frame[strangers], groups[name], "unknown_customer", "customer_id")
            united[name] = frame[~strangers]
    return {name: union.finish(frame, CANONICAL[name]) for name, frame in united.items() if len(frame)}


def _balance(sources: list[Mapped], tables: dict[str, pd.DataFrame]) -> None:
    """Every raw row is in a table, in quarantine, filtered or merged: exactly once."""
    for name in CANONICAL:
        counts = [m.ledger.counts() for m in sources if m.source.table == name]
        out = sum(count["rows_out"] for count in counts)
        assert out == len(tables.get(name, ())), f"{name}: {out} rows counted, {len(tables.get(name, ()))} in the table"
        for count in counts:
            rest = count["quarantined"] + count["filtered"] + count["merged"]
            assert count["rows_in"] == count["rows_out"] + rest, f"{name}: rows lost without being counted: {count}"


def _no_interactions() -> Fault:
    return fatal(
        "interactions",
        "params.yaml",
        "no source of the table interactions",
        "at least one event table, e.g. orders or logins",
        "Add a source with `table: interactions`; `bleib inspect FILE…` proposes one.",
        column="sources",
    )
