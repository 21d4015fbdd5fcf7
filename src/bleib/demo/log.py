"""What happened, week by week, collected column-wise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


class EventLog:
    """Rows by table. Every row has ``customer`` (position) and ``at`` (days since the first day, wall clock)."""

    def __init__(self) -> None:
        self._chunks: dict[str, list[pd.DataFrame]] = {}

    def add(self, table: str, customer: np.ndarray, at: np.ndarray, **columns: Any) -> None:
        """Add one row a customer; single values hold for all rows."""
        if len(customer):
            self._chunks.setdefault(table, []).append(pd.DataFrame({"customer": customer, "at": at, **columns}))

    def frame(self, table: str) -> pd.DataFrame:
        """All rows of a table by time, ties by customer."""
        rows = pd.concat(self._chunks[table], ignore_index=True)
        return rows.sort_values(["at", "customer"], kind="stable", ignore_index=True)

    @property
    def tables(self) -> list[str]:
        """Names of the tables that have rows."""
        return sorted(self._chunks)
