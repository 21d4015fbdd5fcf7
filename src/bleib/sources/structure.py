"""What makes a mapping impossible before any row is looked at: unknown names, missing columns, lost ids, no rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from bleib.errors import Fault
from bleib.settings import Source
from bleib.sources import values
from bleib.sources.counts import EXAMPLES, Mark
from bleib.sources.faults import did_you_mean, fatal
from bleib.sources.reading.rows import Raw
from bleib.tables import CANONICAL, Table


def mapping_faults(source: Source, headers: Mapping[str, tuple[str, ...]]) -> list[Fault]:
    """What makes the mapping impossible for files with these column names: unknown names, missing columns."""
    table, file = CANONICAL[source.table], ", ".join([*headers][:3])
    names = list(dict.fromkeys(name for there in headers.values() for name in there))
    wanted = _raw_columns(source)
    if len(names) == 1 and len(set(wanted)) > 1:
        return [_one_column(source, file, names[0])]
    faults = [_unknown_name(source, file, name) for name in _canonical_names(source) if name not in table.names]
    faults += [_not_mapped(source, file, name) for name in table.required if not _is_given(source, table, name)]
    faults += [
        missing_column(source, file, name, there)
        for file, there in headers.items()
        for name in dict.fromkeys(wanted)
        if name not in there
    ]
    return faults or _ambiguous_names(source, file, wanted, names)


def missing_column(source: Source, file: str, name: str, names: Iterable[str]) -> Fault:
    """The fault of a raw column that is mapped and not among the ``names`` of the file."""
    return fatal(source.table, file, "column not found", f"a column {name}", did_you_mean(name, names), column=name)


def no_rows(source: Source, files: tuple[str, ...]) -> Fault:
    """The fault of a source without rows."""
    remedy = "Deliver the file again, or drop the source."
    return fatal(source.table, ", ".join(files[:3]), "empty: no rows", "at least one row", remedy)


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


def lost_ids(source: Source, raw: Raw) -> dict[str, Mark]:
    """Ids that were stored as floats beyond 2^53, or rounded by a spreadsheet, by raw column."""
    table = CANONICAL[source.table]
    names = {source.columns[name] for name in source.columns if table.column(name).kind == "id"}
    lost = {name: np.flatnonzero(values.lost_digits(raw.table[name])) for name in sorted(names)}
    return {name: _lost(raw, name, rows) for name, rows in lost.items() if len(rows)}


def _lost(raw: Raw, name: str, positions: np.ndarray) -> Mark:
    values = [raw.table[name][int(k)].as_py() for k in positions[:EXAMPLES]]
    shown = [value if isinstance(value, str) else f"{value:.0f}" for value in values]
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
