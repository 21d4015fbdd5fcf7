"""Raw columns that a proposal does not use, each with the kind of values that it holds."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

from bleib.settings import Csv
from bleib.sources.inspection.profiles import Profile
from bleib.sources.times import times
from bleib.sources.values import as_text, numbers

FEW_VALUES = 5  # so many different texts are shown: more may be names, or other things that are nobody's business
MOSTLY = 0.8  # share of the filled rows with a number from which the others are exceptions
KINDS = {"time": "times", "number": "numbers", "bool": "yes/no"}


def left_out(table: pa.Table, profiles: list[Profile], used: Collection[str], dialect: Csv) -> list[str]:
    """One line a column that is not ``used``."""
    return [f"{p.name}: {_held(table, p, dialect)}" for p in profiles if p.name not in used]


def _held(table: pa.Table, column: Profile, dialect: Csv) -> str:
    if column.filled == 0:
        return "empty"
    if column.distinct == 1 and column.filled == 1:
        return f"{column.values[0]!r} in all rows"
    odd = _no_times(table, column) if column.kind == "time" else _no_numbers(table, column, dialect)
    if odd and column.kind in ("time", "text"):
        what = KINDS.get(column.kind, KINDS["number"])
        return f"{what} but for {', '.join(map(repr, odd))} (name such texts in `missing` to map it)"
    if column.kind in KINDS:
        return KINDS[column.kind]
    few = column.distinct <= FEW_VALUES
    return "text, " + (", ".join(map(repr, sorted(column.values))) if few else f"{column.distinct:,} different values")


def _no_times(table: pa.Table, column: Profile) -> list[str]:
    """The first values that are no times, of a column of times."""
    bad = times(table[column.name], list(column.no_value), "UTC", *column.reading)[1]
    return pc.unique(as_text(table[column.name], []).filter(pa.array(bad))).to_pylist()[:FEW_VALUES]


def _no_numbers(table: pa.Table, column: Profile, dialect: Csv) -> list[str]:
    """The first values that are no numbers, of a column that holds hardly anything else."""
    texts = as_text(table[column.name], list(column.no_value)).drop_null()
    bad = numbers(texts, [], dialect)[1]
    return pc.unique(texts.filter(pa.array(bad))).to_pylist()[:FEW_VALUES] if bad.mean() <= 1 - MOSTLY else []
