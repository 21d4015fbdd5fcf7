"""Attributes of contracts that were emptied when the customer left: that they are missing tells the past who will go.

Many systems clear the renewal date once notice is given. In an export of the present state every earlier date then
sees an empty field for those who left later on, and for nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from bleib.errors import DataError
from bleib.features.streams import VERSIONED
from bleib.settings import Features

ATTRIBUTES = tuple(column for column in VERSIONED if column.startswith("contracts."))
LEAST = 20  # rows on each side under which nothing is said
EMPTY = 0.05  # at most so many of the rows with a later notice or end have a value
FILLED = 0.5  # and at least so many of the others


def count_filled(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row a column of ATTRIBUTES (the index): rows that hold a notice or an end from after their ``valid_from`` and
    no notice from before it (``left``), the others (``stayed``), and how many of each have a value (``left_filled``,
    ``stayed_filled``).

    The counts of several buckets add up.
    """
    counts = {column: _filled(tables.get("contracts"), column.removeprefix("contracts.")) for column in ATTRIBUTES}
    names = ["left", "left_filled", "stayed", "stayed_filled"]
    return pd.DataFrame.from_dict(counts, orient="index", columns=names).rename_axis("column")


def check_emptied(counts: pd.DataFrame, features: Features) -> None:
    """DataError naming every attribute that was emptied, but for those in ``features.constant_columns``."""
    enough = (counts["left"] >= LEAST) & (counts["stayed"] >= LEAST)
    gone = counts["left_filled"] <= EMPTY * counts["left"]
    there = counts["stayed_filled"] >= FILLED * counts["stayed"]
    found = counts[enough & gone & there & ~counts.index.isin(features.constant_columns)]
    if found.empty:
        return
    lines = [
        f"  - {column}: filled in {row['left_filled']:,} of {row['left']:,} rows that hold a later notice or end, "
        f"and in {row['stayed_filled']:,} of {row['stayed']:,} others"
        for column, row in found.iterrows()
    ]
    raise DataError(
        "features: this was emptied when the customer left, so that on every earlier date it tells who will go\n"
        + "\n".join(lines)
        + "\nDeliver its history (one row for each value, valid_from: the day from which on it held), or take it out "
        "of the columns of the source; if you have looked and it is honest, add it to features.constant_columns."
    )


def _filled(contracts: pd.DataFrame | None, name: str) -> tuple[int, int, int, int]:
    if contracts is None:
        return 0, 0, 0, 0
    dated = contracts[contracts["valid_from"].notna()]
    noticed, later = dated["cancelled_at"], dated[["cancelled_at", "ended_at"]].gt(dated["valid_from"], axis=0)
    # With a notice the end is entered, which lies ahead: who leaves was known, and the field may be empty.
    left = later.any(axis=1) & ~(noticed <= dated["valid_from"])
    told = dated[name].notna()
    return int(left.sum()), int((left & told).sum()), int((~left).sum()), int((~left & told).sum())
