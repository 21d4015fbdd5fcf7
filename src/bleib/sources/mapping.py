"""One source's raw rows as rows of its canonical table: columns, constants, products, kinds, filters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bleib.errors import Fault
from bleib.settings import Condition, Source
from bleib.sources import values
from bleib.sources.faults import did_you_mean, fatal
from bleib.sources.quarantine import FILTERED, Ledger
from bleib.sources.readers import Raw
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


def mapping_faults(source: Source, raw: Raw) -> list[Fault]:
    """Everything that makes the mapping impossible for these files: unknown names, missing columns, no rows."""
    table, file = CANONICAL[source.table], ", ".join(raw.files[:3])
    names = raw.table.column_names
    if not len(raw):
        return [
            fatal(
                source.table, file, "empty: no rows", "at least one row", "Deliver the file again, or drop the source."
            )
        ]
    wanted = _raw_columns(source)
    if len(names) == 1 and len(set(wanted)) > 1:
        return [_one_column(source, file, names[0])]
    faults = [_unknown_name(source, file, name) for name in _canonical_names(source) if name not in table.names]
    faults += [_not_mapped(source, file, name) for name in table.required if not _is_given(source, table, name)]
    faults += [
        _missing_column(source, file, name, there)
        for file, there in zip(raw.files, raw.names, strict=True)
        for name in dict.fromkeys(wanted)
        if name not in there
    ]
    return faults or _ambiguous_names(source, file, wanted, names) + _lost_ids(source, raw, table)


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


def holds_all(conditions: list[Condition], table: pa.Table, source: Source) -> np.ndarray:
    """Where all conditions hold, shape (n,) of bool."""
    holds = np.ones(table.num_rows, dtype=bool)
    for condition in conditions:
        for test in _tests(condition, table[condition.column], source):
            holds &= pc.fill_null(test, False).to_numpy() if isinstance(test, pa.ChunkedArray) else test
    return holds


def _tests(condition: Condition, column: pa.ChunkedArray, source: Source) -> list[pa.ChunkedArray | np.ndarray]:
    text = values.as_text(column, source.missing)
    tests: list[pa.ChunkedArray | np.ndarray] = []
    if isinstance(condition.equals, bool):
        truth, _ = values.booleans(column, source.missing)
        tests.append((truth == condition.equals).fillna(False).to_numpy(dtype=bool))
    elif isinstance(condition.equals, str):
        tests.append(pc.equal(text, condition.equals))
    if condition.one_of is not None:
        tests.append(pc.is_in(text, value_set=pa.array(condition.one_of, pa.string())))
    if condition.none_of is not None:
        tests.append(pc.invert(pc.is_in(text, value_set=pa.array(condition.none_of, pa.string()))))
    if condition.filled is not None:
        tests.append(pc.equal(pc.is_valid(text), condition.filled))
    if condition.starts_with is not None:
        tests.append(pc.starts_with(text, condition.starts_with))
    if condition.not_starts_with is not None:
        tests.append(pc.invert(pc.fill_null(pc.starts_with(text, condition.not_starts_with), False)))
    return tests + _number_tests(condition, column, source)


def _number_tests(condition: Condition, column: pa.ChunkedArray, source: Source) -> list[pa.ChunkedArray | np.ndarray]:
    exact = condition.equals if isinstance(condition.equals, float) else None
    if exact is None and condition.above is None and condition.below is None:
        return []
    number = values.numbers(column, source.missing, source.csv)[0].to_numpy()
    tests: list[pa.ChunkedArray | np.ndarray] = []
    if exact is not None:
        tests.append(number == exact)
    if condition.above is not None:
        tests.append(number > condition.above)
    if condition.below is not None:
        tests.append(number < condition.below)
    return tests


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


def _raw_columns(source: Source) -> list[str]:
    factors = [name for names in source.products.values() for name in names]
    single = [source.kind.column] if source.kind else []
    changed = [source.changed_at] if source.changed_at else []
    return [*source.columns.values(), *factors, *single, *changed, *(condition.column for condition in source.where)]


def _canonical_names(source: Source) -> list[str]:
    return [*source.columns, *source.constants, *source.products, *(source.one_row_per or [])]


def _is_given(source: Source, table: Table, name: str) -> bool:
    made = name == table.key[0] and table.name != "customers" and not (table.name == "contracts" and source.changed_at)
    by_kind = name == "kind" and source.kind is not None
    return made or by_kind or name in {*source.columns, *source.constants, *source.products}


def _one_column(source: Source, file: str, name: str) -> Fault:
    signs = [sign for sign in (";", ",", "\t", "|") if sign in name and sign != source.csv.delimiter]
    hint = f"Set csv: {{delimiter: {signs[0]!r}}}." if signs else "Check csv.delimiter."
    return fatal(
        source.table,
        file,
        f"one column found: {name[:80]!r}",
        f"columns split by csv.delimiter {source.csv.delimiter!r}",
        hint,
    )


def _unknown_name(source: Source, file: str, name: str) -> Fault:
    known = CANONICAL[source.table].names
    return fatal(
        source.table,
        file,
        f"unknown canonical column {name}",
        f"columns of the table {source.table}",
        did_you_mean(name, known),
    )


def _not_mapped(source: Source, file: str, name: str) -> Fault:
    meaning = CANONICAL[source.table].column(name).meaning
    return fatal(
        source.table,
        file,
        f"canonical column {name} is not mapped",
        f"{name}: {meaning}",
        f"Add `{name}: <raw column>` to columns, or a constant.",
    )


def _ambiguous_names(source: Source, file: str, wanted: list[str], names: list[str]) -> list[Fault]:
    return [
        fatal(
            source.table,
            file,
            "column name stands twice in the header",
            "different names",
            "Rename one of them.",
            column=name,
        )
        for name in dict.fromkeys(wanted)
        if f"{name}.2" in names
    ]


def _lost_ids(source: Source, raw: Raw, table: Table) -> list[Fault]:
    ids = [name for name in source.columns if table.column(name).kind == "id"]
    lost = {source.columns[name]: values.lost_digits(raw.table[source.columns[name]]) for name in ids}
    return [
        fatal(
            source.table,
            ", ".join(raw.files[:3]),
            "ids stored as floating point numbers beyond 2^53: their last digits are lost",
            "ids as text or whole numbers",
            "Export the column as text.",
            column=name,
            rows=int(bad.sum()),
            examples=[f"{value:.0f}" for value in raw.table[name].to_pandas()[bad][:3]],
        )
        for name, bad in lost.items()
        if bad.any()
    ]


def _missing_column(source: Source, file: str, name: str, names: Iterable[str]) -> Fault:
    return fatal(source.table, file, "column not found", f"a column {name}", did_you_mean(name, names), column=name)
