"""bleib: the function that the stage featurize calls, told by its settings to make the 74 declared features."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from benchmarks.features.declared import features
from benchmarks.features.world import snapshots
from bleib.features.declaration import Feature
from bleib.features.folders import featurize_folders
from bleib.settings import Churn, Company, ExtraFeature, Family, Features
from bleib.stages import run

FAMILY = "satisfaction"  # without surveys it has no features of its own, so that there are none but the declared ones


def main(world: Path, out: Path, declared: Sequence[Feature]) -> None:
    """Write one file a bucket of customers."""
    chosen = settings(declared)
    featurize_folders(world / "tables", snapshots(world), out / "features.parquet", Company(), Churn(), chosen)


def settings(declared: Sequence[Feature]) -> Features:
    """The declared features as a user declares them, and none of the built-in ones."""
    others = [family for family in get_args(Family) if family != FAMILY]
    return Features(exclude_families=others, extra=[_extra(feature) for feature in declared])


def _extra(feature: Feature) -> ExtraFeature:
    return ExtraFeature(
        name=feature.name,
        family=FAMILY,
        meaning=feature.meaning,
        kinds=list(feature.events.kinds),
        channels=list(feature.events.channels),
        topics=list(feature.events.topics),
        aggregate=feature.aggregate,
        value=feature.value,
        window_days=feature.window_days,
        nth=feature.nth,
    )


if __name__ == "__main__":
    run(lambda: main(Path(sys.argv[1]), Path(sys.argv[2]), features()))
