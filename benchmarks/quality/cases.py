"""What a model is fitted on and asked: training rows, test rows, and what was known of the company."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from benchmarks.quality.dates import shared_out
from benchmarks.quality.prepare import Prepared
from benchmarks.quality.sets import Trial
from bleib.model.rows import Rows, labelled_rows


class SkippedError(Exception):
    """A rival that cannot run on this case; the text says why."""


@dataclass(frozen=True)
class Case:
    """One test of one company. The training dates' outcome windows are closed before the first test date."""

    company: Prepared
    train_dates: list[pd.Timestamp]
    test_dates: list[pd.Timestamp]

    @cached_property
    def train(self) -> Rows:
        """Labelled snapshots with our features."""
        return labelled_rows(self.company.features, self.company.snapshots, self.train_dates)

    @cached_property
    def test(self) -> Rows:
        """Labelled snapshots with our features; the model never sees ``churned`` of these."""
        return labelled_rows(self.company.features, self.company.snapshots, self.test_dates)

    def with_features(self, features: pd.DataFrame) -> tuple[Rows, Rows]:
        """Training and test rows with other features (customer_id, as_of_date, numbers); test rows as in ``test``."""
        snapshots = self.company.snapshots
        train, test = (labelled_rows(features, snapshots, dates) for dates in (self.train_dates, self.test_dates))
        at = pd.MultiIndex.from_frame(test.key).get_indexer(pd.MultiIndex.from_frame(self.test.key))
        return train, test.take(at)


def case_of(company: Prepared, test: Trial) -> Case:
    """The test's training and test dates."""
    return Case(company, *shared_out(company.snapshots, company.settings, test))


def at_dates(rows: Rows, dates: list[pd.Timestamp]) -> Rows:
    """The rows of some as-of dates."""
    return rows.take(np.flatnonzero(rows.dates.isin(dates).to_numpy()))
