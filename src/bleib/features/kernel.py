"""The one pass: every kernel feature of every customer at every as-of date. Only integers are compared.

Customers are taken in groups whose events fit into the processor's cache. Of a group, the events of one selection (a
set of kinds, narrowed by channel and topic; several features share one) are copied side by side, customer by customer,
in order of their occurrence. For every row (customer and date) pointers into them are found: ``spot`` row 0 is the
entry pointer (behind the newest event that is past at the date), the others are exit pointers (the first event of each
window). A feature is then one short loop over the group's rows: what adds up is a difference of prefix sums between two
pointers, what does not is looked up in between. docs/kernel.md has a picture.

Where an event becomes known only after a date at which it was past, pointers do not tell what is known: such ``late``
customers are few, and their rows are written again by loops that look at each event (``_slow``). So are spans and what
lies ahead, for everybody.

Dates are numbered 0 … D−1, ascending, and each time of an event is turned into the number of the first date at which
it is past. Cost: O(events × windows + rows × features), and O(events in the window × rows) for what is looked up.

One file on purpose: numba's cache on disk notices edits in the file of the function that was called, not in others.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bleib.features.compiled import entry, inlined, loop

NONE = np.iinfo(np.int64).min  # a missing amount or quantity, the begin of a window without a beginning
NEVER = np.iinfo(np.int64).max  # the end of what has none
SCALE = 10_000  # amounts are integers: ten-thousandths
US_PER_DAY = 86_400_000_000.0
DAYS_PER_YEAR = 365.2425

# Aggregates by number. Those below SPANS follow from the pointers alone; spans and what lies ahead are looked at event
# by event; those from GAPS on look at the gaps between active days and share one walk.
TOTAL, MEAN, TREND, ACTIVE, DISTINCT_DAYS, SINCE_LAST, SINCE_FIRST = 0, 1, 2, 3, 4, 5, 6
MAX, MIN, LAST, DISTINCT_TOPICS, DISTINCT_CHANNELS, DECAYED, EARLY, ENTROPY = 7, 8, 9, 10, 11, 12, 13, 14
SEASON_SIN, SEASON_COS = 15, 16
SPANS = 20
OPEN, OPEN_LONGEST, UNTIL_NEXT, AHEAD = 20, 21, 22, 23
GAPS = 30
GAP_MEDIAN, GAP_MEAN, GAP_Q75, GAP_Q90, GAP_STD, GAP_LAST, GAP_EWM = 30, 31, 32, 33, 34, 35, 36
ELAPSED_MEDIAN, ELAPSED_Q75, ELAPSED_Q90, HAZARD = 37, 38, 39, 40

FEW = 32  # events for which comparing all of them beats moving a pointer
GROUP = 2_048  # events of a group of customers, and rows: what fits into the second-level cache

# Rows of ``local``: the events of one selection, customer by customer, in order of their occurrence.
ONE, AMOUNT, QUANTITY = 0, 1, 2  # what a count adds up; ten-thousandths or NONE
OCCURRED, DAY = 3, 4  # microseconds UTC; the company's day number
KNOWN, PAST, OVER, ENTRY = 5, 6, 7, 8  # number of the first date at which it is known, past, over; known and past
DAY_ENTRY = 9  # of the first event of a day: the earliest entry of that day's events; of the others: never
CHANNEL, TOPIC = 10, 11  # −1: none
BEFORE_CHANNEL, BEFORE_TOPIC = 12, 13  # where its channel or topic came up before; −1: not at all; no code: never new
ROWS = 14

# Which aggregates need a row of ``local``; DAY_ENTRY stands for all that tells the first event of a day.
USERS = {
    CHANNEL: {DISTINCT_CHANNELS},
    TOPIC: {DISTINCT_TOPICS, ENTROPY},
    DAY_ENTRY: {DISTINCT_DAYS},
    OVER: {OPEN, OPEN_LONGEST, UNTIL_NEXT, AHEAD},
}

# Rows of ``sums``: prefix sums over all of ``local``, with a 0 in front.
OF_DAYS, OF_AMOUNT, OF_QUANTITY, FILLED = 0, 1, 2, 2  # first events of their day; FILLED + value: how many have one
SUMS = 5

FROM_ENTRY = 0  # row of ``spot`` of a window that reaches up to t


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
    copied: np.ndarray  # bool (selections, ROWS): the rows of ``local`` that a selection needs
    window_first: np.ndarray  # int32 (selections + 1,) into window_row
    window_row: np.ndarray  # int32: the rows of Dates.starts to which a selection needs pointers
    first: np.ndarray  # int32 (selections + 1,) into the features, those of gaps last in each selection
    aggregate: np.ndarray  # int32 (features,)
    value: np.ndarray  # int32: 0 none, 1 amount, 2 quantity
    window: np.ndarray  # int32: row of Dates.starts
    until: np.ndarray  # int32: row of Dates.starts at which the window ends (a trend: its newer half begins)
    days: np.ndarray  # int64: window_days
    nth: np.ndarray  # int32
    decay: np.ndarray  # int32: row of weights
    weights: np.ndarray  # float64 (half-lives, ages in days): 2^(−age / half-life)


class Room(NamedTuple):
    """Working memory, made once. "Rows" are those of one group of customers."""

    when: np.ndarray  # int64 (3, events): known, past, over of all events of the group
    picked: np.ndarray  # int64 (events,): which of the group's events are in ``local``
    local: np.ndarray  # int64 (ROWS, events)
    bounds: np.ndarray  # int64 (customers + 1,): where in ``local`` each customer's events begin
    belongs: np.ndarray  # bool (events,): whether an event of the group is one of the selection
    late: np.ndarray  # bool (events,): whether an event of the group became known only after it was past
    some_late: np.ndarray  # bool (customers,): whether the selection has a late event of the customer
    spot: np.ndarray  # int32 (windows, rows): pointers into ``local``
    instant: np.ndarray  # int64 (rows,): of the row's date
    today: np.ndarray  # int64 (rows,): the day of the row's date
    sums: np.ndarray  # int64 (SUMS, events + 1)
    faded: np.ndarray  # float64 (events + 1,): decayed count right after each event
    edges: np.ndarray  # int64 (windows × D,): where the windows of a selection begin, window by window
    reach: np.ndarray  # int64 (windows × D,): the pointers of one customer
    leave: np.ndarray  # int64 (2, events): first date at which the window, or its end, begins after the event
    totals: np.ndarray  # int64 (2, D + 1): one feature that adds up, and the number of its values
    seen: np.ndarray  # int64 (codes,): of a channel or topic, the place where it came up last, or how often; else 0
    gaps: np.ndarray  # int64 (2, events): gaps in order of size, and in order of time
    state: np.ndarray  # int64 (rows,): column of ``figures``
    elapsed: np.ndarray  # int64 (rows,): days since the newest active day; −1: there is none
    figures: np.ndarray  # float64 (gap features, rows + 1): of the gaps so far; column 0: no gap
    values: np.ndarray  # float64 (D,)


@entry
def run(first_event, first_row, row_date, events, dates, program, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` (features, rows; float32).

    ``first_event`` (customers + 1,) delimits each customer's events, ``first_row`` (customers + 1,) their rows of
    ``out``; ``row_date`` gives the number of each row's date.
    """
    room = _room(first_event, first_row, dates, program)
    begin, customers = 0, len(first_row) - 1
    while begin < customers:
        end = begin + 1
        while end < customers and _fits(begin, end, first_event) and _fits(begin, end, first_row):
            end += 1
        _number(first_event[begin], first_event[end], events, dates.instant, room.when, room.late)
        _place(first_row[begin], first_row[end], row_date, dates, room)
        for selection in range(len(program.first) - 1):
            _pick(selection, begin, end, first_event, events, program, room)
            _copy(selection, begin, end, first_event, events, len(dates.instant), program, room)
            _point(selection, begin, end, first_row, row_date, dates, program, room)
            for feature in range(program.first[selection], program.first[selection + 1]):
                if program.aggregate[feature] >= GAPS:  # they come last in a selection and share one walk
                    _gaps(feature, program.first[selection + 1], begin, end, first_row, row_date, program, room, out)
                    break
                if program.aggregate[feature] < SPANS:
                    _quick(feature, begin, end, first_row, program, room, out[feature])
                _slow(feature, begin, end, first_row, row_date, dates, program, room, out[feature])
        begin = end


