"""The one pass: every kernel feature of every customer at every as-of date. Only integers are compared.

Dates are numbered 0 … D−1, ascending, and each time of an event is turned into the number of the first date at which it
is past. Over a customer's events, sorted by occurrence, runs one entry pointer (``reach`` row 0: how many are past at
each date) and one exit pointer a window (how many lie before the window); what adds up is a difference of prefix sums
between two pointers. Where an event arrives late, so that pointers do not tell what is known, it steps up at its own
entry ``max(known, past)`` and down at its own exit, and the steps are summed over the dates. What does not add up
(newest, longest, distinct, gaps) is looked up at each date among the events of the window. Cost: O(events × windows +
dates × features), and O(events in the window × dates) for what is looked up. docs/kernel.md has a picture.

A selection is a set of kinds (narrowed by channel and topic); several features share one. Customers are taken in groups
whose events fit into the processor's cache: the events of a selection are copied side by side (``local``) once a group,
then its features run over the group's customers.

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
# Those that pointers can tell, unless an event arrives late or may end.
POINTED = (TOTAL, MEAN, TREND, OPEN, ACTIVE, DISTINCT_DAYS, SINCE_LAST)

FEW = 32  # events for which comparing all of them beats moving a pointer
GROUP = 2_048  # events of a group of customers: what fits into the second-level cache

# Rows of ``local``: the events of one selection, customer by customer, in order of their occurrence.
OCCURRED, DAY = 0, 1  # microseconds UTC; the company's day number
KNOWN, PAST, OVER, ENTRY = 2, 3, 4, 5  # number of the first date at which it is known, past, over; known and past
ONE, AMOUNT, QUANTITY = 6, 7, 8  # what a count adds up; ten-thousandths or NONE
CHANNEL, TOPIC = 9, 10  # −1: none
DAY_ENTRY = 11  # of the first event of a day: the earliest entry of that day's events; of the others: never
ROWS = 12

# Rows of ``sums``: prefix sums over the events of one customer, with a 0 in front.
OF_ONE, OF_AMOUNT, OF_QUANTITY, OF_DAYS, FILLED = 0, 1, 2, 3, 3  # FILLED + value: how many have that value
SUMS = 6

# Columns of ``Program.lanes``: feature, aggregate, value (0 none, 1 amount, 2 quantity), rows of the windows, nth.
FEATURE, AGGREGATE, VALUE, WINDOW, UNTIL, NTH = 0, 1, 2, 3, 4, 5

FROM_ENTRY = 0  # row of ``reach`` and ``leave`` for a window that reaches up to t


compiled = njit(cache=True, nogil=True, error_model="numpy")
# Called once a customer or more often: written into the caller, because a call that hands over arrays costs 40 ns, more
# than most of the work here.
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
    window_first: np.ndarray  # int32 (selections + 1,) into window_row
    window_row: np.ndarray  # int32: the rows of Dates.starts whose exits a selection needs
    lane_first: np.ndarray  # int32 (selections + 1,) into lanes
    lanes: np.ndarray  # int32 (lanes, 6): the features of POINTED, see FEATURE … NTH
    first: np.ndarray  # int32 (selections + 1,) into the features that are not of POINTED
    which: np.ndarray  # int32: their number among all features
    aggregate: np.ndarray  # int32 (features,)
    value: np.ndarray  # int32: 0 none, 1 amount, 2 quantity
    window: np.ndarray  # int32: row of Dates.starts
    days: np.ndarray  # int64: window_days
    nth: np.ndarray  # int32
    decay: np.ndarray  # int32: row of weights
    weights: np.ndarray  # float64 (half-lives, ages in days): 2^(−age / half-life)


class Room(NamedTuple):
    """Working memory, made once."""

    when: np.ndarray  # int64 (3, events): known, past, over of all events of the group
    local: np.ndarray  # int64 (ROWS, events)
    bounds: np.ndarray  # int64 (customers + 1,): where in ``local`` each customer's events begin
    late: np.ndarray  # bool (customers,): whether an event of the customer became known only after it was past
    reach: np.ndarray  # int64 (windows, D): events of one customer before each window; row 0: before t
    leave: np.ndarray  # int64 (windows, events): first date whose window begins after the event
    sums: np.ndarray  # int64 (SUMS, events + 1)
    totals: np.ndarray  # int64 (2, D + 1): one feature that adds up, and the number of its values
    seen: np.ndarray  # int64 (codes,): events of a channel or topic
    days: np.ndarray  # int64 (4, events): active days, their entries, gaps in order of size, gaps in order of time
    figures: np.ndarray  # float64 (features,): of the gaps so far
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
            _gather(selection, begin, end, first_event, events, len(dates.instant), program, room)
            _pointed(selection, begin, end, first_row, row_date, dates, program, room, out)
            for place in range(program.first[selection], program.first[selection + 1]):
                feature = program.which[place]
                if program.aggregate[feature] < GAPS:
                    _feature(feature, begin, end, first_row, row_date, dates, program, room, out[feature])
                else:  # gap features come last in a selection and share one walk
                    gaps = program.which[place : program.first[selection + 1]]
                    _gaps(gaps, begin, end, first_row, row_date, dates.day, program, room, out)
                    break
        begin = end


@compiled
def _room(first_event, dates, program):  # type: ignore[no-untyped-def]
    most = GROUP
    for customer in range(len(first_event) - 1):
        most = max(most, first_event[customer + 1] - first_event[customer])
    n_windows, n_dates = dates.starts.shape
    n_codes = max(program.topic_allowed.shape[1], program.channel_allowed.shape[1])
    room = Room(
        np.empty((3, most), np.int64),
        np.empty((ROWS, most), np.int64),
        np.empty(GROUP + 1, np.int64),
        np.empty(GROUP, np.bool_),
        np.empty((n_windows, n_dates), np.int64),
        np.zeros((n_windows, most), np.int64),
        np.zeros((SUMS, most + 1), np.int64),
        np.empty((2, n_dates + 1), np.int64),
        np.zeros(n_codes, np.int64),
        np.empty((4, most + 1), np.int64),
        np.empty(len(program.aggregate), np.float64),
        np.empty(n_dates, np.float64),
    )
    room.local[ONE] = 1
    return room


@compiled
def _number(begin, end, events, instants, when):  # type: ignore[no-untyped-def]
    """Known, past and over of a group's events as numbers of dates."""
    occurred, known, ends = events.occurred, events.known, events.ends
    past = 0
    for i in range(begin, end):
        if past > 0 and instants[past - 1] > occurred[i]:  # the next customer
            past = 0
        while past < len(instants) and instants[past] <= occurred[i]:
            past += 1
        when[0, i - begin] = past if known[i] == occurred[i] else _first_after(instants, known[i])
        when[1, i - begin] = past
        when[2, i - begin] = _first_after(instants, ends[i])


