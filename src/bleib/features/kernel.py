"""The one pass: every kernel feature of every customer at every as-of date. Only integers are compared.

Dates are numbered 0 … D−1, ascending. Each time of an event is turned into the number of the first date at which it is
past, so an event enters at ``entry = max(known, past)`` and leaves a window at the first date whose window begins after
it. What adds up (counts, sums) is written as a step up at the entry and a step down at the exit, and summed over the
dates once; late arrivals are right because each event has its own entry. What does not add up (newest, longest,
distinct, gaps) is looked up at each date among the events of the window. Cost: O(events × windows) for the former,
O(events in the window × dates) for the latter. docs/kernel.md has a picture.

A selection is a set of kinds (narrowed by channel and topic); several features share one. Customers are taken in groups
whose events fit into the processor's cache: the events of a selection are copied side by side (``local``) and their
exits from each window found (``leave``) once a group, then each feature runs over the group's customers.

One file on purpose: numba's cache on disk notices edits in the file of the function that was called, not in others.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

NONE = np.iinfo(np.int64).min  # a missing amount or quantity, the begin of a window without a beginning
NEVER = np.iinfo(np.int64).max  # the end of what has none
SCALE = 10_000  # amounts are integers: ten-thousandths
US_PER_DAY = 86_400_000_000.0

# Aggregates by number. Those from GAPS on look at the gaps between active days and share one walk.
TOTAL, MEAN, TREND, OPEN, MAX, MIN, LAST, ACTIVE = 0, 1, 2, 3, 4, 5, 6, 7
DISTINCT_DAYS, DISTINCT_TOPICS, DISTINCT_CHANNELS, ENTROPY, DECAYED, EARLY = 8, 9, 10, 11, 12, 13
SINCE_LAST, SINCE_FIRST, UNTIL_NEXT, AHEAD, OPEN_LONGEST = 14, 15, 16, 17, 18
GAPS = 20
GAP_MEDIAN, GAP_MEAN, GAP_Q75, GAP_Q90, GAP_STD, GAP_LAST, GAP_EWM = 20, 21, 22, 23, 24, 25, 26
ELAPSED_MEDIAN, ELAPSED_Q75, ELAPSED_Q90, HAZARD = 27, 28, 29, 30
# Those that are 0, not undefined, where there is no event.
COUNTING = (TOTAL, TREND, OPEN, ACTIVE, DISTINCT_DAYS, DISTINCT_TOPICS, DISTINCT_CHANNELS, DECAYED, EARLY, AHEAD)

GROUP = 2_048  # events of a group of customers: what fits into the second-level cache

# Rows of ``local``: the events of one selection, customer by customer, in order of their occurrence.
OCCURRED, DAY = 0, 1  # microseconds UTC; the company's day number
KNOWN, PAST, OVER, ENTRY = 2, 3, 4, 5  # number of the first date at which it is known, past, over; known and past
ONE, AMOUNT, QUANTITY = 6, 7, 8  # what a count adds up; ten-thousandths or NONE
CHANNEL, TOPIC = 9, 10  # −1: none
ROWS = 11

FROM_ENTRY = 0  # row of ``leave`` that holds zeros: the window reaches up to t


compiled = njit(cache=True, nogil=True, error_model="numpy")
# Called once a row and feature: written into the caller, because handing over arrays costs more than the work itself.
inlined = njit(cache=True, nogil=True, error_model="numpy", inline="always")


class Events(NamedTuple):
    """Events sorted by customer, occurrence and content; every array has the shape (events,)."""

    occurred: np.ndarray  # int64 microseconds UTC
    known: np.ndarray  # int64
    ends: np.ndarray  # int64, NEVER: no end
    day: np.ndarray  # int64, the company's day number
    amount: np.ndarray  # int64 ten-thousandths, NONE: missing
    quantity: np.ndarray
    kind: np.ndarray  # int32
    channel: np.ndarray  # int32, −1: none
    topic: np.ndarray


class Dates(NamedTuple):
    """The as-of dates, ascending."""

    instant: np.ndarray  # int64 (D,)
    day: np.ndarray  # int64 (D,)
    starts: np.ndarray  # int64 (windows, D): where each window begins (a window ahead: where it ends)


class Program(NamedTuple):
    """The plan as arrays: which events form which selection, and what is computed of each."""

    wanted: np.ndarray  # bool (selections, kinds)
    channel_allowed: np.ndarray  # bool (selections, channels + 1); the last column is "none"
    topic_allowed: np.ndarray  # bool (selections, topics + 1)
    first: np.ndarray  # int32 (selections + 1,) into the feature arrays
    window_first: np.ndarray  # int32 (selections + 1,) into window_row
    window_row: np.ndarray  # int32: the rows of Dates.starts whose exits a selection needs
    aggregate: np.ndarray  # int32 (features,)
    value: np.ndarray  # int32: 0 none, 1 amount, 2 quantity
    window: np.ndarray  # int32: row of Dates.starts
    until: np.ndarray  # int32: row of the window whose begin ends this one; FROM_ENTRY: t itself
    days: np.ndarray  # int64: window_days
    nth: np.ndarray  # int32
    decay: np.ndarray  # int32: row of weights
    weights: np.ndarray  # float64 (half-lives, ages in days): 2^(−age / half-life)


class Room(NamedTuple):
    """Working memory, made once."""

    when: np.ndarray  # int64 (3, events): known, past, over of all events of the group
    local: np.ndarray  # int64 (ROWS, events)
    bounds: np.ndarray  # int64 (customers + 1,): where in ``local`` each customer's events begin
    leave: np.ndarray  # int64 (windows, events): first date whose window begins after the event
    steps: np.ndarray  # int64 (2, D + 1): what enters at each date less what leaves
    seen: np.ndarray  # int64 (codes,): events of a channel or topic
    days: np.ndarray  # int64 (4, events): active days, their entries, gaps in order of size, gaps in order of time
    values: np.ndarray  # float64 (D,)


@compiled
def run(first_event, first_row, row_date, events, dates, program, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` (features, rows; float32).

    ``first_event`` (customers + 1,) delimits each customer's events, ``first_row`` (customers + 1,) their rows of
    ``out``; ``row_date`` gives the number of each row's date.
    """
    room = _room(first_event, dates, program)
    begin, customers = 0, len(first_row) - 1
    while begin < customers:
        end = begin + 1
        while end < customers and first_event[end + 1] - first_event[begin] <= GROUP and end - begin < GROUP:
            end += 1
        _number(first_event[begin], first_event[end], events, dates.instant, room.when)
        for selection in range(len(program.first) - 1):
            _gather(selection, begin, end, first_event, events, program, room)
            _leave(selection, end - begin, dates.starts, program, room)
            for feature in range(program.first[selection], program.first[selection + 1]):
                if program.aggregate[feature] < GAPS:
                    _feature(feature, begin, end, first_row, row_date, dates, program, room, out[feature])
                else:  # gap features come last in a selection and share one walk
                    last = program.first[selection + 1]
                    _gaps(feature, last, begin, end, first_row, row_date, dates.day, program, room, out)
                    break
        begin = end


