"""Snapshots with their outcomes: the rows on which everything later stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
import pandas as pd

from bleib import clock
from bleib.artifacts import SNAPSHOTS
from bleib.cohort.contract import ContractChurn
from bleib.cohort.silence import SilenceChurn, qualifying_kinds
from bleib.errors import DataError, SettingsError
from bleib.settings import Churn, ClockSettings
from bleib.tables import CANONICAL, DTYPES

LOOKED_AT = ("interactions", "contracts")  # of the canonical ones, those that a definition looks at
LABELS = ("churned", "stayed")
OUTCOMES = (*LABELS, "competing", "left_in_lead", "open")


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
    kinds: frozenset[str]  # of the interactions looked at; a definition by contracts looks at none
    end_reasons: frozenset[str]  # of the contracts looked at

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
    """The churn definition of the settings over the canonical tables; a table without rows may be absent."""
    found = {name: tables.get(name, CANONICAL[name].empty()) for name in LOOKED_AT}
    if churn.definition == "contract":
        return ContractChurn(found["contracts"], churn, time_zone)
    return SilenceChurn(found["interactions"], churn, time_zone, found["contracts"])


def needed_table(churn: Churn) -> str:
    """The canonical table on which the definition of churn stands."""
    return "contracts" if churn.definition == "contract" else "interactions"


def check_definition(churn: Churn, tables: Collection[str], kinds: Collection[str]) -> None:
    """Raise DataError if what the definition needs is not among the ``tables`` and ``kinds`` of interactions."""
    if needed_table(churn) not in tables:
        raise DataError(
            f"churn.definition is {churn.definition}, which needs the table {needed_table(churn)}, but no source fills "
            "it. Map one in sources:, or change churn.definition in params.yaml."
        )
    if churn.definition == "silence" and not qualifying_kinds(churn, kinds):
        raise DataError(
            f"churn.kinds {churn.kinds} matches no interaction; kinds in the data: {', '.join(sorted(kinds))}"
        )


def unheard_of(churn: Churn, end_reasons: Collection[str]) -> str:
    """A sentence where no contract ended for one of ``churn.competing_reasons``, as with a slip of the pen; else empty.

    ``end_reasons``: those in the data; without any there is nothing to compare with.
    """
    lacking = [name for name in churn.competing_reasons if name not in end_reasons]
    if not lacking or not end_reasons:
        return ""
    return (
        f"label: no contract ended for {', '.join(map(repr, lacking))} (churn.competing_reasons); "
        f"the reasons in the data are {', '.join(map(repr, sorted(end_reasons)))}"
    )


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


def snapshots(rule: Definition, days: Sequence[date], churn: Churn, data_end: date) -> pd.DataFrame:
    """One row a customer of the cohort and as-of date, with its outcome, sorted by the key."""
    parts = []
    for day in days:
        inside = rule.cohort(day)
        mature = clock.is_mature(day, churn.wait_days, data_end)
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


def tally(frame: pd.DataFrame, churn: Churn, newest: date) -> pd.DataFrame:
    """Counts by as-of date (the index) of some customers' snapshots; tallies of several buckets add up.

    Columns: snapshots, one an outcome, and for the check of the polarity ``churned_watched`` and ``stayed_watched``
    (labelled ones whose outcome window is over by ``newest``, the newest as-of date) with ``churned_returned`` and
    ``stayed_returned`` (those of them who are in a cohort after that window).
    """
    last_seen = frame.groupby("customer_id")["as_of_date"].transform("max")
    window_end = clock.shift_all(frame["as_of_date"], churn.lead_days + churn.horizon_days)
    watched = window_end <= pd.Timestamp(newest)
    returned = watched & (last_seen >= window_end)
    flags = {"snapshots": frame["outcome"].notna()} | {name: frame["outcome"] == name for name in OUTCOMES}
    for name in LABELS:
        flags |= {f"{name}_watched": flags[name] & watched, f"{name}_returned": flags[name] & returned}
    return pd.DataFrame(flags).groupby(frame["as_of_date"]).sum().astype("int64")


def add_tallies(tallies: Sequence[pd.DataFrame], days: Sequence[date]) -> pd.DataFrame:
    """The tally of all buckets together: one row for each of ``days``, 0 where nobody was in the cohort."""
    found = pd.concat(tallies).groupby(level="as_of_date").sum()
    return found.reindex(pd.DatetimeIndex(list(days), name="as_of_date").astype(DTYPES["date"]), fill_value=0)


def summary(counts: pd.DataFrame) -> pd.DataFrame:
    """One row an as-of date of a tally: snapshots, one column an outcome, base_rate (churned ÷ labelled)."""
    out = counts[["snapshots", *OUTCOMES]].copy()
    labelled = out["churned"] + out["stayed"]
    out["base_rate"] = (out["churned"] / labelled.where(labelled > 0)).round(6)
    return out.rename_axis(columns=None).reset_index()


def check_newest(counts: pd.DataFrame, churn: Churn) -> None:
    """Raise DataError if nobody was in the cohort of the newest as-of date, for which the list is made."""
    if counts["snapshots"].iloc[-1]:
        return
    silence = churn.definition == "silence"
    looked_for = f"had an event in the {churn.active_days} days before" if silence else "had a running contract"
    filled = [str(clock.to_date(day)) for day in counts.index[counts["snapshots"] > 0]]
    raise DataError(
        f"the cohort of the newest as-of date, {clock.to_date(counts.index[-1])}, is empty: nobody {looked_for}, so "
        f"there is nobody to list. The newest date with a cohort is {filled[-1] if filled else 'none of the grid'}. "
        f"Check that the newest {needed_table(churn)} were delivered and what ends the data (ingest.data_end), or "
        f"change clock.newest or churn.{'active_days' if silence else 'definition'}."
    )


def check_labels(counts: pd.DataFrame, churn: Churn) -> None:
    """Raise DataError if the labels of a tally cannot be meant.

    The base rate lies outside churn.base_rate_bounds, or the polarity is wrong: those who churned must be found in
    later cohorts less often than those who stayed. Whether there are enough labels to learn from is for ``split``.
    """
    total = counts.sum()
    labelled = int(total["churned"] + total["stayed"])
    if not labelled:
        return
    rate, (low, high) = float(total["churned"] / labelled), churn.base_rate_bounds
    if not low <= rate <= high:
        raise DataError(
            f"{rate:.2%} of {labelled:,} labelled snapshots churned, outside churn.base_rate_bounds "
            f"[{low}, {high}]. Is the definition right? `bleib define` shows others; "
            "widen the bounds if the rate is what you expect."
        )
    _check_polarity(total)


def _check_polarity(total: pd.Series) -> None:
    if not total["churned_watched"] or not total["stayed_watched"]:
        return
    left, stayed = (float(total[f"{name}_returned"] / total[f"{name}_watched"]) for name in LABELS)
    if left > stayed:  # as often: active_days is longer than the data, nobody ever leaves the cohort
        raise DataError(
            f"the label looks turned round: {left:.0%} of the churned are in a later cohort, but only {stayed:.0%} of "
            "those who stayed. Check churn.kinds and churn.definition."
        )
