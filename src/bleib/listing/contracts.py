"""The contracts that run on the day of the list."""

from __future__ import annotations

import pandas as pd

from bleib.versions import in_versions, never_ran


def running_at(contracts: pd.DataFrame, t: pd.Timestamp) -> pd.DataFrame:
    """The newest version known at ``t`` of every contract that runs then."""
    rows = in_versions(contracts)
    newest = rows[(rows["arrived"] < t) & ~(rows["superseded"] < t)]
    return newest[(newest["started_at"] < t) & ~(newest["ended_at"] < t) & ~never_ran(newest)]


def runs_until(contracts: pd.DataFrame | None, t: pd.Timestamp, data_end: pd.Timestamp) -> pd.Series:
    """When the last contract that runs at ``t`` will end, as was known by then, indexed by customer_id; not there where
    no end was known.

    Without ``valid_from`` nobody knows when an end was entered: it counts where ``t`` is ``data_end``, up to which the
    data are complete, and for a day before that as not known.
    """
    if contracts is None:
        return pd.Series(dtype="datetime64[us, UTC]", index=pd.Index([], dtype="str", name="customer_id"))
    running = running_at(contracts, t)
    known = running["valid_from"].notna() | (t >= data_end)
    ends = running.assign(ended_at=running["ended_at"].where(known)).groupby("customer_id")["ended_at"]
    return ends.max()[ends.count() == ends.size()]
