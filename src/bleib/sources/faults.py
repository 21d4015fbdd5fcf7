"""Every kind of fault of raw data: its short key, what was expected instead, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from bleib.errors import BleibError, DataError, Fault

# reason: (what was found, what was expected, what to do). Reasons of rows, in the order in which they are looked for;
# each sends its row to quarantine.
ROW_FAULTS: dict[str, tuple[str, str, str]] = {
    "wrong_columns": (
        "rows with more or fewer values than the header",
        "as many values as the header has names",
        "Quote texts that hold the delimiter, or correct csv.delimiter and csv.quote.",
    ),
    "other_form": (
        "values where other records hold an object, or objects where others hold a value",
        "one form in all records",
        "Export the field in one form, or take it out of columns.",
    ),
    "unreadable_time": (
        "times that cannot be read",
        "ISO 8601 such as 2024-01-31 14:05, or what date_format / day_first says",
        "Set date_format or day_first, or name texts that mean 'no value' in `missing`.",
    ),
    "unreadable_number": (
        "numbers that cannot be read",
        "digits with the decimal and thousands signs of this source",
        "Set csv.decimal and csv.thousands, or name texts that mean 'no value' in `missing`.",
    ),
    "unreadable_bool": (
        "yes/no values that cannot be read",
        "true/false, yes/no, ja/nein or 1/0",
        "Correct the values, or leave the column out.",
    ),
    "unknown_kind": (
        "kinds that are not known",
        "one of the kinds that the mapping or the table names",
        "Add the value to kind.values, or give kind.other.",
    ),
    "missing_id": (
        "rows without an id",
        "an id on every row",
        "Fill it in, or leave such rows out with `where: [{column: …, filled: true}]`.",
    ),
    "missing_value": (
        "rows without a value that they cannot do without",
        "a value on every row",
        "Fill it in, or leave such rows out with `where: [{column: …, filled: true}]`.",
    ),
    "impossible_value": (
        "values outside their range",
        "a value within the range of the column, see docs/sources.md",
        "Correct the values, or leave such rows out with `where`.",
    ),
    "too_early": (
        "times before ingest.earliest",
        "times from ingest.earliest on",
        "Correct the dates, or set ingest.earliest to an earlier day.",
    ),
    "event_in_future": (
        "rows at or after the end of the data",
        "rows that arrived before the end of the data",
        "Correct the dates; if the rows are right, set ingest.data_end.",
    ),
    "end_before_start": (
        "rows that end before they begin",
        "an end that is not before the start",
        "Correct the dates, or check that the two columns are not mixed up.",
    ),
    "duplicate_delivery": (
        "rows that were delivered before",
        "each row once",
        "Nothing to do: one copy was kept. If equal rows are real, set `duplicates: keep`.",
    ),
    "replaced": (
        "rows that a newer file of the table delivers with other values",
        "the last state of each row",
        "Nothing to do: the newest file of a source counts, by its name, and that of a later source before those of "
        "earlier ones. If another one is newest, rename the files or move the source; where the older state shall "
        "hold until the newer one, map valid_from.",
    ),
    "conflicting_id": (
        "rows whose id stands on another row with different content",
        "one row an id",
        "Map the true key; put exports of one table under one files: (a folder or glob), so that the newest counts; "
        "for one row per state change set changed_at, for lines of an invoice set one_row_per; states of one day need "
        "the hour in valid_from.",
    ),
    "unknown_customer": (
        "rows of customers who are not in the customers table",
        "a customer of the customers table",
        "Deliver the customers, map merged ids (table: merges), or set ingest.require_known_customer to false.",
    ),
}

# Rows that are set aside without being bad: they say nothing against the source.
HARMLESS = ("duplicate_delivery", "replaced", "event_in_future")


class SourceError(BleibError):
    """Faults that make a source worthless; collected over all sources before the stage stops."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults


def fatal(
    table: str,
    file: str,
    reason: str,
    expected: str,
    remedy: str,
    column: str = "",
    rows: int = 0,
    examples: Iterable[str] = (),
) -> Fault:
    """A fault that stops the stage."""
    return Fault(table, file, column, reason, rows, tuple(examples), expected, remedy, fatal=True)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``Did you mean …?`` where a known name is close, and the list of the known names."""
    names = list(known)
    lowered = {other.lower(): other for other in names}
    close = difflib.get_close_matches(name.lower(), lowered, 1)
    hint = f"Did you mean {lowered[close[0]]}? " if close else ""
    return f"{hint}Known: {', '.join(names)}."


def refuse(faults: list[Fault]) -> None:
    """Raise one DataError that holds all fatal faults; nothing where there is none."""
    stopping = [fault for fault in faults if fault.fatal]
    if stopping:
        lines = "\n".join(f"  - {fault}" for fault in stopping)
        what = "1 fault stops" if len(stopping) == 1 else f"{len(stopping)} faults stop"
        raise DataError(f"raw data: {what} the stage; nothing was written\n{lines}")
