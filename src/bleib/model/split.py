"""Which as-of dates are trained on, which are kept for the test, and which are neither."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from bleib import clock
from bleib.errors import DataError
from bleib.settings import Churn, Split

LABELLED = ("churned", "stayed")


def split_dates(snapshots: pd.DataFrame, split: Split, churn: Churn) -> pd.DataFrame:
    """One row an as-of date: as_of_date, part, snapshots, churned (both counts), ascending.

    ``test``: the newest ``test_dates`` mature dates. ``train``: at most ``max_train_dates`` dates whose outcome window
    is closed before the first test date. ``purged``: mature, but overlapping the test or too old. ``open``: not mature.
    ``score``: the newest date; where it is itself mature it is a test date and scored as well. DataError when no date
    is left to train on.
    """
    table = _counts(snapshots)
    days = [clock.to_date(day) for day in table["as_of_date"]]
    mature = [day for day, closed in zip(days, table["mature"], strict=True) if closed]
    test = mature[-split.test_dates :]
    train = clock.purged(mature, churn.lead_days, churn.horizon_days, test[0]) if test else []
    if not train:
        raise DataError(_nothing_left(days, mature, split, churn))
    _check_both_outcomes(table, train, "training")
    _check_both_outcomes(table, test, "test")
    kept = set(train[-split.max_train_dates :])
    part = dict.fromkeys(mature, "purged") | dict.fromkeys(kept, "train") | dict.fromkeys(test, "test")
    part.setdefault(days[-1], "score")
    table["part"] = [part.get(day, "open") for day in days]
    return table[["as_of_date", "part", "snapshots", "churned"]]


def dates_of(split: pd.DataFrame, part: str) -> list[pd.Timestamp]:
    """The as-of dates of one part, ascending."""
    return sorted(pd.to_datetime(split.loc[split["part"] == part, "as_of_date"]))


def newest_mature(split: pd.DataFrame, settings: Split) -> list[pd.Timestamp]:
    """The dates for the model of the list, ascending: the newest mature ones, at most ``max_train_dates``."""
    known = split.loc[split["part"].isin(["train", "purged", "test"]), "as_of_date"]
    return sorted(pd.to_datetime(known))[-settings.max_train_dates :]


def _counts(snapshots: pd.DataFrame) -> pd.DataFrame:
    """Per as-of date: snapshots, churned, mature (some outcome is known)."""
    grouped = snapshots.assign(known=snapshots["outcome"] != "open", left=snapshots["outcome"] == "churned").groupby(
        "as_of_date", sort=True
    )
    table = grouped.agg(snapshots=("customer_id", "size"), churned=("left", "sum"), mature=("known", "any"))
    return table.reset_index()


def _check_both_outcomes(table: pd.DataFrame, days: Sequence[date], part: str) -> None:
    rows = table[table["as_of_date"].isin(pd.to_datetime(list(days)))]
    churned, all_rows = int(rows["churned"].sum()), int(rows["snapshots"].sum())
    if churned in (0, all_rows):
        raise DataError(
            f"split: {churned:,} of {all_rows:,} snapshots of the {len(days)} {part} dates churned; a model needs both "
            "outcomes. Check churn: in params.yaml (bleib define shows what other definitions give)."
        )


def _nothing_left(days: list[date], mature: list[date], split: Split, churn: Churn) -> str:
    window = churn.lead_days + churn.horizon_days
    return (
        f"split: no as-of date is left to train on. Of {len(days)} dates {len(mature)} are mature "
        f"({', '.join(map(str, mature)) or 'none'}); the newest {min(split.test_dates, len(mature))} are kept for the "
        f"test, and a training date must lie {window} days (lead_days + horizon_days) before the first of them. "
        "Lower churn.horizon_days or split.test_dates, raise clock.dates, or bring more history."
    )
