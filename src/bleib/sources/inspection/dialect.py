"""How a CSV file is written, found by looking at it: encoding, delimiter, decimal sign."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from bleib.settings import Csv
from bleib.sources.reading.delimited import split_lines
from bleib.sources.reading.raw_file import open_bytes
from bleib.sources.values import CURRENCY, as_text, is_number

HEAD_BYTES = 400_000  # that tell everything but the encoding
DECODED_BYTES = 1 << 22  # at a time
DELIMITERS = (",", ";", "\t", "|")
SAMPLE_ROWS = 300
DECIMAL_COMMA = re.compile(r"^[+-]?(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+),[0-9]{1,4}-?$")
DECIMAL_POINT = re.compile(r"^[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)\.[0-9]+-?$")
DATE = re.compile(r"^([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4})\b")
NUMBER = re.compile(r"^[+-]?[0-9][0-9.,]*$")
TYPED = "\ue000"  # decimal sign of numbers that are no texts, until that of the texts is known; stands in no text
ENCODINGS = ("utf-8-sig", "cp1252", "cp850")  # the first that the whole file can be read in


def sniff(path: Path) -> Csv:
    """Encoding, delimiter and lines before the header of a CSV file; the decimal sign is seen by ``with_decimal``."""
    head = _head(path)
    encoding = _encoding(path, head)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)
    whole_lines = text[: text.rfind("\n")] if len(head) >= HEAD_BYTES else text
    delimiter = _delimiter(whole_lines)
    rows = [next(split_lines([line], delimiter), []) for line in whole_lines.splitlines()[:SAMPLE_ROWS]]
    return Csv(delimiter=delimiter, encoding=encoding, skip_lines=lines_before(rows))


def lines_before(rows: Sequence[Sequence[str]]) -> int:
    """How many of the first rows are no header but a title: they fill at most half of the usual columns."""
    widths = Counter(len(row) for row in rows if any(row))
    width = widths.most_common(1)[0][0] if widths else 0
    filled = [sum(map(bool, row)) for row in rows]
    header = next((k for k, cells in enumerate(filled) if 2 * cells > width), 0)
    follows = bool(rows) and len(rows[header]) == width and not looks_like_values(rows[header])
    return header if follows else 0


def looks_like_values(names: Sequence[str]) -> bool:
    """Whether a header is none: a name is a date, or half of the names are numbers."""
    return any(map(DATE.match, names)) or 2 * sum(map(bool, map(NUMBER.match, names))) > len(names)


def with_decimal(dialect: Csv, table: pa.Table) -> Csv:
    """The dialect with the decimal and thousands signs that the texts use; numbers that are none do not vote."""
    values = [value for column in table.columns if not is_number(column.type) for value in _sample(column)]
    commas = [value for value in values if DECIMAL_COMMA.match(value)]
    points = [value for value in values if DECIMAL_POINT.match(value)]
    if len(commas) <= len(points):
        return dialect.model_copy(update={"thousands": "," if any("," in value for value in points) else None})
    return dialect.model_copy(update={"decimal": ",", "thousands": "." if any("." in v for v in commas) else None})


def with_sign(table: pa.Table, decimal: str) -> pa.Table:
    """The table with the decimal sign in the place of TYPED, also in its names."""
    for k, name in enumerate(table.column_names):
        if pa.types.is_string(table.column(k).type):
            table = table.set_column(k, name, pc.replace_substring(table.column(k), TYPED, decimal))
    return table.rename_columns([name.replace(TYPED, decimal) for name in table.column_names])


def _sample(column: pa.ChunkedArray) -> list[str]:
    texts = as_text(column.slice(0, SAMPLE_ROWS), []).drop_null()
    return pc.replace_substring_regex(texts, CURRENCY, "").to_pylist()


def _head(path: Path) -> bytes:
    with open_bytes(path) as file:
        return file.read(HEAD_BYTES)


def _encoding(path: Path, head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return next((name for name in ENCODINGS if _is_readable(path, name)), ENCODINGS[0])


def _is_readable(path: Path, encoding: str) -> bool:
    """Whether all of the file can be read: the first umlaut may stand far behind the head."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with open_bytes(path) as file:
            while block := file.read(DECODED_BYTES):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(text: str) -> str:
    """The sign that splits the most lines into the same number of columns, more than one."""
    return max(DELIMITERS, key=lambda sign: _fit(text, sign))


def _fit(text: str, sign: str) -> tuple[float, int]:
    rows = [row for row in islice(split_lines(text.splitlines(), sign), SAMPLE_ROWS) if row]
    if not rows:
        return 0.0, 0
    width, lines = Counter(len(row) for row in rows).most_common(1)[0]
    return (lines / len(rows), width) if width > 1 else (0.0, 0)
