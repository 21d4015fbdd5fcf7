"""The first day and the end of the data, found from the arrivals so that a typing error moves neither."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from bleib import clock

ACTIVE_DAYS = 28  # days with arrivals that tell what a usual day is
MIN_SHARE = 0.05  # of the median arrivals of those days
MIN_GAP_DAYS = 14  # a pause that is never suspicious
GAP_FACTOR = 10  # a longer pause is one of so many usual gaps


@dataclass(frozen=True)
class Calendar:
    """The days in which the data are complete: ``first_day`` (inside) to ``data_end`` (outside)."""

    first_day: date
    data_end: date
    how: str


def find_calendar(arrivals: pd.Series, time_zone: str, given_end: date | None) -> Calendar:
    """The calendar of interactions that arrived (``known_at``, UTC, none missing, shape (n,) with n > 0).

    ``data_end`` is the day after the last local day whose arrivals reach 5 % of the median of the 28 active days before
    it and that is no further from them than 14 days or ten usual gaps. ``first_day`` mirrors this.
    """
    days, counts = np.unique(clock.day_numbers(arrivals, time_zone), return_counts=True)
    if given_end is not None:
        counts = counts[days < clock.day_number(given_end)]
        days = days[days < clock.day_number(given_end)]
    if not len(days):
        return Calendar(
            given_end or clock.EPOCH, given_end or clock.EPOCH, "given in ingest.data_end; no rows before it"
        )
    first = clock.shift(clock.EPOCH, -last_usual_day(-days[::-1], counts[::-1]))
    if given_end is not None:
        return Calendar(first, given_end, "given in ingest.data_end")
    last = clock.shift(clock.EPOCH, last_usual_day(days, counts))
    return Calendar(first, clock.shift(last, 1), _how(last, int((days > clock.day_number(last)).sum())))


def last_usual_day(days: np.ndarray, counts: np.ndarray) -> int:
    """The last of the ascending active ``days`` (n,) on which ``counts`` (n,) are usual; else the busiest one."""
    for k in range(len(days) - 1, 0, -1):
        before = slice(max(0, k - ACTIVE_DAYS), k)
        enough = counts[k] >= MIN_SHARE * np.median(counts[before])
        if enough and days[k] - days[k - 1] <= _longest_pause(days[before]):
            return int(days[k])
    return int(days[np.flatnonzero(counts == counts.max())[-1]])


def _longest_pause(days: np.ndarray) -> float:
    usual = float(np.median(np.diff(days))) if len(days) > 1 else 0.0
    return max(MIN_GAP_DAYS, GAP_FACTOR * usual)


def _how(last: date, later: int) -> str:
    stray = f"; {later} later days hold only stray rows" if later else ""
    return (
        f"found: {last} is the last day with at least 5 % of the median daily arrivals (interactions, by known_at) "
        f"of the 28 active days before it{stray}"
    )
