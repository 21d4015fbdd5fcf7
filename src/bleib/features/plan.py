"""Declarations → the arrays that the kernel runs on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import get_args

import numpy as np

from bleib.clock import day_number, instants, shift
from bleib.features import kernel
from bleib.features.declaration import Aggregate, Events, Feature

AGGREGATES: dict[Aggregate, int] = {
    "count": kernel.TOTAL,
    "active": kernel.ACTIVE,
    "sum": kernel.TOTAL,
    "mean": kernel.MEAN,
    "trend": kernel.TREND,
    "trend_sum": kernel.TREND,
    "open_count": kernel.OPEN,
    "open_sum": kernel.OPEN,
    "max": kernel.MAX,
    "min": kernel.MIN,
    "last": kernel.LAST,
    "distinct_days": kernel.DISTINCT_DAYS,
    "distinct_topics": kernel.DISTINCT_TOPICS,
    "distinct_channels": kernel.DISTINCT_CHANNELS,
    "topic_entropy": kernel.ENTROPY,
    "decayed_count": kernel.DECAYED,
    "count_early": kernel.EARLY,
    "days_since_last": kernel.SINCE_LAST,
    "days_since_first": kernel.SINCE_FIRST,
    "days_until_next": kernel.UNTIL_NEXT,
    "sum_ahead": kernel.AHEAD,
    "open_longest_days": kernel.OPEN_LONGEST,
    "gap_median": kernel.GAP_MEDIAN,
    "gap_mean": kernel.GAP_MEAN,
    "gap_q75": kernel.GAP_Q75,
    "gap_q90": kernel.GAP_Q90,
    "gap_std": kernel.GAP_STD,
    "gap_last": kernel.GAP_LAST,
    "gap_ewm": kernel.GAP_EWM,
    "elapsed_over_gap_median": kernel.ELAPSED_MEDIAN,
    "elapsed_over_gap_q75": kernel.ELAPSED_Q75,
    "elapsed_over_gap_q90": kernel.ELAPSED_Q90,
    "renewal_hazard": kernel.HAZARD,
    "season_sin": kernel.SEASON_SIN,
    "season_cos": kernel.SEASON_COS,
}

# Aggregates of a value (amount or quantity), and those whose window_days is not a window that looks back.
OF_VALUE: frozenset[Aggregate] = frozenset({"sum", "mean", "trend_sum", "open_sum", "sum_ahead", "max", "min", "last"})
NEED_DAYS: frozenset[Aggregate] = frozenset(
    {"trend", "trend_sum", "sum_ahead", "decayed_count", "count_early", "renewal_hazard"}
)
SHIFTABLE: frozenset[Aggregate] = frozenset({"count", "active", "sum", "mean", "distinct_days"})  # take an offset
CALENDAR: frozenset[Aggregate] = frozenset({"season_sin", "season_cos"})  # look at no event
ALL_HISTORY: frozenset[Aggregate] = frozenset(  # take no window
    name for name in get_args(Aggregate) if name.startswith(("gap_", "elapsed_over_", "season_", "days_until_"))
)
_NO_WINDOW: frozenset[Aggregate] = CALENDAR | {"decayed_count", "count_early", "renewal_hazard", "days_until_next"}
_TRENDS: frozenset[Aggregate] = frozenset({"trend", "trend_sum"})
VALUES = {"": 0, "amount": 1, "quantity": 2}


@dataclass(frozen=True)
class Plan:
    """Kernel features ordered by selection, gap features last within one.

    ``windows`` in days, below zero: ahead; the first stands for "up to t" (kernel.FROM_ENTRY). ``half_lives`` in days.
    """

    features: tuple[Feature, ...]
    selections: tuple[Events, ...]
    windows: tuple[int, ...]
    half_lives: tuple[int, ...]

    def dates(self, days: Sequence[date], time_zone: str) -> kernel.Dates:
        """The as-of dates (ascending) with the local midnight at which each window begins."""
        starts = [
            instants([shift(day, -window) for day in days], time_zone) if window else np.full(len(days), kernel.NONE)
            for window in self.windows
        ]
        numbers = np.array([day_number(day) for day in days], dtype=np.int64)
        return kernel.Dates(instants(days, time_zone), numbers, np.array(starts, np.int64).reshape(-1, len(days)))

    def program(
        self, kinds: Sequence[str], channels: Sequence[str], topics: Sequence[str], span_days: int
    ) -> kernel.Program:
        """The plan for events whose kinds, channels and topics are numbered in the given orders.

        ``span_days``: between the first and the last of events and as-of dates, in calendar days.
        """
        windows = [self._window_rows(selection) for selection in self.selections]
        return kernel.Program(
            _table([[kind in s.kinds for kind in kinds] for s in self.selections], len(kinds)),
            _allowed([s.channels for s in self.selections], channels),
            _allowed([s.topics for s in self.selections], topics),
            _table([self._copied(selection) for selection in self.selections], kernel.ROWS),
            _firsts(windows),
            np.array(list(chain(*windows)), np.int32),
            _firsts([self._of(selection) for selection in self.selections]),
            np.array([AGGREGATES[_aggregate(f)] for f in self.features], np.int32),
            np.array([_value(f) for f in self.features], np.int32),
            np.array([self._row(_window(f)) for f in self.features], np.int32),
            np.array([self._row(_until(f)) if _until(f) else kernel.FROM_ENTRY for f in self.features], np.int32),
            np.array([f.window_days for f in self.features], np.int64),
            np.array([f.nth for f in self.features], np.int32),
            np.array([self.half_lives.index(f.window_days) if _decays(f) else 0 for f in self.features], np.int32),
            np.exp2(-np.arange(span_days + 1) / np.array(self.half_lives or (1,))[:, None]),
        )

    def _of(self, selection: Events) -> list[Feature]:
        return [feature for feature in self.features if _events(feature) == selection]

    def _copied(self, selection: Events) -> list[bool]:
        """Which columns of the events a selection's features look at, by the rows of the kernel's ``local``."""
        features = self._of(selection)
        aggregates = {AGGREGATES[_aggregate(feature)] for feature in features}
        needed = {kernel.ONE + _value(feature) for feature in features}
        needed |= {row for row, users in kernel.USERS.items() if aggregates & users}
        return [row in needed for row in range(kernel.ROWS)]

    def _row(self, window: int) -> int:
        return self.windows.index(window, 1)

    def _window_rows(self, selection: Events) -> list[int]:
        """The rows of ``windows`` to which the kernel needs pointers among a selection's events."""
        quick = [feature for feature in self._of(selection) if AGGREGATES[_aggregate(feature)] < kernel.SPANS]
        needed = {_window(feature) for feature in quick} | {_until(feature) for feature in quick if _until(feature)}
        return [kernel.FROM_ENTRY, *sorted(self._row(window) for window in needed)]


