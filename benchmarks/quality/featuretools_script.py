"""Deep feature synthesis over one table of events; runs in featuretools' own environment, knows nothing of bleib.

Usage: python featuretools_script.py events.parquet cutoffs.parquet target.parquet
"""

from __future__ import annotations

import sys

import featuretools
import pandas as pd

OF_ALL_TIME = ["count", "sum", "mean", "max", "min", "std", "num_unique", "time_since_last", "time_since_first"]
OF_WINDOW = ["count", "sum", "mean", "num_unique"]
PER_KIND = ["count", "sum", "mean", "time_since_last"]
KINDS = 12  # the most frequent kinds get features of their own
WINDOWS = (28, 91)  # days, beside all of the past


def main(events_file: str, cutoffs_file: str, target: str) -> None:
    """Read, synthesise over all of the past and over each window, write one row a cutoff."""
    events = pd.read_parquet(events_file).reset_index(names="event_id")
    cutoffs = pd.read_parquet(cutoffs_file)
    wanted = cutoffs[["customer_id", "time"]].rename(columns={"time": "cutoff"})
    parts = [_matrix(events, wanted, None)] + [_matrix(events, wanted, days) for days in WINDOWS]
    frame = pd.concat([cutoffs[["customer_id", "as_of_date"]], *parts], axis=1)
    frame.to_parquet(target, index=False)


def _matrix(events: pd.DataFrame, wanted: pd.DataFrame, days: int | None) -> pd.DataFrame:
    """Features in the order of ``wanted``; the names end in the window."""
    entities = _entities(events, wanted)
    matrix, _ = featuretools.dfs(
        entityset=entities,
        target_dataframe_name="customers",
        cutoff_time=wanted.rename(columns={"cutoff": "time"}),
        agg_primitives=OF_ALL_TIME if days is None else OF_WINDOW,
        trans_primitives=[],
        where_primitives=PER_KIND if days is None else ["count"],
        training_window=None if days is None else f"{days} days",
        max_depth=1,
        cutoff_time_in_index=True,
    )
    numbers = matrix.select_dtypes(["number", "boolean"]).astype("float32")
    ordered = numbers.reindex(pd.MultiIndex.from_frame(wanted, names=["customer_id", "time"]))
    return ordered.add_suffix("_all" if days is None else f"_{days}").reset_index(drop=True)


def _entities(events: pd.DataFrame, wanted: pd.DataFrame) -> featuretools.EntitySet:
    entities = featuretools.EntitySet("company")
    customers = pd.DataFrame({"customer_id": sorted(set(events["customer_id"]) | set(wanted["customer_id"]))})
    entities.add_dataframe(customers, "customers", index="customer_id", logical_types={"customer_id": "Categorical"})
    entities.add_dataframe(
        events,
        "events",
        index="event_id",
        time_index="time",
        logical_types=dict.fromkeys(["customer_id", "kind", "channel", "topic"], "Categorical"),
    )
    entities.add_relationship("customers", "customer_id", "events", "customer_id")
    frequent = events["kind"].value_counts().index[:KINDS].tolist()
    if len(frequent) > 1:
        entities.add_interesting_values(dataframe_name="events", values={"kind": frequent})
    return entities


if __name__ == "__main__":
    main(*sys.argv[1:])
