"""Checks of mapped rows: ranges of values, order of times, days that cannot be."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from bleib import clock
from bleib.errors import Fault
from bleib.settings import Source
from bleib.sources.counts import EXAMPLES, Tally
from bleib.sources.faults import fatal
from bleib.sources.mapping import AHEAD, Mapped, own_clock
from bleib.tables import CANONICAL

# start: the times of the same row that cannot come before it
ORDER: dict[str, dict[str, tuple[str, ...]]] = {
    "tickets": {"opened_at": ("first_response_at", "resolved_at", "reopened_at")},
    "complaints": {"filed_at": ("answered_at", "resolved_at")},
    "contracts": {"started_at": ("ended_at", "cancelled_at")},
    "surveys": {"sent_at": ("answered_at",)},
    "payments": {"issued_at": ("due_at",)},
    "loyalty": {"occurred_at": ("expires_at",)},
    "contacts": {"contacted_at": ("opened_at", "clicked_at")},
}
MAY_NEVER_BEGIN = ("contracts",)  # given up before they begin: a state that counts, told by observations.py
LATEST_PLAUSIBLE = date(2100, 1, 1)
MAX_AHEAD_DAYS = 731  # what is announced further ahead is taken for a typing error


def check_rows(mapped: Mapped, earliest: date, time_zone: str) -> None:
    """Send rows with impossible values, times out of order or too early to quarantine."""
    _values(mapped)
    _order(mapped, time_zone)
    start = clock.timestamp(earliest, time_zone)
    mapped.quarantine(own_clock(mapped.table, mapped.frame) < start, "too_early", _clock_column(mapped))
    mapped.drop_settled()


def check_future(mapped: Mapped, data_end: date, time_zone: str) -> None:
    """Send rows at or after the end of the data to quarantine, but for what was known before of the future."""
    frame, table = mapped.frame, mapped.table
    end = clock.timestamp(data_end, time_zone)
    late = frame[table.clock] >= end
    if "known_at" in frame:
        known = frame[["known_at", "changed_at"]].max(axis=1) if "changed_at" in frame else frame["known_at"]
        if table.name in AHEAD:
            late = frame[table.clock] >= clock.timestamp(clock.shift(data_end, MAX_AHEAD_DAYS), time_zone)
        late = late | (known >= end)
    mapped.quarantine(late, "event_in_future", _clock_column(mapped))
    mapped.drop_settled()


def source_faults(
    source: Source, files: tuple[str, ...], tally: Tally, max_bad_share: float, earliest: date
) -> list[Fault]:
    """What makes the whole source meaningless: a wrong century, or too many bad rows."""
    faults = tally.faults(source.table, files)
    century = _wrong_century(source, files, tally, faults, earliest)
    if century:
        return century
    share = tally.bad_share()
    if share <= max_bad_share:
        return []
    reasons = ", ".join(f"{reason} {rows:,}" for reason, rows in tally.by_reason().items())
    return [
        fatal(
            source.table,
            ", ".join(files[:3]),
            f"{share:.1%} of the rows are bad: {reasons}",
            f"at most {max_bad_share:.0%} (ingest.max_bad_share)",
            "Correct the mapping (each fault is listed with examples), leave rows out with where, or raise the limit.",
            rows=tally.rows_in,
        ),
        *(replace(fault, fatal=True) for fault in faults),
    ]


def count_times(mapped: Mapped, tally: Tally) -> None:
    """Add to the tally the rows with a time, the first days, and how many lie beyond what can be meant."""
    times = own_clock(mapped.table, mapped.frame).dropna()
    tally.timed = len(times)
    tally.beyond = int((times >= clock.timestamp(LATEST_PLAUSIBLE, "UTC")).sum())
    days = np.unique(times.dt.tz_localize(None).to_numpy().astype("datetime64[D]"))
    tally.first_days = tuple(map(str, days[:EXAMPLES]))


def schema(table: str) -> Any:
    """The pandera schema of the values of a canonical table; None where every value is possible."""
    # Where Spark is installed pandera imports it, and Spark warns of pandas 3, which it is not given here.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    import pandera.pandas as pa

    ranges: dict[str, list[Any]] = {
        "surveys.kind": [pa.Check.isin(["nps", "csat"])],
        "surveys.score": [pa.Check.ge(0)],
        "loyalty.kind": [pa.Check.isin(["earned", "redeemed", "expired"])],
        "contacts.arm": [pa.Check.isin(["treated", "held_out"])],
        "contacts.propensity": [pa.Check.in_range(0, 1)],
        "contracts.monthly_fee": [pa.Check.ge(0)],
        "contacts.cost": [pa.Check.ge(0)],
    }
    mine = {name.split(".")[1]: checks for name, checks in ranges.items() if name.split(".")[0] == table}
    columns = {name: pa.Column(checks=checks, nullable=True) for name, checks in mine.items()}
    return pa.DataFrameSchema(columns) if columns else None


def _values(mapped: Mapped) -> None:
    for column, positions in _failures(mapped.table.name, mapped.frame):
        reason = "unknown_kind" if column == "kind" else "impossible_value"
        mapped.quarantine(mapped.frame.index.isin(positions), reason, column)
    if mapped.table.name == "surveys":
        too_high = (mapped.frame["kind"] == "nps") & (mapped.frame["score"] > 10)
        mapped.quarantine(too_high, "impossible_value", "score")


def _failures(table: str, frame: pd.DataFrame) -> Iterable[tuple[str, pd.Series]]:
    found = schema(table)
    if found is None or frame.empty:
        return []
    from pandera.errors import SchemaErrors

    try:
        found.validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        return [(str(column), rows["index"]) for column, rows in cases.groupby("column")]
    return []


def _order(mapped: Mapped, time_zone: str) -> None:
    """Ends before their start. An end given as a day only (local midnight) means that day and moves to the start."""
    frame = mapped.frame
    for start, ends in ORDER.get(mapped.table.name, {}).items():
        for end in ends:
            before = frame[end] < frame[start]
            if not before.any():
                continue
            days = clock.local_days(frame[end][before], time_zone)
            only_day = days.eq(frame[end][before].dt.tz_convert(time_zone).dt.tz_localize(None))
            same_day = only_day & days.eq(clock.local_days(frame[start][before], time_zone))
            moved = same_day.index[same_day]
            frame.loc[moved, end] = frame.loc[moved, start]
            if mapped.table.name not in MAY_NEVER_BEGIN:
                mapped.quarantine(frame[end] < frame[start], "end_before_start", end)


def _clock_column(mapped: Mapped) -> str:
    return mapped.table.clock


def _wrong_century(
    source: Source, files: tuple[str, ...], tally: Tally, faults: list[Fault], earliest: date
) -> list[Fault]:
    """More than half of the times before ``ingest.earliest`` or after 2100."""
    early = tally.by_reason().get("too_early", 0)
    if 2 * (early + tally.beyond) <= early + tally.timed:
        return []
    column = CANONICAL[source.table].clock
    examples = [example for fault in faults if fault.column == source.columns.get(column) for example in fault.examples]
    return [
        fatal(
            source.table,
            ", ".join(files[:3]),
            "dates in the wrong century",
            f"dates from {earliest} to {LATEST_PLAUSIBLE.year}",
            "Set date_format (years of two digits: %y), or ingest.earliest.",
            column=source.columns.get(column, column),
            rows=early + tally.beyond,
            examples=examples[:3] or tally.first_days,
        )
    ]
