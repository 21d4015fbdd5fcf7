"""Mapped columns that a raw file may lack: fields that records of JSON leave out, and those of ``may_be_absent``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

from bleib.errors import Fault
from bleib.settings import Source
from bleib.sources.faults import did_you_mean, fatal
from bleib.sources.raw_columns import needed_columns, raw_columns
from bleib.sources.reading.rows import Header, Raw


def may_lack(source: Source, header: Header, name: str) -> bool:
    """Whether a file may be without a mapped raw column, which is empty then: its records leave out what they do not
    have, or the source says so of the column. Not if no row can do without it, nor if it holds an object there.
    """
    if header.of_records and not header.names:
        return True  # it holds no record at all
    optional = name not in needed_columns(source) and name not in header.objects
    return optional and (header.of_records or name in source.may_be_absent)


def with_absent(source: Source, raw: Raw) -> Raw:
    """The rows with an empty column for each that is mapped and that their file lacks."""
    absent = [name for name in raw_columns(source) if name not in raw.table.column_names]
    table = raw.table
    for name in absent:
        table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    return replace(raw, table=table)


def in_no_record(source: Source, headers: Mapping[str, Header]) -> list[Fault]:
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
