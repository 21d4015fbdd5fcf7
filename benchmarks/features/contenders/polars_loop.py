"""Polars: a customer-day table made once, then for each as-of date one group-by a window, joined by customer."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

import polars as pl

from benchmarks.features.contenders.daily import (
    US_PER_DAY,
    Cell,
    Formula,
    cells,
    columns,
    condition,
    formulas,
    selections,
)
from benchmarks.features.declared import features
from benchmarks.features.world import interactions, snapshots
from bleib.features.declaration import Events


def main(world: Path, out: Path) -> None:
    """Write one file an as-of date."""
    declared = features()
    made = formulas(declared)
    days = _days(pl.scan_parquet(interactions(world) / "*.parquet"), selections(declared), columns(made)).collect()
    dates = pl.scan_parquet(snapshots(world) / "*.parquet").select(pl.col("as_of_date").unique().sort()).collect()
    for (day,) in dates.iter_rows():
        today = (day - EPOCH).days
        frame = _at(days.lazy(), today, made).with_columns(as_of_date=pl.lit(day, pl.Datetime("us")))
        frame.collect().write_parquet(out / f"{today}.parquet", compression="lz4")


EPOCH = pl.Series(["1970-01-01"]).str.to_datetime().item()


def _days(events: pl.LazyFrame, chosen: list[Events], needed: set[str]) -> pl.LazyFrame:
    """The customer-day table; a day is fresh in the row in which it becomes known first."""
    occurred = pl.col("occurred_at").dt.epoch("us")
    events = events.with_columns(
        occurred_us=occurred,
        day=occurred // US_PER_DAY,
        known_day=pl.col("known_at").dt.epoch("us") // US_PER_DAY,
        topic_bit=_bit("topic"),
        channel_bit=_bit("channel"),
        **{f"is_{s}": pl.sql_expr(condition(filtered)) for s, filtered in enumerate(chosen)},
    )
    grouped = [
        aggregate(pl.col(f"is_{s}")).alias(f"{name}_{s}")
        for s in range(len(chosen))
        for name, aggregate in AGGREGATES.items()
        if f"{name}_{s}" in needed
    ]
    days = events.group_by("customer_id", "day", "known_day").agg(grouped)
    fresh = [_fresh(s).alias(f"fresh_{s}") for s in range(len(chosen)) if f"fresh_{s}" in needed]
    return days.with_columns(fresh)


AGGREGATES = {
    "n": lambda chosen: chosen.sum().cast(pl.Int64),
    "amount": lambda chosen: pl.col("amount").filter(chosen).sum(),
    "n_amount": lambda chosen: pl.col("amount").filter(chosen).count().cast(pl.Int64),
    "max_amount": lambda chosen: pl.col("amount").filter(chosen).max(),
    "min_amount": lambda chosen: pl.col("amount").filter(chosen).min(),
    "last_amount": lambda chosen: pl.col("amount").filter(chosen).max_by(pl.col("occurred_us").filter(chosen)),
    "quantity": lambda chosen: pl.col("quantity").filter(chosen).sum(),
    "topics": lambda chosen: pl.col("topic_bit").filter(chosen).bitwise_or(),
    "channels": lambda chosen: pl.col("channel_bit").filter(chosen).bitwise_or(),
    "last_at": lambda chosen: pl.col("occurred_us").filter(chosen).max(),
    "first_at": lambda chosen: pl.col("occurred_us").filter(chosen).min(),
}


def _bit(name: str) -> pl.Expr:
    return 2 ** (pl.col(name).rank("dense").cast(pl.Int64) - 1)


def _fresh(s: int) -> pl.Expr:
    seen = pl.col(f"n_{s}") > 0
    first = pl.when(seen).then(pl.col("known_day")).min().over("customer_id", "day")
    return (seen & (pl.col("known_day") == first)).cast(pl.Int64)


def _at(days: pl.LazyFrame, today: int, made: list[Formula]) -> pl.LazyFrame:
    known = days.filter((pl.col("day") < today) & (pl.col("known_day") < today))
    frame = known.group_by("customer_id").agg(_cell(cell, today) for cell in cells(made) if not _narrow(cell))
    windowed = sorted((cell for cell in cells(made) if _narrow(cell)), key=_narrow)
    for window, group in groupby(windowed, key=_narrow):
        inside = known.filter(pl.col("day") >= today - window)
        part = inside.group_by("customer_id").agg(_cell(cell, today) for cell in group)
        frame = frame.join(part, on="customer_id", how="left")
    now = today * US_PER_DAY
    return frame.select(
        "customer_id", *(pl.sql_expr(formula.at(now)).cast(pl.Float32).alias(formula.name) for formula in made)
    )


def _narrow(cell: Cell) -> int:
    """The window that the cell looks at, in days; 0: all history."""
    return 0 if cell.how == "decayed" else cell.window


def _cell(cell: Cell, today: int) -> pl.Expr:
    column = pl.col(cell.column)
    active_day = pl.when(column > 0).then(pl.col("day"))
    match cell.how:
        case "union":
            value = column.bitwise_or()
        case "newest":
            value = column.max_by(cell.clock)
        case "decayed":
            value = (column * 2.0 ** ((pl.col("day") - today) / cell.window)).sum()
        case "last_day":
            value = active_day.max()
        case "first_day":
            value = active_day.min()
        case _:
            value = getattr(column, cell.how)()
    return value.alias(cell.name)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
