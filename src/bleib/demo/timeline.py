"""The weeks of the simulated company and its wall clock: days since the first day, in local time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from bleib import clock
from bleib.demo.parameters import COMPETITOR, REGIONS, TIME_ZONE

Days = np.ndarray | pd.Series


@dataclass(frozen=True)
class Timeline:
    """``weeks`` whole weeks that end at ``end`` (exclusive)."""

    end: date
    weeks: int

    @property
    def first(self) -> date:
        """The first day."""
        return clock.shift(self.end, -7 * self.weeks)

    @property
    def days(self) -> int:
        """Days between the first day and the end."""
        return 7 * self.weeks

    def season(self, week: int) -> float:
        """Cosine of the year, 1 on 20 January."""
        day = clock.shift(self.first, 7 * week + 3)
        return float(np.cos(2 * np.pi * (day.timetuple().tm_yday - 20) / 365.25))

    def holiday(self, week: int) -> float:
        """1 in a week that touches Easter Sunday or the days from 24 December to 1 January."""
        days = [clock.shift(self.first, 7 * week + k) for k in range(7)]
        return float(
            any(d == easter(d.year) or (d.month, d.day) >= (12, 24) or (d.month, d.day) == (1, 1) for d in days)
        )

    def year(self, week: int) -> int:
        """Calendar years between the first day and the start of the week."""
        return clock.shift(self.first, 7 * week).year - self.first.year

    def year_end(self, years: int) -> float:
        """The end of the calendar year ``years`` after the first day's, in days since the first day."""
        return float((date(self.first.year + years + 1, 1, 1) - self.first).days)

    def new_year(self, week: int) -> bool:
        """Whether a calendar year ends in the week (at its last midnight, too)."""
        return self.year(week + 1) > self.year(week)

    def competitor(self, week: int) -> np.ndarray:
        """1 for each region in which the competitor advertises this week, shape (regions,)."""
        hit = np.zeros(len(REGIONS))
        for region, before_end, length in COMPETITOR:
            begin = self.weeks - before_end
            hit[REGIONS.index(region)] += begin <= week < begin + length
        return hit

    def wall(self, days: Days) -> pd.Series:
        """Days since the first day as local times without zone, to the second; NaN becomes NaT."""
        seconds = np.round(np.asarray(days, dtype=np.float64) * 86_400)
        missing = ~np.isfinite(seconds)
        offsets = np.where(missing, 0, seconds).astype("timedelta64[s]")
        times = np.datetime64(self.first, "s") + offsets
        times[missing] = np.datetime64("NaT")
        return pd.Series(times)

    def utc(self, days: Days) -> pd.Series:
        """Days since the first day as UTC times."""
        local = self.wall(days).astype("datetime64[us]")
        # The hour that exists twice, once a year, is read as winter time.
        winter = np.zeros(len(local), dtype=bool)
        return local.dt.tz_localize(TIME_ZONE, ambiguous=winter, nonexistent="shift_forward").dt.tz_convert("UTC")


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (anonymous algorithm, Nature, 20 April 1876)."""
    a, (b, c) = year % 19, divmod(year, 100)
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    w = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + w - 7 * ((a + 11 * h + 22 * w) // 451) + 114, 31)
    return date(year, month, day + 1)


def daytime(rng: np.random.Generator, days: np.ndarray) -> np.ndarray:
    """The same days at a time between 7:00 and 22:30, most in the evening."""
    return np.floor(days) + (7 + 15.5 * rng.beta(2.2, 1.6, len(days))) / 24
