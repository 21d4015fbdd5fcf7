"""Records of a JSON file as rows of texts: one record a line, or a list of records.

Values keep their digits. Fields of nested objects are columns of their own (``customer.id``); lists stay JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from bleib.sources.faults import SourceError
from bleib.sources.reading.raw_file import RawFile
from bleib.sources.reading.rows import Raw, text_blocks

Record = dict[str, str | None]


def json_blocks(file: RawFile) -> Iterator[Raw]:
    """Its rows, so many at a time; at least one block. SourceError where it cannot be read.

    It is read twice: a field may come first in the last record, and all blocks have the same columns.
    """
    try:
        names = list(dict.fromkeys(key for record in _records(file) if isinstance(record, dict) for key in record))
        rows = (record if isinstance(record, str) else [record.get(key) for key in names] for record in _records(file))
        yield from text_blocks(file.name, names, rows)
    except (UnicodeError, LookupError) as error:
        raise file.encoding_error(str(error)) from error


def _records(file: RawFile) -> Iterator[Record | str]:
    """The records of a file; a line that is none comes as its text. Numbers have the decimal sign of the numbers in
    texts. SourceError for a document without a list of records.
    """
    decimal = file.dialect.decimal
    with file.open_text() as text:
        if not _is_of_lines(text, file.path):
            yield from map(_flat, _list_of(text, file))
            return
        for line in text:
            record = _parsed(line, decimal) if line.strip() else ""
            if isinstance(record, dict):
                yield _flat(record)
            elif line.strip():
                yield line.rstrip("\r\n")


def _is_of_lines(text: IO[str], path: Path) -> bool:
    """Whether every line is a record: by the ending, or because the first line is one and there is another."""
    if {".jsonl", ".ndjson"} & {suffix.lower() for suffix in path.suffixes}:
        return True
    first = list(islice((line for line in text if line.strip()), 2))
    text.seek(0)
    return len(first) == 2 and isinstance(_parsed(first[0]), dict)


def _parsed(text: str, decimal: str = ".") -> Any:
    try:
        return _loaded(text, decimal)
    except json.JSONDecodeError:
        return None


def _loaded(text: str, decimal: str) -> Any:
    return json.loads(text.lstrip("\ufeff"), parse_int=str, parse_float=lambda digits: digits.replace(".", decimal))


def _list_of(opened: IO[str], file: RawFile) -> list[dict[str, Any]]:
    """The records of a document: a list, the only list of records in an object, or a single line that is a record."""
    text = opened.read().lstrip("\ufeff")
    if not text.strip():
        return []
    try:
        found = _loaded(text, file.dialect.decimal)
    except json.JSONDecodeError as error:
        raise _error(file, f"not readable as JSON: {error}") from error
    if isinstance(found, dict):
        lists = {key: value for key, value in found.items() if _holds_records(value)}
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


def _flat(record: dict[str, Any], before: str = "") -> Record:
    row: Record = {}
    for key, value in record.items():
        if isinstance(value, dict):
            row |= _flat(value, f"{before}{key}.")
        else:
            row[before + key] = _text(value)
    return row


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
