"""Rows of one source on disk between the two passes, so that any run of slots can be read without the others.

A block is an Arrow file with a single batch, sorted by slot and not compressed: it is mapped into memory, and the rows
of some slots are copied from it, since mapped pages count as memory as long as anything looks at them. It holds the
canonical columns, the row number in the raw file (``_row``), the hash of the row's id (``_hash``) where ids of several
buckets are compared, and the raw columns (``raw:…``), which are looked at only where a row goes to quarantine.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from bleib.files import replacing
from bleib.settings import Source
from bleib.sources.mapping import Mapped
from bleib.sources.quarantine import Ledger
from bleib.sources.reading.rows import Raw, concat
from bleib.tables import CANONICAL, DTYPES

RAW = "raw:"
ROW = "_row"
HASH = "_hash"
FILE = "_file"  # number among the files of the source
STARTS, NAME = b"bleib.starts", b"bleib.file"


def write_block(
    path: Path, frame: pd.DataFrame, raw: Raw, slots: np.ndarray, count: int, hashes: np.ndarray | None = None
) -> None:
    """Write rows of one raw file; all that is given has n rows in the same order, ``slots`` are below ``count``."""
    table = pa.table({name: _column(frame[name]) for name in frame.columns})
    table = table.append_column(ROW, pa.array(raw.row))
    if hashes is not None:
        table = table.append_column(HASH, pa.array(hashes))
    for name in raw.table.column_names:
        table = table.append_column(RAW + name, raw.table[name])
    _write(path, table, raw.files[0], slots, count)


def write_rows(path: Path, rows: pa.Table, file: str, slots: np.ndarray, count: int) -> None:
    """Write rows that were read from a block under new slots."""
    _write(path, rows, file, slots, count)


def _write(path: Path, table: pa.Table, file: str, slots: np.ndarray, count: int) -> None:
    order = np.argsort(slots, kind="stable")
    starts = np.searchsorted(slots[order], np.arange(count + 1)).astype("<i4")
    ordered = table.take(order).combine_chunks().replace_schema_metadata({STARTS: starts.tobytes(), NAME: file})
    with replacing(path) as fresh, pa.OSFile(str(fresh), "wb") as sink, pa.ipc.new_file(sink, ordered.schema) as writer:
        writer.write_table(ordered)


def read_block(path: Path) -> tuple[pa.Table, np.ndarray, str]:
    """The rows of a block (mapped, not read), the first row of each slot and the end, and the raw file's name."""
    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
    metadata = table.schema.metadata
    return table.replace_schema_metadata(None), np.frombuffer(metadata[STARTS], "<i4"), metadata[NAME].decode()


def read_slots(path: Path, first: int, end: int, gone: Path | None = None) -> tuple[pa.Table, str]:
    """The rows of the slots [first, end) and the raw file's name; ``gone``: which rows of the block are left out.

    ``gone`` is a NumPy file of booleans; without such a file all rows stay.
    """
    table, starts, file = read_block(path)
    rows = slice(int(starts[first]), int(starts[end]))
    chosen = _copied(table.slice(rows.start, rows.stop - rows.start))
    if gone is not None and gone.exists():
        chosen = chosen.filter(pa.array(~np.load(gone)[rows]))
    return chosen, file


def as_mapped(source: Source, parts: Sequence[tuple[pa.Table, str]], files: tuple[str, ...], in_order: bool) -> Mapped:
    """Rows of blocks as mapped rows; at least one block, if without rows.

    Where the parts are not ``in_order`` of the raw files and rows (within each slot), the rows are put in order.
    """
    tables = [table.append_column(FILE, pa.repeat(pa.scalar(files.index(name)), len(table))) for table, name in parts]
    raw_names = {name for table in tables for name in table.column_names if name.startswith(RAW)}
    rows = pa.concat_tables(
        [table.drop_columns(sorted({*raw_names, HASH} & set(table.column_names))) for table in tables],
        promote_options="default",
    )
    content = concat([_raw_columns(table) for table in tables])
    file, row = rows[FILE].to_numpy(), rows[ROW].to_numpy()
    if not in_order:
        order = np.lexsort((row, file))
        rows, content, file, row = rows.take(order), content.take(order), file[order], row[order]
    raw = Raw(content, files, file.astype(np.int32), row)
    return Mapped(source, Ledger(source.table, raw), _frame(source, rows.drop_columns([FILE, ROW])))


def _copied(rows: pa.Table) -> pa.Table:
    """The rows in memory of their own: as they would be sent, which is quicker than to take them one by one."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    return pa.ipc.open_stream(sink.getvalue()).read_all()


def _column(values: pd.Series) -> pa.Array:
    if not isinstance(values.dtype, pd.DatetimeTZDtype):
        return pa.array(values, from_pandas=True)
    instants = values.astype("datetime64[us, UTC]").astype("int64").to_numpy()
    return pa.array(instants, mask=values.isna().to_numpy()).cast(pa.timestamp("us", tz="UTC"))


def _raw_columns(table: pa.Table) -> pa.Table:
    chosen = table.select([name for name in table.column_names if name.startswith(RAW)])
    return chosen.rename_columns([name.removeprefix(RAW) for name in chosen.column_names])


def _frame(source: Source, rows: pa.Table) -> pd.DataFrame:
    kinds = {column.name: column.kind for column in CANONICAL[source.table].columns} | {"changed_at": "time"}
    frame = rows.to_pandas()
    return frame.astype({name: DTYPES[kinds[name]] for name in frame.columns})
