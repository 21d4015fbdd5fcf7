"""Raw rows: a table with the file and the number of each row, and the rows that do not fit its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa

from bleib.sources.values import as_text, is_number

BLOCK_ROWS = 200_000  # at a time, of what is not CSV


@dataclass(frozen=True)
class Header:
    """The columns of a raw file. ``of_records``: they are the fields that occur in any of its records (JSON), which
    leave out what they do not have; ``objects``: those that hold fields of their own in some record.
    """

    names: tuple[str, ...] = ()
    of_records: bool = False
    objects: frozenset[str] = frozenset()


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
    headers: tuple[Header, ...] = ()  # of each file

    def __len__(self) -> int:
        """All rows, ragged ones too."""
        return self.table.num_rows + len(self.ragged)

    def chosen(self, positions: np.ndarray, name: str) -> Raw:
        """Some rows, all of one file, without the ragged ones."""
        file = np.zeros(len(positions), dtype=np.int32)
        return Raw(self.table.take(positions), (name,), file, self.row[positions])


def one_file(
    name: str,
    table: pa.Table,
    ragged: list[tuple[int, str]] | None = None,
    before: int = 0,
    last: bool = True,
    header: Header | None = None,
) -> Raw:
    """Raw rows of a single file, numbered around its ragged rows; ``before`` rows stood in earlier blocks. Without a
    ``header`` it is that of the table.

    Takes the ragged rows of these rows out of the list, after the ``last`` block all of them.
    """
    ragged = [] if ragged is None else ragged
    numbers = np.array([number for number, _ in ragged], dtype=np.int64) - before - 1
    mine = len(ragged) if last else int((numbers - np.arange(len(ragged)) < table.num_rows).sum())
    places = tuple((0, number, text) for number, text in ragged[:mine])
    del ragged[:mine]
    rows = np.arange(before + 1, before + table.num_rows + mine + 1, dtype=np.int64)
    kept = np.delete(rows, numbers[:mine])
    found = header or Header(tuple(table.column_names))
    return Raw(table, (name,), np.zeros(len(kept), dtype=np.int32), kept, places, (found,))


def text_blocks(name: str, header: Header, rows: Iterator[list[str | None] | str]) -> Iterator[Raw]:
    """Rows of texts, so many at a time, at least one block; a row that comes as one text does not fit."""
    before, names = 0, header.names
    while block := list(islice(rows, BLOCK_ROWS)):
        good = [row for row in block if not isinstance(row, str)]
        ragged = [(before + k, row) for k, row in enumerate(block, start=1) if isinstance(row, str)]
        columns = zip(*good, strict=True) if good else ([] for _ in names)
        arrays = [pa.array(column, pa.string()) for column in columns]
        yield one_file(name, pa.table(dict(zip(names, arrays, strict=True))), ragged, before, header=header)
        before += len(block)
    if not before:
        yield one_file(name, empty_table(names), header=header)


def empty_table(names: Iterable[str]) -> pa.Table:
    """A table of texts without rows."""
    return pa.table({name: pa.array([], pa.string()) for name in names})


def named(line: Sequence[str | None]) -> list[str]:
    """The names of the columns under a header; one that stands twice gets ``.2``, an empty one its position."""
    seen: dict[str, int] = {}
    names = []
    for place, text in enumerate(line, start=1):
        name = (text or "").strip("\ufeff \t") or f"column_{place}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}.{seen[name]}")
    return names


def stack(parts: list[Raw]) -> Raw:
    """The rows of many blocks, each of one file, as one; blocks of a file follow each other."""
    if len(parts) == 1:
        return parts[0]
    headers = {part.files[0]: part.headers[0] for part in parts}
    files = list(headers)
    numbers = [files.index(part.files[0]) for part in parts]
    file = np.repeat(np.array(numbers, dtype=np.int32), [part.table.num_rows for part in parts])
    ragged = tuple((k, row, text) for k, part in zip(numbers, parts, strict=True) for _, row, text in part.ragged)
    rows = np.concatenate([part.row for part in parts])
    return Raw(concat([part.table for part in parts]), tuple(files), file, rows, ragged, tuple(headers.values()))


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
