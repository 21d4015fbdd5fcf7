"""Files as raw tables: CSV as text only, Parquet as it is typed. Nothing is interpreted here."""

from __future__ import annotations

import csv
import glob
import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from bleib.errors import Fault
from bleib.settings import Csv
from bleib.sources.faults import SourceError, fatal
from bleib.sources.values import as_text, is_number

SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz", ".parquet", ".pq")
WIDE = 3  # delimiters in a line that ordinary text of several lines does not hold by chance
MANY = 10  # lines that look like rows, in files of fewer columns
BLOCK_BYTES = 1 << 24  # a row must fit into one block


@dataclass(frozen=True)
class Raw:
    """The raw rows of one source.

    ``file`` (index into ``files``) and ``row`` (1 = first row after the header) say where each row stands; ``ragged``
    holds the rows (file, row, text) that do not have the columns of the header.
    """

    table: pa.Table
    files: tuple[str, ...]
    file: np.ndarray
    row: np.ndarray
    ragged: tuple[tuple[int, int, str], ...] = ()
    names: tuple[tuple[str, ...], ...] = ()  # the column names of each file

    def __len__(self) -> int:
        """All rows, ragged ones too."""
        return self.table.num_rows + len(self.ragged)


def one_file(name: str, table: pa.Table, ragged: list[tuple[int, str]] | None = None) -> Raw:
    """Raw rows of a single file, numbered around its ragged rows."""
    ragged = ragged or []
    rows = np.arange(1, table.num_rows + len(ragged) + 1, dtype=np.int64)
    kept = np.delete(rows, [number - 1 for number, _ in ragged])
    places = tuple((0, number, text) for number, text in ragged)
    return Raw(table, (name,), np.zeros(len(kept), dtype=np.int32), kept, places, (tuple(table.column_names),))


def find_files(pattern: str, root: Path) -> list[Path]:
    """The files that a path, folder or glob means, sorted by name; a folder gives its CSV and Parquet files."""
    path = root / pattern
    if path.is_file():
        return [path]
    if path.is_dir():
        return sorted(f for f in path.rglob("*") if f.is_file() and f.name.lower().endswith(SUFFIXES))
    return sorted(Path(f) for f in glob.glob(str(path), recursive=True) if Path(f).is_file())  # noqa: PTH207


def read_files(pattern: str, root: Path, format_: str, dialect: Csv, table: str = "") -> Raw:
    """All rows of the files; SourceError where there is no file or one cannot be read."""
    paths = find_files(pattern, root)
    if not paths:
        raise SourceError(
            fatal(table, pattern, "file not found", f"a file, folder or glob below {root}", _nearby(pattern, root))
        )
    parts: list[Raw] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            parts.append(read_file(path, root, format_, dialect, table))
        except SourceError as stop:
            faults += stop.faults
    if faults:
        raise SourceError(*faults)
    return _stack(parts)


def read_file(path: Path, root: Path, format_: str, dialect: Csv, table: str = "") -> Raw:
    """All rows of one file."""
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
    is_parquet = format_ == "parquet" or (format_ == "auto" and path.suffix.lower() in {".parquet", ".pq"})
    if is_parquet:
        return _read_parquet(path, name, table)
    return _read_csv(path, name, dialect, table)


def open_text(path: Path, encoding: str) -> IO[str]:
    """A text file, gzip or plain, told by its first bytes."""
    with path.open("rb") as probe:
        zipped = probe.read(2) == b"\x1f\x8b"
    if zipped:
        return gzip.open(path, "rt", encoding=encoding, newline="")
    return path.open("r", encoding=encoding, newline="")


def header_of(path: Path, dialect: Csv) -> list[str]:
    """The column names of a CSV file; a name that stands twice gets ``.2``, an empty one its position."""
    if dialect.header:
        return list(dialect.header)
    with open_text(path, dialect.encoding) as file:
        for _ in range(dialect.skip_lines):
            file.readline()
        line = next(csv.reader([file.readline()], delimiter=dialect.delimiter, quotechar=dialect.quote), [])
    return _unique([name.strip("\ufeff \t") or f"column_{k}" for k, name in enumerate(line, start=1)])


def _read_parquet(path: Path, name: str, table: str) -> Raw:
    try:
        return one_file(name, pq.read_table(path))
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceError(
            fatal(table, name, f"not readable as Parquet: {error}", "a Parquet file", "Export it again.")
        ) from error


def _read_csv(path: Path, name: str, dialect: Csv, table: str) -> Raw:
    try:
        names = header_of(path, dialect)
        if not names:
            return one_file(name, pa.table({}))
        data, ragged = _parse_csv(path, dialect, names)
    except (UnicodeError, LookupError) as error:
        raise SourceError(_encoding_fault(path, name, dialect, table, str(error))) from error
    except pa.ArrowInvalid as error:
        if "UTF8" in str(error):
            raise SourceError(_encoding_fault(path, name, dialect, table, "invalid bytes")) from error
        raise SourceError(
            fatal(table, name, f"not readable as CSV: {error}", "CSV", "Check csv.delimiter and csv.quote.")
        ) from error
    _refuse_open_quote(data, ragged, name, dialect, table)
    return one_file(name, data, ragged)


