"""A sheet of an Excel workbook as rows of texts: what a person sees, dates as ISO 8601."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from bleib.sources.faults import SourceError, did_you_mean, fatal

Row = list[str | None]
EXACT = 2**53  # whole numbers beyond it were rounded by Excel
LEADING_ZEROS = re.compile(r"^0{2,}$")  # the format of a number that is shown with so many digits


def sheets_of(path: Path) -> dict[str, bool]:
    """The names of the sheets, and whether each has a header and at least one row."""
    with _opened(path, path.name, "") as book:
        return {sheet.title: _has_rows(sheet) for sheet in book.worksheets}


def sheet_rows(path: Path, name: str, table: str, sheet: str | None, decimal: str = ".") -> Iterator[Row]:
    """The rows of a sheet (none: the first) that are not empty; SourceError where there is no such sheet.

    ``decimal``: the sign of numbers in texts, which those in cells of numbers then have too.
    """
    with _opened(path, name, table) as book:
        chosen = _chosen(book, name, table, sheet)
        width = chosen.max_column or 0
        for cells in _all_rows(chosen):
            row = [_text(cell, decimal) for cell in cells]
            if any(row):
                yield row + [None] * (width - len(row))


@contextmanager
def _opened(path: Path, name: str, table: str) -> Iterator[Any]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of styles and extensions that hold no values
            book = load_workbook(file, read_only=True, data_only=True)
            yield book
            book.close()
    except (BadZipFile, InvalidFileException, ParseError, KeyError, OSError, ValueError) as error:
        found, remedy = f"not readable as an Excel workbook: {error}", "Save it again as .xlsx, or as CSV."
        raise SourceError(fatal(table, name, found, "a workbook (.xlsx)", remedy)) from error


def _chosen(book: Any, name: str, table: str, sheet: str | None) -> Any:
    if sheet is None:
        return book.worksheets[0]
    there = {found.title: found for found in book.worksheets}
    if sheet not in there:
        found, expected = f"no sheet {sheet!r}", "a sheet of the workbook in `sheet`"
        raise SourceError(fatal(table, name, found, expected, did_you_mean(sheet, there)))
    return there[sheet]


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
