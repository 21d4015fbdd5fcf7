"""What is read at once: one raw file, or one query, with all the sources that it feeds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bleib.errors import Fault
from bleib.settings import Source
from bleib.sources.faults import SourceError
from bleib.sources.reading.paths import files_of
from bleib.sources.reading.raw_file import RawFile
from bleib.sources.reading.readers import read_blocks
from bleib.sources.reading.rows import Raw
from bleib.sources.reading.sql import query_blocks


@dataclass(frozen=True)
class Piece:
    """One raw file, or a query where ``file`` is None; ``sources`` are those that it feeds, by number."""

    sources: tuple[tuple[int, Source], ...]
    file: RawFile | None

    @property
    def name(self) -> str:
        """The name by which reports call it; of a query it is known after the query was made."""
        return "" if self.file is None else self.file.name

    def blocks(self) -> Iterator[Raw]:
        """Its rows, so many at a time; at least one block. SourceError where it cannot be read."""
        if self.file is not None:
            return read_blocks(self.file)
        source = self.sources[0][1]
        return query_blocks(str(source.url), str(source.query), source.table)


def find_pieces(sources: list[Source], root: Path) -> tuple[list[Piece], list[Fault]]:
    """The files and queries of all sources, each once, and a fault for each place that holds no file."""
    places: dict[str, list[tuple[int, Source]]] = {}
    for number, source in enumerate(sources):
        place = source.model_dump_json(include={"files", "format", "sheet", "csv", "url", "query"})
        places.setdefault(place, []).append((number, source))
    pieces: list[Piece] = []
    faults: list[Fault] = []
    for fed in places.values():
        source = fed[0][1]
        try:
            files = [None] if source.files is None else files_of(source, root)
        except SourceError as stop:
            faults += stop.faults
        else:
            pieces += [Piece(tuple(fed), file) for file in files]
    return pieces, faults
