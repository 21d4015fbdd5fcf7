"""The one pass: every kernel feature of every customer at every as-of date. Only integers are compared.

Dates are numbered 0 … D−1, ascending. Outside this module every time was turned into the number of the first date at
which it is past, so an event enters at ``entry = max(known, past)`` and leaves a window at the first date whose window
begins after it. What adds up (counts, sums) is written as a step up at the entry and a step down at the exit, and
summed over the dates once; late arrivals are right because each event has its own entry. What does not add up
(newest, longest, distinct, gaps) is looked up at each date among the events of the window. Cost: O(events × windows)
for the former, O(events in the window × dates) for the latter.

One file on purpose: numba's cache on disk notices edits in the file of the function that was called, not in others.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

NONE = np.iinfo(np.int64).min  # a missing amount, quantity, or end of a window without a beginning
SCALE = 10_000  # amounts are integers: ten-thousandths
US_PER_DAY = 86_400_000_000.0

# Aggregates by number. Those from GAPS on look at the gaps between active days and share one walk.
TOTAL, MEAN, TREND, OPEN, MAX, MIN, LAST = 0, 1, 2, 3, 4, 5, 6
DISTINCT_DAYS, DISTINCT_TOPICS, DISTINCT_CHANNELS, DECAYED, EARLY = 7, 8, 9, 10, 11
SINCE_LAST, SINCE_FIRST, UNTIL_NEXT, AHEAD, OPEN_LONGEST = 12, 13, 14, 15, 16
GAPS = 20
GAP_MEDIAN, GAP_MEAN, GAP_Q75, GAP_Q90, GAP_STD = 20, 21, 22, 23, 24
ELAPSED_MEDIAN, ELAPSED_Q90, HAZARD = 25, 26, 27


class Events(NamedTuple):
    """Events sorted by customer, then occurrence. ``known``, ``past`` and ``over`` are numbers of dates (D: never)."""

    occurred: np.ndarray  # int64, microseconds UTC
    day: np.ndarray  # int64, the company's day number
    known: np.ndarray  # int32, first date at which the event is known
    past: np.ndarray  # int32, first date at which it is past
    over: np.ndarray  # int32, first date at which its end is past
    values: np.ndarray  # int64 (3, n): ones, amounts, quantities in ten-thousandths
    kind: np.ndarray  # int32
    channel: np.ndarray  # int32, −1: none
    topic: np.ndarray  # int32, −1: none


class Dates(NamedTuple):
    """The as-of dates, ascending."""

    instant: np.ndarray  # int64 (D,)
    day: np.ndarray  # int64 (D,)
    starts: np.ndarray  # int64 (windows, D): where each window begins (a window ahead: where it ends)


class Program(NamedTuple):
    """The plan as arrays: which events form which selection, and what is computed of each."""

    kind_first: np.ndarray  # int32 (kinds + 1,) into kind_selection
    kind_selection: np.ndarray  # int32
    channel_allowed: np.ndarray  # bool (selections, channels + 1); the last column is "none"
    topic_allowed: np.ndarray  # bool (selections, topics + 1)
    first: np.ndarray  # int32 (selections + 1,) into the feature arrays
    aggregate: np.ndarray  # int32 (features,)
    value: np.ndarray  # int32: row of Events.values
    window: np.ndarray  # int32: row of Dates.starts
    twice: np.ndarray  # int32: row of the window of double length (trends)
    days: np.ndarray  # int64: window_days
    nth: np.ndarray  # int32


@njit(cache=True, nogil=True)
def run(first_event, first_row, row_date, events, dates, program, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` (features, rows; float32) customer by customer.

    ``first_event`` and ``first_row`` (customers + 1,) delimit each customer's events and rows; ``row_date`` gives the
    number of each row's date.
    """
    n_dates = len(dates.instant)
    steps = np.zeros(n_dates + 1, np.int64)
    counts = np.zeros(n_dates + 1, np.int64)
    values = np.empty((len(program.aggregate), n_dates), np.float64)
    longest = np.max(first_event[1:] - first_event[:-1]) if len(first_event) > 1 else 0
    room = np.empty((3, longest + 1), np.int64)
    n_codes = max(program.topic_allowed.shape[1], program.channel_allowed.shape[1])
    seen = np.full(n_codes, -1, np.int64)
    for customer in range(len(first_event) - 1):
        bounds, members = _select(first_event[customer], first_event[customer + 1], events, program)
        for selection in range(len(program.first) - 1):
            chosen = members[bounds[selection] : bounds[selection + 1]]
            begin, end = program.first[selection], program.first[selection + 1]
            for feature in range(begin, end):
                if program.aggregate[feature] < GAPS:
                    _one(feature, chosen, events, dates, program, steps, counts, seen, values[feature])
            if program.aggregate[end - 1] >= GAPS:
                _gaps(begin, end, chosen, events, dates, program, room, values)
        for row in range(first_row[customer], first_row[customer + 1]):
            for feature in range(len(program.aggregate)):
                out[feature, row] = values[feature, row_date[row]]


