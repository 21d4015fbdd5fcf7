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
# Those that are 0, not undefined, where there is no event.
COUNTING = (TOTAL, TREND, OPEN, DISTINCT_DAYS, DISTINCT_TOPICS, DISTINCT_CHANNELS, DECAYED, EARLY, AHEAD)


# The columns of the event table, int64 (n, 11), one row an event: all that is known of it lies side by side in memory.
OCCURRED = 0  # microseconds UTC
DAY = 1  # the company's day number
KNOWN = 2  # first date at which the event is known (D: never)
PAST = 3  # first date at which it is past
OVER = 4  # first date at which its end is past
ONE = 5  # 1: what a count adds up
AMOUNT = 6  # ten-thousandths, NONE: missing
QUANTITY = 7
KIND = 8
CHANNEL = 9  # −1: none
TOPIC = 10


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
    value: np.ndarray  # int32: 0 none, 1 amount, 2 quantity
    window: np.ndarray  # int32: row of Dates.starts
    twice: np.ndarray  # int32: row of the window of double length (trends)
    days: np.ndarray  # int64: window_days
    nth: np.ndarray  # int32


class Room(NamedTuple):
    """Working memory, made once."""

    steps: np.ndarray  # int64 (D + 1,): what enters at each date less what leaves
    counts: np.ndarray  # int64 (D + 1,)
    seen: np.ndarray  # int64: last date at which a channel or topic was counted
    days: np.ndarray  # int64 (3, events): active days, their entries, gaps


