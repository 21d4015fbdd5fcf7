"""What the Polars and the DuckDB loop share: the customer-day table's columns and each feature's cells of it.

The table has one row a customer, day of occurrence and day of becoming known, so that late arrivals can be left out at
each as-of date. A cell is one aggregate of one of its columns over one window; a feature is a short SQL expression over
cells, which both engines read. The features that look at single gaps or at the second newest event are left out: they
are no sums over days. Leaving them out favours these contenders.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bleib.features.declaration import Events, Feature

US_PER_DAY = 86_400_000_000
UNIT = {"amount": "amount", "quantity": "quantity", "": "n"}


@dataclass(frozen=True)
class Cell:
    """One aggregate of one column of the customer-day table over the last ``window`` days (0: all)."""

    column: str
    how: Literal["sum", "max", "min", "union", "newest", "decayed", "last_day", "first_day"]
    window: int = 0

    @property
    def name(self) -> str:
        """Its column in the table of cells."""
        return f"{self.how}_{self.column}_{self.window}"

    @property
    def clock(self) -> str:
        """The column that says when the newest value of a day was."""
        return self.column.replace("last_amount", "last_at")


@dataclass(frozen=True)
class Formula:
    """A feature as SQL over its cells; ``{now}`` stands for the as-of date in microseconds."""

    name: str
    sql: str
    cells: tuple[Cell, ...]

    def at(self, now: int) -> str:
        """The SQL at one as-of date."""
        return self.sql.format(*(cell.name for cell in self.cells), now=now)


def selections(features: list[Feature]) -> list[Events]:
    """The distinct event filters; their position numbers the columns of the customer-day table."""
    return list(dict.fromkeys(feature.events for feature in features if feature.events))


def condition(events: Events) -> str:
    """The filter as SQL over the event table."""
    chosen = {"kind": events.kinds, "channel": events.channels, "topic": events.topics}
    return " AND ".join(
        f"{name} IN ({', '.join(repr(v) for v in values)})" for name, values in chosen.items() if values
    )


def formulas(features: list[Feature]) -> list[Formula]:
    """Those of the features that are aggregates of days."""
    order = selections(features)
    made = [_formula(feature, order.index(feature.events)) for feature in features if feature.events]
    return [formula for formula in made if formula is not None]


def cells(made: list[Formula]) -> list[Cell]:
    """Every cell that the formulas need, once."""
    return list(dict.fromkeys(cell for formula in made for cell in formula.cells))


def columns(made: list[Formula]) -> set[str]:
    """The columns of the customer-day table that the cells read."""
    read = {name for cell in cells(made) for name in (cell.column, cell.clock)}
    return read | {name.replace("fresh", "n") for name in read}


def _formula(feature: Feature, s: int) -> Formula | None:
    def total(window: int) -> Cell:
        return Cell(f"{UNIT[feature.value]}_{s}", "sum", window)

    w = feature.window_days
    match feature.aggregate:
        case "count" | "sum":
            sql, used = "coalesce({0}, 0)", [total(w)]
        case "trend" | "trend_sum":
            sql, used = "2 * coalesce({0}, 0) - coalesce({1}, 0)", [total(w), total(2 * w)]
        case "mean":
            sql, used = "{0} / nullif({1}, 0)", [total(w), Cell(f"n_{feature.value}_{s}", "sum", w)]
        case "max" | "min":
            how = feature.aggregate
            sql, used = "{0}", [Cell(f"{how}_{feature.value}_{s}", how, w)]
        case "last":
            sql, used = "{0}", [Cell(f"last_{feature.value}_{s}", "newest")]
        case "distinct_days":
            sql, used = "coalesce({0}, 0)", [Cell(f"fresh_{s}", "sum", w)]
        case "distinct_topics" | "distinct_channels":
            column = feature.aggregate.removeprefix("distinct_")
            sql, used = "coalesce(bit_count({0}), 0)", [Cell(f"{column}_{s}", "union", w)]
        case "decayed_count":
            sql, used = "coalesce({0}, 0)", [Cell(f"n_{s}", "decayed", w)]
        case "days_since_last" if feature.nth == 1:
            sql, used = f"({{now}} - {{0}}) / {US_PER_DAY}.0", [Cell(f"last_at_{s}", "max")]
        case "days_since_first":
            sql, used = f"({{now}} - {{0}}) / {US_PER_DAY}.0", [Cell(f"first_at_{s}", "min")]
        case "gap_mean":
            sql = "({0} - {1}) * 1.0 / nullif({2} - 1, 0)"
            used = [Cell(f"n_{s}", "last_day"), Cell(f"n_{s}", "first_day"), Cell(f"fresh_{s}", "sum")]
        case _:
            return None
    return Formula(feature.name, sql, tuple(used))
