"""The first day and the end of the data, found from the arrivals so that a typing error moves neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from bleib import clock

ACTIVE_DAYS = 28  # days with arrivals that tell what a usual day is
MIN_SHARE = 0.05  # of what is usual: less is no complete day, no further stretch of data
MIN_PAUSE_DAYS = 14  # a pause that is never suspicious
PAUSE_FACTOR = 10  # a longer pause is one of so many usual gaps


@dataclass(frozen=True)
class Calendar:
    """The days in which the data are complete: ``first_day`` (inside) to ``data_end`` (outside)."""

    first_day: date
    data_end: date
    how: str


def find_calendar(arrivals: Mapping[int, int], given_end: date | None) -> Calendar:
    """The calendar of interactions: how many arrived (``known_at``) on each of the company's days since 1970, n > 0.

    Stretches of days beyond a long pause (14 days or ten usual gaps) count only where they, the pause included, hold
    5 % of the arrivals a day of the largest stretch. ``data_end`` is the day after the last local day whose arrivals
    reach 5 % of the median of the 28 active days before it. ``first_day`` mirrors this.
    """
    days = np.array(sorted(arrivals), dtype=np.int64)
    counts = np.array([arrivals[day] for day in days.tolist()], dtype=np.int64)
    if given_end is not None:
        before = days < clock.day_number(given_end)
        days, counts = days[before], counts[before]
        if not len(days):
            return Calendar(given_end, given_end, "given in ingest.data_end; no rows before it")
    first, last = usual_range(days, counts)
    first_day = clock.shift(clock.EPOCH, first)
    if given_end is not None:
        return Calendar(first_day, given_end, "given in ingest.data_end")
    last_day = clock.shift(clock.EPOCH, last)
    return Calendar(first_day, clock.shift(last_day, 1), _how(last_day, int((days > last).sum())))


def usual_range(days: np.ndarray, counts: np.ndarray) -> tuple[int, int]:
    """First and last usual day of the ascending active ``days`` (n,) with their arrivals ``counts`` (n,)."""
    gaps = np.diff(days)
    pause = max(MIN_PAUSE_DAYS, PAUSE_FACTOR * float(np.median(gaps))) if len(gaps) else MIN_PAUSE_DAYS
    stretches = np.split(np.arange(len(days)), np.flatnonzero(gaps > pause) + 1)
    main = max(stretches, key=lambda stretch: counts[stretch].sum())
    end = _reach(days, counts, main, [s for s in stretches if s[0] > main[-1]])
    start = -_reach(-days[::-1], counts[::-1], *_mirrored(main, [s for s in stretches if s[0] < main[0]], len(days)))
    inside = (days >= start) & (days <= end)
    days, counts = days[inside], counts[inside]
    return -_last_usual_day(-days[::-1], counts[::-1]), _last_usual_day(days, counts)


def _reach(days: np.ndarray, counts: np.ndarray, main: np.ndarray, later: list[np.ndarray]) -> int:
    """The last day of the main stretch and of those later ones that are more than strays."""
    usual = counts[main].sum() / (days[main[-1]] - days[main[0]] + 1)
    end = int(days[main[-1]])
    for stretch in later:
        last = int(days[stretch[-1]])
        if counts[stretch].sum() / (last - end) >= MIN_SHARE * usual:
            end = last
    return end


def _mirrored(main: np.ndarray, others: list[np.ndarray], n: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """The same stretches, counted from the other end."""
    return n - 1 - main[::-1], [n - 1 - stretch[::-1] for stretch in others[::-1]]


def _last_usual_day(days: np.ndarray, counts: np.ndarray) -> int:
    """The last day with 5 % of the median arrivals of the active days before it; the first where none has."""
    for k in range(len(days) - 1, 0, -1):
        if counts[k] >= MIN_SHARE * np.median(counts[max(0, k - ACTIVE_DAYS) : k]):
            return int(days[k])
    return int(days[0])


def _how(last: date, later: int) -> str:
    stray = f"; {later} later days hold only stray rows" if later else ""
    return (
        f"found: {last} is the last day with at least 5 % of the median daily arrivals (interactions, by known_at) "
        f"of the 28 active days before it{stray}"
    )