@njit(cache=True, nogil=True)
def _select(begin, end, events, program):  # type: ignore[no-untyped-def]
    """The events of each selection, in order: members[bounds[s]:bounds[s + 1]]."""
    sizes = np.zeros(len(program.first), np.int64)
    for i in range(begin, end):
        for k in range(program.kind_first[events.kind[i]], program.kind_first[events.kind[i] + 1]):
            selection = program.kind_selection[k]
            if _allowed(i, selection, events, program):
                sizes[selection + 1] += 1
    bounds = np.cumsum(sizes)
    filled = bounds.copy()
    members = np.empty(bounds[-1], np.int64)
    for i in range(begin, end):
        for k in range(program.kind_first[events.kind[i]], program.kind_first[events.kind[i] + 1]):
            selection = program.kind_selection[k]
            if _allowed(i, selection, events, program):
                members[filled[selection]] = i
                filled[selection] += 1
    return bounds, members


@njit(cache=True, nogil=True)
def _allowed(i, selection, events, program):  # type: ignore[no-untyped-def]
    return program.channel_allowed[selection, events.channel[i]] and program.topic_allowed[selection, events.topic[i]]


@njit(cache=True, nogil=True)
def _one(feature, chosen, events, dates, program, steps, counts, seen, result):  # type: ignore[no-untyped-def]
    """Write one feature at every date into ``result``."""
    aggregate = program.aggregate[feature]
    starts = dates.starts[program.window[feature]]
    value = events.values[program.value[feature]]
    days = program.days[feature]
    if aggregate == TOTAL:
        _total(chosen, events, starts, value, steps, counts)
        _sums(steps, program.value[feature], result)
    elif aggregate == MEAN:
        _total(chosen, events, starts, value, steps, counts)
        _means(steps, counts, program.value[feature], result)
    elif aggregate == TREND:
        _trend(chosen, events, starts, dates.starts[program.twice[feature]], value, steps)
        _sums(steps, program.value[feature], result)
    elif aggregate == OPEN:
        _open(chosen, events, starts, value, steps)
        _sums(steps, program.value[feature], result)
    elif aggregate == DISTINCT_DAYS:
        _distinct_days(chosen, events, starts, steps)
        _sums(steps, 0, result)
    elif aggregate == AHEAD:
        _ahead(chosen, events, dates, starts, value, result)
    elif aggregate == EARLY:
        _early(chosen, events, days, result)
    elif aggregate == UNTIL_NEXT:
        _until_next(chosen, events, dates, result)
    else:
        _look_back(feature, chosen, events, dates, program, seen, result)


@njit(cache=True, nogil=True)
def _step(steps, entry, leave, amount):  # type: ignore[no-untyped-def]
    if entry < leave:
        steps[entry] += amount
        steps[leave] -= amount