@inlined
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
def _gather(selection, begin, end, first_event, events, never, program, room):  # type: ignore[no-untyped-def]
    """The events of a selection side by side in ``local``, customer by customer."""
    when, local, bounds, some_late, wanted = room.when, room.local, room.bounds, room.late, program.wanted[selection]
    occurred, days, amounts, quantities = events.occurred, events.day, events.amount, events.quantity
    kinds, channel, topic = events.kind, events.channel, events.topic
    channels, topics = program.channel_allowed[selection], program.topic_allowed[selection]
    base, k = first_event[begin], 0
    for customer in range(begin, end):
        bounds[customer - begin], late = k, False
        for i in range(first_event[customer], first_event[customer + 1]):
            if wanted[kinds[i]] and channels[channel[i]] and topics[topic[i]]:
                known, past = when[0, i - base], when[1, i - base]
                late = late or known > past
                local[OCCURRED, k] = occurred[i]
                local[DAY, k] = days[i]
                local[KNOWN, k] = known
                local[PAST, k] = past
                local[OVER, k] = when[2, i - base]
                local[ENTRY, k] = max(known, past)
                local[AMOUNT, k] = amounts[i]
                local[QUANTITY, k] = quantities[i]
                local[CHANNEL, k] = channel[i]
                local[TOPIC, k] = topic[i]
                k += 1
        some_late[customer - begin] = late
        _first_of_days(bounds[customer - begin], k, never, local)
    bounds[end - begin] = k


@inlined
def _first_of_days(low, high, never, local):  # type: ignore[no-untyped-def]
    """Events of one day leave every window together, so a day is in from the first entry of one of its events."""
    first = low
    for k in range(low, high):
        if local[DAY, k] != local[DAY, first]:
            first = k
        local[DAY_ENTRY, k] = never
        local[DAY_ENTRY, first] = local[ENTRY, k] if k == first else min(local[DAY_ENTRY, first], local[ENTRY, k])