@njit(cache=True, nogil=True)
def run(first_event, first_row, end_row, row_date, events, dates, program, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` (features, rows; float32) customer by customer.

    ``first_event`` (customers + 1,) delimits each customer's events, ``first_row`` and ``end_row`` (customers,) their
    rows of ``out``; ``row_date`` gives the number of each row's date.
    """
    n_dates, n_features = len(dates.instant), len(program.aggregate)
    room = _room(first_event, n_dates, program)
    values = np.empty((n_features, n_dates), np.float64)
    for customer in range(len(first_row)):
        bounds, members = _select(first_event[customer], first_event[customer + 1], events, program)
        for selection in range(len(program.first) - 1):
            chosen = members[bounds[selection] : bounds[selection + 1]]
            _features(
                chosen, program.first[selection], program.first[selection + 1], events, dates, program, room, values
            )
        for feature in range(n_features):
            for row in range(first_row[customer], end_row[customer]):
                out[feature, row] = values[feature, row_date[row]]


@njit(cache=True, nogil=True)
def _room(first_event, n_dates, program):  # type: ignore[no-untyped-def]
    longest = 0
    for customer in range(len(first_event) - 1):
        longest = max(longest, first_event[customer + 1] - first_event[customer])
    n_codes = max(program.topic_allowed.shape[1], program.channel_allowed.shape[1])
    steps = np.zeros((2, n_dates + 1), np.int64)
    return Room(steps[0], steps[1], np.full(n_codes, -1, np.int64), np.empty((3, longest + 1), np.int64))


@njit(cache=True, nogil=True)
def _select(begin, end, events, program):  # type: ignore[no-untyped-def]
    """The events of each selection, in order: members[bounds[s]:bounds[s + 1]]."""
    sizes = np.zeros(len(program.first), np.int64)
    for i in range(begin, end):
        kind = events[i, KIND]
        for k in range(program.kind_first[kind], program.kind_first[kind + 1]):
            selection = program.kind_selection[k]
            if _allowed(i, selection, events, program.channel_allowed, program.topic_allowed):
                sizes[selection + 1] += 1
    bounds = np.cumsum(sizes)
    filled = bounds.copy()
    members = np.empty(bounds[-1], np.int64)
    for i in range(begin, end):
        kind = events[i, KIND]
        for k in range(program.kind_first[kind], program.kind_first[kind + 1]):
            selection = program.kind_selection[k]
            if _allowed(i, selection, events, program.channel_allowed, program.topic_allowed):
                members[filled[selection]] = i
                filled[selection] += 1
    return bounds, members


@njit(cache=True, nogil=True)
def _allowed(i, selection, events, channel_allowed, topic_allowed):  # type: ignore[no-untyped-def]
    return channel_allowed[selection, events[i, CHANNEL]] and topic_allowed[selection, events[i, TOPIC]]


@njit(cache=True, nogil=True)
def _features(chosen, begin, end, events, dates, program, room, values):  # type: ignore[no-untyped-def]
    """Write all features of one selection, values[begin:end], at every date."""
    for feature in range(begin, end):
        aggregate = program.aggregate[feature]
        if len(chosen) == 0:
            values[feature] = 0.0 if aggregate in COUNTING else np.nan
        elif aggregate < GAPS:
            _one(
                aggregate,
                ONE + program.value[feature],
                program.days[feature],
                program.nth[feature],
                chosen,
                events,
                dates.starts[program.window[feature]],
                dates.starts[program.twice[feature]],
                dates.instant,
                dates.day,
                room,
                values[feature],
            )
    if len(chosen) > 0 and program.aggregate[end - 1] >= GAPS:
        _gaps(begin, end, chosen, events, dates.day, program.aggregate, program.days, room.days, values)


@njit(cache=True, nogil=True)
def _one(  # type: ignore[no-untyped-def]
    aggregate, value, days, nth, chosen, events, starts, earlier, instants, today, room, result
):
    """Write one feature at every date into ``result``."""
    if aggregate == TOTAL:
        _total(chosen, events, starts, value, room.steps, room.counts)
        _sums(room.steps, value, result)
    elif aggregate == MEAN:
        _total(chosen, events, starts, value, room.steps, room.counts)
        _means(room.steps, room.counts, result)
    elif aggregate == TREND:
        _trend(chosen, events, starts, earlier, value, room.steps)
        _sums(room.steps, value, result)
    elif aggregate == OPEN:
        _open(chosen, events, starts, value, room.steps)
        _sums(room.steps, value, result)
    elif aggregate == DISTINCT_DAYS:
        _distinct_days(chosen, events, starts, room.steps)
        _sums(room.steps, ONE, result)
    elif aggregate == AHEAD:
        _ahead(chosen, events, instants, starts, value, result)
    elif aggregate == EARLY:
        _early(chosen, events, days, result)
    elif aggregate == UNTIL_NEXT:
        _until_next(chosen, events, instants, result)
    else:
        _look_back(aggregate, value, days, nth, chosen, events, starts, instants, today, room.seen, result)


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
        leave = _passed(starts, leave, events[i, OCCURRED])
        if events[i, value] != NONE:
            entry = max(events[i, KNOWN], events[i, PAST])
            _step(steps, entry, leave, events[i, value])
            _step(counts, entry, leave, 1)


@njit(cache=True, nogil=True)
def _trend(chosen, events, starts, earlier, value, steps):  # type: ignore[no-untyped-def]
    steps[:] = 0
    middle, leave = 0, 0
    for i in chosen:
        middle = _passed(starts, middle, events[i, OCCURRED])
        leave = _passed(earlier, leave, events[i, OCCURRED])
        if events[i, value] != NONE:
            entry = max(events[i, KNOWN], events[i, PAST])
            _step(steps, entry, middle, events[i, value])
            _step(steps, max(entry, middle), leave, -events[i, value])


@njit(cache=True, nogil=True)
def _open(chosen, events, starts, value, steps):  # type: ignore[no-untyped-def]
    steps[:] = 0
    leave = 0
    for i in chosen:
        leave = _passed(starts, leave, events[i, OCCURRED])
        if events[i, value] != NONE:
            _step(steps, max(events[i, KNOWN], events[i, PAST]), min(leave, events[i, OVER]), events[i, value])


@njit(cache=True, nogil=True)
def _distinct_days(chosen, events, starts, steps):  # type: ignore[no-untyped-def]
    """Events of one day leave every window together, so a day is in from the first entry of one of its events."""
    steps[:] = 0
    leave, k = 0, 0
    while k < len(chosen):
        day = events[chosen[k], DAY]
        leave = _passed(starts, leave, events[chosen[k], OCCURRED])
        entry = len(starts)
        while k < len(chosen) and events[chosen[k], DAY] == day:
            entry = min(entry, max(events[chosen[k], KNOWN], events[chosen[k], PAST]))
            k += 1
        _step(steps, entry, leave, 1)


@njit(cache=True, nogil=True)
def _sums(steps, value, result):  # type: ignore[no-untyped-def]
    total = 0
    for d in range(len(result)):
        total += steps[d]
        result[d] = total if value == ONE else total / SCALE


@njit(cache=True, nogil=True)
def _means(steps, counts, result):  # type: ignore[no-untyped-def]
    total, n = 0, 0
    for d in range(len(result)):
        total += steps[d]
        n += counts[d]
        result[d] = total / (n * SCALE) if n > 0 else np.nan


@njit(cache=True, nogil=True)
def _ahead(chosen, events, instants, ends, value, result):  # type: ignore[no-untyped-def]
    for d in range(len(result)):
        total = 0
        for i in chosen:
            inside = instants[d] <= events[i, OCCURRED] < ends[d]
            if inside and events[i, KNOWN] <= d < events[i, OVER] and events[i, value] != NONE:
                total += events[i, value]
        result[d] = total / SCALE


@njit(cache=True, nogil=True)
def _until_next(chosen, events, instants, result):  # type: ignore[no-untyped-def]
    for d in range(len(result)):
        result[d] = np.nan
        for i in chosen:
            if events[i, OCCURRED] >= instants[d] and events[i, KNOWN] <= d < events[i, OVER]:
                result[d] = (events[i, OCCURRED] - instants[d]) / US_PER_DAY
                break


@njit(cache=True, nogil=True)
def _early(chosen, events, days, result):  # type: ignore[no-untyped-def]
    for d in range(len(result)):
        count, last_day = 0, 0
        for i in chosen:
            if max(events[i, KNOWN], events[i, PAST]) > d:
                continue
            if count == 0:
                last_day = events[i, DAY] + days
            elif events[i, DAY] >= last_day:
                break
            count += 1
        result[d] = count


@njit(cache=True, nogil=True)
def _look_back(  # type: ignore[no-untyped-def]
    aggregate, value, days, nth, chosen, events, starts, instants, today, seen, result
):
    """Aggregates that are looked up at each date among the events of its window, chosen[low:high]."""
    low, high = 0, 0
    for d in range(len(result)):
        while high < len(chosen) and events[chosen[high], PAST] <= d:
            high += 1
        while low < high and events[chosen[low], OCCURRED] < starts[d]:
            low += 1
        if aggregate == SINCE_LAST:
            result[d] = _since_last(chosen, low, high, d, events, instants[d], nth)
        elif aggregate == LAST:
            result[d] = _last(chosen, low, high, d, events, value, nth)
        elif aggregate == DECAYED:
            result[d] = _decayed(chosen, low, high, d, events, today[d], days)
        elif aggregate == SINCE_FIRST:
            result[d] = _since_first(chosen, low, high, d, events, instants[d], False)
        elif aggregate == OPEN_LONGEST:
            result[d] = _since_first(chosen, low, high, d, events, instants[d], True)
        elif aggregate in (DISTINCT_TOPICS, DISTINCT_CHANNELS):
            column = TOPIC if aggregate == DISTINCT_TOPICS else CHANNEL
            result[d] = _distinct(chosen, low, high, d, events, column, seen)
        else:
            result[d] = _extreme(chosen, low, high, d, events, value, 1 if aggregate == MAX else -1)


@njit(cache=True, nogil=True)
def _extreme(chosen, low, high, d, events, value, sign):  # type: ignore[no-untyped-def]
    best, found = 0, False
    for i in chosen[low:high]:
        if events[i, KNOWN] <= d and events[i, value] != NONE and (not found or sign * events[i, value] > sign * best):
            best, found = events[i, value], True
    return best / SCALE if found else np.nan


@njit(cache=True, nogil=True)
def _last(chosen, low, high, d, events, value, nth):  # type: ignore[no-untyped-def]
    for k in range(high - 1, low - 1, -1):
        i = chosen[k]
        if events[i, KNOWN] <= d and events[i, value] != NONE:
            nth -= 1
            if nth == 0:
                return events[i, value] / SCALE
    return np.nan


@njit(cache=True, nogil=True)
def _distinct(chosen, low, high, d, events, column, seen):  # type: ignore[no-untyped-def]
    count = 0
    for i in chosen[low:high]:
        if events[i, column] >= 0 and events[i, KNOWN] <= d and seen[events[i, column]] != d:
            seen[events[i, column]] = d
            count += 1
    for i in chosen[low:high]:
        if events[i, column] >= 0:
            seen[events[i, column]] = -1
    return count


@njit(cache=True, nogil=True)
def _decayed(chosen, low, high, d, events, today, half_life):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in chosen[low:high]:
        if events[i, KNOWN] <= d:
            total += 2.0 ** ((events[i, DAY] - today) / half_life)
    return total


@njit(cache=True, nogil=True)
def _since_last(chosen, low, high, d, events, now, nth):  # type: ignore[no-untyped-def]
    for k in range(high - 1, low - 1, -1):
        if events[chosen[k], KNOWN] <= d:
            nth -= 1
            if nth == 0:
                return (now - events[chosen[k], OCCURRED]) / US_PER_DAY
    return np.nan


@njit(cache=True, nogil=True)
def _since_first(chosen, low, high, d, events, now, only_open):  # type: ignore[no-untyped-def]
    for i in chosen[low:high]:
        if events[i, KNOWN] <= d and (not only_open or d < events[i, OVER]):
            return (now - events[i, OCCURRED]) / US_PER_DAY
    return np.nan


@njit(cache=True, nogil=True)
def _gaps(begin, end, chosen, events, today, aggregates, ahead, room, values):  # type: ignore[no-untyped-def]
    """All gap features of one selection: one walk over its active days, gaps kept sorted as the days come in.

    Where a day becomes known only after a later one, the walk starts over at each date.
    """
    days, entries, gaps = room[0], room[1], room[2]
    n_days, orderly = _active_days(chosen, events, days, entries)
    n_gaps, last, k = 0, -1, 0
    for d in range(len(today)):
        if not orderly:
            n_gaps, last, k = 0, -1, 0
        while k < n_days and (entries[k] <= d or not orderly):
            if entries[k] <= d:
                if last >= 0:
                    _insert(gaps, n_gaps, days[k] - days[last])
                    n_gaps += 1
                last = k
            k += 1
        elapsed = today[d] - days[last] if last >= 0 else -1
        for feature in range(begin, end):
            if aggregates[feature] >= GAPS:
                values[feature, d] = _of_gaps(aggregates[feature], gaps[:n_gaps], elapsed, ahead[feature])


@njit(cache=True, nogil=True)
def _active_days(chosen, events, days, entries):  # type: ignore[no-untyped-def]
    """Distinct days with the first entry of one of their events; whether they become known in their order."""
    n = 0
    for i in chosen:
        entry = max(events[i, KNOWN], events[i, PAST])
        if n > 0 and days[n - 1] == events[i, DAY]:
            entries[n - 1] = min(entries[n - 1], entry)
        else:
            days[n], entries[n] = events[i, DAY], entry
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