@inlined
def _fits(begin, end, first):  # type: ignore[no-untyped-def]
    return first[end + 1] - first[begin] <= GROUP


@loop
def _room(first_event, first_row, dates, program):  # type: ignore[no-untyped-def]
    events, rows, n_dates = GROUP, GROUP, len(dates.instant)
    for customer in range(len(first_event) - 1):
        events = max(events, first_event[customer + 1] - first_event[customer])
        rows = max(rows, first_row[customer + 1] - first_row[customer])
    gap_features = 0
    for aggregate in program.aggregate:
        gap_features += aggregate >= GAPS
    room = Room(
        np.empty((3, events), np.int64),
        np.empty(events, np.int64),
        np.empty((ROWS, events), np.int64),
        np.empty(GROUP + 1, np.int64),
        np.empty(events, np.bool_),
        np.empty(events, np.bool_),
        np.empty(GROUP, np.bool_),
        np.empty((len(dates.starts), rows), np.int32),
        np.empty(rows, np.int64),
        np.empty(rows, np.int64),
        np.zeros((SUMS, events + 1), np.int64),
        np.empty(events + 1, np.float64),
        np.empty(dates.starts.size, np.int64),
        np.empty(dates.starts.size, np.int64),
        np.zeros((2, events), np.int64),
        np.empty((2, n_dates + 1), np.int64),
        np.zeros(max(program.topic_allowed.shape[1], program.channel_allowed.shape[1]), np.int64),
        np.empty((2, events + 1), np.int64),
        np.empty(rows, np.int64),
        np.empty(rows, np.int64),
        np.empty((gap_features, rows + 1), np.float64),
        np.empty(n_dates, np.float64),
    )
    room.local[ONE] = 1
    return room