@compiled
def _pointed(selection, begin, end, first_row, row_date, dates, program, room, out):  # type: ignore[no-untyped-def]
    """What pointers can tell of a selection, for a group of customers."""
    lanes = program.lanes[program.lane_first[selection] : program.lane_first[selection + 1]]
    windows = program.window_row[program.window_first[selection] : program.window_first[selection + 1]]
    if len(lanes) == 0:
        return
    # Taken out of the loops: reading an array of a tuple counts its references anew each time.
    bounds, local, leave, reach, sums, totals = room.bounds, room.local, room.leave, room.reach, room.sums, room.totals
    starts, instants, some_late, values = dates.starts, dates.instant, room.late, room.values
    spans = False
    for lane in range(len(lanes)):
        spans = spans or lanes[lane, AGGREGATE] == OPEN
    for customer in range(begin, end):
        low, high = bounds[customer - begin], bounds[customer - begin + 1]
        first, last = first_row[customer], first_row[customer + 1]
        if low == high:
            _nothing(lanes, first, last, out)
            continue
        late = some_late[customer - begin]
        if late or spans:
            _leave(windows, low, high, starts, local, leave)
        if not late:
            _reach(windows, low, high, instants, starts, local, reach)
            _prefix(low, high, local, sums)
        for lane in range(len(lanes)):
            feature, aggregate, value = lanes[lane, FEATURE], lanes[lane, AGGREGATE], lanes[lane, VALUE]
            window, until, nth = lanes[lane, WINDOW], lanes[lane, UNTIL], lanes[lane, NTH]
            if aggregate == SINCE_LAST:
                if late:
                    _since_last(low, high, local, instants, starts, window, nth, values)
                    for row in range(first, last):
                        out[feature, row] = values[row_date[row]]
                else:
                    _nth_behind(nth, window, low, local, instants, reach, feature, first, last, row_date, out)
            elif late or aggregate == OPEN:
                _by_steps(aggregate, value, window, until, low, high, local, leave, totals)
                _write(aggregate, value, first, last, row_date, totals, feature, out)
            else:
                _between(aggregate, value, window, until, reach, sums, feature, first, last, row_date, out)


@inlined
def _nothing(lanes, first, last, out):  # type: ignore[no-untyped-def]
    for lane in range(len(lanes)):
        for row in range(first, last):
            out[lanes[lane, FEATURE], row] = np.nan if lanes[lane, AGGREGATE] in (MEAN, SINCE_LAST) else 0.0


@inlined
def _reach(windows, low, high, instants, starts, local, reach):  # type: ignore[no-untyped-def]
    """Entry pointer and exit pointers: how many of the customer's events are past, and lie before each window."""
    _count_before(low, high, local, instants, reach[FROM_ENTRY])
    for row in windows:
        _count_before(low, high, local, starts[row], reach[row])


@compiled
def _count_before(low, high, local, times, counts):  # type: ignore[no-untyped-def]
    """How many events lie before each of the ascending times."""
    if high - low <= FEW:  # comparing every event with every time has no branches to guess
        counts[:] = 0
        for k in range(low, high):
            occurred = local[OCCURRED, k]
            for d in range(len(times)):
                counts[d] += occurred < times[d]
    else:
        k = low
        for d in range(len(times)):
            while k < high and local[OCCURRED, k] < times[d]:
                k += 1
            counts[d] = k - low


@inlined
def _prefix(low, high, local, sums):  # type: ignore[no-untyped-def]
    for k in range(low, high):
        n = k - low
        amount, quantity, first = local[AMOUNT, k], local[QUANTITY, k], local[DAY_ENTRY, k] == local[ENTRY, k]
        sums[OF_ONE, n + 1] = n + 1
        sums[OF_AMOUNT, n + 1] = sums[OF_AMOUNT, n] + (amount if amount != NONE else 0)
        sums[OF_QUANTITY, n + 1] = sums[OF_QUANTITY, n] + (quantity if quantity != NONE else 0)
        sums[OF_DAYS, n + 1] = sums[OF_DAYS, n] + (1 if first else 0)
        sums[FILLED + 1, n + 1] = sums[FILLED + 1, n] + (1 if amount != NONE else 0)
        sums[FILLED + 2, n + 1] = sums[FILLED + 2, n] + (1 if quantity != NONE else 0)


