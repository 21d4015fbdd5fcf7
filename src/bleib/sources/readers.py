"""Files as raw tables, block by block: Parquet as it is typed, all others as text. Nothing is interpreted here."""

from __future__ import annotations

import csv
import glob
import gzip
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from bleib.errors import Fault
from bleib.settings import Csv
from bleib.sources.documents import records
from bleib.sources.faults import SourceError, fatal
from bleib.sources.values import as_text, is_number
from bleib.sources.workbooks import sheet_rows

FORMATS = {".parquet": "parquet", ".pq": "parquet", ".xlsx": "excel", ".xlsm": "excel"}
ZIPPED = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".json": "json", ".jsonl": "json", ".ndjson": "json"}
FORMATS |= {suffix + zipped: form for suffix, form in ZIPPED.items() for zipped in ("", ".gz")}
SUFFIXES = tuple(FORMATS)
UNREADABLE = (".xls", ".xlsb", ".ods", ".numbers", ".xml", ".zip", ".7z", ".rar", ".pdf", ".doc", ".docx", ".html")
WIDE = 3  # delimiters in a line that ordinary text of several lines does not hold by chance
MANY = 10  # lines that look like rows, in files of fewer columns
BLOCK_BYTES = 1 << 24  # of a CSV file at a time; a row must fit into one block
FIRST_LINES = 20  # that are looked at beside the header
BLOCK_ROWS = 200_000  # of any other file at a time


@dataclass(frozen=True)
class Raw:
    """Raw rows, of one block or of many.

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

    def chosen(self, positions: np.ndarray, name: str) -> Raw:
        """Some rows, all of one file, without the ragged ones."""
        file = np.zeros(len(positions), dtype=np.int32)
        return Raw(self.table.take(positions), (name,), file, self.row[positions])


def one_file(
    name: str, table: pa.Table, ragged: list[tuple[int, str]] | None = None, before: int = 0, last: bool = True
) -> Raw:
    """Raw rows of a single file, numbered around its ragged rows; ``before`` rows stood in earlier blocks.

    Takes the ragged rows of these rows out of the list, after the ``last`` block all of them.
    """
    ragged = [] if ragged is None else ragged
    numbers = np.array([number for number, _ in ragged], dtype=np.int64) - before - 1
    mine = len(ragged) if last else int((numbers - np.arange(len(ragged)) < table.num_rows).sum())
    places = tuple((0, number, text) for number, text in ragged[:mine])
    del ragged[:mine]
    rows = np.arange(before + 1, before + table.num_rows + mine + 1, dtype=np.int64)
    kept = np.delete(rows, numbers[:mine])
    return Raw(table, (name,), np.zeros(len(kept), dtype=np.int32), kept, places, (tuple(table.column_names),))


def find_files(pattern: str, root: Path) -> list[Path]:
    """The files that a path, folder or glob means, oldest first by their names; a folder gives those that can be read
    by their endings. Hidden files, and those by which Excel locks an open workbook, are none.
    """
    path = root / pattern
    if path.is_file():
        return [path]
    if path.is_dir():
        found = (f for f in path.rglob("*") if f.name.lower().endswith(SUFFIXES))
    else:
        found = (Path(f) for f in glob.glob(str(path), recursive=True))  # noqa: PTH207
    return sorted((f for f in found if f.is_file() and not f.name.startswith((".", "~$"))), key=_by_name)


def _by_name(path: Path) -> tuple[list[list[tuple[int, str]]], Path]:
    """Numbers by their value and endings last: x.csv, x-2.csv, x-10.csv, which letter by letter is the other way."""
    stem = path.name.lower()
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        stem = stem.removesuffix(suffix)
    parts = [re.findall(r"[0-9]+|[^0-9]+", part) for part in (*path.parent.parts, stem)]
    return [[(int(text), "") if text.isdecimal() else (-1, text) for text in part] for part in parts], path


def some_files(pattern: str, root: Path, table: str) -> list[Path]:
    """The same; SourceError where there is none."""
    paths = find_files(pattern, root)
    if not paths:
        raise SourceError(
            fatal(table, pattern, "file not found", f"a file, folder or glob below {root}", _nearby(pattern, root))
        )
    return paths


def read_files(pattern: str, root: Path, format_: str, dialect: Csv, table: str = "", sheet: str | None = None) -> Raw:
    """All rows of the files; SourceError where there is no file or one cannot be read."""
    paths = some_files(pattern, root, table)
    parts: list[Raw] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            parts.append(read_file(path, root, format_, dialect, table, sheet))
        except SourceError as stop:
            faults += stop.faults
    if faults:
        raise SourceError(*faults)
    return stack(parts)


def read_file(path: Path, root: Path, format_: str, dialect: Csv, table: str = "", sheet: str | None = None) -> Raw:
    """All rows of one file."""
    return stack(list(read_blocks(path, root, format_, dialect, table, sheet)))


def read_blocks(
    path: Path, root: Path, format_: str, dialect: Csv, table: str = "", sheet: str | None = None
) -> Iterator[Raw]:
    """The rows of one file, so many at a time; at least one block. SourceError where the file cannot be read.

    ``sheet`` of an Excel workbook; none: the first.
    """
    name = name_of(path, root)
    form = format_of(path) if format_ == "auto" else format_
    if form == "parquet":
        return _parquet_blocks(path, name, table)
    if form == "excel":
        return _excel_blocks(path, name, dialect, table, sheet)
    if form == "json":
        return _json_blocks(path, name, dialect, table)
    if format_ == "auto" and path.suffix.lower() in UNREADABLE:
        raise SourceError(_unreadable_ending(path, name, table))
    return _csv_blocks(path, name, dialect, table)


def format_of(path: Path) -> str:
    """parquet, excel, json or csv, by the ending of the name; what has another ending is taken for CSV."""
    name = path.name.lower()
    return next((form for suffix, form in FORMATS.items() if name.endswith(suffix)), "csv")


def _unreadable_ending(path: Path, name: str, table: str) -> Fault:
    ending = path.suffix.lower()
    remedy = (
        "Unpack it." if ending in {".zip", ".7z", ".rar"} else "Open it in its program and save it as .xlsx or CSV."
    )
    expected = "CSV, Excel (.xlsx), JSON or Parquet; if it is CSV all the same, save it as such or set format: csv"
    return fatal(table, name, f"files that end with {ending} are not read", expected, remedy)


def name_of(path: Path, root: Path) -> str:
    """The name by which reports call a file."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def open_text(path: Path, encoding: str) -> IO[str]:
    """A text file, gzip or plain, told by its first bytes."""
    with path.open("rb") as probe:
        zipped = probe.read(2) == b"\x1f\x8b"
    if zipped:
        return gzip.open(path, "rt", encoding=encoding, newline="")
    return path.open("r", encoding=encoding, newline="")


