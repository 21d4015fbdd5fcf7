"""Stage score: the churn probability of every customer of the newest cohort."""

from __future__ import annotations

from bleib import artifacts
from bleib.console import say
from bleib.files import read_parquet, write_parquet
from bleib.model.classifier import ChurnClassifier
from bleib.model.rows import cohort_rows
from bleib.model.scoring import score
from bleib.stages import run

PARAMS: tuple[str, ...] = ()


def main() -> None:
    """Read the newest cohort and the model, score, write."""
    snapshots = read_parquet(artifacts.SNAPSHOTS.path)
    newest = snapshots["as_of_date"].max()
    rows = cohort_rows(read_parquet(artifacts.FEATURES.path), snapshots, newest)
    scores = score(ChurnClassifier.load(artifacts.MODEL.path), rows)
    table = artifacts.SCORES.table
    write_parquet(artifacts.SCORES.path, table.check(scores) if table else scores)
    say(f"score: {len(scores):,} customers as of {newest.date()}")


if __name__ == "__main__":
    run(main)