@inlined
def _between(aggregate, value, window, until, reach, sums, feature, first, last, row_date, out):  # type: ignore[no-untyped-def]
    """What adds up between the pointers of a window, for the rows of one customer."""
    if aggregate == TOTAL and value == 0:
        for row in range(first, last):
            out[feature, row] = reach[until, row_date[row]] - reach[window, row_date[row]]
    elif aggregate == TOTAL:
        for row in range(first, last):
            begin, end = reach[window, row_date[row]], reach[until, row_date[row]]
            out[feature, row] = (sums[value, end] - sums[value, begin]) / SCALE
    elif aggregate == DISTINCT_DAYS:
        for row in range(first, last):
            begin, end = reach[window, row_date[row]], reach[until, row_date[row]]
            out[feature, row] = sums[OF_DAYS, end] - sums[OF_DAYS, begin]
    elif aggregate == ACTIVE:
        for row in range(first, last):
            out[feature, row] = 1.0 if reach[until, row_date[row]] > reach[window, row_date[row]] else 0.0
    elif aggregate == MEAN:
        for row in range(first, last):
            begin, end = reach[window, row_date[row]], reach[until, row_date[row]]
            n = sums[FILLED + value, end] - sums[FILLED + value, begin]
            out[feature, row] = (sums[value, end] - sums[value, begin]) / (n * SCALE) if n > 0 else np.nan
    else:  # a trend: the newer part less the older one
        for row in range(first, last):
            begin, middle, end = reach[window, row_date[row]], reach[until, row_date[row]], reach[0, row_date[row]]
            change = sums[value, end] - 2 * sums[value, middle] + sums[value, begin]
            out[feature, row] = change if value == 0 else change / SCALE


@inlined
def _nth_behind(nth, window, low, local, instants, reach, feature, first, last, row_date, out):  # type: ignore[no-untyped-def]
    """Days since the nth newest event, which lies ``nth`` behind the entry pointer."""
    for row in range(first, last):
        d = row_date[row]
        k = reach[FROM_ENTRY, d] - nth
        known = k >= reach[window, d]
        out[feature, row] = (instants[d] - local[OCCURRED, low + k]) / US_PER_DAY if known else np.nan


@compiled
def _leave(windows, low, high, starts, local, leave):  # type: ignore[no-untyped-def]
    """The first date whose window begins after each event."""
    for row in windows:
        p = 0
        for k in range(low, high):
            while p < starts.shape[1] and starts[row, p] <= local[OCCURRED, k]:
                p += 1
            leave[row, k] = p


@compiled
def _by_steps(aggregate, value, window, until, low, high, local, leave, totals):  # type: ignore[no-untyped-def]
    """Every event steps up where it comes into the window and down where it leaves."""
    by = DAY_ENTRY if aggregate == DISTINCT_DAYS else ENTRY
    totals[:] = 0
    for k in range(low, high):
        amount, entry, exit_ = local[ONE + value, k], local[by, k], leave[window, k]
        if amount == NONE:
            continue
        if aggregate == TREND:  # up in the newer part, left at ``until``; down in the older one
            _step(totals, amount, entry, leave[until, k])
            _step(totals, -amount, max(entry, leave[until, k]), exit_)
        elif aggregate == OPEN:
            _step(totals, amount, entry, min(exit_, local[OVER, k]))
        else:
            _step(totals, amount, max(entry, leave[until, k]), exit_)
    for d in range(1, totals.shape[1] - 1):
        totals[0, d] += totals[0, d - 1]
        totals[1, d] += totals[1, d - 1]


@inlined
def _step(totals, amount, entry, exit_):  # type: ignore[no-untyped-def]
    if entry < exit_:
        totals[0, entry] += amount
        totals[0, exit_] -= amount
        totals[1, entry] += 1
        totals[1, exit_] -= 1