@loop
def _number(begin, end, events, instants, when, late):  # type: ignore[no-untyped-def]
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
        late[i - begin] = when[0, i - begin] > past


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


@loop
def _place(begin, end, row_date, dates, room):  # type: ignore[no-untyped-def]
    instant, today, instants, days = room.instant, room.today, dates.instant, dates.day
    for row in range(begin, end):
        instant[row - begin] = instants[row_date[row]]
        today[row - begin] = days[row_date[row]]


@loop
def _pick(selection, begin, end, first_event, events, program, room):  # type: ignore[no-untyped-def]
    """Which of the group's events belong to a selection, and which customers have a late one."""
    late, picked, bounds, some_late, belongs = room.late, room.picked, room.bounds, room.some_late, room.belongs
    base, k = first_event[begin], 0
    _belong(base, first_event[end], selection, events, program, belongs)
    for customer in range(begin, end):
        bounds[customer - begin], some = k, False
        for i in range(first_event[customer] - base, first_event[customer + 1] - base):
            picked[k] = i  # written over by the next one if it does not belong: no branch to guess
            k += belongs[i]
            some |= belongs[i] & late[i]
        some_late[customer - begin] = some
    bounds[end - begin] = k


@loop
def _belong(begin, end, selection, events, program, belongs):  # type: ignore[no-untyped-def]
    """Whether each event of a group belongs to a selection."""
    wanted, kinds = program.wanted[selection], events.kind
    for i in range(begin, end):
        belongs[i - begin] = wanted[kinds[i]]
    for codes, allowed in (
        (events.channel, program.channel_allowed[selection]),
        (events.topic, program.topic_allowed[selection]),
    ):
        if not _all(allowed):
            for i in range(begin, end):
                belongs[i - begin] &= allowed[codes[i]]


@inlined
def _all(allowed):  # type: ignore[no-untyped-def]
    """As ``allowed.all()``, for which numba would load the whole of its linear algebra."""
    k = 0
    while k < len(allowed) and allowed[k]:
        k += 1
    return k == len(allowed)


@loop
def _copy(selection, begin, end, first_event, events, never, program, room):  # type: ignore[no-untyped-def]
    """Fill the rows of ``local`` and ``sums`` that a selection needs."""
    bounds, local, picked, when, copied = room.bounds, room.local, room.picked, room.when, program.copied[selection]
    n, base, some_late = bounds[end - begin], first_event[begin], False
    for customer in range(end - begin):
        some_late |= room.some_late[customer]
    _take(events.occurred, base, picked, n, local[OCCURRED])
    _take(events.day, base, picked, n, local[DAY])
    if copied[AMOUNT]:
        _take(events.amount, base, picked, n, local[AMOUNT])
        _add_up(local[AMOUNT], n, room.sums[OF_AMOUNT], room.sums[FILLED + 1])
    if copied[QUANTITY]:
        _take(events.quantity, base, picked, n, local[QUANTITY])
        _add_up(local[QUANTITY], n, room.sums[OF_QUANTITY], room.sums[FILLED + 2])
    if copied[CHANNEL]:
        _take(events.channel, base, picked, n, local[CHANNEL])
        _find_before(local[CHANNEL], end - begin, bounds, room.seen, local[BEFORE_CHANNEL])
    if copied[TOPIC]:
        _take(events.topic, base, picked, n, local[TOPIC])
        _find_before(local[TOPIC], end - begin, bounds, room.seen, local[BEFORE_TOPIC])
    if copied[DAY_ENTRY]:
        _count_days(local[DAY], end - begin, bounds, room.sums[OF_DAYS])
    if some_late or copied[OVER]:
        _take(when[0], 0, picked, n, local[KNOWN])
        _take(when[1], 0, picked, n, local[PAST])
        _take(when[2], 0, picked, n, local[OVER])
        for k in range(n):
            local[ENTRY, k] = max(local[KNOWN, k], local[PAST, k])
        for customer in range(end - begin):
            _first_of_days(bounds[customer], bounds[customer + 1], never, local)


@loop
def _take(column, base, picked, n, out):  # type: ignore[no-untyped-def]
    for k in range(n):
        out[k] = column[base + picked[k]]


@loop
def _add_up(values, n, total, filled):  # type: ignore[no-untyped-def]
    for k in range(n):
        has = values[k] != NONE
        total[k + 1] = total[k] + (values[k] if has else 0)
        filled[k + 1] = filled[k] + has


