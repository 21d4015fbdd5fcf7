"""Repeat purchases, age at the last and age of every customer at a date, in days: what the BG/NBD kind looks at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.quality.prepare import Prepared
from bleib import clock


@dataclass(frozen=True)
class Summaries:
    """Customers known at the date, and their ``x``, ``t_x``, ``T``, each of shape (n,); days with purchases count."""

    customers: pd.Index
    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray


def summaries(company: Prepared, at: pd.Timestamp) -> Summaries:
    """Of all customers ever seen before ``at``, also those who are no longer in the cohort."""
    events = company.tables["interactions"]
    kinds = company.settings.features.main_kinds or company.settings.churn.kinds
    zone = company.settings.company.time_zone
    instant = clock.timestamp(clock.to_date(at), zone)
    seen = events[events["kind"].isin(kinds) & (events["occurred_at"] < instant) & (events["known_at"] < instant)]
    days = pd.DataFrame({"customer": seen["customer_id"], "day": clock.day_numbers(seen["occurred_at"], zone)})
    by = days.drop_duplicates().groupby("customer")["day"].agg(["min", "max", "size"])
    age = clock.day_number(clock.to_date(at)) - by["min"].to_numpy()
    return Summaries(
        by.index, by["size"].to_numpy() - 1.0, (by["max"] - by["min"]).to_numpy(dtype=float), age.astype(float)
    )
