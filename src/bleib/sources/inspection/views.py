"""Raw files as `bleib inspect` sees them: each file, sheet or folder, and files of the same columns as one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from bleib.errors import counted
from bleib.settings import Csv
from bleib.sources.faults import SourceError
from bleib.sources.inspection.dialect import SAMPLE_ROWS, lines_before, sniff, with_decimal
from bleib.sources.inspection.profiles import Profile, profile
from bleib.sources.reading.paths import find_files
from bleib.sources.reading.raw_file import SUFFIXES, RawFile, format_of
from bleib.sources.reading.readers import read_file
from bleib.sources.reading.rows import concat
from bleib.sources.reading.workbooks import sheets_of

NUMBERS = r"[0-9]+(?:[-_. ]?[0-9]+)*"  # of a name: dates, weeks, parts
DEFAULT_ENCODING = Csv().encoding


@dataclass(frozen=True)
class Seen:
    """Raw files that hold one table: a file, a sheet of it, a folder (by its first file), or a glob of files alike.

    ``newest``: the rows of the last file by name, ``table`` those of all; ``ragged``: rows that do not fit the header.
    """

    path: Path
    sheet: str | None
    dialect: Csv
    table: pa.Table
    newest: pa.Table
    profiles: list[Profile]
    ragged: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()

    @property
    def stem(self) -> str:
        """The sheet's name, else the file's without endings, the folder's for a folder."""
        return self.sheet or self.path.name.split(".")[0]

    @property
    def label(self) -> str:
        """How a person calls it."""
        return f"{self.path}, sheet {self.sheet}" if self.sheet else str(self.path)


def look(paths: list[Path]) -> tuple[list[Seen], list[str]]:
    """What the files hold, and what must be said of those that are left out."""
    troubles: list[str] = []
    seen = [view for path in paths for view in _look(path, troubles)]
    groups: dict[tuple[str, ...], list[Seen]] = {}
    for view in seen:
        groups.setdefault(_likeness(view), []).append(view)
    return [joined for group in groups.values() for joined in _joined(group)], troubles


def _look(path: Path, troubles: list[str]) -> list[Seen]:
    if path.is_file() and not path.name.lower().endswith(SUFFIXES):
        readable = "save it as CSV, Excel (.xlsx), JSON or Parquet if it holds data"
        troubles.append(f"{path}: not looked at, because of the ending of its name; {readable}")
        return []
    inside = find_files(str(path), Path())
    if not inside:
        troubles.append(f"{path}: not found, or a folder without CSV, Excel, JSON and Parquet files")
        return []
    try:
        views = [_see(path, inside[0], sheet) for sheet in _sheets(inside[0])]
    except SourceError as error:
        troubles.append(f"{path}: {error}")
        return []
    troubles += [f"{view.label}: left out, {_emptiness(view)}" for view in views if not view.table.num_rows]
    return [view for view in views if view.table.num_rows]


def _sheets(file: Path) -> list[str | None]:
    """The sheets with rows; no name where a workbook has but one sheet, or where the file is none."""
    there = sheets_of(file) if format_of(file) == "excel" else {}
    filled: list[str | None] = [name for name, has_rows in there.items() if has_rows]
    return filled if len(there) > 1 and filled else [None]


def _see(path: Path, file: Path, sheet: str | None) -> Seen:
    form = format_of(file)
    dialect = sniff(file) if form == "csv" else Csv()
    raw = read_file(RawFile(file, dialect=dialect, sheet=sheet))
    titles = lines_before(_first_rows(raw.table)) if form == "excel" else 0
    if titles:
        dialect = Csv(skip_lines=titles)
        raw = read_file(RawFile(file, dialect=dialect, sheet=sheet))
    dialect = dialect if form == "parquet" else with_decimal(dialect, raw.table)
    if form in ("excel", "json") and dialect.decimal != ".":  # its numbers are written with the sign of its texts
        raw = read_file(RawFile(file, dialect=dialect, sheet=sheet))
    profiles = [profile(name, raw.table[name], dialect) for name in raw.table.column_names]
    ragged = tuple(text for _, _, text in raw.ragged)
    return Seen(path, sheet, dialect, raw.table, raw.table, profiles, ragged, (file,))


def _first_rows(table: pa.Table) -> list[list[str]]:
    """The header of a sheet and its first rows; a column without a name has none."""
    header = ["" if name == f"column_{k}" else name for k, name in enumerate(table.column_names, start=1)]
    return [header, *([value or "" for value in row.values()] for row in table.slice(0, SAMPLE_ROWS).to_pylist())]


def _emptiness(view: Seen) -> str:
    names = ", ".join(view.table.column_names)
    if view.ragged:
        rows, example = counted(len(view.ragged), "row"), repr(view.ragged[0].strip()[:60])
        return f"none of its {rows} has as many values as the header ({names}), such as {example}"
    return f"it has a header ({names}) and no row" if names else "it is empty"


def _likeness(view: Seen) -> tuple[str, ...]:
    """Equal for views that may be parts or deliveries of one table: the numbers in their names differ at most."""
    pattern = str(view.path.with_name(re.sub(NUMBERS, "*", view.path.name)))
    return (pattern, view.sheet or "", view.dialect.delimiter, str(view.dialect.skip_lines), *view.table.column_names)


def _joined(group: list[Seen]) -> list[Seen]:
    """One view of several files, if a glob means these and no others; else the views as they are."""
    path = Path(_likeness(group[0])[0])
    by_file = {view.path: view for view in group}
    files = find_files(str(path), Path())
    if len(group) == 1 or {*files} != {*by_file}:
        return group
    views = [by_file[file] for file in files]
    table = concat([view.table for view in views])
    encodings = {view.dialect.encoding for view in views}
    other = sorted(encodings - {DEFAULT_ENCODING})  # a file without any umlaut can be read either way
    dialect = views[0].dialect.model_copy(update={"encoding": other[0] if other else DEFAULT_ENCODING})
    dialect = with_decimal(dialect, table) if format_of(path) != "parquet" else dialect
    newest = {p.name: p.unique for p in views[-1].profiles}
    profiles = [replace(profile(n, table[n], dialect), unique=newest[n]) for n in table.column_names]
    ragged = tuple(text for view in views for text in view.ragged)
    return [Seen(path, views[0].sheet, dialect, table, views[-1].newest, profiles, ragged, tuple(files))]