@loop
def _count_days(days, customers, bounds, total):  # type: ignore[no-untyped-def]
    for customer in range(customers):
        for k in range(bounds[customer], bounds[customer + 1]):
            new = k == bounds[customer] or days[k] != days[k - 1]
            total[k + 1] = total[k] + new


@loop
def _find_before(codes, customers, bounds, last, out):  # type: ignore[no-untyped-def]
    """Where each event's code came up before among its customer's events; −1: not at all. ``last`` is left as 0."""
    for customer in range(customers):
        low, high = bounds[customer], bounds[customer + 1]
        for k in range(low, high):
            if codes[k] >= 0:
                out[k] = last[codes[k]] - 1
                last[codes[k]] = k + 1
            else:
                out[k] = NEVER
        for k in range(low, high):
            if codes[k] >= 0:
                last[codes[k]] = 0


@inlined
def _first_of_days(low, high, never, local):  # type: ignore[no-untyped-def]
    """Events of one day leave every window together, so a day is in from the first entry of one of its events."""
    first = low
    for k in range(low, high):
        if local[DAY, k] != local[DAY, first]:
            first = k
        local[DAY_ENTRY, k] = never
        local[DAY_ENTRY, first] = local[ENTRY, k] if k == first else min(local[DAY_ENTRY, first], local[ENTRY, k])


@loop
def _point(selection, begin, end, first_row, row_date, dates, program, room):  # type: ignore[no-untyped-def]
    """Entry pointer and exit pointers of every row: where the first event lies that is not before the edge."""
    windows = program.window_row[program.window_first[selection] : program.window_first[selection + 1]]
    bounds, occurred, spot, base = room.bounds, room.local[OCCURRED], room.spot, first_row[begin]
    n_dates = len(dates.instant)
    edges, reach = room.edges[: len(windows) * n_dates], room.reach[: len(windows) * n_dates]
    for w in range(len(windows)):
        window = windows[w]
        edges[w * n_dates : (w + 1) * n_dates] = dates.instant if window == FROM_ENTRY else dates.starts[window]
    for customer in range(begin, end):
        low, high = bounds[customer - begin], bounds[customer - begin + 1]
        first, last = first_row[customer], first_row[customer + 1]
        _count_before(low, high, occurred, edges, n_dates, reach)
        dense = row_date[last - 1] - row_date[first] == last - first - 1  # no date left out: a copy
        for w in range(len(windows)):
            window, place = windows[w], w * n_dates + row_date[first]
            if dense:
                for row in range(last - first):
                    spot[window, first - base + row] = reach[place + row]
            else:
                for row in range(first, last):
                    spot[window, row - base] = reach[w * n_dates + row_date[row]]


@inlined
def _count_before(low, high, occurred, edges, n_dates, reach):  # type: ignore[no-untyped-def]
    """The first event that is not before each edge; the edges of a window ascend."""
    if high - low <= FEW:  # comparing every event with every edge has no branches to guess
        reach[:] = low
        for k in range(low, high):
            for place in range(len(edges)):
                reach[place] += occurred[k] < edges[place]
    else:
        k = low
        for place in range(len(edges)):
            if place % n_dates == 0:
                k = low
            while k < high and occurred[k] < edges[place]:
                k += 1
            reach[place] = k


@loop
def _quick(feature, begin, end, first_row, program, room, out):  # type: ignore[no-untyped-def]
    """Write one feature from the pointers, as if every event were known when it occurs."""
    aggregate, value, nth = program.aggregate[feature], program.value[feature], program.nth[feature]
    exit_, until = room.spot[program.window[feature]], room.spot[program.until[feature]]
    column, total, filled = out[first_row[begin] : first_row[end]], room.sums[value], room.sums[FILLED + value]
    local = room.local
    if aggregate == TOTAL and value == 0:
        _count(exit_, until, column)
    elif aggregate == TOTAL:
        _sum(exit_, until, total, column)
    elif aggregate == DISTINCT_DAYS:
        _count_between(exit_, until, room.sums[OF_DAYS], column)
    elif aggregate == ACTIVE:
        _active(exit_, until, column)
    elif aggregate == MEAN:
        _average(exit_, until, total, filled, column)
    elif aggregate == TREND and value == 0:
        _change_of_count(exit_, until, room.spot[FROM_ENTRY], column)
    elif aggregate == TREND:
        _change(exit_, until, room.spot[FROM_ENTRY], total, column)
    elif aggregate == SINCE_LAST:
        _days_since(exit_, until, nth, room.instant, local[OCCURRED], column)
    elif aggregate == SINCE_FIRST:
        _days_since_first(exit_, until, room.instant, local[OCCURRED], column)
    elif aggregate == MAX:
        _largest(exit_, until, local[value], column)
    elif aggregate == MIN:
        _smallest(exit_, until, local[value], column)
    elif aggregate == LAST:
        _newest(exit_, until, nth, local[value], column)
    elif aggregate == DISTINCT_TOPICS:
        _distinct(exit_, until, local[BEFORE_TOPIC], column)
    elif aggregate == DISTINCT_CHANNELS:
        _distinct(exit_, until, local[BEFORE_CHANNEL], column)
    elif aggregate == DECAYED:
        weights = program.weights[program.decay[feature]]
        _fade(end - begin, room.bounds, local[DAY], weights, room.faded)
        _decayed(exit_, until, room.today, local[DAY], weights, room.faded, column)
    elif aggregate == EARLY:
        _early(exit_, until, program.days[feature], local[DAY], column)
    elif aggregate in (SEASON_SIN, SEASON_COS):
        _season(room.today, 0.0 if aggregate == SEASON_SIN else np.pi / 2, column)
    else:
        _mixed(exit_, until, local[TOPIC], room.seen, room.gaps[0], column)


