"""What came in and what became of it: the report as data and as a page to read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import pandas as pd

from bleib import clock
from bleib.errors import Fault
from bleib.sources.calendar import Calendar
from bleib.sources.counts import Tally
from bleib.tables import CANONICAL

DAYS = ("first", "last", "first_arrival", "last_arrival")
COUNTS = ("rows_in", "rows_out", "quarantined", "filtered", "merged")


def source_entry(table: str, files: tuple[str, ...], tally: Tally) -> dict[str, Any]:
    """One source: table, files, counts, quarantined by reason, faults."""
    return {
        "table": table,
        "files": list(files),
        **tally.counts(),
        "quarantined_by_reason": tally.by_reason(),
        "faults": [fault_entry(fault) for fault in tally.faults(table, files)],
    }


def fault_entry(fault: Fault) -> dict[str, Any]:
    """A fault as plain values."""
    return {**asdict(fault), "examples": list(fault.examples)}


def table_entry(name: str, frame: pd.DataFrame, time_zone: str) -> dict[str, Any]:
    """Rows of a canonical table: how many, of how many customers, first and last time by the company's clock."""
    times = frame[CANONICAL[name].clock].dropna()
    ends = (times.min(), times.max()) if len(times) else (None, None)
    first, last = (None if end is None else end.tz_convert(time_zone).isoformat() for end in ends)
    return {"rows": len(frame), "customers": int(frame["customer_id"].nunique()), "first": first, "last": last}


def sum_entries(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """The entry of a table from those of its buckets; no customer stands in two."""
    times = [entry for entry in entries if entry["first"] is not None]
    return {
        "rows": sum(entry["rows"] for entry in entries),
        "customers": sum(entry["customers"] for entry in entries),
        "first": min((entry["first"] for entry in times), key=pd.Timestamp, default=None),
        "last": max((entry["last"] for entry in times), key=pd.Timestamp, default=None),
    }


def arrival_entry(days: Iterable[int], calendar: Calendar) -> dict[str, Any]:
    """First and last day (since 1970) before the end of the data on which something of a table arrived."""
    complete = [day for day in days if day < clock.day_number(calendar.data_end)]
    first, last = min(complete, default=None), max(complete, default=None)
    return {"first_arrival": _iso(first), "last_arrival": _iso(last)}


def _iso(day: int | None) -> str | None:
    return None if day is None else str(clock.shift(clock.EPOCH, day))


def make_report(
    entries: list[dict[str, Any]],
    tables: dict[str, dict[str, Any]],
    calendar: Calendar,
    observations: list[Fault],
    warnings: list[Fault],
    merged_ids: int,
) -> dict[str, Any]:
    """The whole report from the entries of the sources and of the tables."""
    return {
        "calendar": calendar_entry(calendar),
        "sources": entries,
        "totals": {name: sum(entry[name] for entry in entries) for name in COUNTS},
        "tables": tables,
        "observations": [fault_entry(fault) for fault in observations],
        "warnings": [fault_entry(fault) for fault in warnings],
        "merged_customer_ids": merged_ids,
    }


def calendar_entry(calendar: Calendar) -> dict[str, str]:
    """first_day, data_end (ISO days) and how data_end was found."""
    return {"first_day": str(calendar.first_day), "data_end": str(calendar.data_end), "how": calendar.how}


def page(report: dict[str, Any]) -> str:
    """The report as Markdown."""
    calendar = report["calendar"]
    parts = [
        "# What came in",
        f"Complete from {calendar['first_day']} until before {calendar['data_end']} ({calendar['how']}).",
        "Every raw row is counted once: rows in = rows out + quarantined + filtered + merged.",
        _sources_table(report),
        "## Canonical tables",
        _tables_table(report["tables"]),
        "## Doubts about the deliveries",
        _faults_table(report["warnings"]),
        "## Rows in quarantine",
        _faults_table([fault for entry in report["sources"] for fault in entry["faults"]]),
        "## Contradictions between tables",
        "These rows were kept.",
        _faults_table(report["observations"]),
    ]
    return "\n\n".join(parts) + "\n"


def _sources_table(report: dict[str, Any]) -> str:
    rows = [
        [_files(entry["files"]), entry["table"], *(f"{entry[name]:,}" for name in COUNTS), _reasons(entry)]
        for entry in report["sources"]
    ]
    total = ["all", "", *(f"{report['totals'][name]:,}" for name in COUNTS), ""]
    return _table(["file", "table", "in", "out", "quarantined", "filtered", "merged", "reasons"], [*rows, total])


def _tables_table(tables: dict[str, Any]) -> str:
    rows = [
        [name, f"{entry['rows']:,}", f"{entry['customers']:,}", *((entry[name] or "")[:10] for name in DAYS)]
        for name, entry in tables.items()
    ]
    return _table(["table", "rows", "customers", *(name.replace("_", " ") for name in DAYS)], rows)


def _faults_table(faults: list[dict[str, Any]]) -> str:
    """One line a fault of a column; the same fault in many files of a source stands on one line."""
    if not faults:
        return "None."
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for fault in faults:
        groups.setdefault(tuple(fault[name] for name in ("table", "column", "reason", "remedy")), []).append(fault)
    return _table(
        ["file", "column", "found", "rows", "examples", "expected", "what to do"],
        [_faults_line(group) for group in groups.values()],
    )


def _faults_line(group: list[dict[str, Any]]) -> list[str]:
    first = group[0]
    rows = sum(fault["rows"] for fault in group)
    files = _files([fault["file"] for fault in group])
    examples = "; ".join(first["examples"])
    return [files, first["column"], first["reason"], f"{rows:,}", examples, first["expected"], first["remedy"]]


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("\n", " ").replace("|", "\\|")


def _files(files: list[str]) -> str:
    return ", ".join(files) if len(files) <= 3 else f"{files[0]} … {files[-1]} ({len(files)} files)"


def _reasons(entry: dict[str, Any]) -> str:
    return ", ".join(f"{reason} {rows:,}" for reason, rows in entry["quarantined_by_reason"].items())
