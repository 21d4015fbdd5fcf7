"""The clock: as-of dates, half-open windows, maturity and purge. No other module does date arithmetic.

An as-of date is a calendar day in the company's time zone; its instant *t* is that day's local midnight. Every window
is half-open and begins and ends at a local midnight, so a window of seven days holds seven days also when the clocks
change. Instants are integers: microseconds since 1970-01-01 UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

US_PER_DAY = 86_400_000_000
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Window:
    """Days ``start`` (inside) to ``end`` (outside)."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.start).days


def shift(day: date, days: int) -> date:
    """The calendar day ``days`` after ``day`` (before it when negative)."""
    return day + timedelta(days=days)


def days_until(days: pd.Series, day: pd.Timestamp) -> np.ndarray:
    """Days from each of ``days`` to ``day`` (naive midnights), float of shape (n,)."""
    return (day - days).dt.days.to_numpy(dtype=np.float64)


def shift_all(days: pd.Series, by: int) -> pd.Series:
    """The calendar days ``by`` days after each of ``days`` (naive midnights)."""
    return days + pd.Timedelta(days=by)


def instant(day: date, time_zone: str) -> int:
    """Local midnight at the start of ``day`` as microseconds UTC."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(time_zone))
    return (midnight - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def instants(days: Sequence[date], time_zone: str) -> np.ndarray:
    """Local midnights as an int64 array of microseconds UTC, shape (len(days),)."""
    return np.array([instant(day, time_zone) for day in days], dtype=np.int64)


def timestamp(day: date, time_zone: str) -> pd.Timestamp:
    """Local midnight at the start of ``day`` as a UTC timestamp."""
    return pd.Timestamp(instant(day, time_zone), unit="us", tz="UTC")


def microseconds(times: pd.Series, missing: int) -> np.ndarray:
    """UTC times as int64 microseconds, shape (n,); ``missing`` where there is none."""
    values = times.astype("datetime64[us, UTC]")
    out = values.astype("int64").to_numpy().copy()
    out[values.isna().to_numpy()] = missing
    return out


def hours_between(start: pd.Series, end: pd.Series) -> pd.Series:
    """Hours from ``start`` to ``end`` (float64); NaN where one of them is missing."""
    return (end - start).dt.total_seconds() / 3600.0


def shift_times(times: pd.Series, days: int) -> pd.Series:
    """Times ``days`` times 24 hours later."""
    return times + timedelta(days=days)


def latest_of(first: pd.Series, second: pd.Series) -> pd.Series:
    """The later of two times, row by row; a missing second time leaves the first one."""
    return first.where(~(second > first), second)


def local_days(times: pd.Series, time_zone: str) -> pd.Series:
    """The company's calendar day of each UTC time, as naive midnight (datetime64[us]); NaT stays NaT."""
    return times.dt.tz_convert(time_zone).dt.tz_localize(None).dt.normalize().astype("datetime64[us]")


def last_local_days(ends: pd.Series, time_zone: str) -> pd.Series:
    """The company's last calendar day of what ends at each UTC time (half-open); NaT stays NaT."""
    return local_days(ends - timedelta(microseconds=1), time_zone)


def day_numbers(times: pd.Series, time_zone: str) -> np.ndarray:
    """The company's calendar day of each UTC time as days since 1970-01-01 (int64, shape (n,)); no missing times."""
    return days_of(microseconds(times, 0), time_zone)


def days_of(instants_: np.ndarray, time_zone: str) -> np.ndarray:
    """The same for instants: microseconds UTC, int64 of shape (n,)."""
    if not len(instants_):
        return np.empty(0, np.int64)
    first, last = (datetime.fromtimestamp(us // 1_000_000, UTC).year for us in (instants_.min(), instants_.max()))
    changes, offsets = _offsets(time_zone, max(first, 2) - 1, min(last, 9997) + 1)
    return (instants_ + offsets[np.searchsorted(changes, instants_, side="right")]) // US_PER_DAY


@lru_cache
def _offsets(time_zone: str, first_year: int, last_year: int) -> tuple[np.ndarray, np.ndarray]:
    """The instants at which the offset from UTC changes, and the offsets (microseconds) before and after each."""
    zone = ZoneInfo(time_zone)

    def offset(at: datetime) -> timedelta:
        return at.astimezone(zone).utcoffset() or timedelta()

    days = (
        datetime(first_year, 1, 1, tzinfo=UTC) + timedelta(days=k) for k in range((last_year - first_year + 1) * 366)
    )
    changes, offsets = [], []
    before = datetime(first_year, 1, 1, tzinfo=UTC)
    offsets.append(offset(before))
    for day in days:
        if offset(day) != offsets[-1]:
            low, high = before, day  # halve the day until the second of the change is found
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                low, high = (middle, high) if offset(middle) == offsets[-1] else (low, middle)
            changes.append(high.replace(microsecond=0))
            offsets.append(offset(day))
        before = day
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return (
        np.array([(change - epoch) // timedelta(microseconds=1) for change in changes], np.int64),
        np.array([found // timedelta(microseconds=1) for found in offsets], np.int64),
    )


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def to_date(value: object) -> date:
    """A date from a date, a timestamp or ISO text; ValueError if it is none."""
    return pd.Timestamp(value).date()  # type: ignore[arg-type]


def outcome_window(day: date, lead_days: int, horizon_days: int) -> Window:
    """``[t + lead, t + lead + horizon)``: where it shows whether the customer left."""
    start = shift(day, lead_days)
    return Window(start, shift(start, horizon_days))


def activity_window(day: date, active_days: int) -> Window:
    """``[t − active_days, t)``: where a customer must have been active to be lost at *t*."""
    return Window(shift(day, -active_days), day)


def is_mature(day: date, wait_days: int, data_end: date) -> bool:
    """Whether the outcome of ``day``, known ``wait_days`` after it, is known at the end of the data."""
    return shift(day, wait_days) <= data_end


def as_of_grid(newest: date, every_days: int, count: int, earliest: date) -> list[date]:
    """``newest`` and days ``every_days`` apart before it, ascending: at most ``count``, none before ``earliest``."""
    reach = (newest - earliest).days // every_days + 1
    return [shift(newest, -every_days * k) for k in reversed(range(min(count, reach)))]


def purged(days: Sequence[date], wait_days: int, first_test: date) -> list[date]:
    """The days whose outcome was known by ``first_test``: those that a model of that day may learn from."""
    return [day for day in days if is_mature(day, wait_days, first_test)]


def month_starts(first: date, end: date) -> list[date]:
    """First days of the months that begin in [first, end)."""
    return [d.date() for d in pd.date_range(first, end, freq="MS", inclusive="left")]
