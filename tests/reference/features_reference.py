"""Every feature once more, slow and plain: written from the meanings, one customer and one date at a time."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from bleib.features.declaration import Feature

NAN = math.nan


class Event(NamedTuple):
    kind: str
    occurred: pd.Timestamp
    known: pd.Timestamp
    ends: pd.Timestamp | None
    amount: float | None
    quantity: float | None
    channel: str | None
    topic: str | None
    day: date


def reference(
    stream: pd.DataFrame, snapshots: pd.DataFrame, declarations: Iterable[Feature], time_zone: str
) -> pd.DataFrame:
    """The same frame as ``bleib.features.engine.compute`` gives."""
    rows = snapshots[["customer_id", "as_of_date"]].sort_values(["customer_id", "as_of_date"], ignore_index=True)
    events = {customer: _events(part, time_zone) for customer, part in stream.groupby("customer_id")}
    columns: dict[str, np.ndarray] = {}
    for feature in declarations:
        if feature.combine:
            columns[feature.name] = _combine(feature, columns, rows)
        else:
            values = [_at(feature, events.get(c, []), t.date(), time_zone) for c, t in rows.itertuples(index=False)]
            columns[feature.name] = np.array(values, dtype=np.float64).astype(np.float32)
    return pd.concat([rows, pd.DataFrame(columns)], axis=1)


def _events(part: pd.DataFrame, time_zone: str) -> list[Event]:
    found = [
        Event(
            row.kind, row.occurred_at, row.known_at, *(_none(x) for x in (row.ends_at, row.amount, row.quantity)),
            _none(row.channel), _none(row.topic), row.occurred_at.tz_convert(time_zone).date(),
        )
        for row in part.itertuples(index=False)
    ]  # fmt: skip
    return sorted(
        found, key=lambda e: (e.occurred, e.kind, *map(_rank, (e.amount, e.quantity)), e.channel or "", e.topic or "")
    )


def _none(value: object) -> object:
    return None if pd.isna(value) else value


def _rank(value: float | None) -> float:
    return -math.inf if value is None else value


def _midnight(day: date, time_zone: str) -> pd.Timestamp:
    return pd.Timestamp(day).tz_localize(time_zone).tz_convert("UTC")


def _days(later: pd.Timestamp, earlier: pd.Timestamp) -> float:
    return ((later - earlier) // pd.Timedelta(microseconds=1)) / 86_400e6


def _at(feature: Feature, events: list[Event], day: date, time_zone: str) -> float:
    if feature.aggregate in ("season_sin", "season_cos"):
        return _season(feature, day)
    wanted = feature.events
    t = _midnight(day, time_zone)
    known = [
        e
        for e in events
        if e.known < t
        and e.kind in wanted.kinds
        and (not wanted.channels or e.channel in wanted.channels)
        and (not wanted.topics or e.topic in wanted.topics)
    ]
    past = [e for e in known if e.occurred < t]

    def between(first: int, end: int) -> list[Event]:
        start = _midnight(day - timedelta(days=first), time_zone)
        stop = _midnight(day - timedelta(days=end), time_zone)
        return [e for e in past if start <= e.occurred < stop]

    w, shifted = feature.window_days, feature.offset_days
    end = _midnight(day - timedelta(days=shifted), time_zone)
    window = between(w + shifted, shifted) if w else [e for e in past if e.occurred < end]
    aggregate = feature.aggregate
    if aggregate == "count":
        return len(window)
    if aggregate == "active":
        return len(window) > 0
    if aggregate == "trend":
        return len(window) - len(between(2 * w, w))
    if aggregate in ("sum", "mean", "max", "min"):
        return _summary(aggregate, _values(window, feature))
    if aggregate == "trend_sum":
        return _sum(_values(window, feature)) - _sum(_values(between(2 * w, w), feature))
    if aggregate == "last":
        return _nth_newest(_values(window, feature), feature.nth)
    if aggregate == "distinct_days":
        return len({e.day for e in window})
    if aggregate == "distinct_topics":
        return len({e.topic for e in window} - {None})
    if aggregate == "distinct_channels":
        return len({e.channel for e in window} - {None})
    if aggregate == "topic_entropy":
        return _entropy(Counter(e.topic for e in window if e.topic is not None))
    if aggregate == "decayed_count":
        return sum(0.5 ** ((day - e.day).days / w) for e in past)
    if aggregate == "count_early":
        return sum((e.day - past[0].day).days < w for e in past)
    if aggregate == "days_since_last":
        return _nth_newest([_days(t, e.occurred) for e in window], feature.nth)
    if aggregate == "days_since_first":
        return max((_days(t, e.occurred) for e in window), default=NAN)
    if aggregate in ("days_until_next", "sum_ahead"):
        return _ahead(feature, [e for e in known if e.occurred >= t and _is_open(e, t)], t, day, time_zone)
    if aggregate in ("open_count", "open_sum", "open_longest_days"):
        return _open(feature, [e for e in window if _is_open(e, t)], t)
    return _of_gaps(feature, sorted({e.day for e in past}), day)


def _entropy(counts: Counter[str]) -> float:
    shares = [count / counts.total() for count in counts.values()]
    return -sum(share * math.log(share) for share in shares) if shares else NAN


def _is_open(event: Event, t: pd.Timestamp) -> bool:
    return event.ends is None or not event.ends < t


def _values(events: list[Event], feature: Feature) -> list[float]:
    return [value for e in events if (value := getattr(e, feature.value)) is not None]


def _sum(values: list[float]) -> float:
    return float(sum((Fraction(str(value)) for value in values), Fraction(0)))


def _summary(aggregate: str, values: list[float]) -> float:
    if aggregate == "sum":
        return _sum(values)
    if not values:
        return NAN
    return {"mean": _sum(values) / len(values), "max": max(values), "min": min(values)}[aggregate]


def _nth_newest(values: list[float], nth: int) -> float:
    return values[-nth] if len(values) >= nth else NAN


def _ahead(feature: Feature, ahead: list[Event], t: pd.Timestamp, day: date, time_zone: str) -> float:
    if feature.aggregate == "days_until_next":
        return min((_days(e.occurred, t) for e in ahead), default=NAN)
    end = _midnight(day + timedelta(days=feature.window_days), time_zone)
    return _sum(_values([e for e in ahead if e.occurred < end], feature))


def _open(feature: Feature, still_open: list[Event], t: pd.Timestamp) -> float:
    if feature.aggregate == "open_count":
        return len(still_open)
    if feature.aggregate == "open_sum":
        return _sum(_values(still_open, feature))
    return max((_days(t, e.occurred) for e in still_open), default=NAN)


def _season(feature: Feature, day: date) -> float:
    turned = 2 * math.pi * (day - date(1970, 1, 1)).days / 365.2425
    return math.sin(turned) if feature.aggregate == "season_sin" else math.cos(turned)


def _of_gaps(feature: Feature, days: list[date], today: date) -> float:
    gaps = [(b - a).days for a, b in pairwise(days)]
    elapsed = (today - days[-1]).days if days else NAN
    if feature.aggregate == "renewal_hazard":
        still_open = [g for g in gaps if g >= elapsed]
        ended = [g for g in still_open if g < elapsed + feature.window_days]
        return (len(ended) + 2) / (len(still_open) + 10) if days else NAN
    if not gaps:
        return NAN
    figures = {
        "gap_median": statistics.median(gaps),
        "gap_mean": statistics.fmean(gaps),
        "gap_q75": float(np.quantile(gaps, 0.75)),
        "gap_q90": float(np.quantile(gaps, 0.9)),
        "gap_std": statistics.stdev(gaps) if len(gaps) > 1 else NAN,
        "gap_last": _nth_newest(gaps, feature.nth),
        "gap_ewm": reduce(lambda mean, gap: (mean + gap) / 2, gaps),
        "elapsed_over_gap_q75": elapsed / float(np.quantile(gaps, 0.75)),
        "elapsed_over_gap_median": elapsed / statistics.median(gaps),
        "elapsed_over_gap_q90": elapsed / float(np.quantile(gaps, 0.9)),
    }
    return figures[feature.aggregate]


def _combine(feature: Feature, columns: dict[str, np.ndarray], rows: pd.DataFrame) -> np.ndarray:
    of = columns[feature.of].astype(np.float64)
    if feature.combine == "rank":
        return np.array(
            [_place(of, rows["as_of_date"] == t, x) for x, t in zip(of, rows["as_of_date"], strict=True)], np.float32
        )
    than = columns[feature.than].astype(np.float64)
    if feature.combine == "difference":
        return (of - than).astype(np.float32)
    return np.array([a / b if b != 0 else NAN for a, b in zip(of, than, strict=True)], np.float32)


def _place(values: np.ndarray, same_date: pd.Series, value: float) -> float:
    """Share of the date's figures that are below this one, ties and itself counted half."""
    peers = values[same_date.to_numpy() & ~np.isnan(values)]
    if np.isnan(value):
        return NAN
    return float((np.sum(peers < value) + np.sum(peers == value) / 2) / len(peers))
