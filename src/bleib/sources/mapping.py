"""One source's raw rows as rows of its canonical table: columns, constants, products, kinds, filters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from bleib.settings import Source
from bleib.sources import values
from bleib.sources.filters import holds_all
from bleib.sources.forms import of_other_form
from bleib.sources.quarantine import FILTERED, Ledger
from bleib.sources.raw_columns import raw_columns
from bleib.sources.reading.rows import Raw
from bleib.sources.times import times
from bleib.tables import CANONICAL, DTYPES, Column, Table

UNREADABLE = {"time": "unreadable_time", "number": "unreadable_number", "bool": "unreadable_bool"}
# Where known_at is not mapped, the first of these that is filled: when the company could know of the row.
OWN_CLOCK = {
    "surveys": ("answered_at", "sent_at"),
    "payments": ("issued_at", "due_at"),
    "contracts": ("valid_from", "started_at"),
}
AHEAD = ("interactions", "payments", "contracts")  # tables whose rows may be known before they happen


@dataclass
class Mapped:
    """The rows of one source in canonical columns; the frame's index is the position of the raw row."""

    source: Source
    ledger: Ledger
    frame: pd.DataFrame

    @property
    def table(self) -> Table:
        """The canonical table."""
        return CANONICAL[self.source.table]

    @property
    def key_mapped(self) -> bool:
        """Whether the rows bring their own id."""
        return self.table.key[0] in {*self.source.columns, *self.source.constants}

    def quarantine(self, bad: pd.Series | np.ndarray, reason: str, column: str = "") -> None:
        """Send the rows of the frame where ``bad`` holds, shape (n,), to quarantine and note the fault."""
        positions = self.frame.index.to_numpy()[np.asarray(bad, dtype=bool)]
        self.ledger.quarantine(positions, reason, column, raw_name(self.source, column))

    def drop_settled(self) -> None:
        """Keep only the rows that the ledger still keeps."""
        self.frame = self.frame[self.ledger.fate[self.frame.index] == 0]


def raw_name(source: Source, column: str) -> str:
    """The raw column behind a canonical one; empty where there is none."""
    if column == "kind" and source.kind is not None:
        return source.kind.column
    return source.columns.get(column, "")


def compares_ids(source: Source) -> bool:
    """Whether rows of one id are compared wherever they lie; lines that are summed over several ids cannot be."""
    key = CANONICAL[source.table].key[0]
    mapped = source.table != "customers" and key in source.columns
    return mapped and (not source.one_row_per or key in source.one_row_per)


def map_rows(source: Source, raw: Raw, time_zone: str) -> Mapped:
    """Canonical rows of one source; rows that cannot be read are in quarantine, filtered ones are counted."""
    ledger = Ledger(source.table, raw)
    wanted = holds_all(source.where, raw.table, source)
    ledger.settle(np.flatnonzero(~wanted), FILTERED)
    positions = np.flatnonzero(wanted)
    rows = raw.table if wanted.all() else raw.table.take(positions)
    table = CANONICAL[source.table]
    empty = pd.DataFrame(index=positions)
    mapped = Mapped(source, ledger, empty)
    found = {column.name: _column(column, rows, mapped, source.time_zone or time_zone) for column in table.columns}
    mapped.frame = pd.DataFrame(found)
    for name, column in raw_columns(source).items():
        if column:
            mapped.quarantine(of_other_form(raw.headers[0], rows, name, source.missing), "other_form", column)
    _require(mapped)
    _known_at(mapped, rows, source.time_zone or time_zone)
    _signs(mapped)
    return mapped


def own_clock(table: Table, frame: pd.DataFrame) -> pd.Series:
    """When each row happened or became known by itself, shape (n,): first filled of OWN_CLOCK, else the clock."""
    first, *others = OWN_CLOCK.get(table.name, (table.clock,))
    found = frame[first]
    for other in others:
        found = found.fillna(frame[other])
    return found


def _column(column: Column, rows: pa.Table, mapped: Mapped, zone: str) -> pd.Series:
    source, index = mapped.source, mapped.frame.index
    if column.name == "kind" and source.kind is not None:
        return _kinds(rows, mapped)
    if column.name in source.products:
        return _product(column, rows, mapped)
    raw = _raw_values(column, rows, source)
    if raw is None:
        return pd.Series(pd.array([None] * len(index), dtype=DTYPES[column.kind]), index=index, name=column.name)
    found, bad = _converted(column, raw, source, zone)
    found.index = index
    if bad.any():
        mapped.ledger.quarantine(
            index.to_numpy()[bad], UNREADABLE[column.kind], column.name, raw_name(source, column.name)
        )
    return found.astype(DTYPES[column.kind])