@loop
def _count(low, high, out):  # type: ignore[no-untyped-def]
    for row in range(len(out)):
        out[row] = high[row] - low[row]


@loop
def _active(low, high, out):  # type: ignore[no-untyped-def]
    for row in range(len(out)):
        out[row] = high[row] > low[row]


@loop
def _sum(low, high, total, out):  # type: ignore[no-untyped-def]
    for row in range(len(out)):
        out[row] = (total[high[row]] - total[low[row]]) / SCALE


@loop
def _count_between(low, high, total, out):  # type: ignore[no-untyped-def]
    for row in range(len(out)):
        out[row] = total[high[row]] - total[low[row]]


@loop
def _average(low, high, total, filled, out):  # type: ignore[no-untyped-def]
    for row in range(len(out)):
        n = filled[high[row]] - filled[low[row]]
        out[row] = (total[high[row]] - total[low[row]]) / (n * SCALE) if n > 0 else np.nan


@loop
def _change_of_count(low, middle, high, out):  # type: ignore[no-untyped-def]
    for row in range(len(out)):
        out[row] = high[row] - 2 * middle[row] + low[row]


@loop
def _change(low, middle, high, total, out):  # type: ignore[no-untyped-def]
    """The newer part less the older one."""
    for row in range(len(out)):
        out[row] = (total[high[row]] - 2 * total[middle[row]] + total[low[row]]) / SCALE


@loop
def _days_since(low, high, nth, instant, occurred, out):  # type: ignore[no-untyped-def]
    """The nth newest event lies ``nth`` behind the entry pointer."""
    for row in range(len(out)):
        k = high[row] - nth
        out[row] = (instant[row] - occurred[k]) / US_PER_DAY if k >= low[row] else np.nan


@loop
def _days_since_first(low, high, instant, occurred, out):  # type: ignore[no-untyped-def]
    for row in range(len(out)):
        k = low[row]
        out[row] = (instant[row] - occurred[k]) / US_PER_DAY if k < high[row] else np.nan


@loop
def _largest(low, high, values, out):  # type: ignore[no-untyped-def]
    for row in range(len(out)):
        best = NONE  # the least of all numbers, so a missing value is never the largest
        for k in range(low[row], high[row]):
            best = max(best, values[k])
        out[row] = best / SCALE if best != NONE else np.nan


@loop
def _smallest(low, high, values, out):  # type: ignore[no-untyped-def]
    for row in range(len(out)):
        best = NEVER
        for k in range(low[row], high[row]):
            best = min(best, values[k] if values[k] != NONE else NEVER)
        out[row] = best / SCALE if best != NEVER else np.nan


@loop
def _newest(low, high, nth, values, out):  # type: ignore[no-untyped-def]
    for row in range(len(out)):
        k, left = high[row], nth
        while left > 0 and k > low[row]:
            k -= 1
            left -= values[k] != NONE
        out[row] = values[k] / SCALE if left == 0 else np.nan


@loop
def _distinct(low, high, before, out):  # type: ignore[no-untyped-def]
    """A code is new in the window where it came up before the window only, if at all."""
    for row in range(len(out)):
        n = 0
        for k in range(low[row], high[row]):
            n += before[k] < low[row]
        out[row] = n


@loop
def _fade(customers, bounds, days, weights, faded):  # type: ignore[no-untyped-def]
    """The decayed count of a customer right after each event: what was left of it, and one more."""
    for customer in range(customers):
        total = 0.0
        for k in range(bounds[customer], bounds[customer + 1]):
            if k > bounds[customer]:
                total *= weights[days[k] - days[k - 1]]
            total += 1.0
            faded[k] = total


@loop
def _decayed(low, high, today, days, weights, faded, out):  # type: ignore[no-untyped-def]
    for row in range(len(out)):
        k = high[row] - 1
        out[row] = faded[k] * weights[today[row] - days[k]] if k >= low[row] else 0.0


@loop
def _early(low, high, within, days, out):  # type: ignore[no-untyped-def]
    """Events in the first days after the first one."""
    for row in range(len(out)):
        k = low[row]
        while k < high[row] and days[k] < days[low[row]] + within:
            k += 1
        out[row] = k - low[row]


