"""Whether another contender's features equal ours: ``python -m benchmarks.features.compare <ours> <other>``.

Keys and columns are matched by name, one as-of date at a time. Whole numbers must be equal, others to 1e-6 of their
size; nothing against nothing is equal. Prints how many features and rows were compared; exit code 1 with the
differences.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.dataset as ds

from benchmarks.features.results import say

KEYS = ["customer_id", "as_of_date"]
RELATIVE = 1e-6
ABSOLUTE = 1e-6  # a difference of sums that is nothing in tenths of cents


def differences(ours: Path, other: Path) -> tuple[list[str], list[str]]:
    """The features that both have, and what differs."""
    mine, theirs = ds.dataset(ours), ds.dataset(other)
    shared = [name for name in mine.schema.names if name in theirs.schema.names and name not in KEYS]
    faults = []
    for day in _days(mine):
        left, right = _on(mine, day, shared), _on(theirs, day, shared)
        if not np.array_equal(left["customer_id"], right["customer_id"]):
            faults.append(f"{day:%Y-%m-%d}: {len(left)} customers against {len(right)}, or others")
            continue
        faults += [f"{day:%Y-%m-%d} {name}: {fault}" for name in shared if (fault := _fault(left[name], right[name]))]
    return shared, faults


def _days(data: ds.Dataset) -> list[pd.Timestamp]:
    days: set[pd.Timestamp] = set()
    for batch in data.to_batches(columns=["as_of_date"]):
        days.update(pd.Series(pc.unique(batch["as_of_date"]).to_pandas()))
    return sorted(days)


def _on(data: ds.Dataset, day: pd.Timestamp, names: list[str]) -> pd.DataFrame:
    day_is = pc.field("as_of_date") == pc.scalar(day.to_datetime64().astype("datetime64[us]"))
    frame = data.to_table(columns=["customer_id", *names], filter=day_is).to_pandas()
    return frame.sort_values("customer_id", ignore_index=True)


def _fault(left: pd.Series, right: pd.Series) -> str:
    a, b = left.to_numpy(np.float64, na_value=np.nan), right.to_numpy(np.float64, na_value=np.nan)
    bad = ~(np.isclose(a, b, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True))
    if not bad.any():
        return ""
    place = int(np.flatnonzero(bad)[0])
    return f"{bad.sum()} of {len(a)} differ, first {a[place]!r} against {b[place]!r} (row {place})"


if __name__ == "__main__":
    ours, other = Path(sys.argv[1]), Path(sys.argv[2])
    names, faults = differences(ours, other)
    rows = ds.dataset(ours).count_rows()
    say("\n".join([f"{len(names)} features, {rows} rows, {len(faults)} faults", *faults[:20]]))
    sys.exit(1 if faults else 0)
