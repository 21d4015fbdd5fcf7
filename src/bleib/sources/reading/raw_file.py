"""One raw file: where it lies, how it is written, and how it is opened."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from bleib.settings import Csv, Source
from bleib.sources.faults import SourceError, fatal

FORMATS = {".parquet": "parquet", ".pq": "parquet", ".xlsx": "excel", ".xlsm": "excel"}
ZIPPED = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".json": "json", ".jsonl": "json", ".ndjson": "json"}
FORMATS |= {suffix + zipped: form for suffix, form in ZIPPED.items() for zipped in ("", ".gz")}
SUFFIXES = tuple(FORMATS)
GZIP = b"\x1f\x8b"  # its first bytes


@dataclass(frozen=True)
class RawFile:
    """A file with what its source says of it; ``sheet`` of an Excel workbook, none: the first; ``table``: the canonical
    one that it fills, for its faults.
    """

    path: Path
    root: Path = Path()
    format: str = "auto"
    dialect: Csv = field(default_factory=Csv)
    sheet: str | None = None
    table: str = ""

    @classmethod
    def of(cls, source: Source, path: Path, root: Path) -> RawFile:
        """A file of a source."""
        return cls(path, root, source.format, source.csv, source.sheet, source.table)

    @property
    def name(self) -> str:
        """The name by which reports call it."""
        return self.path.relative_to(self.root).as_posix() if self.path.is_relative_to(self.root) else str(self.path)

    def open_text(self) -> IO[str]:
        """Its text, unpacked where it is gzipped."""
        if is_gzipped(self.path):
            return gzip.open(self.path, "rt", encoding=self.dialect.encoding, newline="")
        return self.path.open("r", encoding=self.dialect.encoding, newline="")

    def error(
        self, reason: str, expected: str, remedy: str, column: str = "", examples: Iterable[str] = ()
    ) -> SourceError:
        """What makes it worthless, to be raised."""
        return SourceError(fatal(self.table, self.name, reason, expected, remedy, column=column, examples=examples))

    def encoding_error(self, why: str) -> SourceError:
        """The same for bytes that are no text in its encoding, with the first such line."""
        encoding = self.dialect.encoding
        found = _first_unreadable(self.path, encoding)
        return self.error(
            f"not readable as {encoding} ({why})",
            f"text in {encoding}",
            "Set csv.encoding; files from Windows and Excel are often in cp1252 (csv: {encoding: cp1252}) or utf-16.",
            examples=[found] if found else [],
        )


def format_of(path: Path) -> str:
    """parquet, excel, json or csv, by the ending of the name; what has another ending is taken for CSV."""
    name = path.name.lower()
    return next((form for suffix, form in FORMATS.items() if name.endswith(suffix)), "csv")


def is_gzipped(path: Path) -> bool:
    """Told by the first bytes, not by the name."""
    with path.open("rb") as file:
        return file.read(len(GZIP)) == GZIP


def open_bytes(path: Path) -> IO[bytes]:
    """The bytes of a file, unpacked where it is gzipped."""
    return gzip.open(path, "rb") if is_gzipped(path) else path.open("rb")  # type: ignore[return-value]


def _first_unreadable(path: Path, encoding: str) -> str:
    with open_bytes(path) as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode(encoding)
            except UnicodeError:
                return f"line {number}: {line.strip()[:60]!r}"
            except LookupError:
                return ""
    return ""
