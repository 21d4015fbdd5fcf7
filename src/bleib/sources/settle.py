"""Second pass: the rows of one bucket brought to the grain of the canonical tables, and written."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from bleib import buckets
from bleib.files import write_parquet
from bleib.sources import checks, grain, report, spill, union
from bleib.sources.counts import Tally
from bleib.sources.layout import Input, Layout
from bleib.sources.mapping import Mapped
from bleib.sources.observations import Sight, look
from bleib.sources.strangers import Strangers, meet
from bleib.tables import CANONICAL


@dataclass
class Settled:
    """What became of the rows of one bucket: tallies and quarantine files by source, entries of tables, sights and
    strangers.
    """

    tallies: dict[int, Tally]
    quarantine: list[tuple[int, Path]]
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    sights: list[Sight] = field(default_factory=list)
    strangers: list[Strangers] = field(default_factory=list)


@dataclass(frozen=True)
class SettleBucket:
    """Task of one bucket: write its part of every canonical table below ``out``."""

    layout: Layout
    known_only: bool
    out: Path

    def __call__(self, bucket: int) -> Settled:
        """Settle and write the rows of ``bucket``."""
        loaded = [(given, self.layout.load(given, bucket)) for given in self.layout.inputs]
        groups = {name: [mapped for given, mapped in loaded if given.source.table == name] for name in CANONICAL}
        united = {name: _unite(name, group, self.layout) for name, group in groups.items() if group}
        if self.known_only and "customers" in united:
            known = united["customers"]["customer_id"]
            for name, frame in united.items():
                strangers = ~frame["customer_id"].isin(known)
                union.send(frame[strangers], groups[name], "unknown_customer", "customer_id")
                united[name] = frame[~strangers]
        tables = {name: union.finish(frame, CANONICAL[name]) for name, frame in united.items()}
        for name, frame in tables.items():
            buckets.write_part(self.out / f"{name}.parquet", bucket, frame)
        settled = _counted(loaded, self.layout, f"bucket-{bucket:06d}")
        zone = self.layout.time_zone
        settled.tables = {name: report.table_entry(name, frame, zone) for name, frame in tables.items()}
        settled.sights = look(tables)
        settled.strangers = meet(tables)
        return settled


@dataclass(frozen=True)
class SettleTorn:
    """Task of one group of ids of ``table`` that stand in several buckets: what is left goes back to its bucket."""

    layout: Layout
    table: str

    def __call__(self, group: int) -> Settled:
        """Settle the rows of ``group`` and write those that are left as ``back``."""
        inputs = [given for given in self.layout.inputs if given.source.table == self.table and self._has(given)]
        loaded = [(given, self.layout.load_torn(given, group)) for given in inputs]
        frame = _unite(self.table, [mapped for _, mapped in loaded], self.layout)
        for number, (given, mapped) in enumerate(loaded):
            self._give_back(given, mapped, frame[frame["_source"] == number], group)
        return _counted(loaded, self.layout, f"torn-{self.table}-{group:06d}")

    def _has(self, given: Input) -> bool:
        return any(self.layout.work.glob(f"torn-{given.number}-*.arrow"))

    def _give_back(self, given: Input, mapped: Mapped, frame: pd.DataFrame, group: int) -> None:
        raw = mapped.ledger.raw
        for file in range(len(raw.files)):
            rows = frame[raw.file[frame["_position"]] == file]
            if len(rows):
                chosen = raw.chosen(rows["_position"].to_numpy(), raw.files[file])
                slots = buckets.slot_of(rows["customer_id"])
                place = self.layout.place("back", given.number, group * len(raw.files) + file)
                spill.write_block(place, rows[list(CANONICAL[self.table].names)], chosen, slots, buckets.SLOTS)


def _unite(table: str, sources: list[Mapped], layout: Layout) -> pd.DataFrame:
    """Rows of one table in its grain, each key once; the ledgers of the sources learn what became of their rows."""
    for mapped in sources:
        checks.check_future(mapped, layout.data_end, layout.time_zone)
        grain.drop_equal_lines(mapped)
        grain.collapse_states(mapped)
        grain.sum_lines(mapped)
    return union.unite(CANONICAL[table], sources, layout.survivors)


def _counted(loaded: list[tuple[Input, Mapped]], layout: Layout, what: str) -> Settled:
    settled = Settled({}, [])
    for given, mapped in loaded:
        tally = mapped.ledger.tally()
        settled.tallies[given.number] = tally
        if tally.quarantined:
            path = layout.place(f"bad-{what}", given.number, 0, "parquet")
            write_parquet(path, mapped.ledger.frame())
            settled.quarantine.append((given.number, path))
    return settled
