"""Raw times as UTC. Times without offset are read in the source's time zone.

When the clocks go forward, a local time that does not exist is moved to the first one that does; when they go back, a
local time that exists twice is taken as the first.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bleib.sources.values import as_text

UTC: Any = "datetime64[us, UTC]"
OFFSET = r"^.{10,}[0-9][\s\v]*(?:Z|z|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})$"  # behind the ten letters of a date
ISO = r"^[0-9]{4}-?[0-9]{2}-?[0-9]{2}(?:[T ].*)?$"
NAIVE = r"^[0-9-]+(?:[T ][0-9:.,\s\v]*)?$"  # neither an offset nor what looks like one
DAY_FIRST = (
    r"^([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4}|[0-9]{2})"
    r"(?:[T, ]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,6}))?)?)?$"
)
CENTURY_PIVOT = 69  # POSIX: years 69–99 are 19xx, 00–68 are 20xx
FIRST, NEVER = pd.Timestamp("0002-01-01"), pd.Timestamp("9999-12-30")  # what every zone can hold; 9999 means "never"
EPOCH = r"^-?[0-9]{1,14}$"
EPOCHS = {"epoch_s": 1_000_000, "epoch_ms": 1_000}  # microseconds


def times(
    column: pa.ChunkedArray, missing: list[str], zone: str, date_format: str | None = None, day_first: bool = False
) -> tuple[pd.Series, np.ndarray]:
    """UTC times (datetime64[us, UTC]) and the mask of unreadable values, both of shape (n,).

    ``date_format`` is a strptime format (a value may also hold its day part only), ``epoch_s`` or ``epoch_ms``.
    """
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return _typed(column, zone), np.zeros(len(column), dtype=bool)
    coded = as_text(column, missing).combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    distinct = coded.dictionary.cast(pa.large_string()).to_pandas().astype("str")
    parsed = _parse(distinct, zone, date_format, day_first).astype(UTC)
    codes = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
    values = parsed.array.take(codes, allow_fill=True)
    return pd.Series(values), (codes >= 0) & np.asarray(values.isna())


def localize(naive: pd.Series, zone: str) -> pd.Series:
    """Local times without offset as UTC; beyond the calendar's end moved to it, before its begin none."""
    first = np.ones(len(naive), dtype=bool)
    local = _in_calendar(naive).dt.tz_localize(zone, nonexistent="shift_forward", ambiguous=first)
    return local.dt.tz_convert("UTC").astype(UTC)


def _in_calendar(instants: pd.Series, zone: str | None = None) -> pd.Series:
    """Beyond the calendar's end moved to it, before its begin none; ``zone`` of the instants, without it naive ones."""
    first, never = FIRST.tz_localize(zone), NEVER.tz_localize(zone)
    return instants.where(instants >= first).mask(instants > never, never)


def _typed(column: pa.ChunkedArray, zone: str) -> pd.Series:
    has_zone = pa.types.is_timestamp(column.type) and column.type.tz is not None
    instants = column.cast(pa.timestamp("us", tz="UTC" if has_zone else None), safe=False)
    values = pd.Series(instants.to_pandas())
    return _in_calendar(values.astype(UTC), "UTC") if has_zone else localize(values.astype("datetime64[us]"), zone)


def _parse(text: pd.Series, zone: str, date_format: str | None, day_first: bool) -> pd.Series:
    if date_format in EPOCHS:
        return _epoch(text, EPOCHS[str(date_format)])
    if date_format:
        return _formatted(text, zone, date_format)
    found = _iso(text, zone)
    return found.fillna(localize(_day_first(text), zone)) if day_first else found


def _epoch(text: pd.Series, microseconds: int) -> pd.Series:
    digits = text.where(_matches(text, EPOCH))
    most = int(NEVER.timestamp() * 1_000_000) // microseconds + 1  # more would not fit into 64 bits
    elapsed = pd.to_numeric(digits).astype("Int64").clip(-most, most) * microseconds
    instants = pd.Series(elapsed.fillna(0).to_numpy(np.int64).astype("datetime64[us]"), index=text.index)
    return _in_calendar(instants.mask(elapsed.isna()).dt.tz_localize("UTC"), "UTC")


def _formatted(text: pd.Series, zone: str, date_format: str) -> pd.Series:
    if "%z" in date_format:
        return _in_calendar(pd.to_datetime(text, format=date_format, utc=True, errors="coerce").astype(UTC), "UTC")
    whole = _naive(text, date_format)
    day_part = date_format.split("%H", maxsplit=1)[0].split("%I", maxsplit=1)[0].rstrip(" T,")
    return localize(whole.fillna(_naive(text, day_part)) if day_part != date_format else whole, zone)


def _naive(text: pd.Series, date_format: str) -> pd.Series:
    return pd.to_datetime(text, format=date_format, errors="coerce").astype("datetime64[us]")


def _iso(text: pd.Series, zone: str) -> pd.Series:
    text = text.where(_matches(text, ISO))
    fixed = _matches(text, OFFSET)
    with_offset = pd.to_datetime(text.where(fixed), format="ISO8601", utc=True, errors="coerce").astype(UTC)
    naive = _naive(text.where(_matches(text, NAIVE)), "ISO8601")
    return _in_calendar(with_offset, "UTC").fillna(localize(naive, zone))


def _matches(text: pd.Series, pattern: str) -> np.ndarray:
    """Which texts fit, bool of shape (n,), missing ones do not; pandas would ask Python's ``re`` for each of them."""
    found = pc.match_substring_regex(pa.array(text, pa.large_string()), pattern)
    return pc.fill_null(found, False).to_numpy(zero_copy_only=False)


def _day_first(text: pd.Series) -> pd.Series:
    parts = text.str.extract(DAY_FIRST)
    year = pd.to_numeric(parts[2]).astype("float64")
    year += np.where(parts[2].str.len() == 2, np.where(year < CENTURY_PIVOT, 2000, 1900), 0)
    fields = {
        "year": year,
        "month": parts[1],
        "day": parts[0],
        "hour": parts[3],
        "minute": parts[4],
        "second": parts[5],
    }
    frame = pd.DataFrame({name: pd.to_numeric(values).astype("float64") for name, values in fields.items()})
    frame[["hour", "minute", "second"]] = frame[["hour", "minute", "second"]].fillna(0)
    found = pd.to_datetime(frame, errors="coerce").astype("datetime64[us]")
    fraction = pd.to_numeric(parts[6].str.ljust(6, "0")).fillna(0).astype("int64")
    return found + fraction.astype("timedelta64[us]")
