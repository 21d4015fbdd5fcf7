"""DuckDB: a customer-day table made once, then for each as-of date one query of CASE sums over it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import duckdb

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
    made, chosen = formulas(declared), selections(declared)
    with duckdb.connect(config={"threads": int(os.environ["BENCH_THREADS"])}) as database:
        database.execute(f"CREATE VIEW events AS SELECT * FROM read_parquet('{interactions(world)}/*.parquet')")
        for name in ("channel", "topic"):
            database.execute(f"CREATE TYPE {name}s AS ENUM (SELECT DISTINCT {name} FROM events WHERE {name} NOTNULL)")
        database.execute(f"CREATE TABLE days AS {_days(chosen, columns(made))}")
        dates = f"SELECT DISTINCT epoch_us(as_of_date) FROM read_parquet('{snapshots(world)}/*.parquet') ORDER BY 1"
        for (now,) in database.execute(dates).fetchall():
            file = out / f"{now // US_PER_DAY}.parquet"
            database.execute(f"COPY ({_at(now, made)}) TO '{file}' (FORMAT parquet, COMPRESSION lz4_raw)")


def _days(chosen: list[Events], needed: set[str]) -> str:
    """The customer-day table; a day is fresh in the row in which it becomes known first."""
    grouped = [
        f"{sql} FILTER (WHERE {condition(events)}) AS {name}_{s}"
        for s, events in enumerate(chosen)
        for name, sql in AGGREGATES.items()
        if f"{name}_{s}" in needed
    ]
    fresh = [
        f"known_day = min(known_day) FILTER (WHERE n_{s} > 0) OVER one_day AND n_{s} > 0 AS fresh_{s}"
        for s in range(len(chosen))
        if f"fresh_{s}" in needed
    ]
    return f"""
        WITH read AS (
            SELECT *, epoch_us(occurred_at) AS occurred_us, epoch_us(occurred_at) // {US_PER_DAY} AS day,
                   epoch_us(known_at) // {US_PER_DAY} AS known_day FROM events),
        grouped AS (SELECT customer_id, day, known_day, {", ".join(grouped)} FROM read GROUP BY ALL)
        SELECT *, {", ".join(fresh)} FROM grouped WINDOW one_day AS (PARTITION BY customer_id, day)
    """


AGGREGATES = {
    "n": "count(*)",
    "amount": "sum(amount)",
    "n_amount": "count(amount)",
    "max_amount": "max(amount)",
    "min_amount": "min(amount)",
    "last_amount": "arg_max(amount, occurred_us)",
    "quantity": "sum(quantity)",
    "topics": "bit_or(1::UBIGINT << enum_code(topic::topics))",
    "channels": "bit_or(1::UBIGINT << enum_code(channel::channels))",
    "last_at": "max(occurred_us)",
    "first_at": "min(occurred_us)",
}


def _at(now: int, made: list[Formula]) -> str:
    today = now // US_PER_DAY
    inner = ", ".join(f"{_cell(cell, today)} AS {cell.name}" for cell in cells(made))
    outer = ", ".join(f"({formula.at(now)})::FLOAT AS {formula.name}" for formula in made)
    return f"""
        SELECT customer_id, make_timestamp({now}) AS as_of_date, {outer} FROM (
            SELECT customer_id, {inner} FROM days WHERE day < {today} AND known_day < {today} GROUP BY customer_id)
    """


def _cell(cell: Cell, today: int) -> str:
    inside = f"CASE WHEN day >= {today - cell.window} THEN {cell.column} END" if cell.window else cell.column
    match cell.how:
        case "union":
            return f"bit_or({inside})"
        case "newest":
            return f"arg_max({cell.column}, {cell.clock})"
        case "decayed":
            return f"sum({cell.column} * pow(2, (day - {today}) / {cell.window}.0))"
        case "last_day":
            return f"max(CASE WHEN {cell.column} > 0 THEN day END)"
        case "first_day":
            return f"min(CASE WHEN {cell.column} > 0 THEN day END)"
        case _:
            return f"{cell.how}({inside})"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
