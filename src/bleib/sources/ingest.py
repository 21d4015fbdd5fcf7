"""Raw data → canonical tables, quarantine, report and calendar, in two passes of which none holds all rows."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bleib import buckets, workers
from bleib.console import say
from bleib.errors import DataError, Fault
from bleib.settings import Engine, Settings, Source
from bleib.sources import cache, checks, freshness, garbled, report, strangers
from bleib.sources.absent import no_longer_there
from bleib.sources.badrows import write_quarantine
from bleib.sources.calendar import Calendar, find_calendar
from bleib.sources.counts import Tally
from bleib.sources.faults import SourceError, fatal, refuse
from bleib.sources.intake import Limits, Taken, take_in
from bleib.sources.layout import Input, Layout
from bleib.sources.lost_ids import lost_id_faults
from bleib.sources.mapping import compares_ids
from bleib.sources.merges import read_merges
from bleib.sources.moves import Move, find_torn
from bleib.sources.observations import observe
from bleib.sources.overlooked import overlooked
from bleib.sources.pieces import Piece, find_pieces
from bleib.sources.reading.rows import Header
from bleib.sources.settle import SettleBucket, Settled, SettleTorn
from bleib.sources.structure import mapping_faults, no_rows
from bleib.tables import CANONICAL

# Rows by the day (since 1970) on which they could be known, of each table and kind of interactions.
Arrivals = dict[tuple[str, str], Counter[int]]


@dataclass(frozen=True)
class Ingested:
    """What became of every raw row, and the days of which the data are complete."""

    report: dict[str, Any]
    calendar: Calendar

    @property
    def page(self) -> str:
        """The report as Markdown."""
        return report.page(self.report)


@dataclass
class Found:
    """What the first pass found of one source: its files with their columns, counts, blocks and bad rows."""

    number: int
    source: Source
    headers: dict[str, Header]
    tally: Tally
    blocks: list[Path]
    quarantine: list[Path]

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files."""
        return tuple(self.headers)

    def faults(self) -> list[Fault]:
        """What makes its mapping impossible."""
        if not self.tally.rows_in:
            return [no_rows(self.source, self.files)]
        found = mapping_faults(self.source, self.headers)
        return found or lost_id_faults(self.source, self.files, self.tally.lost)


def ingest(
    settings: Settings, root: Path, tables: Path, quarantine: Path, kept: Path, engine: Engine = workers.LOCAL
) -> Ingested:
    """Read ``settings.sources`` (paths relative to ``root``) into the folder ``tables`` and the file ``quarantine``.

    Needs the sections company, sources and ingest. What is read of each raw file stays in the folder ``kept``, so that
    the same file is not read again. ``engine``: where the tasks run. Raises one DataError with every fault that makes
    the result meaningless; all other faults send their rows to quarantine. For each source rows in = rows out +
    quarantined + filtered + merged.
    """
    kept.mkdir(parents=True, exist_ok=True)
    tables.mkdir(parents=True, exist_ok=True)
    found, survivors, used = _first_pass(settings, root, kept, engine)
    arrivals = _arrivals(found)
    calendar = _calendar(found, arrivals, settings)
    _refuse_bad(found, settings)
    with tempfile.TemporaryDirectory(prefix=".work-", dir=kept) as work:
        layout = _layout(found, survivors, calendar, settings, Path(work))
        settled = _second_pass(layout, settings.ingest.require_known_customer, tables, engine)
        for one in settled:
            for number, tally in one.tallies.items():
                found[number].tally.settle(tally)
        _refuse_bad(found, settings)
        entries = _entries(settled, arrivals, calendar)
        _balance(found, entries)
        _meet_strangers(found, settled, entries, settings.ingest.max_unknown_customers)
        bad = [(f.number, path) for f in found for path in f.quarantine] + [
            p for one in settled for p in one.quarantine
        ]
        write_quarantine(bad, quarantine)
    cache.sweep(kept, used)
    sights = [sight for one in settled for sight in one.sights]
    told = report.make_report(
        [report.source_entry(f.source.table, f.files, f.tally) for f in found],
        entries,
        calendar,
        observe(sights, {name: entry["rows"] for name, entry in entries.items()}),
        _warnings(found, arrivals, calendar, overlooked(settings.sources, root)),
        len(survivors),
    )
    return Ingested(told, calendar)


@dataclass(frozen=True)
class TakePiece:
    """Task of one piece: its first pass, made or found in the folder ``kept``; the name of its entry."""

    pieces: list[Piece]
    limits: Limits
    kept: Path

    def __call__(self, number: int) -> tuple[str, Taken]:
        """Take in piece ``number``."""
        piece = self.pieces[number]
        key = cache.key_of(piece, self.limits)
        make = partial(take_in, piece, self.limits)
        return key, cache.kept(self.kept / key, make, again=piece.file is None)


def _first_pass(
    settings: Settings, root: Path, kept: Path, engine: Engine
) -> tuple[list[Found], dict[str, str], list[str]]:
    """Every source and the merged ids, and the entries of ``kept`` in use; all faults are raised together."""
    sources = [source for source in settings.sources if source.table != "merges"]
    faults = [] if any(source.table == "interactions" for source in sources) else [_no_interactions()]
    pieces, missing = find_pieces(sources, root)
    limits = Limits(settings.company.time_zone, settings.ingest.earliest)
    taken = workers.each(TakePiece(pieces, limits, kept), range(len(pieces)), engine)
    unread = [fault for _, one in taken for fault in one.faults]
    found = [Found(number, source, {}, Tally(), [], []) for number, source in enumerate(sources)]
    for piece, (key, one) in zip(pieces, taken, strict=True):
        for place, (number, _) in enumerate(piece.sources):
            found[number].headers[one.name] = one.header
            found[number].tally.add(one.tallies[place])
            found[number].blocks += [kept / key / name for name in one.blocks[place]]
            found[number].quarantine += [kept / key / name for name in one.quarantine[place]]
    broken = {
        number for piece, (_, one) in zip(pieces, taken, strict=True) if one.faults for number, _ in piece.sources
    }
    absent = {number for number, f in enumerate(found) if not f.headers}
    faults += [*missing, *unread]
    faults += [fault for f in found if f.number not in broken | absent for fault in f.faults()]
    survivors: dict[str, str] = {}
    try:
        survivors = read_merges([s for s in settings.sources if s.table == "merges"], root)
    except SourceError as stop:
        faults += stop.faults
    refuse(faults)
    return found, survivors, [key for key, _ in taken]


