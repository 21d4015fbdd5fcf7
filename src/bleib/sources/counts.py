"""What became of the raw rows of one source, as counts that add up over blocks and buckets."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bleib.errors import Fault
from bleib.sources.faults import HARMLESS, ROW_FAULTS
from bleib.tables import CANONICAL

EXAMPLES = 3
REASONS = list(ROW_FAULTS)


@dataclass(frozen=True)
class Mark:
    """One kind of fault in one column of one file: how many rows have it, and the first of them as (row, text)."""

    rows: int
    examples: tuple[tuple[int, str], ...]

    def __add__(self, other: Mark) -> Mark:
        """Both together."""
        first = sorted({*self.examples, *other.examples})[:EXAMPLES]
        return Mark(self.rows + other.rows, tuple(first))


@dataclass
class Tally:
    """Counts of raw rows. ``marks``: by reason, canonical column, raw column and file. ``lost``: ids without their last
    digits, by raw column. ``arrivals``: by kind of interactions (else empty) and the company's day (since 1970), rows
    that could be known on it, and times of theirs that are entered when they happen.
    """

    rows_in: int = 0
    filtered: int = 0
    merged: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    marks: dict[tuple[str, str, str, str], Mark] = field(default_factory=dict)
    lost: dict[str, Mark] = field(default_factory=dict)
    garbled: dict[tuple[str, str], Mark] = field(default_factory=dict)  # texts in a wrong encoding, by file and column
    arrivals: Counter[tuple[str, int]] = field(default_factory=Counter)
    timed: int = 0  # rows with a time
    beyond: int = 0  # of them with one that is too late to be meant
    first_days: tuple[str, ...] = ()

    @property
    def quarantined(self) -> int:
        """Rows in quarantine."""
        return sum(self.reasons.values())

    @property
    def kept(self) -> int:
        """Rows that are still there."""
        return self.rows_in - self.filtered - self.merged - self.quarantined

    def counts(self) -> dict[str, int]:
        """rows_in, rows_out, quarantined, filtered, merged: the first is the sum of the others."""
        return {
            "rows_in": self.rows_in,
            "rows_out": self.kept,
            "quarantined": self.quarantined,
            "filtered": self.filtered,
            "merged": self.merged,
        }

    def by_reason(self) -> dict[str, int]:
        """Quarantined rows by reason."""
        return {reason: rows for reason, rows in sorted(self.reasons.items()) if rows}

    def bad_share(self) -> float:
        """Rows with a true fault ÷ rows that the filters let through."""
        bad = sum(rows for reason, rows in self.reasons.items() if reason not in HARMLESS)
        through = self.rows_in - self.filtered
        return bad / through if through else 0.0

    def faults(self, table: str, files: tuple[str, ...]) -> list[Fault]:
        """One fault a reason, column and file, in this order, with the number of all rows and the first examples."""
        columns = ["", *CANONICAL[table].names]

        def place(key: tuple[str, str, str, str]) -> tuple[int, int, str, int]:
            reason, column, raw_column, file = key
            return REASONS.index(reason), columns.index(column), raw_column, files.index(file)

        return [_fault(table, key, self.marks[key]) for key in sorted(self.marks, key=place)]

    def add(self, other: Tally) -> None:
        """Count the rows of a further block of the source."""
        self.rows_in += other.rows_in
        self.filtered += other.filtered
        self.merged += other.merged
        self.timed += other.timed
        self.beyond += other.beyond
        self.reasons.update(other.reasons)
        self.arrivals.update(other.arrivals)
        _add_marks(self.marks, other.marks)
        _add_marks(self.lost, other.lost)
        _add_marks(self.garbled, other.garbled)
        self.first_days = tuple(sorted({*self.first_days, *other.first_days})[:EXAMPLES])

    def settle(self, later: Tally) -> None:
        """Count what became later of rows that were kept before."""
        before = self.rows_in
        self.add(later)
        self.rows_in = before


def _add_marks(marks: dict[Any, Mark], others: dict[Any, Mark]) -> None:
    for place, mark in others.items():
        marks[place] = marks[place] + mark if place in marks else mark


def _fault(table: str, key: tuple[str, str, str, str], mark: Mark) -> Fault:
    reason, column, raw_column, file = key
    found, expected, remedy = ROW_FAULTS[reason]
    examples = tuple(f"{text} (row {row})" if text else f"row {row}" for row, text in mark.examples)
    return Fault(table, file, raw_column or column, found, mark.rows, examples, expected, remedy)
