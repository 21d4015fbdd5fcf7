"""Texts that were written in one encoding and read in another: ``GeschÃ¤ft``, or letters that were lost on the way."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bleib.errors import Fault
from bleib.settings import Source
from bleib.sources.counts import EXAMPLES, Mark
from bleib.sources.reading.raw_file import format_of
from bleib.sources.reading.rows import Raw
from bleib.sources.values import as_text
from bleib.tables import CANONICAL

LOST = "\ufffd"  # what stands for a letter that could not be read
SUSPECT = f"[ÃÂâ{LOST}]"  # the first bytes of umlauts, accents and typographic signs, read one by one
WRONG = ("cp1252", "latin-1")
Place = tuple[str, str]  # file, raw column


def as_meant(text: str) -> str | None:
    """What was written, where UTF-8 was read as cp1252 or latin-1; None where it was not."""
    for wrong in WRONG:
        try:
            meant = text.encode(wrong).decode("utf-8")
        except UnicodeError:
            continue
        if meant != text:
            return meant
    return None


def garbled(column: pa.ChunkedArray) -> np.ndarray:
    """The positions of garbled texts of a raw column, ascending."""
    text = as_text(column, [])
    rows = np.flatnonzero(pc.fill_null(pc.match_substring_regex(text, SUSPECT), False).to_numpy())
    chosen = text.take(pa.array(rows)).to_pylist()
    wrong = {value for value in set(chosen) if LOST in value or as_meant(value) is not None}
    return rows[np.array([value in wrong for value in chosen], dtype=bool)]


def look(source: Source, raw: Raw) -> dict[Place, Mark]:
    """Garbled texts in the mapped columns of one block, by file and raw column."""
    table = CANONICAL[source.table]
    texts = (table.column(name).kind in {"id", "text"} and column for name, column in source.columns.items())
    names = {column for column in texts if column} | ({source.kind.column} if source.kind else set())
    found = {(raw.files[0], name): (raw.table[name], garbled(raw.table[name])) for name in sorted(names)}
    return {place: _mark(raw, column, rows) for place, (column, rows) in found.items() if len(rows)}


def warnings(source: Source, marks: Mapping[Place, Mark]) -> list[Fault]:
    """A fault for each file and column with garbled texts; their rows are kept."""
    return [_fault(source, file, column, mark) for (file, column), mark in marks.items()]


def _mark(raw: Raw, column: pa.ChunkedArray, rows: np.ndarray) -> Mark:
    return Mark(len(rows), tuple((int(raw.row[k]), str(column[int(k)].as_py())[:60]) for k in rows[:EXAMPLES]))


def _fault(source: Source, file: str, column: str, mark: Mark) -> Fault:
    text = mark.examples[0][1]
    meant = as_meant(text)
    reason = f"letters were lost, as in {text!r}"
    if meant is not None:
        reason = f"texts that were written in another encoding, such as {text!r} for {meant!r}"
    examples = tuple(f"{shown!r} (row {row})" for row, shown in mark.examples)
    expected = "umlauts and accents as they are written"
    return Fault(source.table, file, column, reason, mark.rows, examples, expected, _remedy(source, file, meant))


def _remedy(source: Source, file: str, meant: str | None) -> str:
    encoded = source.files is not None and format_of(Path(file)) in {"csv", "json"}
    is_utf8 = codecs.lookup(source.csv.encoding).name.startswith("utf")
    if encoded and meant is not None and not is_utf8:
        return "Set csv: {encoding: utf-8}."
    how = f" in {source.csv.encoding}" if encoded else ""
    return (
        f"The file holds them like this{how}: csv.encoding cannot mend it. Export it again from where they are whole."
    )
