"""Made-up feature frames with snapshots for the tests of the model: no pipeline needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

import worlds
from bleib import artifacts
from bleib.files import write_csv

HISTORY = ("recency_order_days", "onboarding_order_first_days", "frequency_order_count_all")


def days(count: int, every: int = 28, start: str = "2024-01-01") -> pd.DatetimeIndex:
    """As-of dates."""
    return pd.date_range(start, periods=count, freq=f"{every}D").astype("datetime64[us]")


def snapshots_of(outcomes: dict[str, list[str]]) -> pd.DataFrame:
    """Snapshots from the outcomes of the customers 00000, 00001 … at each as-of date."""
    rows = [
        {"customer_id": f"{k:05d}", "as_of_date": pd.Timestamp(day), "outcome": outcome}
        for day, ends in outcomes.items()
        for k, outcome in enumerate(ends)
    ]
    frame = pd.DataFrame(rows).astype({"customer_id": "str", "as_of_date": "datetime64[us]", "outcome": "str"})
    label = [{"churned": True, "stayed": False}.get(outcome) for outcome in frame["outcome"]]
    return frame.assign(churned=pd.array(label, dtype="boolean"))


def company(
    customers: int = 200, dates: int = 10, open_dates: int = 3, signal: float = 1.0, seed: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Features and snapshots; the risk rises with ``drift`` and a little with the days of silence, times ``signal``."""
    rng = np.random.default_rng(seed)
    all_days = days(dates)
    n = customers * dates
    silent = rng.exponential(30, n)
    features = pd.DataFrame(
        {
            "customer_id": pd.array([f"{k:05d}" for _ in all_days for k in range(customers)], dtype="str"),
            "as_of_date": np.repeat(all_days, customers),
            "recency_order_days": silent,
            "onboarding_order_first_days": silent + rng.exponential(300, n),
            "frequency_order_count_all": 1 + rng.poisson(5, n),
            "value_spend_all": rng.gamma(2, 50, n),
            "drift": rng.normal(size=n),
            "noise": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n)),
        }
    )
    risk = -1 + signal * (1.2 * features["drift"] + 0.01 * (silent - 30))
    left = rng.random(n) < 1 / (1 + np.exp(-risk))
    is_open = features["as_of_date"].isin(all_days[dates - open_dates :])
    outcome = np.where(is_open, "open", np.where(left, "churned", "stayed"))
    snapshots = features[["customer_id", "as_of_date"]].assign(
        outcome=pd.array(outcome, dtype="str"),
        churned=pd.array(left, dtype="boolean").to_numpy(dtype=object),
    )
    snapshots["churned"] = snapshots["churned"].where(~is_open, None).astype("boolean")
    numbers = [name for name in features if name not in ("customer_id", "as_of_date")]
    return features.astype(dict.fromkeys(numbers, "float32")), snapshots


def lives(customers: int, end: float, seed: int) -> list[np.ndarray]:
    """The days of orders of customers who live as the model tells, up to ``end``; the first comes in the first 100."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(customers):
        rate, drop = rng.gamma(0.8, 1 / 20.0), rng.beta(0.8, 2.4)
        days = [float(rng.uniform(0, 100))]
        while rng.random() > drop and (following := days[-1] + rng.exponential(1 / max(rate, 1e-9))) < end:
            days.append(following)
        found.append(np.array(days))
    return found


def histories(found: list[np.ndarray], days: list[int], active: int) -> pd.DataFrame:
    """Features of the cohorts (an order in ``active`` days before) at the given days."""
    rows = []
    for day in days:
        for k, all_orders in enumerate(found):
            orders = all_orders[all_orders < day]
            if len(orders) and orders[-1] >= day - active:
                when = pd.Timestamp("2024-01-01") + pd.Timedelta(days=day)
                rows.append((f"{k:05d}", when, day - orders[-1], day - orders[0], len(orders)))
    return pd.DataFrame(rows, columns=["customer_id", "as_of_date", *HISTORY])


def renamed(*frames: pd.DataFrame, seed: int = 0) -> list[pd.DataFrame]:
    """The frames with other customer ids, in another order."""
    old = sorted({name for frame in frames for name in frame["customer_id"]})
    new = dict(zip(old, np.random.default_rng(seed).permutation(len(old)), strict=True))
    return [frame.assign(customer_id=frame["customer_id"].map(new).astype("str")) for frame in frames]


FAMILY = {"drift": "price"}  # of the features of the made-up company; the others are of recency


def write_features(features: pd.DataFrame, excluded: Sequence[str] = ()) -> None:
    """What featurize would have written of them; no model may see those that are ``excluded``."""
    worlds.write_in_buckets(artifacts.FEATURES.path, features, 3)
    names = features.columns.drop(["customer_id", "as_of_date"])
    families = [FAMILY.get(name, "recency") for name in names]
    about = {"name": names, "family": families, "for_model": ~names.isin(excluded)}
    write_csv(artifacts.DICTIONARY.path, pd.DataFrame(about))
