"""Fields of JSON records that hold a value in one record and an object in another: one of the two would be lost."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bleib.sources.reading.rows import Header


def of_other_form(header: Header, rows: pa.Table, name: str) -> np.ndarray:
    """Rows of which the raw column ``name`` is empty only because the record writes it otherwise, shape (n,) of bool:
    an object in its place, or a value in the place of the object that should hold it.
    """
    found = np.zeros(rows.num_rows, dtype=bool)
    if not header.of_records:
        return found
    if name in header.objects:
        inside = [column for column in rows.column_names if column.startswith(f"{name}.")]
        found |= _filled(rows, inside) & ~_filled(rows, [name])
    parts = name.split(".")
    above = [".".join(parts[:k]) for k in range(1, len(parts))]
    values = [
        place for place in above if place in header.names and (place in header.objects or name not in header.names)
    ]
    return found | _filled(rows, values)


def _filled(rows: pa.Table, columns: list[str]) -> np.ndarray:
    """Rows that have a value in any of the columns."""
    found = np.zeros(rows.num_rows, dtype=bool)
    for column in columns:
        found |= pc.is_valid(rows[column]).to_numpy()
    return found