@loop
def _season(today, ahead, out):  # type: ignore[no-untyped-def]
    """Sine of the angle that the year has turned by the as-of date; ``ahead`` a quarter of a turn: its cosine."""
    for row in range(len(out)):
        out[row] = np.sin(2.0 * np.pi * today[row] / DAYS_PER_YEAR + ahead)


@loop
def _mixed(low, high, topics, seen, counts, out):  # type: ignore[no-untyped-def]
    for row in range(len(out)):
        for k in range(low[row], high[row]):
            if topics[k] >= 0:
                seen[topics[k]] += 1
        out[row] = _entropy(topics, low[row], high[row], seen, counts)


@inlined
def _entropy(topics, low, high, seen, counts):  # type: ignore[no-untyped-def]
    """Shannon entropy (nats) of what was ``seen``: ln n − Σ c ln c / n, added up in order of the counts c."""
    n, total, weighted = 0, 0, 0.0
    for k in range(low, high):
        if topics[k] >= 0 and seen[topics[k]] > 0:
            total += seen[topics[k]]
            _insert(counts, n, seen[topics[k]])
            n += 1
            seen[topics[k]] = 0
    for k in range(n):
        weighted += counts[k] * np.log(counts[k])
    return max(0.0, np.log(total) - weighted / total) if total > 0 else np.nan


@loop
def _slow(feature, begin, end, first_row, row_date, dates, program, room, out):  # type: ignore[no-untyped-def]
    """Write one feature from what is known of each event: of late customers, and spans of everybody."""
    aggregate, value, nth = program.aggregate[feature], program.value[feature], program.nth[feature]
    days, weights = program.days[feature], program.weights[program.decay[feature]]
    starts, ends = dates.starts[program.window[feature]], dates.starts[program.until[feature]]
    # Taken out of the loops: reading an array of a tuple counts its references anew each time.
    local, bounds, some_late, values, totals = room.local, room.bounds, room.some_late, room.values, room.totals
    leave, seen, counts, instants, today = room.leave, room.seen, room.gaps[0], dates.instant, dates.day
    for customer in range(begin, end):
        low, high = bounds[customer - begin], bounds[customer - begin + 1]
        first, last = first_row[customer], first_row[customer + 1]
        if not some_late[customer - begin] and (aggregate < SPANS or low == high):
            if aggregate >= SPANS:
                for row in range(first, last):
                    out[row] = 0.0 if aggregate in (OPEN, AHEAD) else np.nan
        elif aggregate in (TOTAL, MEAN, TREND, ACTIVE, DISTINCT_DAYS, OPEN):
            _leave(low, high, starts, local, leave[0])
            leave[1, low:high] = 0
            if program.until[feature] != FROM_ENTRY:
                _leave(low, high, ends, local, leave[1])
            _by_steps(aggregate, value, low, high, local, leave, totals)
            _write(aggregate, value, first, last, row_date, totals, out)
        else:
            if aggregate == SINCE_LAST:
                _since_last(low, high, local, instants, starts, nth, values)
            elif aggregate == AHEAD:
                _ahead(low, high, local, value, instants, starts, values)
            elif aggregate == UNTIL_NEXT:
                _until_next(low, high, local, instants, values)
            elif aggregate == EARLY:
                _early_known(low, high, local, days, values)
            else:
                _look_back(aggregate, low, high, local, value, nth, instants, today, starts, weights, seen, counts,
                           values)  # fmt: skip
            for row in range(first, last):
                out[row] = values[row_date[row]]


@loop
def _leave(low, high, starts, local, leave):  # type: ignore[no-untyped-def]
    """The first date whose window begins after each event."""
    p = 0
    for k in range(low, high):
        while p < len(starts) and starts[p] <= local[OCCURRED, k]:
            p += 1
        leave[k] = p


@loop
def _by_steps(aggregate, value, low, high, local, leave, totals):  # type: ignore[no-untyped-def]
    """Every event steps up where it comes into the window and down where it leaves."""
    by = DAY_ENTRY if aggregate == DISTINCT_DAYS else ENTRY
    totals[:] = 0
    for k in range(low, high):
        amount, entry, exit_, until = local[ONE + value, k], local[by, k], leave[0, k], leave[1, k]
        if amount == NONE:
            continue
        if aggregate == TREND:  # up in the newer part, left at ``until``; down in the older one
            _step(totals, amount, entry, until)
            _step(totals, -amount, max(entry, until), exit_)
        elif aggregate == OPEN:
            _step(totals, amount, entry, min(exit_, local[OVER, k]))
        else:
            _step(totals, amount, max(entry, until), exit_)
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


@loop
def _write(aggregate, value, first, last, row_date, totals, out):  # type: ignore[no-untyped-def]
    """The totals as the feature, for the rows of one customer."""
    for row in range(first, last):
        total, n = totals[0, row_date[row]], totals[1, row_date[row]]
        if aggregate == MEAN:
            out[row] = total / (n * SCALE) if n > 0 else np.nan
        elif aggregate == ACTIVE:
            out[row] = 1.0 if total > 0 else 0.0
        elif value == 0:
            out[row] = total
        else:
            out[row] = total / SCALE