@compiled
def _write(aggregate, value, first, last, row_date, totals, feature, out):  # type: ignore[no-untyped-def]
    """The totals as the feature, for the rows of one customer."""
    if aggregate == MEAN:
        for row in range(first, last):
            n = totals[1, row_date[row]]
            out[feature, row] = totals[0, row_date[row]] / (n * SCALE) if n > 0 else np.nan
    elif aggregate == ACTIVE:
        for row in range(first, last):
            out[feature, row] = 1.0 if totals[0, row_date[row]] > 0 else 0.0
    elif value == 0:
        for row in range(first, last):
            out[feature, row] = totals[0, row_date[row]]
    else:
        for row in range(first, last):
            out[feature, row] = totals[0, row_date[row]] / SCALE


@compiled
def _feature(feature, begin, end, first_row, row_date, dates, program, room, out):  # type: ignore[no-untyped-def]
    """Write one feature that is looked up at each date, out (rows,), for a group of customers."""
    aggregate, value, nth = program.aggregate[feature], ONE + program.value[feature], program.nth[feature]
    window, days, weights = program.window[feature], program.days[feature], program.weights[program.decay[feature]]
    local, values, bounds, instants, starts = room.local, room.values, room.bounds, dates.instant, dates.starts
    today, seen, counts = dates.day, room.seen, room.days
    nothing = 0.0 if aggregate in COUNTING else np.nan
    for customer in range(begin, end):
        low, high = bounds[customer - begin], bounds[customer - begin + 1]
        first, last = first_row[customer], first_row[customer + 1]
        if low == high:
            for row in range(first, last):
                out[row] = nothing
            continue
        if aggregate == AHEAD:
            _ahead(low, high, local, value, instants, starts, window, values)
        elif aggregate == EARLY:
            _early(low, high, local, days, values)
        elif aggregate == UNTIL_NEXT:
            _until_next(low, high, local, instants, values)
        else:
            _look_back(
                aggregate, low, high, local, value, nth, instants, today, starts, window, weights, seen, counts, values
            )
        for row in range(first, last):
            out[row] = values[row_date[row]]


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


@inlined
def _look_back(  # type: ignore[no-untyped-def]
    aggregate, begin, end, local, value, nth, instants, today, starts, window, weights, seen, counts, result
):
    """Aggregates that are looked up at each date among the events of its window, low … high − 1.

    ``high`` is the entry pointer, ``low`` the exit pointer; an event between them may still be unknown at the date.
    """
    low, high = begin, begin
    for d in range(len(result)):
        while high < end and local[PAST, high] <= d:
            high += 1
        while low < high and local[OCCURRED, low] < starts[window, d]:
            low += 1
        if aggregate == LAST:
            result[d] = _last(local, low, high, d, value, nth)
        elif aggregate == DECAYED:
            result[d] = _decayed(local, low, high, d, today[d], weights)
        elif aggregate == SINCE_FIRST:
            result[d] = _since_first(local, low, high, d, instants[d], False)
        elif aggregate == OPEN_LONGEST:
            result[d] = _since_first(local, low, high, d, instants[d], True)
        elif aggregate == DISTINCT_TOPICS:
            result[d] = _distinct(local, low, high, d, TOPIC, seen)
        elif aggregate == DISTINCT_CHANNELS:
            result[d] = _distinct(local, low, high, d, CHANNEL, seen)
        elif aggregate == ENTROPY:
            result[d] = _entropy(local, low, high, d, seen, counts)
        else:
            result[d] = _extreme(local, low, high, d, value, 1 if aggregate == MAX else -1)


@inlined
def _extreme(local, low, high, d, value, sign):  # type: ignore[no-untyped-def]
    best, found = 0, False
    for k in range(low, high):
        amount = local[value, k]
        if local[KNOWN, k] <= d and amount != NONE and (not found or sign * amount > sign * best):
            best, found = amount, True
    return best / SCALE if found else np.nan


@inlined
def _last(local, low, high, d, value, nth):  # type: ignore[no-untyped-def]
    for k in range(high - 1, low - 1, -1):
        if local[KNOWN, k] <= d and local[value, k] != NONE:
            nth -= 1
            if nth == 0:
                return local[value, k] / SCALE
    return np.nan


@inlined
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
def _entropy(local, low, high, d, seen, space):  # type: ignore[no-untyped-def]
    """Shannon entropy (nats) of the topics: ln n − Σ c ln c / n, added up in order of the counts c."""
    counts, n, total = space[0], 0, 0
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


