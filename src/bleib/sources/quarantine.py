"""The ledger of one source: what became of every raw row. Nothing is lost without being counted."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from bleib.artifacts import QUARANTINE
from bleib.errors import Fault
from bleib.sources.faults import HARMLESS, ROW_FAULTS
from bleib.sources.readers import Raw

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

    def counts(self) -> dict[str, int]:
        """rows_in, rows_out, quarantined, filtered, merged: the first is the sum of the others."""
        fates = np.bincount(self.fate, minlength=4)
        return {
            "rows_in": len(self.raw),
            "rows_out": int(fates[KEPT]),
            "quarantined": int(fates[QUARANTINED]) + len(self.raw.ragged),
            "filtered": int(fates[FILTERED]),
            "merged": int(fates[MERGED]),
        }

    def by_reason(self) -> dict[str, int]:
        """Quarantined rows by reason."""
        numbers = np.bincount(self.finding[self.finding >= 0], minlength=len(self.findings))
        counted: Counter[str] = Counter({"wrong_columns": len(self.raw.ragged)} if self.raw.ragged else {})
        for finding, rows in zip(self.findings, numbers, strict=True):
            counted[finding.reason] += int(rows)
        return {reason: rows for reason, rows in sorted(counted.items()) if rows}

    def bad_share(self) -> float:
        """Rows with a true fault ÷ rows that the filters let through."""
        bad = sum(rows for reason, rows in self.by_reason().items() if reason not in HARMLESS)
        through = len(self.raw) - int((self.fate == FILTERED).sum())
        return bad / through if through else 0.0

    def faults(self) -> list[Fault]:
        """One fault a file, column and reason, with the number of all rows that have it and three examples."""
        return [
            self._fault(finding, file) for finding in self.findings for file in self._files(finding)
        ] + self._ragged()

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

    def _files(self, finding: Finding) -> list[int]:
        return [int(k) for k in np.unique(self.raw.file[finding.positions])]

    def _fault(self, finding: Finding, file: int) -> Fault:
        positions = finding.positions[self.raw.file[finding.positions] == file]
        found, expected, remedy = ROW_FAULTS[finding.reason]
        examples = tuple(self._example(position, finding.raw_column) for position in positions[:3])
        column = finding.raw_column or finding.column
        return Fault(self.table, self.raw.files[file], column, found, len(positions), examples, expected, remedy)

    def _example(self, position: int, raw_column: str) -> str:
        row = f"row {self.raw.row[position]}"
        if raw_column not in self.raw.table.column_names:
            return row
        return f"{str(self.raw.table[raw_column][int(position)].as_py())[:60]!r} ({row})"

    def _ragged(self) -> list[Fault]:
        found, expected, remedy = ROW_FAULTS["wrong_columns"]
        by_file: dict[int, list[tuple[int, str]]] = {}
        for file, row, text in self.raw.ragged:
            by_file.setdefault(file, []).append((row, text))
        return [
            Fault(
                self.table,
                self.raw.files[file],
                "",
                found,
                len(rows),
                tuple(f"{text[:60]!r} (row {row})" for row, text in rows[:3]),
                expected,
                remedy,
            )
            for file, rows in by_file.items()
        ]


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """The quarantine's dtypes."""
    assert QUARANTINE.table is not None
    empty = QUARANTINE.table.empty()
    return frame.astype({name: str(dtype) for name, dtype in empty.dtypes.items()})[list(empty.columns)]


def join(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """One quarantine of all sources. A row that two sources read from the same file stands there once."""
    assert QUARANTINE.table is not None
    key = list(QUARANTINE.table.key)
    everything = pd.concat([QUARANTINE.table.empty(), *frames], ignore_index=True)
    unique = everything.sort_values(key, kind="stable").drop_duplicates(key).reset_index(drop=True)
    return QUARANTINE.table.check(typed(unique))
