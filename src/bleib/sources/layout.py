"""Where the rows lie between the passes: blocks of each source, and what moves between buckets.

A row lies in the slot of its raw customer. It moves where that customer was merged into one of another bucket. Rows of
an id that stands in several buckets are torn: they are taken out, settled together, and those that are left come back
to the bucket of their customer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from bleib import buckets
from bleib.settings import Source
from bleib.sources import spill
from bleib.sources.mapping import Mapped


@dataclass(frozen=True)
class Input:
    """One source with its raw files and the blocks of its rows, both in order."""

    number: int
    source: Source
    files: tuple[str, ...]
    blocks: tuple[Path, ...]


@dataclass(frozen=True)
class Layout:
    """All inputs, the number of buckets, and the folder for what is written between the passes."""

    inputs: tuple[Input, ...]
    count: int
    survivors: dict[str, str]
    data_end: date
    time_zone: str
    work: Path

    @property
    def all_blocks(self) -> list[tuple[Input, Path]]:
        """Every block with its input."""
        return [(given, path) for given in self.inputs for path in given.blocks]

    def place(self, what: str, source: int, number: int, ending: str = "arrow") -> Path:
        """A file of the work folder: ``what`` of the block or bucket ``number`` of a source."""
        return self.work / f"{what}-{source}-{number:06d}.{ending}"

    def load(self, given: Input, bucket: int) -> Mapped:
        """The rows of one bucket of one source, as the first pass left them, with those that came from elsewhere."""
        first, end = buckets.slots(bucket, self.count)
        stayed = [self._stayed(given, number, first, end) for number in range(len(given.blocks))]
        came = [spill.read_slots(path, first, end) for path in self._came(given)]
        return spill.as_mapped(given.source, [*stayed, *came], given.files, in_order=not came)

    def load_torn(self, given: Input, group: int) -> Mapped:
        """The rows of one source whose ids stand in several buckets; all rows of an id lie in one group."""
        paths = sorted(self.work.glob(f"torn-{given.number}-*.arrow"))
        parts = [spill.read_slots(path, group, group + 1) for path in paths]
        return spill.as_mapped(given.source, parts, given.files, in_order=True)

    def _stayed(self, given: Input, number: int, first: int, end: int) -> tuple[pa.Table, str]:
        return spill.read_slots(given.blocks[number], first, end, self.place("gone", given.number, number, "npy"))

    def _came(self, given: Input) -> list[Path]:
        return [path for what in ("moved", "back") for path in sorted(self.work.glob(f"{what}-{given.number}-*.arrow"))]