@njit(cache=True, nogil=True)
def _passed(starts, p, occurred):  # type: ignore[no-untyped-def]
    """The exit pointer moved on to the first date whose window begins after the event."""
    while p < len(starts) and starts[p] <= occurred:
        p += 1
    return p


@njit(cache=True, nogil=True)
def _total(chosen, events, starts, value, steps, counts):  # type: ignore[no-untyped-def]
    steps[:] = 0
    counts[:] = 0
    leave = 0
    for i in chosen:
        leave = _passed(starts, leave, events.occurred[i])
        if value[i] != NONE:
            entry = max(events.known[i], events.past[i])
            _step(steps, entry, leave, value[i])
            _step(counts, entry, leave, 1)


@njit(cache=True, nogil=True)
def _trend(chosen, events, starts, earlier, value, steps):  # type: ignore[no-untyped-def]
    steps[:] = 0
    middle, leave = 0, 0
    for i in chosen:
        middle = _passed(starts, middle, events.occurred[i])
        leave = _passed(earlier, leave, events.occurred[i])
        if value[i] != NONE:
            entry = max(events.known[i], events.past[i])
            _step(steps, entry, middle, value[i])
            _step(steps, max(entry, middle), leave, -value[i])


@njit(cache=True, nogil=True)
def _open(chosen, events, starts, value, steps):  # type: ignore[no-untyped-def]
    steps[:] = 0
    leave = 0
    for i in chosen:
        leave = _passed(starts, leave, events.occurred[i])
        if value[i] != NONE:
            _step(steps, max(events.known[i], events.past[i]), min(leave, events.over[i]), value[i])


@njit(cache=True, nogil=True)
def _distinct_days(chosen, events, starts, steps):  # type: ignore[no-untyped-def]
    """Events of one day leave every window together, so a day is in from the first entry of one of its events."""
    steps[:] = 0
    leave, k = 0, 0
    while k < len(chosen):
        day = events.day[chosen[k]]
        leave = _passed(starts, leave, events.occurred[chosen[k]])
        entry = len(starts)
        while k < len(chosen) and events.day[chosen[k]] == day:
            entry = min(entry, max(events.known[chosen[k]], events.past[chosen[k]]))
            k += 1
        _step(steps, entry, leave, 1)


@njit(cache=True, nogil=True)
def _sums(steps, value, result):  # type: ignore[no-untyped-def]
    total = 0
    for d in range(len(result)):
        total += steps[d]
        result[d] = total if value == 0 else total / SCALE


@njit(cache=True, nogil=True)
def _means(steps, counts, value, result):  # type: ignore[no-untyped-def]
    total, n = 0, 0
    for d in range(len(result)):
        total += steps[d]
        n += counts[d]
        result[d] = total / (n * SCALE) if n > 0 else np.nan


@njit(cache=True, nogil=True)
def _ahead(chosen, events, dates, ends, value, result):  # type: ignore[no-untyped-def]
    for d in range(len(result)):
        total = 0
        for i in chosen:
            inside = dates.instant[d] <= events.occurred[i] < ends[d]
            if inside and events.known[i] <= d < events.over[i] and value[i] != NONE:
                total += value[i]
        result[d] = total / SCALE


@njit(cache=True, nogil=True)
def _until_next(chosen, events, dates, result):  # type: ignore[no-untyped-def]
    for d in range(len(result)):
        result[d] = np.nan
        for i in chosen:
            if events.occurred[i] >= dates.instant[d] and events.known[i] <= d < events.over[i]:
                result[d] = (events.occurred[i] - dates.instant[d]) / US_PER_DAY
                break


@njit(cache=True, nogil=True)
def _early(chosen, events, days, result):  # type: ignore[no-untyped-def]
    for d in range(len(result)):
        count, last_day = 0, 0
        for i in chosen:
            if max(events.known[i], events.past[i]) > d:
                continue
            if count == 0:
                last_day = events.day[i] + days
            elif events.day[i] >= last_day:
                break
            count += 1
        result[d] = count