@compiled
def _room(first_event, dates, program):  # type: ignore[no-untyped-def]
    most = GROUP
    for customer in range(len(first_event) - 1):
        most = max(most, first_event[customer + 1] - first_event[customer])
    n_dates = len(dates.instant)
    n_codes = max(program.topic_allowed.shape[1], program.channel_allowed.shape[1])
    room = Room(
        np.empty((3, most), np.int64),
        np.empty((ROWS, most), np.int64),
        np.empty(GROUP + 1, np.int64),
        np.zeros((dates.starts.shape[0], most), np.int64),
        np.zeros((2, n_dates + 1), np.int64),
        np.zeros(n_codes, np.int64),
        np.empty((4, most + 1), np.int64),
        np.empty(n_dates, np.float64),
    )
    room.local[ONE] = 1
    return room


@compiled
def _number(begin, end, events, instants, when):  # type: ignore[no-untyped-def]
    """Known, past and over of a group's events as numbers of dates."""
    for i in range(begin, end):
        past = _first_after(instants, events.occurred[i])
        when[0, i - begin] = past if events.known[i] == events.occurred[i] else _first_after(instants, events.known[i])
        when[1, i - begin] = past
        when[2, i - begin] = _first_after(instants, events.ends[i])


@compiled
def _first_after(instants, time):  # type: ignore[no-untyped-def]
    """Number of the first date that lies after a time: from there on it is past."""
    if time == NEVER:
        return len(instants)
    low, high = 0, len(instants)
    while low < high:
        middle = (low + high) // 2
        if instants[middle] <= time:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _gather(selection, begin, end, first_event, events, program, room):  # type: ignore[no-untyped-def]
    """The events of a selection side by side in ``local``, customer by customer."""
    when, local, bounds = room.when, room.local, room.bounds
    channels, topics = program.channel_allowed[selection], program.topic_allowed[selection]
    base, k = first_event[begin], 0
    for customer in range(begin, end):
        bounds[customer - begin] = k
        for i in range(first_event[customer], first_event[customer + 1]):
            if program.wanted[selection, events.kind[i]] and channels[events.channel[i]] and topics[events.topic[i]]:
                known, past = when[0, i - base], when[1, i - base]
                local[OCCURRED, k] = events.occurred[i]
                local[DAY, k] = events.day[i]
                local[KNOWN, k] = known
                local[PAST, k] = past
                local[OVER, k] = when[2, i - base]
                local[ENTRY, k] = max(known, past)
                local[AMOUNT, k] = events.amount[i]
                local[QUANTITY, k] = events.quantity[i]
                local[CHANNEL, k] = events.channel[i]
                local[TOPIC, k] = events.topic[i]
                k += 1
    bounds[end - begin] = k


