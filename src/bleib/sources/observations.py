"""Contradictions between tables: no row is bad by itself, but a person should know before trusting the data."""

from __future__ import annotations

import pandas as pd

from bleib.errors import Fault
from bleib.tables import CANONICAL


def observe(tables: dict[str, pd.DataFrame]) -> list[Fault]:
    """Faults between tables; their rows are kept. Rows are counted in the table that they stand in."""
    found: list[Fault] = []
    for name, frame in tables.items():
        if name != "customers" and "customers" in tables:
            found += _unknown(name, frame, tables["customers"])
            found += _early(name, frame, _first(tables["customers"], "signed_up_at"), "the customer signed up")
        if name not in {"customers", "contracts"} and "contracts" in tables:
            found += _early(
                name, frame, _first(tables["contracts"], "started_at"), "the customer's first contract began"
            )
    return found


def _unknown(name: str, frame: pd.DataFrame, customers: pd.DataFrame) -> list[Fault]:
    strangers = frame.loc[~frame["customer_id"].isin(customers["customer_id"]), "customer_id"]
    if strangers.empty:
        return []
    return [
        Fault(
            name,
            f"table {name}",
            "customer_id",
            "customers who are not in the customers table",
            len(strangers),
            tuple(strangers.drop_duplicates()[:3]),
            "customers of the customers table",
            "Deliver them, map merged ids (a source with table: merges), or set ingest.require_known_customer.",
        )
    ]


def _early(name: str, frame: pd.DataFrame, starts: pd.Series, what: str) -> list[Fault]:
    """Rows on days before the customer began; a day of tolerance, because one of the two may be a date only."""
    column = CANONICAL[name].clock
    begun = starts.reindex(frame["customer_id"]).set_axis(frame.index)
    early = frame[frame[column] < begun - pd.Timedelta(days=1)]
    if early.empty:
        return []
    share = len(early) / len(frame)
    examples = tuple(
        f"{customer} on {time:%Y-%m-%d}"
        for customer, time in zip(early["customer_id"][:3], early[column][:3], strict=True)
    )
    return [
        Fault(
            name,
            f"table {name}",
            column,
            f"{share:.1%} of the rows lie before {what}",
            len(early),
            examples,
            "nothing before the customer began",
            "Check that both tables speak of the same customers; if they contradict each other, trust no model.",
        )
    ]


def _first(frame: pd.DataFrame, column: str) -> pd.Series:
    return frame.dropna(subset=[column]).groupby("customer_id")[column].min()
