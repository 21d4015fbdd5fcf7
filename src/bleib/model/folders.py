"""Scores bucket by bucket: from the folders of features and snapshots to the folder of scores."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bleib import buckets, workers
from bleib.artifacts import SCORES
from bleib.model.loading import load_model
from bleib.model.rows import cohort_rows
from bleib.model.scoring import score
from bleib.settings import Engine


@dataclass(frozen=True)
class ScoreCohort:
    """Task: the scores of a bucket's customers in the cohort of ``day``, into a part of ``out``."""

    features: Path
    snapshots: Path
    model: Path
    out: Path
    day: pd.Timestamp

    def __call__(self, bucket: int) -> int:
        """The number of customers."""
        snapshots = self._of_the_day(buckets.part(self.snapshots, bucket))
        if snapshots.empty:
            return 0
        rows = cohort_rows(self._of_the_day(buckets.part(self.features, bucket)), snapshots, self.day)
        scores = score(load_model(self.model), rows)
        assert SCORES.table is not None
        buckets.write_part(self.out, bucket, SCORES.table.check(scores))
        return len(scores)

    def _of_the_day(self, part: Path) -> pd.DataFrame:
        return pd.read_parquet(part, filters=[("as_of_date", "==", self.day)])


def score_folders(
    features: Path, snapshots: Path, model: Path, out: Path, day: pd.Timestamp, engine: Engine = workers.LOCAL
) -> int:
    """Fill the folder ``out`` with the scores of the cohort of ``day``; returns the number of customers.

    ``features`` and ``snapshots`` are folders in buckets, ``model`` is the folder of a model (``model.loading``).
    ``engine``: where the tasks run. DataError when a snapshot has no features, or the model knows a feature that is
    missing. Not atomic by itself.
    """
    out.mkdir()
    return sum(workers.each(ScoreCohort(features, snapshots, model, out, day), buckets.numbers(snapshots), engine))
