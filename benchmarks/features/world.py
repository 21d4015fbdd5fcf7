"""What a benchmark runs on: a size, its folder, its as-of dates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

WORK = Path("benchmarks/work")


@dataclass(frozen=True)
class World:
    """About ``events`` events of ``customers`` customers over two years, looked at from ``dates`` days of the second.

    ``late`` is the share of the events that become known up to ten days after they occurred.
    """

    events: int
    customers: int
    dates: int = 12
    late: float = 0.02

    @property
    def folder(self) -> Path:
        """Where its tables and snapshots lie."""
        late = "" if self.late else "-punctual"
        return WORK / "worlds" / f"{self.events}-{self.customers}-{self.dates}{late}"


def interactions(folder: Path) -> Path:
    """The folder of Parquet parts that every contender reads."""
    return folder / "tables" / "interactions.parquet"


def snapshots(folder: Path) -> Path:
    """The folder of Parquet parts with the keys: customer_id, as_of_date."""
    return folder / "snapshots.parquet"