@compiled
def _leave(selection, customers, starts, program, room):  # type: ignore[no-untyped-def]
    """The exits of the events in ``local`` from the windows that the selection needs."""
    for w in range(program.window_first[selection], program.window_first[selection + 1]):
        row = program.window_row[w]
        for customer in range(customers):
            p = 0
            for k in range(room.bounds[customer], room.bounds[customer + 1]):
                p = _passed(starts, row, p, room.local[OCCURRED, k])
                room.leave[row, k] = p


@compiled
def _passed(starts, row, p, occurred):  # type: ignore[no-untyped-def]
    """The exit pointer moved on to the first date whose window begins after the event."""
    while p < starts.shape[1] and starts[row, p] <= occurred:
        p += 1
    return p


@compiled
def _feature(feature, begin, end, first_row, row_date, dates, program, room, out):  # type: ignore[no-untyped-def]
    """Write one feature, out (rows,), for a group of customers."""
    aggregate, value, nth = program.aggregate[feature], ONE + program.value[feature], program.nth[feature]
    window, until, days = program.window[feature], program.until[feature], program.days[feature]
    weights = program.weights[program.decay[feature]]
    local, leave, steps, values, bounds = room.local, room.leave, room.steps, room.values, room.bounds
    nothing = 0.0 if aggregate in COUNTING else np.nan
    for customer in range(begin, end):
        low, high = bounds[customer - begin], bounds[customer - begin + 1]
        first, last = first_row[customer], first_row[customer + 1]
        if low == high:
            for row in range(first, last):
                out[row] = nothing
            continue
        if aggregate == TOTAL:
            _total(low, high, local, value, leave, window, until, steps)
            _sums(steps, value, values)
        elif aggregate == ACTIVE:
            _total(low, high, local, value, leave, window, until, steps)
            _whether(steps, values)
        elif aggregate == MEAN:
            _total(low, high, local, value, leave, window, until, steps)
            _means(steps, values)
        elif aggregate == TREND:
            _trend(low, high, local, value, leave, window, until, steps)
            _sums(steps, value, values)
        elif aggregate == OPEN:
            _open(low, high, local, value, leave, window, steps)
            _sums(steps, value, values)
        elif aggregate == DISTINCT_DAYS:
            _distinct_days(low, high, local, leave, window, until, steps)
            _sums(steps, ONE, values)
        elif aggregate == AHEAD:
            _ahead(low, high, local, value, dates.instant, dates.starts, window, values)
        elif aggregate == EARLY:
            _early(low, high, local, days, values)
        elif aggregate == UNTIL_NEXT:
            _until_next(low, high, local, dates.instant, values)
        else:
            _look_back(aggregate, low, high, local, value, nth, dates, window, weights, room.seen, room.days, values)
        for row in range(first, last):
            out[row] = values[row_date[row]]


@compiled
def _total(low, high, local, value, leave, window, until, steps):  # type: ignore[no-untyped-def]
    """Step up by the value (and by one) where an event comes into the window, down where it leaves."""
    steps[:] = 0
    for k in range(low, high):
        amount, entry, exit_ = local[value, k], max(local[ENTRY, k], leave[until, k]), leave[window, k]
        if amount != NONE and entry < exit_:
            steps[0, entry] += amount
            steps[0, exit_] -= amount
            steps[1, entry] += 1
            steps[1, exit_] -= 1


