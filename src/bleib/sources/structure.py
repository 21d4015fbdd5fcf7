"""What makes a mapping impossible before any row is looked at: unknown names, missing columns, no rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bleib.errors import Fault
from bleib.settings import Source
from bleib.sources.absent import in_no_record, may_lack
from bleib.sources.faults import did_you_mean, fatal
from bleib.sources.raw_columns import raw_columns
from bleib.sources.reading.rows import Header
from bleib.tables import CANONICAL, Table


def mapping_faults(source: Source, headers: Mapping[str, Header]) -> list[Fault]:
    """What makes the mapping impossible for files with these headers: unknown names, missing columns.

    A column that a file may lack (``may_lack``) must stand in another one.
    """
    return _faults(source, headers) or in_no_record(source, headers)


def can_be_mapped(source: Source, file: str, header: Header) -> bool:
    """Whether the rows of a file can be mapped, if other files have the columns that this one may lack."""
    return not _faults(source, {file: header})


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


def missing_column(source: Source, file: str, name: str, names: Iterable[str]) -> Fault:
    """The fault of a raw column that is mapped and not among the ``names`` of the file."""
    return fatal(source.table, file, "column not found", f"a column {name}", did_you_mean(name, names), column=name)


def no_rows(source: Source, files: tuple[str, ...]) -> Fault:
    """The fault of a source without rows."""
    remedy = "Deliver the file again, or drop the source."
    return fatal(source.table, ", ".join(files[:3]), "empty: no rows", "at least one row", remedy)


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
