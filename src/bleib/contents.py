"""What the interactions of a part hold, noted in the foot of its file: to know it, nobody reads the rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

COLUMNS = ("amount", "quantity", "channel", "topic")  # what an event of a kind may have
FIGURES = ("rows", *COLUMNS)
NOTE = b"bleib.kinds"


def count_kinds(events: pa.Table) -> pd.DataFrame:
    """One row a kind of events (the index): ``rows``, and how many of them have each of COLUMNS filled.

    ``events``: the columns kind (text or a dictionary) and COLUMNS, among others. The counts of several parts add up
    (``add_counts``).
    """
    kind = events.select(["kind"]).unify_dictionaries().combine_chunks()["kind"].combine_chunks()
    encoded = kind if pa.types.is_dictionary(kind.type) else kind.dictionary_encode()
    names, codes = encoded.dictionary.to_pylist(), encoded.indices.to_numpy()
    counts = {c: np.bincount(codes[pc.is_valid(events[c]).to_numpy()], minlength=len(names)) for c in COLUMNS}
    counts["rows"] = np.bincount(codes, minlength=len(names))
    found = _frame(names, counts)
    return found[found["rows"] > 0]  # a dictionary may hold names that no event has


def add_counts(counts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The counts of all parts together; one is left as it is."""
    if len(counts) == 1:
        return counts[0].sort_index()
    return pd.concat(counts).groupby(level="kind", sort=True).sum()


def with_note(table: pa.Table) -> pa.Table:
    """The same table, with the counts of its kinds for the foot of its file if it holds interactions."""
    if not {"kind", *COLUMNS} <= set(table.column_names):
        return table
    counts = {kind: [int(row[f]) for f in FIGURES] for kind, row in count_kinds(table).iterrows()}
    return table.replace_schema_metadata({**(table.schema.metadata or {}), NOTE: json.dumps(counts)})


def kinds_of(file: Path) -> pd.DataFrame:
    """The counts of a part of the interactions as ``count_kinds`` gives them; without a note they are counted."""
    noted = (pq.read_schema(file).metadata or {}).get(NOTE)
    if noted is None:
        return count_kinds(pq.read_table(file, columns=["kind", *COLUMNS]))
    counts = json.loads(noted)
    return _frame(list(counts), {figure: [row[k] for row in counts.values()] for k, figure in enumerate(FIGURES)})


def _frame(kinds: list[str], counts: Mapping[str, Any]) -> pd.DataFrame:
    index = pd.Index(kinds, name="kind", dtype="str")
    return pd.DataFrame({figure: counts[figure] for figure in FIGURES}, index, dtype="int64")