@compiled
def _trend(low, high, local, value, leave, window, until, steps):  # type: ignore[no-untyped-def]
    """The newer part of a double window (left at ``until``) counts up, the older part down."""
    steps[0] = 0
    for k in range(low, high):
        amount, entry, middle, exit_ = local[value, k], local[ENTRY, k], leave[until, k], leave[window, k]
        if amount != NONE:
            if entry < middle:
                steps[0, entry] += amount
                steps[0, middle] -= amount
            entry = max(entry, middle)
            if entry < exit_:
                steps[0, entry] -= amount
                steps[0, exit_] += amount


@compiled
def _open(low, high, local, value, leave, window, steps):  # type: ignore[no-untyped-def]
    steps[0] = 0
    for k in range(low, high):
        amount, entry, exit_ = local[value, k], local[ENTRY, k], min(leave[window, k], local[OVER, k])
        if amount != NONE and entry < exit_:
            steps[0, entry] += amount
            steps[0, exit_] -= amount


@compiled
def _distinct_days(low, high, local, leave, window, until, steps):  # type: ignore[no-untyped-def]
    """Events of one day leave every window together, so a day is in from the first entry of one of its events."""
    steps[0] = 0
    k = low
    while k < high:
        day, entry, begin, exit_ = local[DAY, k], local[ENTRY, k], leave[until, k], leave[window, k]
        while k < high and local[DAY, k] == day:
            entry = min(entry, local[ENTRY, k])
            k += 1
        entry = max(entry, begin)
        if entry < exit_:
            steps[0, entry] += 1
            steps[0, exit_] -= 1


@compiled
def _sums(steps, value, result):  # type: ignore[no-untyped-def]
    total = 0
    for d in range(len(result)):
        total += steps[0, d]
        result[d] = total if value == ONE else total / SCALE


@compiled
def _whether(steps, result):  # type: ignore[no-untyped-def]
    total = 0
    for d in range(len(result)):
        total += steps[0, d]
        result[d] = 1.0 if total > 0 else 0.0


@compiled
def _means(steps, result):  # type: ignore[no-untyped-def]
    total, n = 0, 0
    for d in range(len(result)):
        total += steps[0, d]
        n += steps[1, d]
        result[d] = total / (n * SCALE) if n > 0 else np.nan


@compiled
def _ahead(low, high, local, value, instants, ends, window, result):  # type: ignore[no-untyped-def]
    for d in range(len(result)):
        total = 0
        for k in range(low, high):
            inside = instants[d] <= local[OCCURRED, k] < ends[window, d]
            if inside and local[KNOWN, k] <= d < local[OVER, k] and local[value, k] != NONE:
                total += local[value, k]
        result[d] = total / SCALE


@compiled
def _until_next(low, high, local, instants, result):  # type: ignore[no-untyped-def]
    for d in range(len(result)):
        result[d] = np.nan
        for k in range(low, high):
            if local[OCCURRED, k] >= instants[d] and local[KNOWN, k] <= d < local[OVER, k]:
                result[d] = (local[OCCURRED, k] - instants[d]) / US_PER_DAY
                break


@compiled
def _early(low, high, local, days, result):  # type: ignore[no-untyped-def]
    for d in range(len(result)):
        found, last_day = 0, 0
        for k in range(low, high):
            if local[ENTRY, k] > d:
                continue
            if found == 0:
                last_day = local[DAY, k] + days
            elif local[DAY, k] >= last_day:
                break
            found += 1
        result[d] = found


@compiled
def _look_back(aggregate, begin, end, local, value, nth, dates, window, weights, seen, room, result):  # type: ignore[no-untyped-def]
    """Aggregates that are looked up at each date among the events of its window, low … high − 1.

    ``high`` is the entry pointer, ``low`` the exit pointer; an event between them may still be unknown at the date.
    """
    low, high = begin, begin
    for d in range(len(result)):
        while high < end and local[PAST, high] <= d:
            high += 1
        while low < high and local[OCCURRED, low] < dates.starts[window, d]:
            low += 1
        if aggregate == SINCE_LAST:
            result[d] = _since_last(local, low, high, d, dates.instant[d], nth)
        elif aggregate == LAST:
            result[d] = _last(local, low, high, d, value, nth)
        elif aggregate == DECAYED:
            result[d] = _decayed(local, low, high, d, dates.day[d], weights)
        elif aggregate == SINCE_FIRST:
            result[d] = _since_first(local, low, high, d, dates.instant[d], False)
        elif aggregate == OPEN_LONGEST:
            result[d] = _since_first(local, low, high, d, dates.instant[d], True)
        elif aggregate == DISTINCT_TOPICS:
            result[d] = _distinct(local, low, high, d, TOPIC, seen)
        elif aggregate == DISTINCT_CHANNELS:
            result[d] = _distinct(local, low, high, d, CHANNEL, seen)
        elif aggregate == ENTROPY:
            result[d] = _entropy(local, low, high, d, seen, room)
        else:
            result[d] = _extreme(local, low, high, d, value, 1 if aggregate == MAX else -1)


