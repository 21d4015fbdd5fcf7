"""Snapshots with their outcomes: the rows on which everything later stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
import pandas as pd

from bleib import clock
from bleib.artifacts import SNAPSHOTS
from bleib.cohort.contract import ContractChurn
from bleib.cohort.silence import SilenceChurn
from bleib.errors import DataError, SettingsError
from bleib.settings import Churn, ClockSettings
from bleib.tables import DTYPES


@dataclass(frozen=True)
class Calendar:
    """First day with data, and the day up to which they are complete (exclusive)."""

    first_day: date
    data_end: date


def calendar_of(found: dict[str, str]) -> Calendar:
    """The calendar from what ingest wrote (artifacts.CALENDAR)."""
    return Calendar(clock.to_date(found["first_day"]), clock.to_date(found["data_end"]))


class Definition(Protocol):
    """What a definition of churn answers, for arrays over its ``customers``."""

    customers: np.ndarray

    def cohort(self, day: date) -> np.ndarray:
        """Who can still be lost at ``day``."""
        ...

    def outcome(self, day: date) -> np.ndarray:
        """How it ended."""
        ...

    def back_after(self, day: date) -> np.ndarray:
        """Who was there at or after ``day``."""
        ...

    def warning_days(self, day: date) -> np.ndarray:
        """Days between ``day`` and the moment when everybody would have noticed."""
        ...


def definition(tables: dict[str, pd.DataFrame], churn: Churn, time_zone: str) -> Definition:
    """The churn definition of the settings over the canonical tables; DataError where its table is missing."""
    needed = "contracts" if churn.definition == "contract" else "interactions"
    if needed not in tables:
        raise DataError(
            f"churn.definition is {churn.definition}, which needs the table {needed}, but no source fills it. "
            "Map one in sources:, or change churn.definition in params.yaml."
        )
    if churn.definition == "contract":
        return ContractChurn(tables["contracts"], churn, time_zone)
    return SilenceChurn(tables["interactions"], churn, time_zone)


def as_of_dates(settings: ClockSettings, calendar: Calendar) -> list[date]:
    """The grid of as-of dates, ascending; SettingsError if it lies beyond the data or has fewer than two dates."""
    newest = settings.newest or calendar.data_end
    if newest > calendar.data_end:
        raise SettingsError(f"clock.newest is {newest}, but the data end at {calendar.data_end}; give an earlier day")
    earliest = clock.shift(calendar.first_day, settings.min_history_days)
    days = clock.as_of_grid(newest, settings.every_days, settings.dates, earliest)
    if len(days) < 2:
        raise SettingsError(
            f"only {len(days)} as-of dates between {earliest} (first day of the data + clock.min_history_days) and "
            f"{newest}; lower clock.min_history_days or clock.every_days, or bring more history"
        )
    return days


def snapshots(rule: Definition, days: Sequence[date], churn: Churn, delay_days: int, data_end: date) -> pd.DataFrame:
    """One row a customer of the cohort and as-of date, with its outcome, sorted by the key."""
    parts = []
    for day in days:
        inside = rule.cohort(day)
        mature = clock.is_mature(day, churn.lead_days, churn.horizon_days, delay_days, data_end)
        outcome = rule.outcome(day)[inside] if mature else np.full(int(inside.sum()), "open", dtype=object)
        parts.append(
            pd.DataFrame({"customer_id": rule.customers[inside], "as_of_date": pd.Timestamp(day), "outcome": outcome})
        )
    frame = pd.concat(parts, ignore_index=True)
    frame["churned"] = frame["outcome"].map({"churned": True, "stayed": False}).astype(DTYPES["bool"])
    frame = frame.astype({"customer_id": DTYPES["id"], "as_of_date": DTYPES["date"], "outcome": DTYPES["text"]})
    frame = frame.sort_values(["customer_id", "as_of_date"], kind="stable", ignore_index=True)
    assert SNAPSHOTS.table is not None
    return SNAPSHOTS.table.check(frame)


def summary(frame: pd.DataFrame) -> pd.DataFrame:
    """One row an as-of date: snapshots, one column an outcome, base_rate (churned ÷ labelled)."""
    outcomes = ["churned", "stayed", "competing", "left_in_lead", "open"]
    counts = pd.crosstab(frame["as_of_date"], frame["outcome"]).reindex(columns=outcomes, fill_value=0)
    counts.insert(0, "snapshots", counts.sum(axis=1))
    labelled = counts["churned"] + counts["stayed"]
    counts["base_rate"] = (counts["churned"] / labelled.where(labelled > 0)).round(6)
    return counts.rename_axis(columns=None).reset_index()


def check_labels(frame: pd.DataFrame, churn: Churn) -> pd.DataFrame:
    """Return the snapshots if their labels can be meant.

    Raises DataError if there is no labelled snapshot, the base rate lies outside churn.base_rate_bounds, or the
    polarity is wrong: those who churned must be found in later cohorts less often than those who stayed.
    """
    labelled = frame[frame["churned"].notna()]
    if labelled.empty:
        raise DataError(
            "no as-of date has a closed outcome window; bring more history, or shorten churn.lead_days, "
            "churn.horizon_days or clock.usual_delay_days"
        )
    rate, (low, high) = float(labelled["churned"].mean()), churn.base_rate_bounds
    if not low <= rate <= high:
        raise DataError(
            f"{rate:.2%} of {len(labelled):,} labelled snapshots churned, outside churn.base_rate_bounds "
            f"[{low}, {high}]. Is the definition right? `bleib define` shows others; "
            "widen the bounds if the rate is what you expect."
        )
    _check_polarity(labelled, frame, churn.lead_days + churn.horizon_days)
    return frame


def _check_polarity(labelled: pd.DataFrame, frame: pd.DataFrame, closes_after: int) -> None:
    last_seen = frame.groupby("customer_id")["as_of_date"].max()
    window_end = clock.shift_all(labelled["as_of_date"], closes_after)
    watched = window_end <= frame["as_of_date"].max()
    returned = labelled["customer_id"].map(last_seen) >= window_end
    churned = labelled["churned"].astype(bool)
    if not (watched & churned).any() or not (watched & ~churned).any():
        return
    left, stayed = float(returned[watched & churned].mean()), float(returned[watched & ~churned].mean())
    if left > stayed:  # as often: active_days is longer than the data, nobody ever leaves the cohort
        raise DataError(
            f"the label looks turned round: {left:.0%} of the churned are in a later cohort, but only {stayed:.0%} of "
            "those who stayed. Check churn.kinds and churn.definition."
        )
