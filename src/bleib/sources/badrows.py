"""One quarantine from the bad rows of all blocks and buckets, sorted, without holding more than a part of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bleib.artifacts import QUARANTINE
from bleib.sources.quarantine import typed

ROWS_AT_ONCE = 500_000
KEY = ["table", "file", "row"]


def write_quarantine(parts: list[tuple[int, Path]], out: Path) -> int:
    """Sort the rows of the parts (source number, file) and write them as one file; their number.

    A row that two sources read from the same file stands there once.
    """
    assert QUARANTINE.table is not None
    schema = pa.Schema.from_pandas(typed(QUARANTINE.table.empty()), preserve_index=False)
    rows = 0
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for span in _spans(parts):
            frame = _read(parts, span)
            writer.write_table(pa.Table.from_pandas(frame, schema=schema, preserve_index=False))
            rows += len(frame)
    return rows


def _read(parts: list[tuple[int, Path]], span: list[tuple[str, str, object]] | None) -> pd.DataFrame:
    assert QUARANTINE.table is not None
    frames = [pd.read_parquet(path, filters=span).assign(_source=number) for number, path in parts]
    everything = pd.concat([QUARANTINE.table.empty().assign(_source=0), *frames], ignore_index=True)
    unique = everything.sort_values([*KEY, "_source"], kind="stable").drop_duplicates(KEY).reset_index(drop=True)
    return QUARANTINE.table.check(typed(unique.drop(columns="_source")))


def _spans(parts: list[tuple[int, Path]]) -> Iterator[list[tuple[str, str, object]] | None]:
    """Filters of which each lets through what fits into memory, in order; None where all does."""
    if sum(pq.read_metadata(path).num_rows for _, path in parts) <= ROWS_AT_ONCE:
        yield None
        return
    last: dict[tuple[str, str], int] = {}
    for _, path in parts:
        rows = pd.read_parquet(path, columns=KEY).sort_values("row").drop_duplicates(["table", "file"], keep="last")
        for table, file, row in rows.itertuples(index=False):
            last[table, file] = max(row, last.get((table, file), 0))
    for (table, file), row in sorted(last.items()):
        for first in range(0, row + 1, ROWS_AT_ONCE):
            yield [
                ("table", "==", table),
                ("file", "==", file),
                ("row", ">=", first),
                ("row", "<", first + ROWS_AT_ONCE),
            ]
