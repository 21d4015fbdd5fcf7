"""When the rows of a table arrived: by this the end of the data is found, and a table that stopped."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from bleib import clock
from bleib.sources.mapping import Mapped, own_clock

# Times that are entered when they happen: as long as they go on, the table is delivered.
ENTERED: dict[str, tuple[str, ...]] = {
    "customers": ("signed_up_at",),
    "tickets": ("first_response_at", "resolved_at", "reopened_at"),
    "complaints": ("answered_at", "resolved_at"),
    "contracts": ("cancelled_at",),
    "payments": ("paid_at", "failed_at"),
    "contacts": ("opened_at", "clicked_at", "unsubscribed_at"),
}


def count_arrivals(mapped: Mapped, time_zone: str) -> Counter[tuple[str, int]]:
    """Rows by kind of interactions (else empty) and the company's day (since 1970) on which they could be known; of
    other tables also their times that are entered when they happen.
    """
    frame, name = mapped.frame, mapped.table.name
    known = frame["known_at"] if "known_at" in frame else own_clock(mapped.table, frame)
    if name == "interactions":
        codes, kinds = pd.factorize(frame["kind"])
    else:
        known = pd.concat([known, *(frame[column] for column in ENTERED.get(name, ()))]).dropna()
        codes, kinds = np.zeros(len(known), dtype=np.int64), pd.Index([""])
    days = clock.day_numbers(known, time_zone)
    counted = pd.DataFrame({"code": codes, "day": days}).value_counts(sort=False).reset_index()
    return Counter({(str(kinds[code]), day): rows for code, day, rows in counted.to_numpy().tolist()})
