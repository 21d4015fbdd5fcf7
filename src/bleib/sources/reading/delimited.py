"""CSV files: delimited text, a line a row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from bleib.sources.reading.raw_file import RawFile, is_gzipped
from bleib.sources.reading.rows import Raw, empty_table, named, one_file

BLOCK_BYTES = 1 << 24  # of a file at a time; a row must fit into one block
FIRST_LINES = 20  # that are looked at beside the header
WIDE = 3  # delimiters in a line that ordinary text of several lines does not hold by chance
MANY = 10  # lines that look like rows, in files of fewer columns


def csv_blocks(file: RawFile) -> Iterator[Raw]:
    """Its rows, so many at a time; at least one block. SourceError where it cannot be read."""
    try:
        names = header_of(file)
        if not names:
            yield one_file(file.name, pa.table({}))
            return
        ragged: list[tuple[int, str]] = []
        before = 0
        for data, last in _with_last(_parse(file, names, ragged)):
            raw = one_file(file.name, data, ragged, before, last)
            _refuse_open_quote(raw, file)
            before += len(raw)
            yield raw
    except (UnicodeError, LookupError) as error:
        raise file.encoding_error(str(error)) from error
    except pa.ArrowInvalid as error:
        if "UTF8" in str(error):
            raise file.encoding_error("invalid bytes") from error
        raise file.error(f"not readable as CSV: {error}", "CSV", "Check csv.delimiter and csv.quote.") from error


def header_of(file: RawFile) -> list[str]:
    """The column names of a CSV file.

    Where most of the first rows end with a delimiter too many, it is the end of a further column without a name.
    """
    dialect = file.dialect
    if dialect.header:
        return list(dialect.header)
    with file.open_text() as text:
        for _ in range(dialect.skip_lines):
            text.readline()
        first = list(islice(text, FIRST_LINES))
    line, *rows = split_lines(first or [""], dialect.delimiter, dialect.quote)
    longer = [len(row) == len(line) + 1 and not row[-1] for row in rows if row]
    return named([*line, ""] if 2 * sum(longer) > len(longer) else line)


def split_lines(lines: Iterable[str], delimiter: str, quote: str = '"') -> Iterator[list[str]]:
    """Lines of a CSV file as rows of values, also of such that are longer than the csv module takes (128 KB)."""
    csv.field_size_limit(BLOCK_BYTES)
    return csv.reader(lines, delimiter=delimiter, quotechar=quote)


def _with_last(blocks: Iterator[pa.Table]) -> Iterator[tuple[pa.Table, bool]]:
    """Each block, and whether it is the last one."""
    block = next(blocks)
    for following in blocks:
        yield block, False
        block = following
    yield block, True


def _parse(file: RawFile, names: list[str], ragged: list[tuple[int, str]]) -> Iterator[pa.Table]:
    """Blocks of the rows that fit the header, at least one; the others go to ``ragged``, at the latest with the block
    that follows them.
    """
    dialect = file.dialect
    skipped = dialect.skip_lines + (0 if dialect.header else 1)

    def set_aside(row: Any) -> str:
        ragged.append((row.number - skipped, row.text))
        return "skip"

    plain = dialect.encoding.lower().replace("_", "-") in {"utf-8", "utf8", "utf-8-sig"}
    with pa.input_stream(str(file.path), compression="gzip" if is_gzipped(file.path) else None) as stream:
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
            yield empty_table(names)


def _refuse_open_quote(raw: Raw, file: RawFile) -> None:
    """A quote that is never closed swallows the lines that follow into one value: they would be lost uncounted."""
    data = raw.table
    texts = [(column, text) for column in data.column_names for text in _of_several_lines(data[column])]
    texts += [("", text) for _, _, text in raw.ragged if "\n" in text]
    for column, text in texts:
        swallowed = _swallowed(text, data.num_columns - 1, file.dialect.delimiter)
        if swallowed:
            raise file.error(
                f"a quote is opened and swallows {len(swallowed)} lines",
                "every quote closed, quotes inside texts doubled",
                f"Close the quote before {swallowed[0][:60]!r}, or set csv.quote to a sign not in the file.",
                column=column,
            )


def _of_several_lines(column: pa.ChunkedArray) -> list[str]:
    return column.filter(pc.match_substring(column, "\n")).to_pylist()


def _swallowed(text: str, delimiters: int, delimiter: str) -> list[str]:
    """The lines of a text that look like rows, where that cannot be chance."""
    following = text.rstrip("\n").split("\n")[1:]
    rows = [line for line in following if line.count(delimiter) == delimiters]
    certain = delimiters >= WIDE or (len(rows) >= MANY and len(rows) >= len(following) - 1)
    return rows if certain else []