def header_of(path: Path, dialect: Csv) -> list[str]:
    """The column names of a CSV file; a name that stands twice gets ``.2``, an empty one its position.

    Where most of the first rows end with a delimiter too many, it is the end of a further column without a name.
    """
    if dialect.header:
        return list(dialect.header)
    with open_text(path, dialect.encoding) as file:
        for _ in range(dialect.skip_lines):
            file.readline()
        first = list(islice(file, FIRST_LINES))
    line, *rows = split_lines(first or [""], dialect.delimiter, dialect.quote)
    longer = [len(row) == len(line) + 1 and not row[-1] for row in rows if row]
    return _named([*line, ""] if 2 * sum(longer) > len(longer) else line)


def split_lines(lines: Iterable[str], delimiter: str, quote: str = '"') -> Iterator[list[str]]:
    """Lines of a CSV file as rows of values, also of such that are longer than the csv module takes (128 KB)."""
    csv.field_size_limit(BLOCK_BYTES)
    return csv.reader(lines, delimiter=delimiter, quotechar=quote)


def _named(line: Sequence[str | None]) -> list[str]:
    return _unique([(name or "").strip("\ufeff \t") or f"column_{k}" for k, name in enumerate(line, start=1)])


def _parquet_blocks(path: Path, name: str, table: str) -> Iterator[Raw]:
    try:
        with pq.ParquetFile(path) as file:
            before, schema = 0, _plain_schema(file.schema_arrow)
            for batch in file.iter_batches(BLOCK_ROWS):
                yield one_file(name, pa.Table.from_batches([batch]).cast(schema), before=before)
                before += batch.num_rows
            if not before:
                yield one_file(name, schema.empty_table())
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceError(
            fatal(table, name, f"not readable as Parquet: {error}", "a Parquet file", "Export it again.")
        ) from error


def _excel_blocks(path: Path, name: str, dialect: Csv, table: str, sheet: str | None) -> Iterator[Raw]:
    rows = islice(sheet_rows(path, name, table, sheet, dialect.decimal), dialect.skip_lines, None)
    names = _named(dialect.header or next(rows, []))

    def fitted(row: list[str | None]) -> list[str | None] | str:
        fits = not any(row[len(names) :])
        return row[: len(names)] + [None] * (len(names) - len(row)) if fits else ";".join(cell or "" for cell in row)

    return _text_blocks(name, names, map(fitted, rows))


def _json_blocks(path: Path, name: str, dialect: Csv, table: str) -> Iterator[Raw]:
    """Read twice: a field may come first in the last record, and all blocks have the same columns."""
    try:
        with open_text(path, dialect.encoding) as file:
            found = records(file, path, name, table, dialect.decimal)
            names = list(dict.fromkeys(key for record in found if isinstance(record, dict) for key in record))
        with open_text(path, dialect.encoding) as file:
            rows = (
                record if isinstance(record, str) else [record.get(key) for key in names]
                for record in records(file, path, name, table, dialect.decimal)
            )
            yield from _text_blocks(name, names, rows)
    except (UnicodeError, LookupError) as error:
        raise SourceError(_encoding_fault(path, name, dialect, table, str(error))) from error


