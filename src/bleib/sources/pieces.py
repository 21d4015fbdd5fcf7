"""What is read at once: one raw file, or one query, with all the sources that it feeds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bleib.errors import Fault
from bleib.settings import Source
from bleib.sources.faults import SourceError
from bleib.sources.readers import Raw, name_of, read_blocks, some_files
from bleib.sources.sql import query_blocks


@dataclass(frozen=True)
class Piece:
    """One raw file, or a query where ``path`` is None; ``sources`` are those that it feeds, by number."""

    sources: tuple[tuple[int, Source], ...]
    path: Path | None
    root: Path

    @property
    def name(self) -> str:
        """The name by which reports call it; of a query it is known after the query was made."""
        return "" if self.path is None else name_of(self.path, self.root)

    def blocks(self) -> Iterator[Raw]:
        """Its rows, so many at a time; at least one block. SourceError where it cannot be read."""
        source = self.sources[0][1]
        if self.path is None:
            return query_blocks(str(source.url), str(source.query), source.table)
        return read_blocks(self.path, self.root, source.format, source.csv, source.table, source.sheet)


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
            paths = [None] if source.files is None else some_files(source.files, root, source.table)
        except SourceError as stop:
            faults += stop.faults
        else:
            pieces += [Piece(tuple(fed), path, root) for path in paths]
    return pieces, faults
