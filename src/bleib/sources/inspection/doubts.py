"""What a careful person would ask about raw columns before trusting them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bleib.errors import counted
from bleib.settings import Csv, Source
from bleib.sources.counts import EXAMPLES
from bleib.sources.forms import of_other_form
from bleib.sources.garbled import garbled
from bleib.sources.inspection.dialect import looks_like_values
from bleib.sources.inspection.profiles import Profile
from bleib.sources.reading.rows import Header
from bleib.sources.times import times
from bleib.sources.values import as_text, numbers
from bleib.tables import CANONICAL

STATE = r"state|status|zustand"
OPEN = ("new", "open", "neu", "offen", "active", "in progress", "in bearbeitung", "awaiting user info", "assigned")
ENDS = ("resolved_at", "ended_at", "answered_at", "first_response_at", "paid_at", "cancelled_at")
MAX_CANCELLED = 0.5


def of_columns(profiles: list[Profile], columns: dict[str, str]) -> list[str]:
    """Doubts about the mapped columns."""
    mapped = [p for p in profiles if p.name in columns.values()]
    found = [
        f"{p.name}: no value is above 12 in day or month, so day first is a guess (else date_format: '%m/%d/%Y …')"
        for p in mapped
        if p.ambiguous
    ]
    found += [f"{p.name}: {', '.join(map(repr, p.no_value))} read as no value" for p in mapped if p.no_value]
    found += [f"{p.name} is empty in all rows" for p in mapped if p.filled == 0]
    found += _mixed_formats(mapped)
    constant = [p.name for p in mapped if p.distinct == 1 and p.filled == 1]
    if constant:
        found.append(f"the same value in all rows: {', '.join(constant[:6])}")
    return found


def of_header(names: Sequence[str]) -> list[str]:
    """Doubts about names of columns that look like values."""
    if not looks_like_values(names):
        return []
    shown = ", ".join(names[:6])
    return [
        f"the first line looks like a row, not like names of columns ({shown}): "
        "if the file has no header, give the names in csv.header"
    ]


def of_texts(table: pa.Table, columns: Collection[str]) -> list[str]:
    """Doubts about texts in a wrong encoding."""
    found = {name: garbled(table[name]) for name in columns}
    shown = {name: str(table[name][int(rows[0])].as_py())[:60] for name, rows in found.items() if len(rows)}
    so = "the file holds them like this, correct the export"
    return [f"{name}: garbled texts such as {text!r}; {so}" for name, text in shown.items()]


def of_times(table: pa.Table, source: dict[str, Any]) -> list[str]:
    """Doubts about mapped times: cells that the proposed source cannot read, and such that are written otherwise."""
    clocks = [name for name in source["columns"] if CANONICAL[source["table"]].column(name).kind == "time"]
    columns = [source["columns"][name] for name in clocks] + [
        source[name] for name in ("changed_at",) if name in source
    ]
    return [doubt for column in dict.fromkeys(columns) for doubt in _of_cells(table, column, source)]


def _of_cells(table: pa.Table, column: str, source: dict[str, Any]) -> list[str]:
    filled = len(as_text(table[column], _missing(source)).drop_null())
    of_all = f"of {counted(filled, 'cell')}"
    bad = _times(table, column, source)[1]
    otherwise = _times(table, column, {**source, "day_first": False})[1] & ~bad
    found = []
    if bad.any():
        found.append(
            f"{column}: {bad.sum():,} {of_all} cannot be read as times ({_shown(table[column], bad)}): "
            "quarantine, if they are not corrected, or named in `missing` as no value"
        )
    if 0 < 2 * otherwise.sum() < filled:
        be = "is" if otherwise.sum() == 1 else "are"
        most = f"{be} written otherwise than most ({_shown(table[column], otherwise)}) and read day first"
        found.append(f"{column}: {otherwise.sum():,} {of_all} {most}")
    return found


def _shown(column: pa.ChunkedArray, rows: np.ndarray) -> str:
    different = pc.unique(as_text(column, []).filter(pa.array(rows))).to_pylist()
    return ", ".join(map(repr, different[:EXAMPLES]))


def of_forms(header: Header, table: pa.Table, source: dict[str, Any]) -> list[str]:
    """Doubts about records of JSON that hold an object where others hold a mapped value, or the other way round."""
    missing, names = _missing(source), source["columns"].values()
    other = {name: int(of_other_form(header, table, name, missing).sum()) for name in names}
    what = "hold an object in the place of a value, or the other way round: quarantine, if nothing is changed"
    return [f"{name}: {rows:,} of {counted(table.num_rows, 'record')} {what}" for name, rows in other.items() if rows]


def of_rows(ragged: Sequence[str]) -> list[str]:
    """Doubts about rows that do not fit the header."""
    if not ragged:
        return []
    have = "has" if len(ragged) == 1 else "have"
    rows, example = counted(len(ragged), "row"), repr(ragged[0].strip()[:60])
    return [f"{rows} {have} more or fewer values than the header, such as {example}: quarantine, if nothing is changed"]


def cancellations(table: pa.Table, source: dict[str, Any], profiles: list[Profile]) -> tuple[str, str, str] | None:
    """(letter, column, text) where the ids of some orders begin with a letter and their quantities are below zero."""
    if source["table"] != "interactions" or not {"event_id", "quantity"} <= set(source["columns"]):
        return None
    column = source["columns"]["event_id"]
    if next(p for p in profiles if p.name == column).kind == "number":
        return None
    initial = pc.utf8_slice_codeunits(as_text(table[column], []), 0, 1)
    quantity = numbers(table[source["columns"]["quantity"]], [], Csv(**source.get("csv", {})))[0].to_numpy()
    for letter in pc.unique(initial).drop_null().to_pylist():
        rows = pc.fill_null(pc.equal(initial, letter), False).to_numpy()
        share = rows.mean()
        if letter.isalpha() and 0 < share < MAX_CANCELLED and (quantity[rows] < 0).mean() > 0.9:
            text = f"{column} beginning with {letter} have quantities below 0 ({share:.1%} of rows): taken as returns"
            return letter, column, text
    return None


def filled_in_later(table: pa.Table, source: dict[str, Any], profiles: list[Profile], changed: str) -> list[str]:
    """Times that stand on states before they happened: whoever reads the raw rows sees the future."""
    found = []
    state = next((p.name for p in profiles if re.search(STATE, p.key) and p.kind == "text"), "")
    for canonical in ENDS:
        column = source["columns"].get(canonical)
        if column is None:
            continue
        ahead = (_times(table, column, source)[0] > _times(table, changed, source)[0]).to_numpy()
        if ahead.any():
            where = f", also where {state} is {_open_state(table, state, ahead)}" if state else ""
            found.append(
                f"{column} lies ahead of {changed} in {ahead.mean():.0%} of the rows{where}: it is filled in later; "
                f"changed_at keeps it out of sight until it is past"
            )
    return found


def _open_state(table: pa.Table, state: str, rows: np.ndarray) -> str:
    states = as_text(table[state], []).filter(pa.array(rows))
    counted = {entry["values"].as_py(): entry["counts"].as_py() for entry in pc.value_counts(states.drop_null())}
    early = {name: rows for name, rows in counted.items() if name.lower() in OPEN} or counted
    return max(early, key=lambda name: early[name]) if early else "empty"


def _missing(source: dict[str, Any]) -> list[str]:
    return list(source.get("missing", Source.model_fields["missing"].default))


def _times(table: pa.Table, column: str, source: dict[str, Any]) -> tuple[pd.Series, np.ndarray]:
    """The column as the proposed source reads it: times, and which cells are none."""
    day_first = source.get("day_first", False)
    return times(table[column], _missing(source), "UTC", source.get("date_format"), day_first)


def _mixed_formats(mapped: list[Profile]) -> list[str]:
    formats = {p.date_format: p.name for p in mapped if p.kind == "time" and p.date_format not in {"typed", "ISO"}}
    if len(formats) < 2:
        return []
    return ["times in different formats: " + ", ".join(f"{name} ({form})" for form, name in formats.items())]
