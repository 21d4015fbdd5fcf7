"""Files of all formats as raw rows: Parquet as it is typed, all others as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bleib.errors import Fault
from bleib.sources.faults import SourceError
from bleib.sources.reading.delimited import csv_blocks
from bleib.sources.reading.documents import json_blocks
from bleib.sources.reading.parquet import parquet_blocks
from bleib.sources.reading.raw_file import RawFile, format_of
from bleib.sources.reading.rows import Raw, stack
from bleib.sources.reading.workbooks import excel_blocks

READERS = {"csv": csv_blocks, "excel": excel_blocks, "json": json_blocks, "parquet": parquet_blocks}
PACKED = (".zip", ".7z", ".rar")
UNREADABLE = (*PACKED, ".xls", ".xlsb", ".ods", ".numbers", ".xml", ".pdf", ".doc", ".docx", ".html")


def read_blocks(file: RawFile) -> Iterator[Raw]:
    """The rows of one file, so many at a time; at least one block. SourceError where the file cannot be read."""
    if file.format == "auto" and file.path.suffix.lower() in UNREADABLE:
        raise _unreadable_ending(file)
    return READERS[format_of(file.path) if file.format == "auto" else file.format](file)


def read_file(file: RawFile) -> Raw:
    """All rows of one file."""
    return stack(list(read_blocks(file)))


def read_files(files: Iterable[RawFile]) -> Raw:
    """All rows of the files, of which there is at least one; SourceError with a fault for each that cannot be read."""
    parts: list[Raw] = []
    faults: list[Fault] = []
    for file in files:
        try:
            parts.append(read_file(file))
        except SourceError as stop:
            faults += stop.faults
    if faults:
        raise SourceError(*faults)
    return stack(parts)


def _unreadable_ending(file: RawFile) -> SourceError:
    ending = file.path.suffix.lower()
    remedy = "Unpack it." if ending in PACKED else "Open it in its program and save it as .xlsx or CSV."
    expected = "CSV, Excel (.xlsx), JSON or Parquet; if it is CSV all the same, save it as such or set format: csv"
    return file.error(f"files that end with {ending} are not read", expected, remedy)
