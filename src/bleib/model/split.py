"""Which as-of dates are trained on, which are kept for the test, and which are neither."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from bleib import clock
from bleib.errors import DataError
from bleib.settings import Churn, ClockSettings, Split

MOST_AHEAD = 3650  # days: what would take longer is not waited for


def split_dates(snapshots: pd.DataFrame, split: Split, churn: Churn, trained_from: date | None = None) -> pd.DataFrame:
    """One row an as-of date: as_of_date, part, snapshots, churned (both counts), ascending.

    ``test``: the newest ``test_dates`` mature dates. ``train``: at most ``max_train_dates`` dates whose outcome
    was known by the first test date. ``purged``: mature, but overlapping the test or too old. ``open``: not mature.
    ``score``: the newest date; where it is itself mature it is a test date and scored as well.

    When no date is left to train on nothing can be tested either: with silence churn, and time alone lacking
    (``trained_from``: until when), all mature dates are ``purged``; else DataError.
    """
    table = _counts(snapshots)
    days = [clock.to_date(day) for day in table["as_of_date"]]
    mature = [day for day, closed in zip(days, table["mature"], strict=True) if closed]
    train, test = _train_and_test(mature, split, churn)
    kept = train[-split.max_train_dates :]
    if train:
        _check_both_outcomes(table, kept, "training")
        _check_both_outcomes(table, test, "test")
        _check_both_outcomes(table, _closed_by(days[-1], mature, split, churn), "newest mature")
    elif churn.definition == "contract" or trained_from is None:
        raise DataError(_nothing_left(days, mature, split, churn, trained_from))
    part = dict.fromkeys(mature, "purged") | dict.fromkeys(kept, "train") | dict.fromkeys(test, "test")
    part.setdefault(days[-1], "score")
    table["part"] = [part.get(day, "open") for day in days]
    return table[["as_of_date", "part", "snapshots", "churned"]]


def trained_from(first_day: date, data_end: date, grid: ClockSettings, churn: Churn, split: Split) -> date | None:
    """The day up to which the data must be complete so that there are dates to train on and to test on.

    ``first_day``, ``data_end``: of the data now; with enough of them it is ``data_end``. None where more time would
    not help, because ``clock.dates`` do not reach far enough back.
    """
    earliest = clock.shift(first_day, grid.min_history_days)
    for ahead in range(MOST_AHEAD):
        end = clock.shift(data_end, ahead)
        days = clock.as_of_grid(grid.newest or end, grid.every_days, grid.dates, earliest)
        if _train_and_test([day for day in days if clock.is_mature(day, churn.wait_days, end)], split, churn)[0]:
            return end
    return None


def dates_of(split: pd.DataFrame, part: str) -> list[pd.Timestamp]:
    """The as-of dates of one part, ascending."""
    return sorted(pd.to_datetime(split.loc[split["part"] == part, "as_of_date"]))


def newest_mature(split: pd.DataFrame, settings: Split, churn: Churn) -> list[pd.Timestamp]:
    """The dates for the model of the list, ascending: the newest mature ones, at most ``max_train_dates``.

    Of a list for a day in the past also later outcomes are known; only what was known by that day is taken.
    """
    known = split.loc[split["part"].isin(["train", "purged", "test"]), "as_of_date"]
    days, newest = sorted(clock.to_date(day) for day in known), clock.to_date(split["as_of_date"].max())
    return _closed_by(newest, days, settings, churn)


def _closed_by(newest: date, mature: list[date], settings: Split, churn: Churn) -> list[pd.Timestamp]:
    closed = clock.purged(mature, churn.wait_days, newest)
    return [pd.Timestamp(day) for day in closed[-settings.max_train_dates :]]


def _train_and_test(mature: list[date], split: Split, churn: Churn) -> tuple[list[date], list[date]]:
    """Both ascending; neither without the other."""
    test = mature[-split.test_dates :]
    train = clock.purged(mature, churn.wait_days, test[0]) if test else []
    return (train, test) if train else ([], [])


def _counts(snapshots: pd.DataFrame) -> pd.DataFrame:
    """Per as-of date: snapshots, churned, stayed, mature (some outcome is known)."""
    grouped = snapshots.assign(
        known=snapshots["outcome"] != "open",
        left=snapshots["outcome"] == "churned",
        back=snapshots["outcome"] == "stayed",
    ).groupby("as_of_date", sort=True)
    table = grouped.agg(
        snapshots=("customer_id", "size"), churned=("left", "sum"), stayed=("back", "sum"), mature=("known", "any")
    )
    return table.reset_index()


def _check_both_outcomes(table: pd.DataFrame, days: Sequence[date], part: str) -> None:
    rows = table[table["as_of_date"].isin(pd.to_datetime(list(days)))]
    churned, stayed, all_rows = (int(rows[name].sum()) for name in ("churned", "stayed", "snapshots"))
    if not churned or not stayed:
        raise DataError(
            f"split: {churned:,} of {all_rows:,} snapshots of the {len(days)} {part} dates churned and {stayed:,} "
            "stayed; a model needs both outcomes. Check churn: in params.yaml (bleib define shows what other "
            "definitions give), or raise split.max_train_dates."
        )


def _nothing_left(days: list[date], mature: list[date], split: Split, churn: Churn, trained_from: date | None) -> str:
    return (
        f"split: no as-of date is left to train on. Of {len(days)} dates {len(mature)} are mature "
        f"({', '.join(map(str, mature)) or 'none'}); the newest {min(split.test_dates, len(mature))} are kept for the "
        f"test, and a training date must lie {churn.wait_days} days (lead_days + horizon_days + usual_delay_days) "
        "before the first of them. "
        "Lower churn.horizon_days or split.test_dates, raise clock.dates, or bring more history."
        + (
            f" With these settings it works from {trained_from} on, when the data reach up to that day."
            if trained_from
            else ""
        )
    )