def _text_blocks(name: str, names: list[str], rows: Iterator[list[str | None] | str]) -> Iterator[Raw]:
    """Rows of texts, so many at a time, at least one block; a row that comes as one text does not fit."""
    before = 0
    for block in iter(partial(_taken, rows), None):
        good = [row for row in block if not isinstance(row, str)]
        ragged = [(before + k, row) for k, row in enumerate(block, start=1) if isinstance(row, str)]
        columns = zip(*good, strict=True) if good else ([] for _ in names)
        arrays = [pa.array(column, pa.string()) for column in columns]
        yield one_file(name, pa.table(dict(zip(names, arrays, strict=True))), ragged, before)
        before += len(block)
    if not before:
        yield one_file(name, pa.table({column: pa.array([], pa.string()) for column in names}))


def _taken(rows: Iterator[Any]) -> list[Any] | None:
    return list(islice(rows, BLOCK_ROWS)) or None


def _plain_schema(schema: pa.Schema) -> pa.Schema:
    """Views of texts and bytes as plain ones, which all functions of Arrow take."""
    return pa.schema([_plain_field(field) for field in schema])


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_binary_view(kind):
        return pa.binary()
    if pa.types.is_map(kind):
        return pa.map_(_plain_type(kind.key_type), _plain_type(kind.item_type))
    if pa.types.is_struct(kind):
        return pa.struct([_plain_field(field) for field in kind])
    if pa.types.is_fixed_size_list(kind):
        return pa.list_(_plain_field(kind.value_field), kind.list_size)
    if pa.types.is_list(kind):
        return pa.list_(_plain_field(kind.value_field))
    if pa.types.is_large_list(kind):
        return pa.large_list(_plain_field(kind.value_field))
    return kind


def _plain_field(field: pa.Field) -> pa.Field:
    return field.with_type(_plain_type(field.type))


def _csv_blocks(path: Path, name: str, dialect: Csv, table: str) -> Iterator[Raw]:
    try:
        names = header_of(path, dialect)
        if not names:
            yield one_file(name, pa.table({}))
            return
        ragged: list[tuple[int, str]] = []
        before = 0
        for data, last in _with_last(_parse_csv(path, dialect, names, ragged)):
            raw = one_file(name, data, ragged, before, last)
            _refuse_open_quote(raw, name, dialect, table)
            before += len(raw)
            yield raw
    except (UnicodeError, LookupError) as error:
        raise SourceError(_encoding_fault(path, name, dialect, table, str(error))) from error
    except pa.ArrowInvalid as error:
        if "UTF8" in str(error):
            raise SourceError(_encoding_fault(path, name, dialect, table, "invalid bytes")) from error
        raise SourceError(
            fatal(table, name, f"not readable as CSV: {error}", "CSV", "Check csv.delimiter and csv.quote.")
        ) from error


def _with_last(blocks: Iterator[pa.Table]) -> Iterator[tuple[pa.Table, bool]]:
    """Each block, and whether it is the last one."""
    block = next(blocks)
    for following in blocks:
        yield block, False
        block = following
    yield block, True


def _parse_csv(path: Path, dialect: Csv, names: list[str], ragged: list[tuple[int, str]]) -> Iterator[pa.Table]:
    """Blocks of the rows that fit the header, at least one; the others go to ``ragged``, at the latest with the block
    that follows them.
    """
    skipped = dialect.skip_lines + (0 if dialect.header else 1)

    def set_aside(row: Any) -> str:
        ragged.append((row.number - skipped, row.text))
        return "skip"

    plain = dialect.encoding.lower().replace("_", "-") in {"utf-8", "utf8", "utf-8-sig"}
    with path.open("rb") as probe:
        compression = "gzip" if probe.read(2) == b"\x1f\x8b" else None
    with pa.input_stream(str(path), compression=compression) as stream:
        try:
            reader = pacsv.open_csv(
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
            reader = iter(())
        found = False
        for batch in reader:
            found = True
            yield pa.Table.from_batches([batch])
        if not found:
            yield pa.table({column: pa.array([], pa.string()) for column in names})


def _refuse_open_quote(raw: Raw, name: str, dialect: Csv, table: str) -> None:
    """A quote that is never closed swallows the lines that follow into one value: they would be lost uncounted."""
    data = raw.table
    texts = [(column, text) for column in data.column_names for text in _of_several_lines(data[column])]
    texts += [("", text) for _, _, text in raw.ragged if "\n" in text]
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
        "Set csv.encoding; files from Windows and Excel are often in cp1252 (csv: {encoding: cp1252}) or utf-16.",
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


def stack(parts: list[Raw]) -> Raw:
    """The rows of many blocks, each of one file, as one; blocks of a file follow each other."""
    if len(parts) == 1:
        return parts[0]
    columns = {part.files[0]: part.names[0] for part in parts}
    files = list(columns)
    numbers = [files.index(part.files[0]) for part in parts]
    file = np.repeat(np.array(numbers, dtype=np.int32), [part.table.num_rows for part in parts])
    ragged = tuple((k, row, text) for k, part in zip(numbers, parts, strict=True) for _, row, text in part.ragged)
    rows = np.concatenate([part.row for part in parts])
    return Raw(concat([part.table for part in parts]), tuple(files), file, rows, ragged, tuple(columns.values()))


def concat(tables: list[pa.Table]) -> pa.Table:
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
