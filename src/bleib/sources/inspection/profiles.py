"""What a raw column holds: times, numbers, yes/no or text, how full it is, how many different values."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bleib.settings import Csv
from bleib.sources.times import times
from bleib.sources.values import as_text, booleans, numbers

NO_VALUE = ("?", "-", "--", "n/a", "N/A", "NA", "None", "none", "NULL", "null", "NaN", "nan", "\\N", "(null)", "k.A.")
SAMPLE = 1000  # distinct values that are tried
PROBE = 20  # of which so many first
READABLE = 0.98  # share of them that must fit a kind
MOSTLY = 0.8  # share of dates from which the others are exceptions
DATED = re.compile(r"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{2,4})(?:[ ,T].*)?$")
SLASHED = re.compile(r"^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{2,4})(.*)$")
FORMATS = ("%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%y", "%m/%d/%y %H:%M", "%d-%b-%Y", "%b %d, %Y")
OTHER_FORMATS = ("%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%d %b %Y", "%m/%d/%Y %I:%M:%S %p",
                 "%m/%d/%Y %I:%M %p", "%m/%d/%y %I:%M %p")  # fmt: skip
PLAUSIBLE_YEARS = (1950, 2100)


@dataclass(frozen=True)
class Profile:
    """One raw column. ``kind`` is time, number, bool or text; ``date_format`` is ISO, typed, day_first or strptime."""

    name: str
    kind: str
    filled: float
    distinct: int
    unique: bool
    no_value: tuple[str, ...]
    values: tuple[str, ...]
    date_format: str = ""
    ambiguous: bool = False

    @property
    def key(self) -> str:
        """The name in lower case words joined by ``_``: CustomerID, Customer-Id and customer id are one."""
        return plain_name(self.name)

    @property
    def reading(self) -> tuple[str | None, bool]:
        """How ``times`` is told to read it: the strptime format, if any, and whether day first."""
        unformatted = self.date_format in ("ISO", "typed", "day_first")
        return None if unformatted else self.date_format, self.date_format == "day_first"


def plain_name(name: str) -> str:
    """Lower case words joined by ``_``, umlauts written out."""
    for umlaut, written in zip("äöüÄÖÜß", ("ae", "oe", "ue", "Ae", "Oe", "Ue", "ss"), strict=True):
        name = name.replace(umlaut, written)
    name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", split.lower()).strip("_")


def profile(name: str, column: pa.ChunkedArray, dialect: Csv) -> Profile:
    """Look at all values of a column for fullness and difference, at a sample of them for the kind."""
    raw = as_text(column, [])
    counted = pc.value_counts(raw.drop_null())
    values = [entry["values"].as_py() for entry in counted[: 4 * SAMPLE]]
    no_value = tuple(sorted(set(values) & set(NO_VALUE)))
    is_none = pc.or_(pc.is_null(raw), pc.is_in(raw, value_set=pa.array(no_value, pa.string())))
    filled = len(raw) - int(is_none.to_numpy().sum())
    known = [value for value in values if value not in no_value][:SAMPLE]
    kind, date_format, ambiguous = _kind(column.type, known, dialect)
    return Profile(
        name=name,
        kind=kind,
        filled=filled / max(1, len(column)),
        distinct=len(counted) - len(no_value),
        unique=len(counted) - len(no_value) == filled > 0,
        no_value=no_value,
        values=tuple(known[:40]),
        date_format=date_format,
        ambiguous=ambiguous,
    )


def _kind(raw_type: pa.DataType, values: list[str], dialect: Csv) -> tuple[str, str, bool]:
    if pa.types.is_timestamp(raw_type) or pa.types.is_date(raw_type):
        return "time", "typed", False
    if not values:
        return "text", "", False
    sample = _column(values)
    date_format, ambiguous = _date_format(values)
    if date_format:
        return "time", date_format, ambiguous
    if booleans(sample, [])[1].mean() == 0 and len(values) <= 2:
        return "bool", "", False
    return ("number" if numbers(sample, [], dialect)[1].mean() <= 1 - READABLE else "text"), "", False


def _date_format(values: list[str]) -> tuple[str, bool]:
    """The way in which the values, or most of them, are read as times; day first where that reads two ways of writing.

    In a workbook a few cells of a column of dates are often typed, as ``31.12.2025`` or as words.
    """
    dated = [value for value in values if DATED.match(value)]
    slashed = [value for value in dated if SLASHED.match(value)]
    others = [value for value in dated if not SLASHED.match(value)]
    if len(dated) < MOSTLY * len(values):
        return _one_way(values)
    if slashed and others and _plausible(times(_column(dated), [], "UTC", day_first=True)):
        return _day_or_month(_column(slashed), slashed)
    found = _one_way(dated)
    return found if found[0] else _one_way(max(slashed, others, key=len))


def _one_way(values: list[str]) -> tuple[str, bool]:
    """The first way of reading that fits; of day first and month first the one that no value contradicts."""
    sample = _column(values)
    if sum(map(bool, map(SLASHED.match, values))) >= READABLE * len(values):
        return _day_or_month(sample, values)
    if all(value.isdigit() for value in values):
        return _epoch(values), False
    for date_format in (None, *FORMATS, *OTHER_FORMATS):
        if _fits(sample.slice(0, PROBE), date_format) and _fits(sample, date_format):
            return date_format or "ISO", False
    return "", False


def _column(values: list[str]) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, pa.string())])


def _day_or_month(sample: pa.ChunkedArray, values: list[str]) -> tuple[str, bool]:
    split = [match.groups() for match in map(SLASHED.match, values) if match]
    first = max(int(parts[0]) for parts in split)
    second = max(int(parts[1]) for parts in split)
    if second > 12 >= first:
        return next((f for f in (*FORMATS, *OTHER_FORMATS) if _fits(sample, f)), ""), False
    fits = _plausible(times(sample, [], "UTC", day_first=True))
    return ("day_first" if fits else ""), first <= 12 and second <= 12


def _epoch(values: list[str]) -> str:
    sizes = np.array([int(value) for value in values if len(value) < 15], dtype="float64")
    if len(sizes) == len(values) and ((sizes > 6e8) & (sizes < 4.1e9)).all() and len(values) > 50:
        return "epoch_s"
    return "epoch_ms" if len(sizes) == len(values) and ((sizes > 6e11) & (sizes < 4.1e12)).all() else ""


def _fits(sample: pa.ChunkedArray, date_format: str | None) -> bool:
    return _plausible(times(sample, [], "UTC", date_format))


def _plausible(read: tuple[pd.Series, np.ndarray]) -> bool:
    found, bad = read
    years = found.dt.year
    return bool(bad.mean() <= 1 - READABLE and years.between(*PLAUSIBLE_YEARS).mean() > 0.5)
