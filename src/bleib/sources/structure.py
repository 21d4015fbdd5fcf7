"""What makes a mapping impossible before any row is looked at: unknown names, missing columns, lost ids, no rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

from bleib.errors import Fault
from bleib.settings import Source
from bleib.sources import values
from bleib.sources.counts import EXAMPLES, Mark
from bleib.sources.faults import did_you_mean, fatal
from bleib.sources.reading.rows import Header, Raw
from bleib.tables import CANONICAL, Table


def mapping_faults(source: Source, headers: Mapping[str, Header]) -> list[Fault]:
    """What makes the mapping impossible for files with these headers: unknown names, missing columns.

    A column that a file may lack (``may_lack``) must stand in another one.
    """
    return _faults(source, headers) or _in_no_record(source, headers)


def can_be_mapped(source: Source, file: str, header: Header) -> bool:
    """Whether the rows of a file can be mapped, if other files have the columns that this one may lack."""
    return not _faults(source, {file: header})


def with_absent(source: Source, raw: Raw) -> Raw:
    """The rows with an empty column for each that is mapped and that their file lacks."""
    absent = [name for name in raw_columns(source) if name not in raw.table.column_names]
    table = raw.table
    for name in absent:
        table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    return replace(raw, table=table)


def _faults(source: Source, headers: Mapping[str, Header]) -> list[Fault]:
    table, file = CANONICAL[source.table], ", ".join([*headers][:3])
    names = list(dict.fromkeys(name for there in headers.values() for name in there.names))
    missing = [
        missing_column(source, file, name, there.names)
        for file, there in headers.items()
        for name in raw_columns(source)
        if name not in there.names and not may_lack(source, there, name)
    ]
    if missing and len(names) == 1 and not any(there.of_records for there in headers.values()):
        return [_one_column(source, file, names[0])]
    faults = [_unknown_name(source, file, name) for name in _canonical_names(source) if name not in table.names]
    faults += [_not_mapped(source, file, name) for name in table.required if not _is_given(source, table, name)]
    return faults + missing or _ambiguous_names(source, file, names)


def may_lack(source: Source, header: Header, name: str) -> bool:
    """Whether a file may be without a mapped raw column, which is empty then: its records leave out what they do not
    have, or the source says so of the column. Not if no row can do without it, nor if it holds an object there.
    """
    if header.of_records and not header.names:
        return True  # it holds no record at all
    optional = name not in _needed(source) and name not in header.objects
    return optional and (header.of_records or name in source.may_be_absent)


def _in_no_record(source: Source, headers: Mapping[str, Header]) -> list[Fault]:
    """Fields that all files of records lack together: probably they are called otherwise."""
    names = list(dict.fromkeys(name for there in headers.values() for name in there.names))
    files = ", ".join([*headers][:3])
    return [
        fatal(
            source.table,
            files,
            "in no record",
            f"a field {name} in at least one record",
            f"{did_you_mean(name, names)} If the name is right and none is filled yet, say so with "
            f"`may_be_absent: [{name}]`.",
            column=name,
        )
        for name in raw_columns(source)
        if name not in names and name not in source.may_be_absent
    ]


def no_longer_there(source: Source, headers: Mapping[str, Header]) -> list[Fault]:
    """A warning for each mapped column that the newest files lack (``headers``: the newest last), more of them in a row
    than ever before: it may be called otherwise now.
    """
    files = [file for file, there in headers.items() if there.names]
    found = []
    for name in raw_columns(source):
        places = np.flatnonzero([name in headers[file].names for file in files])
        if not len(places):
            continue
        lately, before = len(files) - 1 - int(places[-1]), int(np.diff(places, prepend=-1).max()) - 1
        if lately > before:
            found.append(_left_out(source, files[-1], name, lately, before))
    return found


def _left_out(source: Source, file: str, name: str, lately: int, before: int) -> Fault:
    newest = "the newest file" if lately == 1 else f"the newest {lately:,} files"
    ever = f"by {before:,} in a row at most" if before else "by none"
    return Fault(
        source.table,
        file,
        name,
        f"left out by {newest}, where it is read as empty; before, {ever}",
        0,
        (),
        f"the column {name}, unless nothing is filled there",
        "If it is called otherwise now, give these files a source of their own with the new name.",
    )


def _needed(source: Source) -> set[str]:
    """The raw columns without which every row would go to quarantine."""
    required = CANONICAL[source.table].required
    mapped = {raw for name, raw in source.columns.items() if name in required}
    factors = {raw for name, factors in source.products.items() if name in required for raw in factors}
    kind = {source.kind.column} if source.kind and source.kind.other is None else set()
    return mapped | factors | kind | ({source.changed_at} if source.changed_at else set())


def missing_column(source: Source, file: str, name: str, names: Iterable[str]) -> Fault:
    """The fault of a raw column that is mapped and not among the ``names`` of the file."""
    return fatal(source.table, file, "column not found", f"a column {name}", did_you_mean(name, names), column=name)


def no_rows(source: Source, files: tuple[str, ...]) -> Fault:
    """The fault of a source without rows."""
    remedy = "Deliver the file again, or drop the source."
    return fatal(source.table, ", ".join(files[:3]), "empty: no rows", "at least one row", remedy)


def raw_columns(source: Source) -> list[str]:
    """The raw columns that a source looks at, each once."""
    factors = [name for names in source.products.values() for name in names]
    single = [source.kind.column] if source.kind else []
    changed = [source.changed_at] if source.changed_at else []
    conditions = [condition.column for condition in source.where]
    return list(dict.fromkeys([*source.columns.values(), *factors, *single, *changed, *conditions]))


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


def _ambiguous_names(source: Source, file: str, names: list[str]) -> list[Fault]:
    return [
        fatal(
            source.table,
            file,
            "column name stands twice in the header",
            "different names",
            "Rename one of them.",
            column=name,
        )
        for name in raw_columns(source)
        if f"{name}.2" in names
    ]


def lost_ids(source: Source, raw: Raw) -> dict[str, Mark]:
    """Ids that were stored as floats beyond 2^53, or rounded by a spreadsheet, by raw column."""
    table = CANONICAL[source.table]
    return lost_in(raw, {source.columns[name] for name in source.columns if table.column(name).kind == "id"})


def lost_in(raw: Raw, names: Iterable[str]) -> dict[str, Mark]:
    """Such ids in the raw columns ``names``."""
    lost = {name: np.flatnonzero(values.lost_digits(raw.table[name])) for name in sorted(names)}
    return {name: _lost(raw, name, rows) for name, rows in lost.items() if len(rows)}


def _lost(raw: Raw, name: str, positions: np.ndarray) -> Mark:
    values = [raw.table[name][int(k)].as_py() for k in positions[:EXAMPLES]]
    shown = [f"{value:.0f}" if isinstance(value, float) else str(value) for value in values]
    return Mark(len(positions), tuple(zip(raw.row[positions].tolist(), shown, strict=False)))


def lost_id_faults(source: Source, files: tuple[str, ...], lost: Mapping[str, Mark]) -> list[Fault]:
    """The faults of lost ids."""
    return [
        fatal(
            source.table,
            ", ".join(files[:3]),
            "ids stored as floating point numbers beyond 2^53, or written as 1,23E+15: their last digits are lost",
            "ids as text or whole numbers",
            "Export the column as text; in a spreadsheet, format it as text before the numbers are entered.",
            column=name,
            rows=mark.rows,
            examples=[text for _, text in mark.examples],
        )
        for name, mark in lost.items()
    ]
