"""Columns that hold the same ids as the customer column of another file, whatever they are called."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from bleib.sources.inspection.profiles import Profile
from bleib.sources.values import as_text

MIN_SHARED = 10  # values; less may be chance, as with marks or numbers of pieces
MIN_SHARE = 0.5  # of the column's different values


@dataclass(frozen=True)
class Overlap:
    """A column whose values stand in the customer column of another file."""

    column: str
    reason: str
    weight: tuple[bool, int]  # numbers of rows are different in all of them, so a column that repeats is likelier


def overlap(column: pa.ChunkedArray, profile: Profile, customers: pa.ChunkedArray, place: str) -> Overlap | None:
    """How many of the column's values are among the ``customers``; None where too few are."""
    if profile.kind == "time" or profile.distinct < MIN_SHARED:
        return None
    values = pc.unique(as_text(column, list(profile.no_value)).drop_null())
    shared = pc.sum(pc.is_in(values, value_set=pc.unique(as_text(customers, []).drop_null()))).as_py()
    if shared < max(MIN_SHARED, MIN_SHARE * len(values)):
        return None
    told = f"{shared:,} of its {len(values):,} values stand in {place}"
    return Overlap(profile.name, f"{profile.name} is taken for it, because {told}", (not profile.unique, shared))