@njit(cache=True, nogil=True)
def _look_back(feature, chosen, events, dates, program, seen, result):  # type: ignore[no-untyped-def]
    """Aggregates that are looked up at each date among the events of its window, chosen[low:high]."""
    aggregate = program.aggregate[feature]
    starts = dates.starts[program.window[feature]]
    value = events.values[program.value[feature]]
    low, high = 0, 0
    for d in range(len(result)):
        while high < len(chosen) and events.past[chosen[high]] <= d:
            high += 1
        while low < high and events.occurred[chosen[low]] < starts[d]:
            low += 1
        inside = chosen[low:high]
        if aggregate in (MAX, MIN):
            result[d] = _extreme(inside, d, events, value, 1 if aggregate == MAX else -1)
        elif aggregate == LAST:
            result[d] = _last(inside, d, events, value, program.nth[feature])
        elif aggregate == DISTINCT_TOPICS:
            result[d] = _distinct(inside, d, events, events.topic, seen)
        elif aggregate == DISTINCT_CHANNELS:
            result[d] = _distinct(inside, d, events, events.channel, seen)
        elif aggregate == DECAYED:
            result[d] = _decayed(inside, d, events, dates.day[d], program.days[feature])
        elif aggregate == SINCE_LAST:
            result[d] = _since_last(inside, d, events, dates.instant[d], program.nth[feature])
        elif aggregate == SINCE_FIRST:
            result[d] = _since_first(inside, d, events, dates.instant[d], 0)
        elif aggregate == OPEN_LONGEST:
            result[d] = _since_first(inside, d, events, dates.instant[d], 1)


@njit(cache=True, nogil=True)
def _extreme(inside, d, events, value, sign):  # type: ignore[no-untyped-def]
    best, found = 0, False
    for i in inside:
        if events.known[i] <= d and value[i] != NONE and (not found or sign * value[i] > sign * best):
            best, found = value[i], True
    return best / SCALE if found else np.nan


@njit(cache=True, nogil=True)
def _last(inside, d, events, value, nth):  # type: ignore[no-untyped-def]
    for k in range(len(inside) - 1, -1, -1):
        i = inside[k]
        if events.known[i] <= d and value[i] != NONE:
            nth -= 1
            if nth == 0:
                return value[i] / SCALE
    return np.nan


@njit(cache=True, nogil=True)
def _distinct(inside, d, events, codes, seen):  # type: ignore[no-untyped-def]
    count = 0
    for i in inside:
        if codes[i] >= 0 and events.known[i] <= d and seen[codes[i]] != d:
            seen[codes[i]] = d
            count += 1
    for i in inside:
        if codes[i] >= 0:
            seen[codes[i]] = -1
    return count


@njit(cache=True, nogil=True)
def _decayed(inside, d, events, today, half_life):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in inside:
        if events.known[i] <= d:
            total += 2.0 ** ((events.day[i] - today) / half_life)
    return total


@njit(cache=True, nogil=True)
def _since_last(inside, d, events, now, nth):  # type: ignore[no-untyped-def]
    for k in range(len(inside) - 1, -1, -1):
        if events.known[inside[k]] <= d:
            nth -= 1
            if nth == 0:
                return (now - events.occurred[inside[k]]) / US_PER_DAY
    return np.nan


@njit(cache=True, nogil=True)
def _since_first(inside, d, events, now, still_open):  # type: ignore[no-untyped-def]
    for i in inside:
        if events.known[i] <= d and (still_open == 0 or d < events.over[i]):
            return (now - events.occurred[i]) / US_PER_DAY
    return np.nan


