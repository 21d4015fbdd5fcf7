"""Declarations → the arrays that the kernel runs on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from bleib.clock import day_number, instants, shift
from bleib.features import kernel
from bleib.features.declaration import Aggregate, Events, Feature

AGGREGATES: dict[Aggregate, int] = {
    "count": kernel.TOTAL,
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
    "elapsed_over_gap_median": kernel.ELAPSED_MEDIAN,
    "elapsed_over_gap_q90": kernel.ELAPSED_Q90,
    "renewal_hazard": kernel.HAZARD,
}

# Aggregates of a value (amount or quantity), and those whose window_days is not a window that looks back.
OF_VALUE: frozenset[Aggregate] = frozenset({"sum", "mean", "trend_sum", "open_sum", "sum_ahead", "max", "min", "last"})
NEED_DAYS: frozenset[Aggregate] = frozenset(
    {"trend", "trend_sum", "sum_ahead", "decayed_count", "count_early", "renewal_hazard"}
)
_NO_WINDOW: frozenset[Aggregate] = frozenset({"decayed_count", "count_early", "renewal_hazard", "days_until_next"})
VALUES = {"": 0, "amount": 1, "quantity": 2}


@dataclass(frozen=True)
class Plan:
    """Kernel features ordered by selection, gap features last within one; ``windows`` in days, below zero: ahead."""

    features: tuple[Feature, ...]
    selections: tuple[Events, ...]
    windows: tuple[int, ...]

    def dates(self, days: Sequence[date], time_zone: str) -> kernel.Dates:
        """The as-of dates (ascending) with the local midnight at which each window begins."""
        starts = [
            instants([shift(day, -window) for day in days], time_zone) if window else np.full(len(days), kernel.NONE)
            for window in self.windows
        ]
        numbers = np.array([day_number(day) for day in days], dtype=np.int64)
        return kernel.Dates(instants(days, time_zone), numbers, np.array(starts, np.int64).reshape(-1, len(days)))

    def program(self, kinds: Sequence[str], channels: Sequence[str], topics: Sequence[str]) -> kernel.Program:
        """The plan for events whose kinds, channels and topics are numbered in the given orders."""
        lists = [[s for s, chosen in enumerate(self.selections) if kind in chosen.kinds] for kind in kinds]
        of_selection = [self.selections.index(_events(feature)) for feature in self.features]
        return kernel.Program(
            np.cumsum([0, *map(len, lists)]).astype(np.int32),
            np.array([s for part in lists for s in part], np.int32),
            _allowed([s.channels for s in self.selections], channels),
            _allowed([s.topics for s in self.selections], topics),
            np.searchsorted(of_selection, np.arange(len(self.selections) + 1)).astype(np.int32),
            np.array([AGGREGATES[_aggregate(f)] for f in self.features], np.int32),
            np.array([_value(f) for f in self.features], np.int32),
            np.array([self.windows.index(_window(f)) for f in self.features], np.int32),
            np.array([self.windows.index(_earlier(f)) for f in self.features], np.int32),
            np.array([f.window_days for f in self.features], np.int64),
            np.array([f.nth for f in self.features], np.int32),
        )


def compile_plan(declarations: Sequence[Feature]) -> Plan:
    """The plan for all declarations that look at events; those that combine others are left to the engine."""
    chosen = [feature for feature in declarations if not feature.combine]
    selections = tuple(dict.fromkeys(_events(feature) for feature in chosen))
    ordered = sorted(chosen, key=lambda f: (selections.index(_events(f)), AGGREGATES[_aggregate(f)] >= kernel.GAPS))
    windows = sorted({_window(f) for f in ordered} | {_earlier(f) for f in ordered})
    return Plan(tuple(ordered), selections, tuple(windows))


def _events(feature: Feature) -> Events:
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
    if feature.aggregate in _NO_WINDOW:
        return 0
    return -feature.window_days if feature.aggregate == "sum_ahead" else feature.window_days


def _earlier(feature: Feature) -> int:
    return 2 * feature.window_days if feature.aggregate in ("trend", "trend_sum") else _window(feature)


def _allowed(wanted: Sequence[tuple[str, ...]], names: Sequence[str]) -> np.ndarray:
    """Whether a selection takes each name; the last column, also reached as −1, stands for "none"."""
    rows = [[not chosen or name in chosen for name in names] + [not chosen] for chosen in wanted]
    return np.array(rows, dtype=np.bool_).reshape(len(wanted), len(names) + 1)
