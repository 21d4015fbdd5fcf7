"""Contradictions between tables: no row is bad by itself, but a person should know before trusting the data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from bleib.errors import Fault
from bleib.sources.counts import EXAMPLES
from bleib.tables import CANONICAL, CONTRACTS
from bleib.versions import never_ran

UNKNOWN = "customers who are not in the customers table"
SIGN_UP = "the customer signed up"
CONTRACT = "the customer's first contract began"
NEVER_RAN = "are of contracts that were over before they began"
KINDS = (UNKNOWN, SIGN_UP, CONTRACT, NEVER_RAN)


@dataclass(frozen=True)
class Sight:
    """One contradiction of a table in some buckets: rows concerned, and the first of them as (customer, text)."""

    table: str
    kind: str
    rows: int
    examples: tuple[tuple[str, str], ...]

    def __add__(self, other: Sight) -> Sight:
        """The same contradiction in more buckets."""
        first = sorted((*self.examples, *other.examples), key=lambda example: example[0])[:EXAMPLES]
        return Sight(self.table, self.kind, self.rows + other.rows, tuple(first))


def look(tables: dict[str, pd.DataFrame]) -> list[Sight]:
    """Contradictions between tables that hold all rows of their customers."""
    found: list[Sight] = []
    for name, frame in tables.items():
        if name != "customers" and "customers" in tables:
            found += _unknown(name, frame, tables["customers"])
            found += _early(name, frame, _first(tables["customers"], "signed_up_at"), SIGN_UP)
        if name not in {"customers", "contracts"} and "contracts" in tables:
            found += _early(name, frame, _first(tables["contracts"], "started_at"), CONTRACT)
    return [*found, *_withdrawn(tables.get("contracts", CONTRACTS.empty()))]


def observe(sights: Iterable[Sight], rows: dict[str, int]) -> list[Fault]:
    """Faults between tables that have so many ``rows``; they are kept, and counted in the table that they stand in."""
    summed: dict[tuple[str, str], Sight] = {}
    for sight in sights:
        key = (sight.table, sight.kind)
        summed[key] = summed[key] + sight if key in summed else sight
    order = list(CANONICAL)
    found = sorted(summed.values(), key=lambda sight: (order.index(sight.table), KINDS.index(sight.kind)))
    return [_fault(sight, rows[sight.table]) for sight in found if sight.kind != UNKNOWN or rows.get("customers")]


def _fault(sight: Sight, rows: int) -> Fault:
    examples = tuple(text for _, text in sight.examples)
    if sight.kind == UNKNOWN:
        return Fault(
            sight.table,
            f"table {sight.table}",
            "customer_id",
            UNKNOWN,
            sight.rows,
            examples,
            "customers of the customers table",
            "Deliver them, map merged ids (a source with table: merges), or set ingest.require_known_customer.",
        )
    if sight.kind == NEVER_RAN:
        return Fault(
            sight.table,
            f"table {sight.table}",
            "ended_at, cancelled_at",
            f"{sight.rows / rows:.1%} of the rows {NEVER_RAN}",
            sight.rows,
            examples,
            "few: what was given up before it began never ran, brings nobody into a cohort, and nobody is lost with it",
            "Correct the dates if they are slips, and check that the columns are not mixed up.",
        )
    return Fault(
        sight.table,
        f"table {sight.table}",
        CANONICAL[sight.table].clock,
        f"{sight.rows / rows:.1%} of the rows lie before {sight.kind}",
        sight.rows,
        examples,
        "nothing before the customer began",
        "Check that both tables speak of the same customers; if they contradict each other, trust no model.",
    )


def _unknown(name: str, frame: pd.DataFrame, customers: pd.DataFrame) -> list[Sight]:
    strangers = frame.loc[~frame["customer_id"].isin(customers["customer_id"]), "customer_id"]
    if strangers.empty:
        return []
    return [Sight(name, UNKNOWN, len(strangers), tuple((c, c) for c in strangers.drop_duplicates()[:EXAMPLES]))]


def _withdrawn(contracts: pd.DataFrame) -> list[Sight]:
    """Rows of contracts that were given up, or over, before they began."""
    rows = contracts[never_ran(contracts)]
    if rows.empty:
        return []
    exits = rows[["cancelled_at", "ended_at"]].min(axis=1)[:EXAMPLES]
    first = zip(rows["customer_id"][:EXAMPLES], exits, strict=True)
    return [Sight("contracts", NEVER_RAN, len(rows), tuple((who, f"{who} on {time:%Y-%m-%d}") for who, time in first))]


def _early(name: str, frame: pd.DataFrame, starts: pd.Series, kind: str) -> list[Sight]:
    """Rows on days before the customer began; a day of tolerance, because one of the two may be a date only."""
    column = CANONICAL[name].clock
    begun = starts.reindex(frame["customer_id"]).set_axis(frame.index)
    early = frame[frame[column] < begun - pd.Timedelta(days=1)]
    if early.empty:
        return []
    first = zip(early["customer_id"][:EXAMPLES], early[column][:EXAMPLES], strict=True)
    return [
        Sight(name, kind, len(early), tuple((customer, f"{customer} on {time:%Y-%m-%d}") for customer, time in first))
    ]


def _first(frame: pd.DataFrame, column: str) -> pd.Series:
    return frame.dropna(subset=[column]).groupby("customer_id")[column].min()
