"""Versions of contracts: from when on each is known, and until when."""

from __future__ import annotations

import pandas as pd

from bleib.clock import latest_of


def in_versions(contracts: pd.DataFrame) -> pd.DataFrame:
    """The canonical table with ``arrived``, when each version was known, and ``superseded``, when the next one of its
    contract was (NaT: it is the newest); in the order of the rows given.
    """
    frame = contracts.assign(arrived=latest_of(contracts["known_at"], contracts["valid_from"]))
    ordered = frame.sort_values(["contract_id", "arrived", "valid_from"], na_position="first", kind="stable")
    return frame.assign(superseded=ordered.groupby("contract_id")["arrived"].shift(-1))


def never_ran(contracts: pd.DataFrame) -> pd.Series:
    """Which rows say that the contract was given up, or over, before it began: bool of shape (rows,).

    Such a version runs on no day, and yet takes the place of the one before it.
    """
    return contracts[["cancelled_at", "ended_at"]].min(axis=1) < contracts["started_at"]
