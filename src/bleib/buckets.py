"""Buckets: the customers divided by a stable hash, so that no step needs more than one bucket in memory.

A table in buckets is a folder ``name.parquet`` with the parts ``0000.parquet``, ``0001.parquet``, …, one a bucket that
has rows. pandas, DuckDB, Polars and Spark read such a folder as one table. All rows of a customer lie in one bucket,
of all tables in the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bleib.contents import with_note
from bleib.files import replacing

EVENTS_PER_BUCKET = 250_000
SLOTS = 4096  # the fine division by hash; a bucket is a run of neighbouring slots


def bucket_count(events: int) -> int:
    """How many buckets so many events take: one for each begun EVENTS_PER_BUCKET, at least one."""
    return max(1, -(-events // EVENTS_PER_BUCKET))


def bucket_of(ids: pd.Series, count: int) -> np.ndarray:
    """The bucket of each identifier, int64 of shape (n,): the same in every run and on every machine."""
    if count == 1:
        return np.zeros(len(ids), np.int64)
    return slot_of(ids) * count // SLOTS


def slot_of(ids: pd.Series) -> np.ndarray:
    """The slot of each identifier, int64 of shape (n,), 0 to SLOTS - 1: it does not depend on the number of buckets."""
    return (hash_of(ids) % np.uint64(SLOTS)).astype(np.int64)


def hash_of(ids: pd.Series) -> np.ndarray:
    """A 64-bit hash of each identifier, uint64 of shape (n,): the same in every run and on every machine."""
    return pd.util.hash_array(ids.to_numpy(dtype=object), categorize=False)


def slots(bucket: int, count: int) -> tuple[int, int]:
    """The slots of one of ``count`` buckets: from the first (inside) to the last (outside)."""
    return -(-bucket * SLOTS // count), -(-(bucket + 1) * SLOTS // count)


def part(table: Path, bucket: int) -> Path:
    """The file that holds one bucket of a table."""
    return table / f"{bucket:04d}.parquet"


def numbers(*tables: Path) -> list[int]:
    """The buckets that have rows in one of the tables, ascending."""
    return sorted({int(file.stem) for table in tables for file in table.glob("*.parquet")})


def table_names(folder: Path) -> list[str]:
    """The tables that lie in a folder, by name."""
    return sorted(path.stem for path in folder.glob("*.parquet"))


def read_tables(
    folder: Path,
    names: Sequence[str] | None = None,
    bucket: int | None = None,
    columns: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, pd.DataFrame]:
    """The tables of a folder by name; only ``names`` and only one bucket where given. Without rows: absent.

    ``columns``: for some tables, the only columns to read.
    """
    wanted = [name for name in table_names(folder) if names is None or name in names]
    paths = {name: folder / f"{name}.parquet" for name in wanted}
    if bucket is not None:
        paths = {name: part(path, bucket) for name, path in paths.items()}
    only = columns or {}
    return {
        name: pd.read_parquet(path, columns=list(only[name]) if name in only else None)
        for name, path in paths.items()
        if path.exists()
    }


def write_part(table: Path, bucket: int, frame: pd.DataFrame) -> None:
    """Write the rows of one bucket of a table; the bytes depend on the content only. Nothing for no rows.

    The table is not atomic by itself: fill a folder made by ``files.replacing``.
    """
    if frame.empty:
        return
    with replacing(part(table, bucket)) as fresh:
        write_arrow(fresh, _as_arrow(frame))


def write_arrow(file: Path, rows: pa.Table) -> None:
    """Write the file of a part.

    LZ4, and dictionaries for texts only: a third less work than with zstd and Parquet's usual settings, to write them
    and to read them, for a fifth more bytes.
    """
    texts = [
        field.name for field in rows.schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
    ]
    pq.write_table(with_note(rows), file, compression="lz4", use_dictionary=texts)


def _as_arrow(frame: pd.DataFrame) -> pa.Table:
    """The frame as an Arrow table that pandas reads back with the same dtypes.

    Times lose their zone and get it back: with it pandas 3 warns, and to hide a warning is not safe in threads.
    """
    zoned = [str(name) for name, dtype in frame.dtypes.items() if isinstance(dtype, pd.DatetimeTZDtype)]
    naive = frame.assign(**{name: frame[name].dt.tz_convert(None) for name in zoned})
    table = pa.Table.from_pandas(naive, preserve_index=False)
    for name in zoned:
        column = table[name].cast(pa.timestamp("us", "UTC"))
        table = table.set_column(table.column_names.index(name), name, column)
    return table
