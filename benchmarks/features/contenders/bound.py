"""The bound: DuckDB reads the columns that features need once and groups them by customer once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import duckdb

from benchmarks.features.world import interactions

QUERY = """
COPY (
    SELECT customer_id, count(*) AS events, max(occurred_at) AS last_at, max(known_at) AS last_known_at,
           max(kind) AS kind, sum(amount) AS amount, sum(quantity) AS quantity, max(channel) AS channel,
           max(topic) AS topic
    FROM read_parquet('{events}/*.parquet') GROUP BY customer_id
) TO '{out}' (FORMAT parquet, COMPRESSION lz4_raw)
"""


def main(world: Path, out: Path) -> None:
    """Write one row a customer."""
    with duckdb.connect(config={"threads": int(os.environ["BENCH_THREADS"])}) as database:
        database.execute(QUERY.format(events=interactions(world), out=out / "bound.parquet"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
