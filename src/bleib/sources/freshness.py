"""Tables and kinds of events that stopped arriving before the end of the data, so that their silence means nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from bleib import clock
from bleib.errors import Fault, counted
from bleib.sources.calendar import usual_range

Arrivals = Mapping[int, int]  # rows by the company's day (since 1970) on which they could be known
SHORT_DAYS = 28  # a pause that is never worth a word
RHYTHM_DAYS = 20  # with fewer days of arrival the longest pause so far tells nothing


def stopped(
    arrivals: Mapping[tuple[str, str], Arrivals], data_end: date, files: Mapping[tuple[str, str], tuple[str, ...]]
) -> list[Fault]:
    """A fault for each table but customers, and each kind of interactions, whose last pause is longer than 28 days and
    than any before.

    ``arrivals``: by table and kind (empty but for interactions); ``files``: that gave them, the newest last.
    """
    found = []
    for (table, kind), rows in arrivals.items():
        days = _days(rows, data_end)
        if table == "customers" or len(days) < RHYTHM_DAYS:
            continue
        pause = clock.day_number(data_end) - 1 - int(days[-1])
        longest = int(np.diff(days).max()) - 1
        if pause > max(longest, SHORT_DAYS):
            found.append(_fault(table, kind, int(days[-1]), pause, longest, data_end, files[table, kind][-1]))
    return found


def _days(arrivals: Arrivals, data_end: date) -> np.ndarray:
    """The days of arrival before the end of the data, ascending, without strays long before the others."""
    ordered = sorted(day for day in arrivals if day < clock.day_number(data_end))
    if not ordered:
        return np.empty(0, np.int64)
    days = np.array(ordered, dtype=np.int64)
    first, _ = usual_range(days, np.array([arrivals[day] for day in ordered], dtype=np.int64))
    return days[days >= first]


def _fault(table: str, kind: str, last: int, pause: int, longest: int, data_end: date, file: str) -> Fault:
    what = f"events of the kind {kind}" if kind else f"the table {table}"
    last_day = clock.shift(clock.EPOCH, last)
    labels = ", and with silence churn whoever does nothing else is taken for lost" if kind else ""
    return Fault(
        table,
        file,
        "",
        f"nothing arrived for {what} after {last_day}, {pause} days before the end of the data; "
        f"before, no pause was longer than {counted(longest, 'day')}",
        0,
        (),
        f"rows up to {clock.shift(data_end, -1)}, or a pause no longer than those before",
        f"Features of {kind or table} take the pause for silence of the customers{labels}. Deliver what is missing, "
        "set ingest.data_end to the day up to which all is there, or leave the source out if it will not come again.",
    )