@compiled
def _extreme(local, low, high, d, value, sign):  # type: ignore[no-untyped-def]
    best, found = 0, False
    for k in range(low, high):
        amount = local[value, k]
        if local[KNOWN, k] <= d and amount != NONE and (not found or sign * amount > sign * best):
            best, found = amount, True
    return best / SCALE if found else np.nan


@compiled
def _last(local, low, high, d, value, nth):  # type: ignore[no-untyped-def]
    for k in range(high - 1, low - 1, -1):
        if local[KNOWN, k] <= d and local[value, k] != NONE:
            nth -= 1
            if nth == 0:
                return local[value, k] / SCALE
    return np.nan


@compiled
def _distinct(local, low, high, d, row, seen):  # type: ignore[no-untyped-def]
    found = 0
    for k in range(low, high):
        if local[row, k] >= 0 and local[KNOWN, k] <= d and seen[local[row, k]] == 0:
            seen[local[row, k]] = 1
            found += 1
    for k in range(low, high):
        if local[row, k] >= 0:
            seen[local[row, k]] = 0
    return found


@compiled
def _entropy(local, low, high, d, seen, room):  # type: ignore[no-untyped-def]
    """Shannon entropy (nats) of the topics: ln n − Σ c ln c / n, added up in order of the counts c."""
    counts, n, total = room[0], 0, 0
    for k in range(low, high):
        if local[TOPIC, k] >= 0 and local[KNOWN, k] <= d:
            seen[local[TOPIC, k]] += 1
            total += 1
    for k in range(low, high):
        topic = local[TOPIC, k]
        if topic >= 0 and seen[topic] > 0:
            _insert(counts, n, seen[topic])
            n += 1
            seen[topic] = 0
    if total == 0:
        return np.nan
    weighted = 0.0
    for k in range(n):
        weighted += counts[k] * np.log(counts[k])
    return max(0.0, np.log(total) - weighted / total)


@compiled
def _decayed(local, low, high, d, today, weights):  # type: ignore[no-untyped-def]
    total = 0.0
    for k in range(low, high):
        if local[KNOWN, k] <= d:
            total += weights[today - local[DAY, k]]
    return total


@compiled
def _since_last(local, low, high, d, now, nth):  # type: ignore[no-untyped-def]
    for k in range(high - 1, low - 1, -1):
        if local[KNOWN, k] <= d:
            nth -= 1
            if nth == 0:
                return (now - local[OCCURRED, k]) / US_PER_DAY
    return np.nan


@compiled
def _since_first(local, low, high, d, now, only_open):  # type: ignore[no-untyped-def]
    for k in range(low, high):
        if local[KNOWN, k] <= d and (not only_open or d < local[OVER, k]):
            return (now - local[OCCURRED, k]) / US_PER_DAY
    return np.nan


@compiled
def _gaps(feature, after, begin, end, first_row, row_date, today, program, room, out):  # type: ignore[no-untyped-def]
    """All gap features of one selection, feature … after − 1, for a group of customers."""
    for customer in range(begin, end):
        low, high = room.bounds[customer - begin], room.bounds[customer - begin + 1]
        first, last = first_row[customer], first_row[customer + 1]
        if low == high:
            out[feature:after, first:last] = np.nan
        else:
            _walk(feature, after, low, high, first, last, row_date, today, program, room.local, room.days, out)


