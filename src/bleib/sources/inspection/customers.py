"""Which column of a file names the customer: by its name, by its values, or by way of another file."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from bleib.sources.inspection import guesses
from bleib.sources.inspection.profiles import Profile
from bleib.sources.inspection.views import Seen
from bleib.sources.values import as_text

MIN_SHARED = 10  # values; less may be chance, as with marks or numbers of pieces
MIN_SHARE = 0.5  # of the column's different values


@dataclass(frozen=True)
class _Overlap:
    """A column whose values stand in the customer column of another file."""

    column: str
    reason: str
    weight: tuple[bool, int]  # numbers of rows are different in all of them, so a column that repeats is likelier


def customer_of(view: Seen, seen: list[Seen]) -> tuple[str, list[str]]:
    """The column that names the customer, by its name, else by its values, and why; empty where there is none."""
    named = guesses.customer_column(view.profiles)
    if named or bridge(view, seen):
        return named, []
    table = guesses.guess_table(view.stem, view.profiles, "")
    known = guesses.guess_columns(table, view.profiles, "")
    free = [p for p in view.profiles if p.name not in {raw for name, raw in known.items() if not name.endswith("_id")}]
    others = [(other, guesses.customer_column(other.profiles)) for other in seen if other is not view]
    shared = [
        found
        for other, column in others
        if column
        for p in free
        if (found := _overlap(view.table[p.name], p, other.table[column], f"{column} of {other.path.name}"))
    ]
    if not shared:
        return "", []
    best = max(shared, key=lambda found: found.weight)
    return best.column, [f"no column is called like a customer's number: {best.reason}"]


def bridge(view: Seen, seen: list[Seen]) -> tuple[Seen, str, str] | None:
    """Another file that knows an id of this one and the customer: the file, the id, its column of the customer."""
    for other in seen:
        customer = guesses.customer_column(other.profiles)
        shared = [p.name for p in view.profiles if p.key.endswith("_id") and _is_key(other, p.name)]
        if other is not view and customer and shared:
            return other, shared[0], customer
    return None


def _is_key(view: Seen, name: str) -> bool:
    return any(p.name == name and p.unique for p in view.profiles)


def _overlap(column: pa.ChunkedArray, profile: Profile, customers: pa.ChunkedArray, place: str) -> _Overlap | None:
    """How many of the column's values are among the ``customers``; None where too few are."""
    if profile.kind == "time" or profile.distinct < MIN_SHARED:
        return None
    values = pc.unique(as_text(column, list(profile.no_value)).drop_null())
    shared = pc.sum(pc.is_in(values, value_set=pc.unique(as_text(customers, []).drop_null()))).as_py()
    if shared < max(MIN_SHARED, MIN_SHARE * len(values)):
        return None
    told = f"{shared:,} of its {len(values):,} values stand in {place}"
    return _Overlap(profile.name, f"{profile.name} is taken for it, because {told}", (not profile.unique, shared))
