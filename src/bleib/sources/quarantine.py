"""The ledger of one source: what became of every raw row. Nothing is lost without being counted."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from bleib.artifacts import QUARANTINE
from bleib.sources.counts import EXAMPLES, Mark, Tally
from bleib.sources.reading.rows import Raw

KEPT, FILTERED, MERGED, QUARANTINED = 0, 1, 2, 3


@dataclass(frozen=True)
class Finding:
    """Raw rows (positions) that have one fault in one column."""

    reason: str
    column: str
    raw_column: str
    positions: np.ndarray


@dataclass
class Ledger:
    """The fate of each raw row of one source; ragged rows count as quarantined from the start."""

    table: str
    raw: Raw
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fate = np.full(self.raw.table.num_rows, KEPT, dtype=np.int8)
        self.finding = np.full(self.raw.table.num_rows, -1, dtype=np.int32)

    def settle(self, positions: np.ndarray, fate: int) -> None:
        """Rows that are filtered out or merged into another row."""
        self.fate[positions] = fate

    def quarantine(self, positions: np.ndarray, reason: str, column: str = "", raw_column: str = "") -> None:
        """Note a fault of the rows; a row goes to quarantine under the first fault that was noted for it."""
        if not len(positions):
            return
        self.findings.append(Finding(reason, column, raw_column, np.asarray(positions)))
        first = positions[self.fate[positions] == KEPT]
        self.fate[first] = QUARANTINED
        self.finding[first] = len(self.findings) - 1

    @property
    def kept(self) -> np.ndarray:
        """Positions of the rows that are still there."""
        return np.flatnonzero(self.fate == KEPT)

    def tally(self) -> Tally:
        """The rows of the ledger, counted; every row that has a fault is marked, not only those it sent away."""
        fates = np.bincount(self.fate, minlength=4)
        numbers = np.bincount(self.finding[self.finding >= 0], minlength=len(self.findings))
        reasons: Counter[str] = Counter({"wrong_columns": len(self.raw.ragged)} if self.raw.ragged else {})
        for finding, rows in zip(self.findings, numbers.tolist(), strict=True):
            reasons[finding.reason] += rows
        tally = Tally(len(self.raw), int(fates[FILTERED]), int(fates[MERGED]), reasons)
        for finding in self._told():
            for file in np.unique(self.raw.file[finding.positions]):
                key = (finding.reason, finding.column, finding.raw_column, self.raw.files[file])
                self._mark(tally, key, self._seen(finding, int(file)))
        for file, row, text in self.raw.ragged:
            mark = Mark(1, ((row, repr(text[:60])),))
            self._mark(tally, ("wrong_columns", "", "", self.raw.files[file]), mark)
        return tally

    def _told(self) -> list[Finding]:
        """The findings, without one that tells the same of a raw column as an earlier one: it is mapped twice."""
        first: dict[tuple[str, str, bytes], Finding] = {}
        for number, finding in enumerate(self.findings):
            place = finding.raw_column or f"{number}"
            first.setdefault((finding.reason, place, np.sort(finding.positions).tobytes()), finding)
        return list(first.values())

    def frame(self) -> pd.DataFrame:
        """The quarantined rows as the quarantine table has them."""
        positions = np.flatnonzero(self.fate == QUARANTINED)
        rows = self.raw.table.take(positions).to_pylist()
        found = [self.findings[k] for k in self.finding[positions]]
        frame = pd.DataFrame(
            {
                "table": self.table,
                "file": [self.raw.files[k] for k in self.raw.file[positions]],
                "row": self.raw.row[positions],
                "column": [finding.column for finding in found],
                "reason": [finding.reason for finding in found],
                "content": [json.dumps(row, ensure_ascii=False, default=str) for row in rows],
            }
        )
        return typed(pd.concat([frame, self._ragged_frame()], ignore_index=True))

    def _ragged_frame(self) -> pd.DataFrame:
        return pd.DataFrame(
            [
                (
                    self.table,
                    self.raw.files[file],
                    row,
                    "",
                    "wrong_columns",
                    json.dumps({"line": text}, ensure_ascii=False),
                )
                for file, row, text in self.raw.ragged
            ],
            columns=["table", "file", "row", "column", "reason", "content"],
        )

    @staticmethod
    def _mark(tally: Tally, key: tuple[str, str, str, str], mark: Mark) -> None:
        tally.marks[key] = tally.marks[key] + mark if key in tally.marks else mark

    def _seen(self, finding: Finding, file: int) -> Mark:
        positions = finding.positions[self.raw.file[finding.positions] == file]
        rows = self.raw.row[positions]
        first = positions[np.argsort(rows, kind="stable")[:EXAMPLES]]
        return Mark(len(positions), tuple((int(self.raw.row[k]), self._text(k, finding.raw_column)) for k in first))

    def _text(self, position: int, raw_column: str) -> str:
        """What stands there, quoted; empty where nothing does."""
        columns = self.raw.table.column_names
        value = self.raw.table[raw_column][int(position)].as_py() if raw_column in columns else None
        return "" if value is None else repr(str(value)[:60])


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """The quarantine's dtypes."""
    assert QUARANTINE.table is not None
    empty = QUARANTINE.table.empty()
    return frame.astype({name: str(dtype) for name, dtype in empty.dtypes.items()})[list(empty.columns)]