@loop
def _since_last(begin, end, local, instants, starts, nth, result):  # type: ignore[no-untyped-def]
    high = begin
    for d in range(len(result)):
        while high < end and local[PAST, high] <= d:
            high += 1
        k, left = high, nth
        while left > 0 and k > begin:
            k -= 1
            if local[KNOWN, k] <= d:
                left -= 1
        inside = left == 0 and local[OCCURRED, k] >= starts[d]
        result[d] = (instants[d] - local[OCCURRED, k]) / US_PER_DAY if inside else np.nan


@loop
def _ahead(low, high, local, value, instants, ends, result):  # type: ignore[no-untyped-def]
    for d in range(len(result)):
        total = 0
        for k in range(low, high):
            inside = instants[d] <= local[OCCURRED, k] < ends[d]
            if inside and local[KNOWN, k] <= d < local[OVER, k] and local[value, k] != NONE:
                total += local[value, k]
        result[d] = total / SCALE


@loop
def _until_next(low, high, local, instants, result):  # type: ignore[no-untyped-def]
    for d in range(len(result)):
        result[d] = np.nan
        for k in range(low, high):
            if local[OCCURRED, k] >= instants[d] and local[KNOWN, k] <= d < local[OVER, k]:
                result[d] = (local[OCCURRED, k] - instants[d]) / US_PER_DAY
                break


@loop
def _early_known(low, high, local, days, result):  # type: ignore[no-untyped-def]
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


@loop
def _look_back(  # type: ignore[no-untyped-def]
    aggregate, begin, end, local, value, nth, instants, today, starts, weights, seen, counts, result
):
    """Aggregates that are looked up at each date among the events of its window, low … high − 1.

    ``high`` is the entry pointer, ``low`` the exit pointer; an event between them may still be unknown at the date.
    """
    low, high = begin, begin
    for d in range(len(result)):
        while high < end and local[PAST, high] <= d:
            high += 1
        while low < high and local[OCCURRED, low] < starts[d]:
            low += 1
        if aggregate == LAST:
            result[d] = _last(local, low, high, d, value, nth)
        elif aggregate == DECAYED:
            result[d] = _decayed_known(local, low, high, d, today[d], weights)
        elif aggregate == SINCE_FIRST:
            result[d] = _since_first(local, low, high, d, instants[d], False)
        elif aggregate == OPEN_LONGEST:
            result[d] = _since_first(local, low, high, d, instants[d], True)
        elif aggregate == DISTINCT_TOPICS:
            result[d] = _distinct_known(local, low, high, d, TOPIC, seen)
        elif aggregate == DISTINCT_CHANNELS:
            result[d] = _distinct_known(local, low, high, d, CHANNEL, seen)
        elif aggregate == ENTROPY:
            for k in range(low, high):
                if local[TOPIC, k] >= 0 and local[KNOWN, k] <= d:
                    seen[local[TOPIC, k]] += 1
            result[d] = _entropy(local[TOPIC], low, high, seen, counts)
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
def _distinct_known(local, low, high, d, row, seen):  # type: ignore[no-untyped-def]
    found = 0
    for k in range(low, high):
        if local[row, k] >= 0 and local[KNOWN, k] <= d and seen[local[row, k]] == 0:
            seen[local[row, k]] = 1
            found += 1
    for k in range(low, high):
        if local[row, k] >= 0:
            seen[local[row, k]] = 0
    return found


@inlined
def _decayed_known(local, low, high, d, today, weights):  # type: ignore[no-untyped-def]
    """As ``_fade`` adds up, so that a late event that lies ahead changes no bit."""
    total, day = 0.0, 0
    for k in range(low, high):
        if local[KNOWN, k] <= d:
            if total > 0.0:
                total *= weights[local[DAY, k] - day]
            total += 1.0
            day = local[DAY, k]
    return total * weights[today - day] if total > 0.0 else 0.0


@inlined
def _since_first(local, low, high, d, now, only_open):  # type: ignore[no-untyped-def]
    for k in range(low, high):
        if local[KNOWN, k] <= d and (not only_open or d < local[OVER, k]):
            return (now - local[OCCURRED, k]) / US_PER_DAY
    return np.nan


@loop
def _gaps(begin_feature, end_feature, begin, end, first_row, row_date, program, room, out):  # type: ignore[no-untyped-def]
    """All gap features of one selection."""
    aggregates, nth = program.aggregate[begin_feature:end_feature], program.nth[begin_feature:end_feature]
    days, columns = program.days[begin_feature:end_feature], out[begin_feature:end_feature]
    _walk(aggregates, days, nth, begin, end, first_row, row_date, room, columns)
    base = first_row[begin]
    for i in range(len(aggregates)):
        column = columns[i, base : first_row[end]]
        if aggregates[i] in (ELAPSED_MEDIAN, ELAPSED_Q75, ELAPSED_Q90):
            _per_gap(room.elapsed, room.state, room.figures[i], column)
        elif aggregates[i] != HAZARD:
            _of_state(room.state, room.figures[i], column)


