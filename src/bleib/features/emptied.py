"""Attributes of contracts that were emptied when the customer left: that they are missing tells the past who will go.

Many systems clear the renewal date once notice is given. In an export of the present state every earlier date then
sees an empty field for those who left later on, and for nobody else. Contracts that never had the value are another
thing: passes that end by themselves, plans without a renewal, contracts from before the field was kept. They are known
by those who stayed, who lack it too.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from bleib.clock import shift_times
from bleib.errors import DataError
from bleib.features.streams import VERSIONED
from bleib.settings import Features
from bleib.tables import CONTRACTS
from bleib.versions import in_versions

ATTRIBUTES = tuple(column for column in VERSIONED if column.startswith("contracts."))
GROUPS = ["column", "plan", "begun"]  # of which the rows are counted: attribute, plan, year in which the contract began
SIDES = ["noticed", "ended", "stayed"]
LEAST = 20  # rows on each side under which nothing is said
EMPTY = 0.05  # at most so many of the rows with a later notice or end have a value
FILLED = 0.5  # and at least so many of those who stayed; a plan or year in which fewer have it says nothing


def count_filled(tables: Mapping[str, pd.DataFrame], newest: pd.Timestamp) -> pd.DataFrame:
    """Rows of contracts by how they went on until ``newest``, the newest as-of date, and how many of each have a value
    (``noticed_filled``, …): one row an attribute, plan and year (GROUPS, the index).

    ``noticed``: notice was given later than the row was known. ``ended``: the contract ended later without one, and the
    end did not come with a version of its own. ``stayed``: neither notice nor end in any row of the contract. Others
    are not counted. The counts of several buckets add up.
    """
    contracts = tables.get("contracts", CONTRACTS.empty())
    rows = in_versions(contracts[contracts["valid_from"].notna()])
    sides = _sides(rows, newest)
    return pd.concat([_count(rows, sides, column) for column in ATTRIBUTES]).groupby(level=GROUPS).sum()


def check_emptied(counts: pd.DataFrame, features: Features) -> None:
    """DataError naming every attribute that was emptied, but for those in ``features.constant_columns``."""
    attribute = counts.index.get_level_values("column")
    asked = [column for column in ATTRIBUTES if column not in features.constant_columns]
    compared = {column: _compare(counts[attribute == column]) for column in asked}
    lines = [
        f"  - {column}: filled in {told:,} of {left:,} rows that hold a later notice or end, "
        f"and in {filled:,} of {stayed:,} others"
        for column, (left, told, stayed, filled) in compared.items()
        if min(left, stayed) >= LEAST and told <= EMPTY * left and filled >= FILLED * stayed
    ]
    if lines:
        raise DataError(
            "features: this was emptied when the customer left, so that on every earlier date it tells who will go\n"
            + "\n".join(lines)
            + "\nDeliver its history (one row for each value, valid_from: the day from which on it held), or take it "
            "out of the columns of the source. Contracts that never have it, such as passes that end by themselves, "
            "need a plan of their own to be told apart; if you have looked and it is honest, add it "
            "to features.constant_columns."
        )


def _sides(rows: pd.DataFrame, newest: pd.Timestamp) -> pd.DataFrame:
    """Bool columns SIDES of the rows.

    What a row holds may go with a notice of the same day: no as-of date lies between them. With the notice the end is
    entered, which lies ahead: who leaves was known, and the field may be empty. So it is with an end without a notice
    that only a later version holds.
    """
    later = shift_times(rows["arrived"], 1)
    notice, over = rows["cancelled_at"].notna(), rows["ended_at"] < newest
    contract = rows["contract_id"]
    first = rows["arrived"] == rows.groupby("contract_id")["arrived"].transform("min")
    return pd.DataFrame(
        {
            "noticed": rows["cancelled_at"] >= later,
            "ended": ~notice & over & first & (rows["ended_at"] >= later),
            "stayed": ~(notice | over).groupby(contract).transform("any").astype(bool),
        }
    )


def _count(rows: pd.DataFrame, sides: pd.DataFrame, column: str) -> pd.DataFrame:
    name = column.removeprefix("contracts.")
    filled = sides.mul(rows[name].notna(), axis=0).add_suffix("_filled")
    plans = "" if name == "plan" else rows["plan"].fillna("")
    groups = pd.DataFrame({"column": column, "plan": plans, "begun": rows["started_at"].dt.year})
    return pd.concat([groups, sides, filled], axis=1).groupby(GROUPS).sum()


def _compare(counts: pd.DataFrame) -> tuple[int, int, int, int]:
    """Rows of those who left, with a value, of those who stayed, with a value; where there are notices, they decide."""
    for group in ("plan", "begun"):
        counts = counts[_usual(counts, group)]
    sums = counts.sum()
    enough = sums["noticed"] >= LEAST
    left, told = (sums["noticed" + end] + (0 if enough else sums["ended" + end]) for end in ("", "_filled"))
    return int(left), int(told), int(sums["stayed"]), int(sums["stayed_filled"])


def _usual(counts: pd.DataFrame, group: str) -> pd.Series:
    """Whether those who stayed usually have the value in the row's plan or year; also where nobody stayed."""
    of_group = counts.groupby(level=group).transform("sum")
    return of_group["stayed_filled"] >= FILLED * of_group["stayed"]
