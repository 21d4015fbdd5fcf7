"""Rows of customers whom no other table knows: a few are usual, most of a table means ids that do not fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from bleib.errors import Fault
from bleib.settings import Source
from bleib.sources.counts import EXAMPLES
from bleib.sources.faults import fatal

WORTH_SAYING = 0.05  # share of a table's rows from which the terminal says it


@dataclass(frozen=True)
class Strangers:
    """Of one table: rows whose customers stand in no table that it is compared with, and the first ids of both."""

    table: str
    rows: int
    unknown: tuple[str, ...]
    known: tuple[str, ...]

    def __add__(self, other: Strangers) -> Strangers:
        """The same table in more buckets."""
        unknown = tuple(sorted({*self.unknown, *other.unknown})[:EXAMPLES])
        known = tuple(sorted({*self.known, *other.known})[:EXAMPLES])
        return Strangers(self.table, self.rows + other.rows, unknown, known)


def meet(tables: Mapping[str, pd.DataFrame]) -> list[Strangers]:
    """Strangers of each table, from tables that hold all rows of their customers; none where nothing can be compared.

    Events are compared only where there is a customers table: without one, most customers may have nothing but events.
    """
    found = []
    for name, frame in tables.items():
        others = [other["customer_id"] for there, other in tables.items() if there in _beside(name, tables)]
        if others:
            known = pd.concat(others, ignore_index=True).drop_duplicates()
            strange = frame.loc[~frame["customer_id"].isin(known), "customer_id"]
            found.append(Strangers(name, len(strange), _first(strange), _first(known)))
    return found


def judge(
    strangers: Iterable[Strangers],
    rows: Mapping[str, int],
    sources: Iterable[tuple[Source, tuple[str, ...]]],
    most: float,
) -> tuple[list[Fault], list[str]]:
    """Faults of the tables with more than the share ``most`` of strangers, and a line for those with more than 5 %.

    ``rows``: of each table that has any; ``sources``: each source with its files. Nothing is compared with tables that
    came out empty.
    """
    summed: dict[str, Strangers] = {}
    for one in strangers:
        summed[one.table] = summed[one.table] + one if one.table in summed else one
    given = list(sources)
    faults, lines = [], []
    for name, one in summed.items():
        share = one.rows / rows[name] if name in rows and one.known else 0.0
        if share <= min(most, WORTH_SAYING):
            continue
        told = _fault(one, share, [source for source in given if source[0].table == name], most)
        if share > most:
            faults.append(told)
        else:
            lines.append(f"{told.file}, column {told.column}: {told.reason}, for example {', '.join(one.unknown)}")
    return faults, lines


def _beside(name: str, tables: Mapping[str, pd.DataFrame]) -> set[str]:
    """The tables that should know the customers of the table ``name``."""
    with_customers = "customers" in tables
    if name == "customers" or (name == "interactions" and not with_customers):
        return set()
    if name == "interactions" or not with_customers:
        return {*tables} - {name}
    return {"customers", "interactions"}


def _first(customers: pd.Series) -> tuple[str, ...]:
    return tuple(sorted(customers.drop_duplicates())[:EXAMPLES])


def _fault(one: Strangers, share: float, given: list[tuple[Source, tuple[str, ...]]], most: float) -> Fault:
    files = list(dict.fromkeys(file for _, there in given for file in there))
    columns = list(dict.fromkeys(source.columns.get("customer_id", "customer_id") for source, _ in given))
    return fatal(
        one.table,
        ", ".join(files[:3]),
        f"{share:.1%} of the rows of the table {one.table} belong to customers whom no other table knows",
        f"ids as in the other tables, such as {', '.join(map(repr, one.known))}; at most {most:.0%} others "
        "(ingest.max_unknown_customers)",
        f"{_zeros(one)}Map the column that holds the customer's id, written as in the other tables, translate ids (a "
        "source with table: merges), or raise the limit.",
        column=", ".join(columns),
        rows=one.rows,
        examples=map(repr, one.unknown),
    )


def _zeros(one: Strangers) -> str:
    """A hint where the ids are the others' numbers without the zeros before them, as a spreadsheet leaves them."""
    shortened = all(text.isdecimal() and not text.startswith("00") for text in one.unknown)
    padded = all(text.isdecimal() and text.startswith("0") for text in one.known)
    if not (shortened and padded and max(map(len, one.unknown)) < min(map(len, one.known))):
        return ""
    return "Their leading zeros are lost: export the column as text, or format it with as many zeros. "
