"""What every export needs: the history, the folder, the random stream and the log of planted faults."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from bleib.demo import observation as seen
from bleib.demo.company import History


class Desk:
    """The place from which one company's exports are written. Times are days since the first day (wall clock)."""

    def __init__(self, history: History, folder: Path, rng: np.random.Generator) -> None:
        self.history, self.folder, self.rng = history, folder, rng
        self.people, self.ends, self.clock = history.people, history.ends, history.timeline
        self.days = history.timeline.days
        self.wall, self.utc = history.timeline.wall, history.timeline.utc
        self.faults = seen.FaultLog()
        self.merged = seen.merged_ids(history, rng)

    def rows(self, table: str, at: str = "at") -> pd.DataFrame:
        """What happened between joining and the end of the contract, by time."""
        return seen.within_membership(self.history.log.frame(table), self.history, at)

    def usage(self, table: str) -> pd.DataFrame:
        """The same for usage, which halves after the notice; with the time of arrival."""
        rows = seen.fading_after_notice(self.rows(table), self.history, self.rng)
        rows["arrived"] = seen.arrivals(rows, self.rng)
        return rows

    def written(self, rows: pd.DataFrame) -> pd.Series:
        """The number that stands on each finished row; none where the id is missing."""
        numbers = (*self.people.number, *self.merged["old"])
        return self.named(rows["writer"], numbers)

    def number(self, rows: pd.DataFrame) -> np.ndarray:
        """The customer number of each row."""
        return self.people.number[rows["customer"].to_numpy()]

    @staticmethod
    def named(codes: pd.Series, names: tuple[str, ...]) -> pd.Series:
        """The names behind the positions of a column."""
        return pd.Series(pd.Categorical.from_codes(codes.to_numpy(), dtype=pd.CategoricalDtype(list(names))))

    def past(self, times: pd.Series) -> np.ndarray:
        """Times; those after the export are not filled in."""
        return seen.not_yet(times.to_numpy(), self.days)

    def finish(self, rows: pd.DataFrame, file: str) -> pd.DataFrame:
        """The rows that have arrived, with the number in use at their time, and with the planted faults."""
        rows = seen.arrived(rows, file, self.days, self.faults)
        rows["writer"] = seen.writers(rows, self.history, self.merged, file, self.faults)
        return seen.plant(rows, file, self.rng, self.faults)