def _calendar(found: list[Found], arrivals: Arrivals, settings: Settings) -> Calendar:
    events: Counter[int] = Counter()
    for (table, _), counted in arrivals.items():
        events.update(counted if table == "interactions" else {})
    if not events:
        _refuse_bad(found, settings)
        raise DataError(
            "raw data: no interaction is left after filters and checks; see the filters (where:) of the sources"
        )
    return find_calendar(events, settings.ingest.data_end)


def _arrivals(found: list[Found]) -> Arrivals:
    arrivals: Arrivals = {}
    for one in found:
        for (kind, day), rows in one.tally.arrivals.items():
            arrivals.setdefault((one.source.table, kind), Counter())[day] += rows
    return arrivals


def _warnings(found: list[Found], arrivals: Arrivals, calendar: Calendar, beside: list[Fault]) -> list[Fault]:
    """What is doubtful about the deliveries: files ``beside`` that nobody reads, garbled texts, and columns and rows
    that stopped arriving. Said in the terminal too.
    """
    files: dict[tuple[str, str], tuple[str, ...]] = {}
    for one in found:
        for place in {(one.source.table, kind) for kind, _ in one.tally.arrivals}:
            files[place] = (*files.get(place, ()), *one.files)
    doubtful = [*beside]
    doubtful += [fault for one in found for fault in garbled.warnings(one.source, one.tally.garbled)]
    doubtful += [fault for one in found for fault in no_longer_there(one.source, one.headers)]
    doubtful += freshness.stopped(arrivals, calendar.data_end, files)
    for warning in doubtful:
        say(f"ingest: {warning}")
    return doubtful


def _refuse_bad(found: list[Found], settings: Settings) -> None:
    limit, earliest = settings.ingest.max_bad_share, settings.ingest.earliest
    refuse([fault for f in found for fault in checks.source_faults(f.source, f.files, f.tally, limit, earliest)])


def _layout(
    found: list[Found], survivors: dict[str, str], calendar: Calendar, settings: Settings, work: Path
) -> Layout:
    inputs = tuple(Input(f.number, f.source, f.files, tuple(f.blocks)) for f in found)
    count = buckets.bucket_count(sum(f.tally.kept for f in found))
    return Layout(inputs, count, survivors, calendar.data_end, settings.company.time_zone, work)


def _second_pass(layout: Layout, known_only: bool, out: Path, engine: Engine) -> list[Settled]:
    """Settle first the ids that stand in several buckets, then each bucket."""
    settled: list[Settled] = []
    if layout.count > 1:
        keyed = [(given.source.table, path) for given, path in layout.all_blocks if compares_ids(given.source)]
        by_table = {name: [path for table, path in keyed if table == name] for name in CANONICAL}
        torn = {name: found for name, paths in by_table.items() if (found := find_torn(layout, paths))}
        workers.each(Move(layout, torn), range(len(layout.all_blocks)), engine)
        for name, found in torn.items():
            settled += workers.each(SettleTorn(layout, name), range(found.groups), engine)
    return settled + workers.each(SettleBucket(layout, known_only, out), range(layout.count), engine)


def _entries(settled: list[Settled], arrivals: Arrivals, calendar: Calendar) -> dict[str, dict[str, Any]]:
    """The entries of the tables that have rows, in their declared order."""
    by_name = {name: [one.tables[name] for one in settled if name in one.tables] for name in CANONICAL}
    entries = {name: report.sum_entries(entries) for name, entries in by_name.items()}
    days = {name: [day for (table, _), found in arrivals.items() if table == name for day in found] for name in entries}
    return {
        name: {**entry, **report.arrival_entry(days[name], calendar)}
        for name, entry in entries.items()
        if entry["rows"]
    }


def _balance(found: list[Found], entries: dict[str, dict[str, Any]]) -> None:
    """Every raw row is in a table, in quarantine, filtered or merged: exactly once."""
    for name in CANONICAL:
        out = sum(f.tally.kept for f in found if f.source.table == name)
        rows = entries[name]["rows"] if name in entries else 0
        assert out == rows, f"{name}: {out} rows counted, {rows} in the table"


def _meet_strangers(
    found: list[Found], settled: list[Settled], entries: dict[str, dict[str, Any]], most: float
) -> None:
    """Stop at tables whose customers hardly anybody knows; say it of those with a few."""
    rows = {name: entry["rows"] for name, entry in entries.items()}
    met = [one for bucket in settled for one in bucket.strangers]
    faults, lines = strangers.judge(met, rows, [(f.source, f.files) for f in found], most)
    refuse(faults)
    for line in lines:
        say(f"ingest: {line}")


def _no_interactions() -> Fault:
    return fatal(
        "interactions",
        "params.yaml",
        "no source of the table interactions",
        "at least one event table, e.g. orders or logins",
        "Add a source with `table: interactions`; `bleib inspect FILE…` proposes one.",
        column="sources",
    )
