"""What a customer is worth: the yearly margin that leaves with them.

The value decides whom to contact first; it is no feature of the model, so today's margin may be used.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from bleib.clock import shift, timestamp, to_date
from bleib.listing.contracts import running_at
from bleib.settings import Listing

YEAR_DAYS = 365
GIVEN_BACK = ("return", "refund", "cancellation")  # kinds whose amount is money back, whatever its sign
MONTHS = 12


def yearly_margin(
    customer_ids: pd.Series,
    tables: dict[str, pd.DataFrame],
    day: date,
    first_day: date,
    main_kinds: list[str],
    margin_rate: float,
    time_zone: str,
) -> pd.Series:
    """Margin in currency a year of each customer, indexed by customer_id; NaN where the data tell nothing.

    ``customers.margin`` (as of ``day``; today's value without valid_from) where it is filled. Else ``margin_rate`` ×
    (spend over the year before ``day`` + 12 × the monthly fees of the contracts running on it). ``first_day`` is
    the first day of the data: a shorter past is scaled up to a year. Where none of ``main_kinds`` occurs, all kinds
    count.
    """
    index = pd.Index(customer_ids, name="customer_id")
    t = timestamp(day, time_zone)
    sums = _spend(tables.get("interactions"), day, first_day, main_kinds, time_zone), _fees(tables.get("contracts"), t)
    known = [part.reindex(index).fillna(0.0) for part in sums if part is not None]
    estimate = margin_rate * sum(known) if known else pd.Series(np.nan, index=index)
    stated = as_of(tables.get("customers"), t, "margin").reindex(index)
    return stated.fillna(estimate).rename("yearly_margin")


def margins_at(
    key: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    first_day: date,
    main_kinds: list[str],
    listing: Listing,
    time_zone: str,
) -> np.ndarray | None:
    """Margin over the value horizon of each row of ``key`` (customer_id, as_of_date), in currency, shape (n,), ≥ 0.

    A margin that is not known or below zero counts as 0; None where none is known.
    """
    out = pd.Series(np.nan, index=key.index)
    for day, rows in key.groupby("as_of_date"):
        yearly = yearly_margin(
            rows["customer_id"], tables, to_date(day), first_day, main_kinds, listing.margin_rate, time_zone
        )
        out[rows.index] = yearly.to_numpy() * (listing.value_horizon_days / YEAR_DAYS)
    return None if out.isna().all() else out.fillna(0.0).clip(lower=0.0).to_numpy()


def value_at_risk(churn_probability: pd.Series, margin: pd.Series, horizon_days: int) -> pd.Series:
    """Churn probability × margin over the value horizon, in currency; all indexed by customer_id."""
    return churn_probability * margin * (horizon_days / YEAR_DAYS)


def as_of(customers: pd.DataFrame | None, t: pd.Timestamp | None, column: str) -> pd.Series:
    """The newest filled value of a customers column that holds before ``t`` (None: at all), indexed by customer_id.

    Rows without valid_from are today's values and hold always.
    """
    if customers is None:
        return pd.Series(dtype="float64", index=pd.Index([], dtype="str", name="customer_id"), name=column)
    rows = customers if t is None else customers[customers["valid_from"].isna() | (customers["valid_from"] < t)]
    ordered = rows.sort_values("valid_from", na_position="first", kind="stable")
    return ordered.dropna(subset=column).drop_duplicates("customer_id", keep="last").set_index("customer_id")[column]


def _spend(
    interactions: pd.DataFrame | None, day: date, first_day: date, main_kinds: list[str], time_zone: str
) -> pd.Series | None:
    """Money of the main kinds less money given back, a year; None without amounts."""
    if interactions is None or interactions["amount"].isna().all():
        return None
    start, t = max(shift(day, -YEAR_DAYS), min(first_day, shift(day, -1))), timestamp(day, time_zone)
    inside = (interactions["occurred_at"] >= timestamp(start, time_zone)) & (interactions["occurred_at"] < t)
    back, main = interactions["kind"].isin(GIVEN_BACK), interactions["kind"].isin(main_kinds)
    counted = back | (main if main.any() else True)
    amount = interactions["amount"].mask(back, -interactions["amount"].abs())
    rows = interactions.assign(amount=amount)[inside & (interactions["known_at"] < t) & counted]
    # Summed in ten-thousandths, so that the order of the rows changes no digit.
    units = (rows["amount"].fillna(0.0) * 10_000).round().astype("int64")
    total = units.groupby(rows["customer_id"]).sum() / 10_000
    return total.clip(lower=0.0) * (YEAR_DAYS / (day - start).days)


def _fees(contracts: pd.DataFrame | None, t: pd.Timestamp) -> pd.Series | None:
    """Yearly fees of the contracts that run at ``t``; None without fees."""
    if contracts is None or contracts["monthly_fee"].isna().all():
        return None
    return running_at(contracts, t).groupby("customer_id")["monthly_fee"].sum() * MONTHS
