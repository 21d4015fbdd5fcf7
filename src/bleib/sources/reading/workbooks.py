"""A sheet of an Excel workbook as rows of texts: what a person sees, dates as ISO 8601."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from bleib.sources.faults import did_you_mean
from bleib.sources.reading.raw_file import RawFile
from bleib.sources.reading.rows import Header, Raw, named, text_blocks
from bleib.sources.values import EXACT

Row = list[str | None]
LEADING_ZEROS = re.compile(r"^0{2,}$")  # the format of a number that is shown with so many digits


def excel_blocks(file: RawFile) -> Iterator[Raw]:
    """The rows of the sheet, so many at a time; at least one block. SourceError where it cannot be read."""
    rows = islice(_sheet_rows(file), file.dialect.skip_lines, None)
    names = named(file.dialect.header or next(rows, []))

    def fitted(row: Row) -> Row | str:
        fits = not any(row[len(names) :])
        return row[: len(names)] + [None] * (len(names) - len(row)) if fits else ";".join(cell or "" for cell in row)

    return text_blocks(file.name, Header(tuple(names)), map(fitted, rows))


def sheets_of(path: Path) -> dict[str, bool]:
    """The names of the sheets, and whether each has a header and at least one row."""
    with _opened(RawFile(path, path.parent)) as book:
        return {sheet.title: _has_rows(sheet) for sheet in book.worksheets}


def _sheet_rows(file: RawFile) -> Iterator[Row]:
    """The rows that are not empty; numbers have the decimal sign of the numbers in texts."""
    with _opened(file) as book:
        sheet = _chosen(book, file)
        width = sheet.max_column or 0
        for cells in _all_rows(sheet):
            row = [_text(cell, file.dialect.decimal) for cell in cells]
            if any(row):
                yield row + [None] * (width - len(row))


@contextmanager
def _opened(file: RawFile) -> Iterator[Any]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with file.path.open("rb") as opened, warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of styles and extensions that hold no values
            book = load_workbook(opened, read_only=True, data_only=True)
            yield book
            book.close()
    except (BadZipFile, InvalidFileException, ParseError, KeyError, OSError, ValueError) as error:
        found, remedy = f"not readable as an Excel workbook: {error}", "Save it again as .xlsx, or as CSV."
        raise file.error(found, "a workbook (.xlsx)", remedy) from error


def _chosen(book: Any, file: RawFile) -> Any:
    if file.sheet is None:
        return book.worksheets[0]
    there = {found.title: found for found in book.worksheets}
    if file.sheet not in there:
        found, expected = f"no sheet {file.sheet!r}", "a sheet of the workbook in `sheet`"
        raise file.error(found, expected, did_you_mean(file.sheet, there))
    return there[file.sheet]


def _all_rows(sheet: Any, **how: Any) -> Iterator[Any]:
    """Also what lies outside the range that the sheet claims: some programs write A1 there, whatever it holds."""
    sheet.reset_dimensions()
    return sheet.iter_rows(**how)


def _has_rows(sheet: Any) -> bool:
    filled = (row for row in _all_rows(sheet, values_only=True) if any(value is not None for value in row))
    return next(filled, None) is not None and next(filled, None) is not None


def _text(cell: Any, decimal: str) -> str | None:
    value = cell.value
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format)).replace(".", decimal)
    return str(value)


def _number(value: float, form: str) -> str:
    if value != int(value) or abs(value) >= EXACT:
        return repr(float(value))
    digits = str(int(value))
    return digits.zfill(len(form)) if LEADING_ZEROS.match(form) else digits
