"""Which as-of dates a test is trained on and judged on: the product's own split, as if its newest date were today's."""

from __future__ import annotations

import pandas as pd

from benchmarks.quality.sets import Trial
from bleib.model.split import dates_of, split_dates
from bleib.settings import Settings


def shared_out(
    snapshots: pd.DataFrame, settings: Settings, test: Trial
) -> tuple[list[pd.Timestamp], list[pd.Timestamp]]:
    """Training dates, whose outcome windows are closed before the first test date, and test dates, ascending.

    ValueError if the newest date of the test is not on the grid of as-of dates.
    """
    newest = pd.Timestamp(test.newest)
    split = split_dates(
        snapshots[snapshots["as_of_date"] <= newest],
        settings.split.model_copy(update={"test_dates": test.dates}),
        settings.churn,
    )
    tested = dates_of(split, "test")
    if tested[-1] != newest:
        raise ValueError(f"{test.newest} is no as-of date; the last one before it is {tested[-1].date()}")
    return dates_of(split, "train"), tested


def needed(snapshots: pd.DataFrame, settings: Settings, tests: tuple[Trial, ...]) -> pd.DataFrame:
    """The snapshots of the dates on which some test is trained or judged."""
    parts = [part for test in tests for part in shared_out(snapshots, settings, test)]
    days = sorted({day for part in parts for day in part})
    return snapshots[snapshots["as_of_date"].isin(days)].reset_index(drop=True)