@njit(cache=True, nogil=True)
def _gaps(begin, end, chosen, events, dates, program, room, values):  # type: ignore[no-untyped-def]
    """All gap features of one selection: one walk over its active days, gaps kept sorted as the days come in.

    Where a day becomes known only after a later one, the walk starts over at each date.
    """
    days, entries, gaps = room[0], room[1], room[2]
    n_days, orderly = _active_days(chosen, events, days, entries)
    n_gaps, last, k = 0, -1, 0
    for d in range(len(dates.instant)):
        if not orderly:
            n_gaps, last, k = 0, -1, 0
        while k < n_days and (entries[k] <= d or not orderly):
            if entries[k] <= d:
                if last >= 0:
                    _insert(gaps, n_gaps, days[k] - days[last])
                    n_gaps += 1
                last = k
            k += 1
        elapsed = dates.day[d] - days[last] if last >= 0 else -1
        for feature in range(begin, end):
            if program.aggregate[feature] >= GAPS:
                values[feature, d] = _of_gaps(program.aggregate[feature], gaps[:n_gaps], elapsed, program.days[feature])


@njit(cache=True, nogil=True)
def _active_days(chosen, events, days, entries):  # type: ignore[no-untyped-def]
    """Distinct days with the first entry of one of their events; whether they become known in their order."""
    n = 0
    for i in chosen:
        entry = max(events.known[i], events.past[i])
        if n > 0 and days[n - 1] == events.day[i]:
            entries[n - 1] = min(entries[n - 1], entry)
        else:
            days[n], entries[n] = events.day[i], entry
            n += 1
    orderly = True
    for k in range(1, n):
        orderly = orderly and entries[k - 1] <= entries[k]
    return n, orderly


@njit(cache=True, nogil=True)
def _insert(gaps, n, gap):  # type: ignore[no-untyped-def]
    k = n
    while k > 0 and gaps[k - 1] > gap:
        gaps[k] = gaps[k - 1]
        k -= 1
    gaps[k] = gap


@njit(cache=True, nogil=True)
def _of_gaps(aggregate, gaps, elapsed, ahead):  # type: ignore[no-untyped-def]
    """One figure of the sorted gaps; ``elapsed`` is −1 for a customer without an active day."""
    if aggregate == HAZARD:
        return _hazard(gaps, elapsed, ahead) if elapsed >= 0 else np.nan
    if len(gaps) == 0:
        return np.nan
    if aggregate == GAP_MEDIAN:
        return _quantile(gaps, 0.5)
    if aggregate == GAP_MEAN:
        return gaps.sum() / len(gaps)
    if aggregate == GAP_Q75:
        return _quantile(gaps, 0.75)
    if aggregate == GAP_Q90:
        return _quantile(gaps, 0.9)
    if aggregate == GAP_STD:
        return _deviation(gaps)
    return elapsed / _quantile(gaps, 0.5 if aggregate == ELAPSED_MEDIAN else 0.9)


@njit(cache=True, nogil=True)
def _quantile(gaps, share):  # type: ignore[no-untyped-def]
    """Linear interpolation between order statistics (Hyndman and Fan 1996, type 7)."""
    place = share * (len(gaps) - 1)
    low = int(place)
    high = min(low + 1, len(gaps) - 1)
    return gaps[low] + (place - low) * (gaps[high] - gaps[low])


@njit(cache=True, nogil=True)
def _deviation(gaps):  # type: ignore[no-untyped-def]
    """Sample standard deviation from integer sums; undefined for fewer than two gaps."""
    n = len(gaps)
    if n < 2:
        return np.nan
    total, squares = 0, 0
    for gap in gaps:
        total += gap
        squares += gap * gap
    return np.sqrt((n * squares - total * total) / (n * (n - 1)))


@njit(cache=True, nogil=True)
def _hazard(gaps, elapsed, ahead):  # type: ignore[no-untyped-def]
    """Share of the gaps at least as long as this silence that ended within the next days, drawn towards 2/10."""
    still_open, ended = 0, 0
    for gap in gaps:
        if gap >= elapsed:
            still_open += 1
            if gap < elapsed + ahead:
                ended += 1
    return (ended + 2.0) / (still_open + 10.0)
