"""What the key figures are made of: customers at the start of a period, lost, buyers, margin, answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from bleib import clock
from bleib.clock import Window
from bleib.cohort.label import Calendar, Definition, definition
from bleib.listing.value import yearly_margin
from bleib.settings import Churn, Settings
from bleib.tables import CUSTOMERS

LATEST_MONTHS = 12
QUARTERS_AT_MOST = 12
COUNTS = (
    "at_start",
    "lost",
    "other_end",
    "buyers",
    "repeat_buyers",
    "kept",
    "margin",
    "answers",
    "promoters",
    "detractors",
)


@dataclass(frozen=True)
class Observed:
    """One period, seen customer by customer: arrays of shape (customers,) in the order of ``Base.customers``."""

    name: str
    at_start: np.ndarray
    lost: np.ndarray
    other_end: np.ndarray
    purchases: np.ndarray
    kept: np.ndarray
    margin: np.ndarray
    answers: np.ndarray
    promoters: np.ndarray
    detractors: np.ndarray


@dataclass(frozen=True)
class Base:
    """All customers of the tables, sorted, and their groups (``by`` → a name a customer, None where there is none)."""

    customers: pd.Index
    groups: dict[str, np.ndarray]

    def codes(self, ids: pd.Series) -> np.ndarray:
        """Position of each customer id, −1 where there is none."""
        return np.asarray(self.customers.get_indexer(pd.Index(ids)))


def whole_months(calendar: Calendar, churn: Churn) -> list[Window]:
    """Calendar months wholly inside the data, ascending.

    With silence churn the first ``active_days`` of the data are left out: nobody can have been silent long enough.
    """
    warm_up = churn.active_days if churn.definition == "silence" else 0
    starts = clock.month_starts(clock.shift(calendar.first_day, warm_up), clock.shift(calendar.data_end, 1))
    return [Window(start, end) for start, end in pairwise(starts)]


def count(tables: dict[str, pd.DataFrame], settings: Settings, calendar: Calendar) -> pd.DataFrame:
    """One row a grouping (month, segment, cohort), group and period with COUNTS; periods: months, the latest twelve.

    ``at_start`` are the customers of the cohort at the first day of the period, ``other_end`` those of them who left it
    within the period by a competing end (a death), ``lost`` those who left it otherwise; all others stayed. ``kept``
    are those who stayed and whose margin is known, ``margin`` their monthly margin (of several months: customer-months
    and their margin).
    """
    zone = settings.company.time_zone
    base = customer_base(tables, zone)
    months = list(observe(tables, settings, calendar, base))
    if not months:
        return pd.DataFrame(columns=["by", "group", "period", *COUNTS])
    rows = [_grouped(period, base) for period in [*months, _joined(months[-LATEST_MONTHS:])]]
    return pd.concat(rows, ignore_index=True)


def customer_base(tables: dict[str, pd.DataFrame], time_zone: str) -> Base:
    """Every customer id of the tables, with newest segment and sign-up cohort.

    Without a sign-up date the first contract or interaction counts as the sign-up.
    """
    known = [
        tables[name]["customer_id"].dropna() for name in ("customers", "interactions", "contracts") if name in tables
    ]
    customers = pd.Index(sorted(set().union(*(set(ids.unique()) for ids in known))), dtype="str")
    newest = _newest(tables.get("customers"), customers)
    groups = {"month": np.full(len(customers), "all", dtype=object)}
    if newest["segment"].notna().any():
        groups["segment"] = newest["segment"].astype(object).to_numpy()
    signed_up = newest["signed_up_at"].fillna(_first_seen(tables, customers))
    groups["cohort"] = sign_up_cohorts(clock.local_days(signed_up, time_zone))
    return Base(customers, groups)


def sign_up_cohorts(days: pd.Series) -> np.ndarray:
    """Quarter of sign-up ("2024-Q1"), or the year where there are more than twelve quarters; None without a day."""
    quarters = days.dt.year.astype("Int64").astype("str") + "-Q" + days.dt.quarter.astype("Int64").astype("str")
    years = days.dt.year.astype("Int64").astype("str")
    names = quarters if quarters[days.notna()].nunique() <= QUARTERS_AT_MOST else years
    return np.asarray(names.astype(object).where(days.notna(), None))


def observe(tables: dict[str, pd.DataFrame], settings: Settings, calendar: Calendar, base: Base) -> Iterator[Observed]:
    """The months one by one."""
    zone, churn = settings.company.time_zone, settings.churn
    rule = definition(tables, churn, zone)
    place = base.customers.get_indexer(pd.Index(rule.customers, dtype="str"))
    competing = _competing_ends(tables, churn)
    purchases = _purchases(tables, settings)
    answers = _answers(tables)
    for month in whole_months(calendar, churn):
        start, end = (clock.timestamp(day, zone) for day in (month.start, month.end))
        at_start, at_end = _spread(rule, month.start, place, base), _spread(rule, month.end, place, base)
        gone, excused = at_start & ~at_end, _tally(_between(competing, start, end), base) > 0
        bought, asked = _between(purchases, start, end), _between(answers, start, end)
        margin = _monthly_margin(tables, settings, month, calendar.first_day, base)
        kept = at_start & ~gone & np.isfinite(margin)
        yield Observed(
            name=f"{month.start:%Y-%m}",
            at_start=at_start,
            lost=gone & ~excused,
            other_end=gone & excused,
            purchases=_tally(bought, base),
            kept=kept,
            margin=np.where(kept, margin, 0.0),
            answers=_tally(asked, base),
            promoters=_tally(asked[asked["score"] >= 9], base),
            detractors=_tally(asked[asked["score"] <= 6], base),
        )


def _joined(months: list[Observed]) -> Observed:
    """Several months as one period: who was there at its first day and was lost at any time in it, or else had another
    end.
    """
    first = months[0].at_start
    sums = {
        name: np.sum([getattr(month, name) for month in months], axis=0)
        for name in ("purchases", "kept", "margin", "answers", "promoters", "detractors")
    }
    lost = first & np.any([month.lost for month in months], axis=0)
    other_end = first & ~lost & np.any([month.other_end for month in months], axis=0)
    return Observed(f"{months[0].name}..{months[-1].name}", first, lost, other_end, **sums)


def _grouped(period: Observed, base: Base) -> pd.DataFrame:
    per_customer = {
        "at_start": period.at_start,
        "lost": period.lost,
        "other_end": period.other_end,
        "buyers": period.purchases >= 1,
        "repeat_buyers": period.purchases >= 2,
        "kept": period.kept,
        "margin": period.margin,
        "answers": period.answers,
        "promoters": period.promoters,
        "detractors": period.detractors,
    }
    parts = []
    for by, groups in base.groups.items():
        codes, names = pd.factorize(groups, sort=True)
        inside = codes >= 0
        sums = {
            name: np.bincount(codes[inside], weights=values[inside].astype("float64"), minlength=len(names))
            for name, values in per_customer.items()
        }
        parts.append(pd.DataFrame({"by": by, "group": names, "period": period.name, **sums}))
    return pd.concat(parts, ignore_index=True)


def _spread(rule: Definition, day: date, place: np.ndarray, base: Base) -> np.ndarray:
    out = np.zeros(len(base.customers), dtype=bool)
    out[place] = rule.cohort(day)
    return out


def _tally(rows: pd.DataFrame, base: Base) -> np.ndarray:
    codes = base.codes(rows["customer_id"])
    return np.bincount(codes[codes >= 0], minlength=len(base.customers))


def _monthly_margin(
    tables: dict[str, pd.DataFrame], settings: Settings, month: Window, first_day: date, base: Base
) -> np.ndarray:
    """A twelfth of the yearly margin as the list counts it, at the end of the month; NaN where nothing is known."""
    kinds = settings.features.main_kinds or settings.churn.kinds
    rate, zone = settings.listing.margin_rate, settings.company.time_zone
    yearly = yearly_margin(base.customers.to_series(), tables, month.end, first_day, kinds, rate, zone)
    return yearly.to_numpy(dtype="float64") / 12


def _between(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    return rows[(rows["at"] >= start) & (rows["at"] < end)]


def _newest(customers: pd.DataFrame | None, index: pd.Index) -> pd.DataFrame:
    """The last filled value of every customers column, one row a customer of ``index``."""
    rows = CUSTOMERS.empty() if customers is None else customers
    rows = rows.sort_values(["customer_id", "valid_from"], na_position="first", kind="stable")
    return rows.groupby("customer_id").last().reindex(index)


def _first_seen(tables: dict[str, pd.DataFrame], index: pd.Index) -> pd.Series:
    clocks = {"interactions": "occurred_at", "contracts": "started_at"}
    times = [tables[name].groupby("customer_id")[column].min() for name, column in clocks.items() if name in tables]
    return pd.concat(times).groupby(level=0).min().reindex(index)


def _competing_ends(tables: dict[str, pd.DataFrame], churn: Churn) -> pd.DataFrame:
    """Of contracts, and with silence churn of interactions too."""
    found = []
    if "contracts" in tables:
        rows = tables["contracts"]
        rows = rows.assign(at=rows[["cancelled_at", "ended_at"]].min(axis=1))
        found.append(rows[rows["end_reason"].isin(churn.competing_reasons)])
    if churn.definition == "silence":
        rows = tables["interactions"].rename(columns={"occurred_at": "at"})
        found.append(rows[rows["kind"].isin(churn.competing_kinds)])
    return pd.concat([rows[["customer_id", "at"]] for rows in found], ignore_index=True)


def _purchases(tables: dict[str, pd.DataFrame], settings: Settings) -> pd.DataFrame:
    rows = tables["interactions"].rename(columns={"occurred_at": "at"})
    kinds = settings.features.main_kinds or settings.churn.kinds
    return rows[rows["kind"].isin(kinds)] if kinds else rows


def _answers(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    if "surveys" not in tables:
        return pd.DataFrame(
            {"customer_id": pd.Series(dtype="str"), "at": pd.Series(dtype="datetime64[us, UTC]"), "score": 0.0}
        )
    rows = tables["surveys"].rename(columns={"answered_at": "at"})
    return rows[(rows["kind"] == "nps") & rows["score"].between(0, 10) & rows["at"].notna()]
