"""What must move between buckets before they can be settled one by one: merged customers, ids in several buckets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from bleib import buckets
from bleib.files import write_array
from bleib.sources import merges, spill
from bleib.sources.layout import Input, Layout
from bleib.sources.mapping import compares_ids

EVERY = slice(None)
KEYS_AT_ONCE = 4_000_000  # ids whose hashes are compared in memory at a time


@dataclass(frozen=True)
class Torn:
    """The hashes of the ids of one table that stand in several buckets, and among how many groups they are divided so
    that a group fits into memory.
    """

    hashes: np.ndarray
    groups: int


@dataclass(frozen=True)
class Move:
    """Task of one block: take out the rows that belong elsewhere."""

    layout: Layout
    torn: dict[str, Torn]

    def __call__(self, number: int) -> None:
        """Write ``moved``, ``torn`` and ``gone`` of block ``number``, each only where there is something."""
        given, path = self.layout.all_blocks[number]
        rows, starts, file = spill.read_block(path)
        count, then = self.layout.count, slots_now(self.layout, rows, starts)
        away = then * count // buckets.SLOTS != _stored(starts) * count // buckets.SLOTS
        groups = self._groups(given, rows)
        self._write("torn", number, rows, groups >= 0, groups, file)
        self._write("moved", number, rows, away & (groups < 0), then, file)
        gone = away | (groups >= 0)
        if gone.any():
            write_array(self.layout.place("gone", given.number, given.blocks.index(path), "npy"), gone)

    def _groups(self, given: Input, rows: pa.Table) -> np.ndarray:
        """The group of each row with a torn id, −1 for the others."""
        torn = self.torn.get(given.source.table)
        if torn is None or not compares_ids(given.source):
            return np.full(len(rows), -1)
        hashes = rows[spill.HASH].to_numpy()
        groups = (hashes % np.uint64(torn.groups)).astype(np.int64)
        return np.where(np.isin(hashes, torn.hashes), groups, -1)

    def _write(self, what: str, number: int, rows: pa.Table, chosen: np.ndarray, slots: np.ndarray, file: str) -> None:
        if chosen.any():
            given, path = self.layout.all_blocks[number]
            count = self.torn[given.source.table].groups if what == "torn" else buckets.SLOTS
            place = self.layout.place(what, given.number, given.blocks.index(path))
            spill.write_rows(place, rows.filter(pa.array(chosen)), file, slots[chosen], count)


def slots_now(
    layout: Layout, rows: pa.Table, starts: np.ndarray, chosen: np.ndarray | slice = slice(None)
) -> np.ndarray:
    """The slot of each ``chosen`` row of a block after customers were merged, int64 of shape (n,)."""
    slots = _stored(starts)[chosen]
    if layout.survivors:
        customers = rows["customer_id"].to_pandas()[chosen]
        merged = customers.isin(layout.survivors.keys()).to_numpy()
        slots[merged] = buckets.slot_of(merges.apply(customers[merged], layout.survivors))
    return slots


def find_torn(layout: Layout, blocks: list[Path]) -> Torn | None:
    """The ids that stand in several buckets, from all blocks of one table whose ids are compared; None without any."""
    ids = sum(spill.read_block(path)[0].num_rows for path in blocks)
    parts = -(-ids // KEYS_AT_ONCE)
    found = [_several(layout, blocks, k, parts) for k in range(parts)]
    rows = sum(rows for _, rows in found)
    if not rows:
        return None
    return Torn(np.concatenate([hashes for hashes, _ in found]), buckets.bucket_count(rows))


def _several(layout: Layout, blocks: list[Path], part: int, parts: int) -> tuple[np.ndarray, int]:
    """The hashes of one part of all ids that stand in several buckets, and how many rows have them."""
    frame = pd.concat([_part_of_ids(layout, path, part, parts) for path in blocks], ignore_index=True)
    ordered = np.sort(frame["hash"].to_numpy())
    again = frame[frame["hash"].isin(ordered[1:][ordered[1:] == ordered[:-1]])]
    spread = again.groupby("hash")["bucket"].agg(["min", "max", "size"])
    torn = spread[spread["min"] != spread["max"]]
    return torn.index.to_numpy(dtype=np.uint64), int(torn["size"].sum())


def _part_of_ids(layout: Layout, path: Path, part: int, parts: int) -> pd.DataFrame:
    """Hash and bucket of those ids of a block whose hashes lie in one of ``parts`` equal ranges."""
    rows, starts, _ = spill.read_block(path)
    hashes = rows[spill.HASH].to_numpy()
    chosen = np.flatnonzero(hashes // np.uint64(2**64 // parts + 1) == part) if parts > 1 else EVERY
    places = slots_now(layout, rows, starts, chosen) * layout.count // buckets.SLOTS
    return pd.DataFrame({"hash": hashes[chosen], "bucket": places.astype(np.int16)})


def _stored(starts: np.ndarray) -> np.ndarray:
    return np.repeat(np.arange(buckets.SLOTS), np.diff(starts))
