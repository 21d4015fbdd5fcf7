"""Snapshots bucket by bucket: from the folder of tables to the folder of snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from bleib import buckets, workers
from bleib.cohort.label import (
    LOOKED_AT,
    Calendar,
    add_tallies,
    as_of_dates,
    check_definition,
    check_labels,
    check_newest,
    definition,
    needed_table,
    snapshots,
    tally,
    unheard_of,
)
from bleib.console import say
from bleib.settings import Churn, ClockSettings, Company, Engine


@dataclass(frozen=True)
class LabelCustomers:
    """Task: the snapshots of a bucket's customers, into a part of ``out``."""

    tables: Path
    out: Path
    days: Sequence[date]
    data_end: date
    company: Company
    clock: ClockSettings
    churn: Churn

    def __call__(self, bucket: int) -> tuple[pd.DataFrame, frozenset[str], frozenset[str]]:
        """The tally of the bucket, and the kinds of interactions and reasons of ended contracts in it."""
        tables = buckets.read_tables(self.tables, LOOKED_AT, bucket)
        rule = definition(tables, self.churn, self.company.time_zone)
        frame = snapshots(rule, self.days, self.churn, self.data_end)
        buckets.write_part(self.out, bucket, frame)
        return tally(frame, self.churn, self.days[-1]), rule.kinds, rule.end_reasons


def label_folders(
    tables: Path,
    out: Path,
    calendar: Calendar,
    company: Company,
    clock: ClockSettings,
    churn: Churn,
    engine: Engine = workers.LOCAL,
) -> pd.DataFrame:
    """Fill the folder ``out`` with the snapshots of all customers; returns their tally (``label.tally``).

    ``tables``: folder of canonical tables in buckets. ``engine``: where the tasks run. SettingsError if there are no
    as-of dates, DataError if the definition finds nothing, the newest cohort is empty or the labels cannot be
    meant. Not atomic by itself.
    """
    days = as_of_dates(clock, calendar)
    out.mkdir()
    task = LabelCustomers(tables, out, days, calendar.data_end, company, clock, churn)
    found = workers.each(task, buckets.numbers(tables / f"{needed_table(churn)}.parquet"), engine)
    check_definition(churn, buckets.table_names(tables), {kind for _, kinds, _ in found for kind in kinds})
    if told := unheard_of(churn, {reason for *_, reasons in found for reason in reasons}):
        say(told)
    counts = add_tallies([counts for counts, *_ in found], days)
    check_newest(counts, churn)
    check_labels(counts, churn)
    return counts
