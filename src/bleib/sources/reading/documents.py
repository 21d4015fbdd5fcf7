"""Records of a JSON file as rows of texts: one record a line, or a list of records.

Numbers keep their digits, but for a ``.0`` behind whole ones. Fields of nested objects are columns of their own
(``customer.id``); lists stay JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from bleib.sources.faults import SourceError
from bleib.sources.reading.raw_file import RawFile
from bleib.sources.reading.rows import Header, Raw, text_blocks

Record = dict[str, Any]
WHOLE_FLOAT = re.compile(r"^(-?[0-9]{1,15})\.0+$")  # exact in a float, and an id of many programs that know no others
NOTHING: tuple[Any, ...] = (None, False, "", "0", [], {})  # the values of a page without records
UNSIGNED_EXPONENT = re.compile(r"[eE](?=[0-9])")


class Number(str):
    """The digits of a number, as they stand in the file."""

    __slots__ = ()


DECODER = json.JSONDecoder(parse_int=Number, parse_float=Number)


def json_blocks(file: RawFile) -> Iterator[Raw]:
    """Its rows, so many at a time; at least one block. SourceError where it cannot be read.

    Lines are read twice: a field may come first in the last record, and all blocks have the same columns. A document
    is held whole, and read once.
    """
    try:
        document = _document(file)
        header = _header(_lines(file) if document is None else document)
        records = _lines(file) if document is None else document
        yield from text_blocks(file.name, header, _rows(records, header.names, file.dialect.decimal))
    except (UnicodeError, LookupError) as error:
        raise file.encoding_error(str(error)) from error


def _header(records: Iterable[Record | str]) -> Header:
    names: dict[str, None] = {}
    objects: set[str] = set()
    for record in records:
        if isinstance(record, dict):
            names |= dict.fromkeys(_flat(record, objects))
    return Header(tuple(names), of_records=True, objects=frozenset(objects))


def _rows(records: Iterable[Record | str], names: tuple[str, ...], decimal: str) -> Iterator[list[str | None] | str]:
    """The values of each record; numbers have the ``decimal`` sign of the numbers in texts."""
    for record in records:
        if isinstance(record, str):
            yield record
        else:
            row = _flat(record, set())
            yield [_text(row.get(name), decimal) for name in names]


def _document(file: RawFile) -> list[Record] | None:
    """The records of a file that is one document; None where each line is one. SourceError for a document without a
    list of records.
    """
    with file.open_text() as text:
        return None if _is_of_lines(text, file.path) else _list_of(text, file)


def _lines(file: RawFile) -> Iterator[Record | str]:
    """The records of a file of lines; a line that is none comes as its text."""
    with file.open_text() as text:
        for line in text:
            record = _parsed(line)
            if isinstance(record, dict):
                yield record
            elif line.strip():
                yield line.rstrip("\r\n")


def _is_of_lines(text: IO[str], path: Path) -> bool:
    """Whether every line is a record: by the ending, or because the first line is one and there is another."""
    if {".jsonl", ".ndjson"} & {suffix.lower() for suffix in path.suffixes}:
        return True
    first = list(islice((line for line in text if line.strip()), 2))
    text.seek(0)
    return len(first) == 2 and isinstance(_parsed(first[0]), dict)


def _parsed(text: str) -> Any:
    try:
        return _loaded(text)
    except json.JSONDecodeError:
        return None


def _loaded(text: str) -> Any:
    return DECODER.decode(text.lstrip("\ufeff"))


def _list_of(opened: IO[str], file: RawFile) -> list[Record]:
    """The records of a document: a list, the only list of records in an object, or a single line that is a record."""
    text = opened.read().lstrip("\ufeff")
    if not text.strip():
        return []
    try:
        found = _loaded(text)
    except json.JSONDecodeError as error:
        raise _error(file, f"not readable as JSON: {error}") from error
    if isinstance(found, dict):
        lists = {key: value for key, value in found.items() if _holds_records(value)}
        if [] in found.values() and all(value in NOTHING for value in found.values()):
            return []  # a page of nothing; with a value in it, it may as well be one record on many lines
        if not lists and "\n" not in text.strip():
            return [found]
        if len(lists) != 1:
            several = f"an object with several lists of records: {', '.join(lists)}"
            raise _error(file, several if lists else "an object without a list of records")
        (found,) = lists.values()
    if found and not _holds_records(found):
        raise _error(file, "a list of other things than records")
    return found


def _holds_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _error(file: RawFile, reason: str) -> SourceError:
    expected = "one JSON object a line, or a list of objects"
    return file.error(reason, expected, "Export it as JSON lines, CSV or Parquet.")


def _flat(record: Record, objects: set[str], before: str = "") -> Record:
    """The values of a record by their whole names; the names of objects with fields are added to ``objects``."""
    row: Record = {}
    for key, value in record.items():
        if not isinstance(value, dict):
            row[before + key] = value
        elif value:
            objects.add(before + key)
            row |= _flat(value, objects, f"{before}{key}.")
    return row


def _text(value: Any, decimal: str) -> str | None:
    if isinstance(value, Number):
        return _number(value, decimal)
    return value if value is None or isinstance(value, str) else _json(value)


def _number(digits: str, decimal: str) -> str:
    """``13085.0`` is the id 13085, and what a float has rounded is written as spreadsheets do: 1.23457e+15."""
    if digits.isdecimal():
        return digits
    return UNSIGNED_EXPONENT.sub("e+", WHOLE_FLOAT.sub(r"\1", digits)).replace(".", decimal)


def _json(value: Any) -> str:
    """JSON in which numbers keep their digits."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_json(name)}: {_json(held)}" for name, held in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    return str(value) if isinstance(value, Number) else json.dumps(value, ensure_ascii=False)