def _parse_csv(path: Path, dialect: Csv, names: list[str]) -> tuple[pa.Table, list[tuple[int, str]]]:
    ragged: list[tuple[int, str]] = []
    skipped = dialect.skip_lines + (0 if dialect.header else 1)

    def set_aside(row: Any) -> str:
        ragged.append((row.number - skipped, row.text))
        return "skip"

    plain = dialect.encoding.lower().replace("_", "-") in {"utf-8", "utf8", "utf-8-sig"}
    with path.open("rb") as probe:
        compression = "gzip" if probe.read(2) == b"\x1f\x8b" else None
    with pa.input_stream(str(path), compression=compression) as stream:
        try:
            data = pacsv.read_csv(
                stream,
                read_options=pacsv.ReadOptions(
                    column_names=names,
                    skip_rows=skipped,
                    use_threads=False,  # rows are numbered only when they are read in order
                    encoding="utf8" if plain else dialect.encoding,
                    block_size=BLOCK_BYTES,
                ),
                parse_options=pacsv.ParseOptions(
                    delimiter=dialect.delimiter,
                    quote_char=dialect.quote,
                    newlines_in_values=True,
                    invalid_row_handler=set_aside,
                ),
                convert_options=pacsv.ConvertOptions(column_types={column: pa.string() for column in names}),
            )
        except pa.ArrowInvalid as error:
            if "Empty CSV" not in str(error):
                raise
            data = pa.table({column: pa.array([], pa.string()) for column in names})
    return data, ragged


def _refuse_open_quote(data: pa.Table, ragged: list[tuple[int, str]], name: str, dialect: Csv, table: str) -> None:
    """A quote that is never closed swallows the lines that follow into one value: they would be lost uncounted."""
    texts = [(column, text) for column in data.column_names for text in _of_several_lines(data[column])]
    texts += [("", text) for _, text in ragged if "\n" in text]
    for column, text in texts:
        swallowed = _swallowed(text, data.num_columns - 1, dialect.delimiter)
        if swallowed:
            raise SourceError(
                fatal(
                    table,
                    name,
                    f"a quote is opened and swallows {len(swallowed)} lines",
                    "every quote closed, quotes inside texts doubled",
                    f"Close the quote before {swallowed[0][:60]!r}, or set csv.quote to a sign not in the file.",
                    column=column,
                )
            )


def _of_several_lines(column: pa.ChunkedArray) -> list[str]:
    return column.filter(pc.match_substring(column, "\n")).to_pylist()


def _swallowed(text: str, delimiters: int, delimiter: str) -> list[str]:
    """The lines of a text that look like rows, where that cannot be chance."""
    following = text.rstrip("\n").split("\n")[1:]
    rows = [line for line in following if line.count(delimiter) == delimiters]
    certain = delimiters >= WIDE or (len(rows) >= MANY and len(rows) >= len(following) - 1)
    return rows if certain else []


def _encoding_fault(path: Path, name: str, dialect: Csv, table: str, why: str) -> Any:
    found = _first_unreadable(path, dialect.encoding)
    return fatal(
        table,
        name,
        f"not readable as {dialect.encoding} ({why})",
        f"text in {dialect.encoding}",
        "Set csv.encoding; files from Windows and Excel are often cp1252 or utf-16.",
        examples=[found] if found else [],
    )


def _first_unreadable(path: Path, encoding: str) -> str:
    opener: Any = gzip.open if path.read_bytes()[:2] == b"\x1f\x8b" else open
    with opener(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode(encoding)
            except UnicodeError:
                return f"line {number}: {line.strip()[:60]!r}"
            except LookupError:
                return ""
    return ""


def _stack(parts: list[Raw]) -> Raw:
    if len(parts) == 1:
        return parts[0]
    table = _concat([part.table for part in parts])
    file = np.repeat(np.arange(len(parts), dtype=np.int32), [part.table.num_rows for part in parts])
    ragged = tuple((k, row, text) for k, part in enumerate(parts) for _, row, text in part.ragged)
    names = tuple(part.files[0] for part in parts)
    columns = tuple(part.names[0] for part in parts)
    return Raw(table, names, file, np.concatenate([part.row for part in parts]), ragged, columns)


def _concat(tables: list[pa.Table]) -> pa.Table:
    """The rows of all tables; a column whose types cannot be joined becomes text."""
    try:
        return pa.concat_tables(tables, promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        types: dict[str, set[pa.DataType]] = {}
        for field in (field for table in tables for field in table.schema):
            types.setdefault(field.name, set()).add(field.type)
        mixed = {name for name, found in types.items() if len(found) > 1 and not all(map(is_number, found))}
        return pa.concat_tables([_as_texts(table, mixed) for table in tables], promote_options="permissive")


def _as_texts(table: pa.Table, names: set[str]) -> pa.Table:
    for name in names & set(table.column_names):
        table = table.set_column(table.column_names.index(name), name, as_text(table[name], []))
    return table


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}.{seen[name]}")
    return out


def _nearby(pattern: str, root: Path) -> str:
    folder = (root / pattern).parent
    names = sorted(f.name for f in folder.iterdir()) if folder.is_dir() else []
    if not names:
        return f"There is nothing in {folder}; put the file there or correct files:."
    return f"Correct files:, or put the file there. {folder} holds: {', '.join(names[:12])}."
