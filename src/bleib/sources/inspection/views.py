"""Raw files as `bleib inspect` sees them: each file, sheet or folder, and files of the same columns as one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from bleib.errors import counted
from bleib.settings import Csv
from bleib.sources.faults import SourceError
from bleib.sources.inspection.dialect import SAMPLE_ROWS, TYPED, lines_before, sniff, with_decimal, with_sign
from bleib.sources.inspection.profiles import Profile, profile
from bleib.sources.reading.paths import find_files
from bleib.sources.reading.raw_file import SUFFIXES, RawFile, format_of
from bleib.sources.reading.readers import read_file
from bleib.sources.reading.rows import Header, concat
from bleib.sources.reading.workbooks import sheets_of

NUMBERS = r"[0-9]+(?:[-_. ]?[0-9]+)*"  # of a name: dates, weeks, parts
DEFAULT_ENCODING = Csv().encoding
DATABASES = (".db", ".sqlite", ".sqlite3")  # endings of files that hold tables to be queried


@dataclass(frozen=True)
class Part:
    """One file, sheet of it, or folder (by its first file with rows), as it was read. Numbers that are no texts have
    the decimal sign TYPED. ``ragged``: rows that do not fit the header.
    """

    path: Path
    sheet: str | None
    dialect: Csv
    table: pa.Table
    header: Header
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


@dataclass(frozen=True, kw_only=True)
class Seen(Part):
    """Raw files that hold one table: a part, or a glob of parts alike. ``table`` has the rows of all, ``newest`` those
    of the last file by name that has any.
    """

    newest: pa.Table
    profiles: list[Profile]


def look(paths: list[Path]) -> tuple[list[Seen], list[str]]:
    """What the files hold, and what must be said of those that are left out."""
    troubles: list[str] = []
    unread: set[Path] = set()
    groups: dict[tuple[str, ...], list[Part]] = {}
    for path in paths:
        try:
            for part in _look(path, troubles):
                groups.setdefault(_likeness(part), []).append(part)
        except SourceError as error:
            troubles.append(str(error))
            unread.add(path)
    views = [view for group in groups.values() for view in _views(group, unread)]
    troubles += [f"{view.label}: left out, {_emptiness(view)}" for view in views if not view.table.num_rows]
    return [view for view in views if view.table.num_rows], troubles


def _look(path: Path, troubles: list[str]) -> list[Part]:
    """The parts of a path; SourceError where it cannot be read."""
    if path.is_file() and not path.name.lower().endswith(SUFFIXES):
        troubles.append(f"{path}: {_unread(path)}")
        return []
    inside = find_files(str(path), Path())
    if not inside:
        troubles.append(f"{path}: not found, or a folder without CSV, Excel, JSON and Parquet files")
        return []
    for file in inside:
        parts = [_read(path, file, sheet) for sheet in _sheets(file)]
        if any(part.table.num_rows for part in parts):
            break
    return parts


def _unread(path: Path) -> str:
    """Why a file is not looked at, and what to do with it."""
    if path.suffix.lower() in DATABASES:
        source = f"url: sqlite:///{path} and a query (docs/sources.md)"
        return f"not looked at; if it is a database of SQLite, name it in a source of its own: {source}"
    readable = "save it as CSV, Excel (.xlsx), JSON or Parquet if it holds data"
    return f"not looked at, because of the ending of its name; {readable}"


def _sheets(file: Path) -> list[str | None]:
    """The sheets with rows; no name where a workbook has but one sheet, or where the file is none."""
    there = sheets_of(file) if format_of(file) == "excel" else {}
    filled: list[str | None] = [name for name, has_rows in there.items() if has_rows]
    return filled if len(there) > 1 and filled else [None]


def _read(path: Path, file: Path, sheet: str | None) -> Part:
    form = format_of(file)
    dialect = sniff(file) if form == "csv" else Csv()
    raw = read_file(RawFile(file, dialect=_marking(dialect), sheet=sheet))
    titles = lines_before(_first_rows(raw.table)) if form == "excel" else 0
    if titles:
        dialect = Csv(skip_lines=titles)
        raw = read_file(RawFile(file, dialect=_marking(dialect), sheet=sheet))
    ragged = tuple(text for _, _, text in raw.ragged)
    return Part(path, sheet, dialect, raw.table, raw.headers[0], ragged, (file,))


def _marking(dialect: Csv) -> Csv:
    return dialect.model_copy(update={"decimal": TYPED})


def _first_rows(table: pa.Table) -> list[list[str]]:
    """The header of a sheet and its first rows; a column without a name has none."""
    table = with_sign(table.slice(0, SAMPLE_ROWS), ".")
    header = ["" if name == f"column_{k}" else name for k, name in enumerate(table.column_names, start=1)]
    return [header, *([value or "" for value in row.values()] for row in table.to_pylist())]


def _emptiness(part: Part) -> str:
    names = ", ".join(part.table.column_names)
    if part.ragged:
        rows, example = counted(len(part.ragged), "row"), repr(part.ragged[0].strip()[:60])
        return f"none of its {rows} has as many values as the header ({names}), such as {example}"
    return f"it has a header ({names}) and no row" if names else "it is empty"


def _likeness(part: Part) -> tuple[str, ...]:
    """Equal for what may be parts or deliveries of one table: the numbers in their names differ at most. Records of
    JSON leave out fields, see ``_share_fields``.
    """
    pattern = str(part.path.with_name(re.sub(NUMBERS, "*", part.path.name)))
    columns = () if format_of(part.files[0]) == "json" else part.table.column_names
    return (pattern, part.sheet or "", part.dialect.delimiter, str(part.dialect.skip_lines), *columns)


def _share_fields(group: list[Part]) -> bool:
    """Whether at least half of the columns of each are columns of all; what holds no record has none."""
    names = [{*part.table.column_names} for part in group if part.table.column_names]
    return not names or 2 * len(set.intersection(*names)) >= max(map(len, names))


def _views(group: list[Part], unread: set[Path]) -> list[Seen]:
    """One view of several files, if a glob means these and no others but such that cannot be read; else a view each."""
    path = Path(_likeness(group[0])[0])
    by_file = {part.path: part for part in group}
    files = [file for file in find_files(str(path), Path()) if file not in unread]
    if len(group) == 1 or {*files} != {*by_file} or not _share_fields(group):
        return [_seen(part.path, [part]) for part in group]
    return [_seen(path, [by_file[file] for file in files])]


def _seen(path: Path, parts: list[Part]) -> Seen:
    table = concat([part.table for part in parts])
    encodings = {part.dialect.encoding for part in parts}
    other = sorted(encodings - {DEFAULT_ENCODING})  # a file without any umlaut can be read either way
    plain = parts[0].dialect.model_copy(update={"encoding": other[0] if other else DEFAULT_ENCODING})
    dialect = with_decimal(plain, table)
    table = with_sign(table, dialect.decimal)
    rows = [part.table.num_rows for part in parts if part.table.num_rows]
    newest = table.slice(table.num_rows - (rows or [0])[-1])
    profiles = [profile(name, table[name], dialect) for name in table.column_names]
    if newest.num_rows < table.num_rows:
        profiles = [replace(one, unique=profile(one.name, newest[one.name], dialect).unique) for one in profiles]
    ragged = tuple(text for part in parts for text in part.ragged)
    files = tuple(file for part in parts for file in part.files)
    objects = frozenset(name for part in parts for name in part.header.objects)
    header = Header(tuple(table.column_names), parts[0].header.of_records, objects)
    return Seen(path, parts[0].sheet, dialect, table, header, ragged, files, newest=newest, profiles=profiles)