def _raw_values(column: Column, rows: pa.Table, source: Source) -> pa.ChunkedArray | None:
    if column.name in source.columns:
        return rows[source.columns[column.name]]
    if column.name in source.constants:
        return pa.chunked_array([pa.repeat(source.constants[column.name], rows.num_rows)])
    return None


def _converted(column: Column, raw: pa.ChunkedArray, source: Source, zone: str) -> tuple[pd.Series, np.ndarray]:
    if column.kind == "time":
        return times(raw, source.missing, zone, source.date_format, source.day_first)
    if column.kind == "number":
        return values.numbers(raw, source.missing, source.csv)
    if column.kind == "bool":
        return values.booleans(raw, source.missing)
    read = values.ids if column.kind == "id" else values.texts
    return read(raw, source.missing), np.zeros(len(raw), dtype=bool)


def _product(column: Column, rows: pa.Table, mapped: Mapped) -> pd.Series:
    source, index = mapped.source, mapped.frame.index
    product = np.ones(rows.num_rows)
    for name in source.products[column.name]:
        factor, bad = values.numbers(rows[name], source.missing, source.csv)
        mapped.ledger.quarantine(index.to_numpy()[bad], "unreadable_number", column.name, name)
        product = product * factor.to_numpy()
    return pd.Series(np.round(product, 6), index=index)


def _kinds(rows: pa.Table, mapped: Mapped) -> pd.Series:
    kind = mapped.source.kind
    assert kind is not None
    raw = values.texts(rows[kind.column], mapped.source.missing)
    raw.index = mapped.frame.index
    translated = raw.map(kind.values) if kind.values else raw
    if kind.other is not None:
        return translated.fillna(kind.other).astype("str")
    unknown = translated.isna() & raw.notna()
    mapped.ledger.quarantine(raw.index.to_numpy()[unknown.to_numpy()], "unknown_kind", "kind", kind.column)
    return translated.astype("str")


def _require(mapped: Mapped) -> None:
    """Rows without a required value go to quarantine; an id that is made later is not missing."""
    table, frame = mapped.table, mapped.frame
    for name in table.required:
        if name == table.key[0] and not mapped.key_mapped:
            continue
        empty = frame[name].isna().to_numpy() & ~_noted(mapped, name)
        mapped.quarantine(empty, "missing_id" if table.column(name).kind == "id" else "missing_value", name)
    if table.name == "surveys":
        timeless = own_clock(table, frame).isna().to_numpy()
        unread = _noted(mapped, "answered_at") | _noted(mapped, "sent_at")
        mapped.quarantine(timeless & ~unread, "missing_value", table.clock)


def _noted(mapped: Mapped, column: str) -> np.ndarray:
    """Rows of which a fault of this column is already noted, shape (n,) of bool."""
    positions = [finding.positions for finding in mapped.ledger.findings if finding.column == column]
    return np.isin(mapped.frame.index.to_numpy(), np.concatenate(positions) if positions else [])


def _known_at(mapped: Mapped, rows: pa.Table, zone: str) -> None:
    """Fill known_at; it precedes the row's own time only where a table may speak of the future."""
    source, table, frame = mapped.source, mapped.table, mapped.frame
    if "known_at" not in table.names:
        return
    known = frame["known_at"]
    if source.changed_at is not None:
        changed, bad = times(rows[source.changed_at], source.missing, zone, source.date_format, source.day_first)
        changed.index = frame.index
        frame["changed_at"] = changed
        mapped.ledger.quarantine(frame.index.to_numpy()[bad], "unreadable_time", "known_at", source.changed_at)
        empty = changed.isna().to_numpy() & ~bad
        mapped.ledger.quarantine(frame.index.to_numpy()[empty], "missing_value", "known_at", source.changed_at)
        known = known.fillna(changed)
    own = own_clock(table, frame)
    known = known.fillna(own)
    frame["known_at"] = known if table.name in AHEAD else known.where(~(known < own), own)


def _signs(mapped: Mapped) -> None:
    """Points that were redeemed or have expired count below zero, whichever way the company writes them."""
    if mapped.table.name == "loyalty":
        spent = mapped.frame["kind"].isin(["redeemed", "expired"])
        mapped.frame["points"] = mapped.frame["points"].where(~spent, -mapped.frame["points"].abs())
