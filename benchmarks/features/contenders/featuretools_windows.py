"""featuretools: the snapshots as cutoff times, one feature matrix for each window (``training_window``).

Only the features that it can define: its windows look back from the cutoff, its aggregations know no gaps and no
decay. One time index a table, so it runs on a world where nothing becomes known late.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import featuretools as ft
import pandas as pd
from featuretools.primitives import Count, Last, Max, Mean, Min, NumUnique, Sum, TimeSinceLast

from benchmarks.features.declared import features
from benchmarks.features.world import interactions, snapshots
from bleib.features.declaration import Feature

PRIMITIVES = {
    "sum": Sum,
    "mean": Mean,
    "max": Max,
    "min": Min,
    "last": Last,
    "distinct_topics": NumUnique,
    "distinct_channels": NumUnique,
    "distinct_days": NumUnique,
}
COLUMNS = {"distinct_topics": "topic", "distinct_channels": "channel", "distinct_days": "day"}
DAY_S = 86_400.0


def main(world: Path, out: Path) -> None:
    """Write one file with all snapshots."""
    entities = _entities(pd.read_parquet(interactions(world)))
    cutoffs = pd.read_parquet(snapshots(world), columns=["customer_id", "as_of_date"])
    cutoffs = cutoffs.rename(columns={"as_of_date": "time"})
    declared = [f for f in features() if f.aggregate in (*PRIMITIVES, "count") or _since_last(f)]
    parts = [
        _matrix(entities, cutoffs, [f for f in declared if f.window_days == window], window)
        for window in sorted({f.window_days for f in declared})
    ]
    frame = pd.concat(parts, axis=1).reset_index().rename(columns={"time": "as_of_date"})
    frame.to_parquet(out / "features.parquet", index=False, compression="zstd")


def _since_last(feature: Feature) -> bool:
    return feature.aggregate == "days_since_last" and feature.nth == 1


def _entities(events: pd.DataFrame) -> ft.EntitySet:
    events = events.drop(columns="known_at").assign(occurred_at=events["occurred_at"].dt.tz_localize(None))
    events["day"] = events["occurred_at"].dt.floor("D").astype("str")
    entities = ft.EntitySet("world")
    types = dict.fromkeys(("kind", "channel", "topic", "day"), "Categorical")
    entities.add_dataframe(events, "events", index="event_id", time_index="occurred_at", logical_types=types)
    entities.normalize_dataframe("events", "customers", index="customer_id", make_time_index=False)
    return entities


def _matrix(entities: ft.EntitySet, cutoffs: pd.DataFrame, chosen: list[Feature], window: int) -> pd.DataFrame:
    """The features of one window (0: all history) for all snapshots, in half-open windows."""
    matrix = ft.calculate_feature_matrix(
        [_definition(entities, feature) for feature in chosen],
        entities,
        cutoff_time=cutoffs,
        training_window=f"{window} days" if window else None,
        include_cutoff_time=False,
        cutoff_time_in_index=True,
    )
    for feature in chosen:
        if _since_last(feature):
            matrix[feature.name] = matrix[feature.name].astype("float64") / DAY_S
        if feature.aggregate in COLUMNS:
            matrix[feature.name] = matrix[feature.name].fillna(0)  # it counts no day as unknown
    return matrix.astype("float32").sort_index()


def _definition(entities: ft.EntitySet, feature: Feature) -> ft.FeatureBase:
    events = entities["events"].ww
    where = None
    for column, values in _conditions(feature):
        one = ft.Feature(events[column]) == values[0]
        where = one if where is None else where & one
    if feature.aggregate == "count":
        base, primitive = ft.Feature(events["event_id"]), Count
    elif _since_last(feature):
        base, primitive = ft.Feature(events["occurred_at"]), TimeSinceLast
    else:
        base = ft.Feature(events[COLUMNS.get(feature.aggregate, feature.value)])
        primitive = PRIMITIVES[feature.aggregate]
    made = ft.Feature(base, parent_dataframe_name="customers", primitive=primitive, where=where)
    return made.rename(feature.name)


def _conditions(feature: Feature) -> list[tuple[str, tuple[str, ...]]]:
    """The filters that narrow; all kinds together are none."""
    wanted = {"kind": feature.events.kinds, "channel": feature.events.channels, "topic": feature.events.topics}
    return [(column, values) for column, values in wanted.items() if len(values) == 1]


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # it is told of pandas 3 at every window
    main(Path(sys.argv[1]), Path(sys.argv[2]))
