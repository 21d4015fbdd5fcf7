"""First pass: one raw file, or query, read and checked block by block; what is good is kept in blocks by slot."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bleib import buckets
from bleib.errors import Fault
from bleib.settings import Source
from bleib.sources import checks, garbled, spill
from bleib.sources.absent import with_absent
from bleib.sources.arrivals import count_arrivals
from bleib.sources.counts import Tally
from bleib.sources.faults import SourceError
from bleib.sources.lost_ids import lost_ids
from bleib.sources.mapping import Mapped, compares_ids, map_rows
from bleib.sources.pieces import Piece
from bleib.sources.reading.rows import Header, Raw
from bleib.sources.structure import can_be_mapped


@dataclass(frozen=True)
class Limits:
    """What the reading depends on beside the source."""

    time_zone: str
    earliest: date


@dataclass
class Taken:
    """What came of one piece: its name and header; for each of its sources a tally, the names of the blocks with its
    good rows and of the Parquet files with the bad ones; the faults that made it unreadable.
    """

    name: str
    header: Header = field(default_factory=Header)
    tallies: list[Tally] = field(default_factory=list)
    blocks: list[list[str]] = field(default_factory=list)
    quarantine: list[list[str]] = field(default_factory=list)
    faults: tuple[Fault, ...] = ()


def take_in(piece: Piece, limits: Limits, folder: Path) -> Taken:
    """Read a piece and write its good and its bad rows into ``folder``; memory is set by the block."""
    sources = [source for _, source in piece.sources]
    taken = Taken(
        piece.name,
        tallies=[Tally() for _ in sources],
        blocks=[[] for _ in sources],
        quarantine=[[] for _ in sources],
    )
    try:
        for number, raw in enumerate(piece.blocks()):
            taken.name, taken.header = raw.files[0], raw.headers[0]
            for place, source in enumerate(sources):
                _take_block(taken, place, source, raw, limits, folder / f"{place}-{number:05d}")
    except SourceError as stop:
        taken.faults = stop.faults
    return taken


def _take_block(taken: Taken, place: int, source: Source, raw: Raw, limits: Limits, path: Path) -> None:
    if not can_be_mapped(source, taken.name, taken.header):
        taken.tallies[place].rows_in += len(raw)  # the stage will stop: these faults are told for all files together
        return
    raw = with_absent(source, raw)
    mapped = map_rows(source, raw, limits.time_zone)
    checks.check_rows(mapped, limits.earliest, limits.time_zone)
    tally = mapped.ledger.tally()
    tally.lost = lost_ids(source, raw)
    tally.garbled = garbled.look(source, raw)
    tally.arrivals = count_arrivals(mapped, limits.time_zone)
    checks.count_times(mapped, tally)
    taken.tallies[place].add(tally)
    if tally.quarantined:
        mapped.ledger.frame().to_parquet(path.with_suffix(".parquet"), index=False)
        taken.quarantine[place].append(f"{path.name}.parquet")
    if len(mapped.frame) or not taken.blocks[place]:
        _keep(mapped, path.with_suffix(".arrow"))
        taken.blocks[place].append(f"{path.name}.arrow")


def _keep(mapped: Mapped, path: Path) -> None:
    raw, positions = mapped.ledger.raw, mapped.frame.index.to_numpy()
    rows = raw if len(positions) == raw.table.num_rows else raw.chosen(positions, raw.files[0])
    slots = buckets.slot_of(mapped.frame["customer_id"])
    hashes = buckets.hash_of(mapped.frame[mapped.table.key[0]]) if compares_ids(mapped.source) else None
    spill.write_block(path, mapped.frame, rows, slots, buckets.SLOTS, hashes)
