"""bleib: the function that the stage featurize calls, on the 74 declared features."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from benchmarks.features.declared import features
from benchmarks.features.world import interactions, snapshots
from bleib.buckets import numbers, part, read_tables, write_part
from bleib.features.featurize import featurize
from bleib.settings import Churn, Company, Features


def main(world: Path, out: Path) -> None:
    """Write one file a bucket of customers."""
    for bucket in numbers(interactions(world)):
        tables = read_tables(world / "tables", bucket=bucket)
        keys = pd.read_parquet(part(snapshots(world), bucket))
        table = featurize(tables, keys, Company(), Churn(), Features(), features())
        write_part(out, bucket, table.frame)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
