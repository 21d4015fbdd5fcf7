"""Fields of JSON records that hold a value in one record and an object in another: one of the two would be lost."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bleib.sources.reading.rows import Header
from bleib.sources.values import as_text

NO_OBJECT = ("[]", "false")  # what PHP and others write in the place of an object that has no fields, or is not there


def of_other_form(header: Header, rows: pa.Table, name: str, missing: list[str]) -> np.ndarray:
    """Rows of which the raw column ``name`` is empty only because the record writes it otherwise, shape (n,) of bool:
    an object in its place, or a value in the place of the object that should hold it. ``missing``: texts of no value.
    """
    found = np.zeros(rows.num_rows, dtype=bool)
    if not header.of_records:
        return found
    none = [*missing, *NO_OBJECT]
    if name in header.objects:
        inside = (column for column in rows.column_names if column.startswith(f"{name}."))
        found |= _filled(rows, inside, none) & ~_filled(rows, [name], [])
    parts = name.split(".")
    above = (".".join(parts[:k]) for k in range(1, len(parts)))
    values = (
        place for place in above if place in header.names and (place in header.objects or name not in header.names)
    )
    return found | _filled(rows, values, none)


def _filled(rows: pa.Table, columns: Iterable[str], none: list[str]) -> np.ndarray:
    """Rows that have a value, that is none of those, in any of the columns."""
    found = np.zeros(rows.num_rows, dtype=bool)
    for column in columns:
        found |= pc.is_valid(as_text(rows[column], none)).to_numpy()
    return found