@inlined
def _decayed(local, low, high, d, today, weights):  # type: ignore[no-untyped-def]
    total = 0.0
    for k in range(low, high):
        if local[KNOWN, k] <= d:
            total += weights[today - local[DAY, k]]
    return total


@compiled
def _since_last(begin, end, local, instants, starts, window, nth, result):  # type: ignore[no-untyped-def]
    high = begin
    for d in range(len(result)):
        while high < end and local[PAST, high] <= d:
            high += 1
        k, left = high, nth
        while left > 0 and k > begin:
            k -= 1
            if local[KNOWN, k] <= d:
                left -= 1
        inside = left == 0 and local[OCCURRED, k] >= starts[window, d]
        result[d] = (instants[d] - local[OCCURRED, k]) / US_PER_DAY if inside else np.nan


@inlined
def _since_first(local, low, high, d, now, only_open):  # type: ignore[no-untyped-def]
    for k in range(low, high):
        if local[KNOWN, k] <= d and (not only_open or d < local[OVER, k]):
            return (now - local[OCCURRED, k]) / US_PER_DAY
    return np.nan


@compiled
def _gaps(features, begin, end, first_row, row_date, today, program, room, out):  # type: ignore[no-untyped-def]
    """All gap features of one selection, for a group of customers."""
    bounds, local, space, figures = room.bounds, room.local, room.days, room.figures
    aggregates, ahead, nth = program.aggregate, program.days, program.nth
    for customer in range(begin, end):
        low, high = bounds[customer - begin], bounds[customer - begin + 1]
        first, last = first_row[customer], first_row[customer + 1]
        if low == high:
            for feature in features:
                out[feature, first:last] = np.nan
        else:
            _walk(features, low, high, first, last, row_date, today, aggregates, ahead, nth, local, space, figures, out)


@inlined
def _walk(features, low, high, row, last_row, row_date, today, aggregates, ahead, nth, local, space, figures, out):  # type: ignore[no-untyped-def]
    """One walk over a customer's active days, gaps kept sorted as the days come in; figures are kept until a gap comes.

    Where a day becomes known only after a later one, the walk starts over at each date.
    """
    days, entries, gaps, sequence = space[0], space[1], space[2], space[3]
    n_days, orderly = _active_days(low, high, local, days, entries)
    n, last, k, made = 0, -1, 0, -1
    for d in range(len(today)):
        if not orderly:
            n, last, k, made = 0, -1, 0, -1
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
            if made != n:
                made = n
                for i in range(len(features)):
                    figures[i] = _figure(aggregates[features[i]], gaps, sequence, n, nth[features[i]])
            for i in range(len(features)):
                feature, aggregate = features[i], aggregates[features[i]]
                if aggregate == HAZARD:
                    out[feature, row] = _hazard(gaps, n, elapsed, ahead[feature]) if elapsed >= 0 else np.nan
                elif aggregate in (ELAPSED_MEDIAN, ELAPSED_Q75, ELAPSED_Q90):
                    out[feature, row] = elapsed / figures[i]
                else:
                    out[feature, row] = figures[i]
            row += 1


@inlined
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


@inlined
def _insert(ordered, n, number):  # type: ignore[no-untyped-def]
    """Put a number into its place among the ``n`` ascending ones."""
    k = n
    while k > 0 and ordered[k - 1] > number:
        ordered[k] = ordered[k - 1]
        k -= 1
    ordered[k] = number


@compiled
def _figure(aggregate, gaps, sequence, n, nth):  # type: ignore[no-untyped-def]
    """One figure of n gaps (by size, and by time); of those that divide the silence by a quantile: the quantile."""
    if n == 0 or aggregate == HAZARD:
        return np.nan
    if aggregate in (GAP_MEDIAN, ELAPSED_MEDIAN):
        return _quantile(gaps, n, 0.5)
    if aggregate in (GAP_Q75, ELAPSED_Q75):
        return _quantile(gaps, n, 0.75)
    if aggregate in (GAP_Q90, ELAPSED_Q90):
        return _quantile(gaps, n, 0.9)
    if aggregate == GAP_MEAN:
        return _mean(gaps, n)
    if aggregate == GAP_STD:
        return _deviation(gaps, n)
    if aggregate == GAP_EWM:
        return _smoothed(sequence, n)
    return sequence[n - nth] if nth <= n else np.nan


@compiled
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