@compiled
def _walk(feature, after, low, high, row, last_row, row_date, today, program, local, room, out):  # type: ignore[no-untyped-def]
    """One walk over a customer's active days, gaps kept sorted as the days come in.

    Where a day becomes known only after a later one, the walk starts over at each date.
    """
    days, entries, gaps, sequence = room[0], room[1], room[2], room[3]
    n_days, orderly = _active_days(low, high, local, days, entries)
    n, last, k = 0, -1, 0
    for d in range(len(today)):
        if not orderly:
            n, last, k = 0, -1, 0
        while k < n_days and (entries[k] <= d or not orderly):
            if entries[k] <= d:
                if last >= 0:
                    sequence[n] = days[k] - days[last]
                    _insert(gaps, n, sequence[n])
                    n += 1
                last = k
            k += 1
        elapsed = today[d] - days[last] if last >= 0 else -1
        while row < last_row and row_date[row] == d:
            for f in range(feature, after):
                out[f, row] = _of_gaps(
                    program.aggregate[f], gaps, sequence, n, elapsed, program.days[f], program.nth[f]
                )
            row += 1


@compiled
def _active_days(low, high, local, days, entries):  # type: ignore[no-untyped-def]
    """Distinct days with the first entry of one of their events; whether they become known in their order."""
    n = 0
    for k in range(low, high):
        if n > 0 and days[n - 1] == local[DAY, k]:
            entries[n - 1] = min(entries[n - 1], local[ENTRY, k])
        else:
            days[n], entries[n] = local[DAY, k], local[ENTRY, k]
            n += 1
    orderly = True
    for k in range(1, n):
        orderly = orderly and entries[k - 1] <= entries[k]
    return n, orderly


@compiled
def _insert(ordered, n, number):  # type: ignore[no-untyped-def]
    """Put a number into its place among the ``n`` ascending ones."""
    k = n
    while k > 0 and ordered[k - 1] > number:
        ordered[k] = ordered[k - 1]
        k -= 1
    ordered[k] = number


@inlined
def _of_gaps(aggregate, gaps, sequence, n, elapsed, ahead, nth):  # type: ignore[no-untyped-def]
    """One figure of n gaps (by size, and by time); ``elapsed`` is −1 for a customer without an active day."""
    if aggregate == HAZARD:
        return _hazard(gaps, n, elapsed, ahead) if elapsed >= 0 else np.nan
    if n == 0:
        return np.nan
    if aggregate == GAP_MEDIAN:
        return _quantile(gaps, n, 0.5)
    if aggregate == GAP_MEAN:
        return _mean(gaps, n)
    if aggregate == GAP_Q75:
        return _quantile(gaps, n, 0.75)
    if aggregate == GAP_Q90:
        return _quantile(gaps, n, 0.9)
    if aggregate == GAP_STD:
        return _deviation(gaps, n)
    if aggregate == GAP_LAST:
        return sequence[n - nth] if nth <= n else np.nan
    if aggregate == GAP_EWM:
        return _smoothed(sequence, n)
    if aggregate == ELAPSED_MEDIAN:
        return elapsed / _quantile(gaps, n, 0.5)
    return elapsed / _quantile(gaps, n, 0.75 if aggregate == ELAPSED_Q75 else 0.9)


@inlined
def _quantile(gaps, n, share):  # type: ignore[no-untyped-def]
    """Linear interpolation between order statistics (Hyndman and Fan 1996, type 7)."""
    place = share * (n - 1)
    low = int(place)
    high = min(low + 1, n - 1)
    return gaps[low] + (place - low) * (gaps[high] - gaps[low])


@compiled
def _mean(gaps, n):  # type: ignore[no-untyped-def]
    total = 0
    for k in range(n):
        total += gaps[k]
    return total / n


@compiled
def _deviation(gaps, n):  # type: ignore[no-untyped-def]
    """Sample standard deviation from integer sums; undefined for fewer than two gaps."""
    if n < 2:
        return np.nan
    total, squares = 0, 0
    for k in range(n):
        total += gaps[k]
        squares += gaps[k] * gaps[k]
    return np.sqrt((n * squares - total * total) / (n * (n - 1)))


@compiled
def _smoothed(sequence, n):  # type: ignore[no-untyped-def]
    """Exponentially weighted mean from the first gap on: each later one counts half."""
    mean = float(sequence[0])
    for k in range(1, n):
        mean = 0.5 * (mean + sequence[k])
    return mean


@inlined
def _hazard(gaps, n, elapsed, ahead):  # type: ignore[no-untyped-def]
    """Share of the gaps at least as long as this silence that ended within the next days, drawn towards 2/10."""
    still_open, ended = 0, 0
    for k in range(n - 1, -1, -1):
        if gaps[k] < elapsed:
            break
        still_open += 1
        if gaps[k] < elapsed + ahead:
            ended += 1
    return (ended + 2.0) / (still_open + 10.0)