@loop
def _per_gap(elapsed, state, figures, out):  # type: ignore[no-untyped-def]
    for row in range(len(out)):
        out[row] = elapsed[row] / figures[state[row]]


@loop
def _of_state(state, figures, out):  # type: ignore[no-untyped-def]
    for row in range(len(out)):
        out[row] = figures[state[row]]


@loop
def _walk(aggregates, ahead, nth, begin, end, first_row, row_date, room, out):  # type: ignore[no-untyped-def]
    """One walk over each customer's active days, gaps kept sorted as the days come in: a column of figures a state.

    Of a late customer the walk starts over at each date.
    """
    bounds, some_late, spot, today, base = (
        room.bounds,
        room.some_late,
        room.spot[FROM_ENTRY],
        room.today,
        first_row[begin],
    )
    days, known, gaps, sequence = room.local[DAY], room.local[KNOWN], room.gaps[0], room.gaps[1]
    state, elapsed, figures, made = room.state, room.elapsed, room.figures, 0
    figures[:, 0] = np.nan
    for customer in range(begin, end):
        late, k, n, day, total, squares, smoothed = (
            some_late[customer - begin],
            bounds[customer - begin],
            0,
            NONE,
            0,
            0,
            0.0,
        )
        column = 0
        for row in range(first_row[customer], first_row[customer + 1]):
            if late:
                k, n, day, total, squares, column = bounds[customer - begin], 0, NONE, 0, 0, 0
            before, here = n, row - base
            while k < spot[here]:
                if not late or known[k] <= row_date[row]:
                    if day != NONE and days[k] != day:
                        gap = days[k] - day
                        sequence[n] = gap
                        _insert(gaps, n, gap)
                        total += gap
                        squares += gap * gap
                        smoothed = 0.5 * (smoothed + gap) if n > 0 else float(gap)
                        n += 1
                    day = days[k]
                k += 1
            if n != before:
                made += 1
                column = made
                for i in range(len(aggregates)):
                    figures[i, column] = _figure(aggregates[i], gaps, sequence, n, nth[i], total, squares, smoothed)
            state[here] = column
            elapsed[here] = today[here] - day if day != NONE else -1
            for i in range(len(aggregates)):
                if aggregates[i] == HAZARD:
                    out[i, row] = _hazard(gaps, n, elapsed[here], ahead[i]) if day != NONE else np.nan


@inlined
def _insert(ordered, n, number):  # type: ignore[no-untyped-def]
    """Put a number into its place among the ``n`` ascending ones."""
    k = n
    while k > 0 and ordered[k - 1] > number:
        ordered[k] = ordered[k - 1]
        k -= 1
    ordered[k] = number


@inlined
def _figure(aggregate, gaps, sequence, n, nth, total, squares, smoothed):  # type: ignore[no-untyped-def]
    """One figure of n gaps (by size, and by time); of those that divide the silence by a quantile: the quantile.

    ``smoothed``: exponentially weighted mean from the first gap on, each later one counts half. The standard deviation
    is that of a sample, from integer sums; undefined for fewer than two gaps.
    """
    if aggregate in (GAP_MEDIAN, ELAPSED_MEDIAN):
        return _quantile(gaps, n, 0.5)
    if aggregate in (GAP_Q75, ELAPSED_Q75):
        return _quantile(gaps, n, 0.75)
    if aggregate in (GAP_Q90, ELAPSED_Q90):
        return _quantile(gaps, n, 0.9)
    if aggregate == GAP_MEAN:
        return total / n
    if aggregate == GAP_STD:
        return np.sqrt((n * squares - total * total) / (n * (n - 1))) if n > 1 else np.nan
    if aggregate == GAP_EWM:
        return smoothed
    if aggregate == GAP_LAST and nth <= n:
        return float(sequence[n - nth])
    return np.nan


@inlined
def _quantile(gaps, n, share):  # type: ignore[no-untyped-def]
    """Linear interpolation between order statistics (Hyndman and Fan 1996, type 7)."""
    place = share * (n - 1)
    low = int(place)
    high = min(low + 1, n - 1)
    return gaps[low] + (place - low) * (gaps[high] - gaps[low])


@inlined
def _hazard(gaps, n, elapsed, ahead):  # type: ignore[no-untyped-def]
    """Share of the gaps at least as long as this silence that ended within the next days, drawn towards 2/10."""
    still_open, ended = 0, 0
    for k in range(n):
        open_ = gaps[k] >= elapsed
        still_open += open_
        ended += open_ & (gaps[k] < elapsed + ahead)
    return (ended + 2.0) / (still_open + 10.0)