def compile_plan(declarations: Sequence[Feature]) -> Plan:
    """The plan for all declarations that look at events; those that combine others are left to the engine."""
    chosen = [feature for feature in declarations if not feature.combine]
    selections = tuple(dict.fromkeys(_events(feature) for feature in chosen))
    ordered = sorted(chosen, key=lambda f: (selections.index(_events(f)), AGGREGATES[_aggregate(f)] >= kernel.GAPS))
    windows = sorted({_window(f) for f in ordered} | {_until(f) for f in ordered if _until(f)})
    half_lives = sorted({f.window_days for f in ordered if _decays(f)})
    return Plan(tuple(ordered), selections, (0, *windows), tuple(half_lives))


def _events(feature: Feature) -> Events:
    if feature.aggregate in CALENDAR:
        return Events(())
    if feature.events is None:
        raise ValueError(f"{feature.name}: neither events nor combine")
    return feature.events


def _aggregate(feature: Feature) -> Aggregate:
    if feature.aggregate is None:
        raise ValueError(f"{feature.name}: no aggregate")
    return feature.aggregate


def _value(feature: Feature) -> int:
    return VALUES[feature.value] if feature.aggregate in OF_VALUE else 0


def _window(feature: Feature) -> int:
    """Days before *t* at which the window begins; 0: without a beginning; below zero: it ends ahead of *t*."""
    if feature.aggregate in _NO_WINDOW:
        return 0
    if feature.aggregate == "sum_ahead":
        return -feature.window_days
    if feature.aggregate in _TRENDS:
        return 2 * feature.window_days
    return feature.offset_days + feature.window_days if feature.window_days else 0


def _until(feature: Feature) -> int:
    """Days before *t* at which the window ends (of a trend: at which its newer half begins); 0: at *t*."""
    return feature.window_days if feature.aggregate in _TRENDS else feature.offset_days


def _firsts(lists: Sequence[Sequence[object]]) -> np.ndarray:
    """Where each list begins when they are put one after the other, and where the last one ends; int32."""
    return np.cumsum([0, *map(len, lists)]).astype(np.int32)


def _decays(feature: Feature) -> bool:
    return feature.aggregate == "decayed_count"


def _allowed(wanted: Sequence[tuple[str, ...]], names: Sequence[str]) -> np.ndarray:
    """Whether a selection takes each name; the last column, also reached as −1, stands for "none"."""
    rows = [[not chosen or name in chosen for name in names] + [not chosen] for chosen in wanted]
    return _table(rows, len(names) + 1)


def _table(rows: list[list[bool]], width: int) -> np.ndarray:
    return np.array(rows, dtype=np.bool_).reshape(len(rows), width)
