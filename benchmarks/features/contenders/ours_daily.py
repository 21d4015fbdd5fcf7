"""bleib, told to make only the features that the customer-day loops make."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.features.contenders.daily import formulas
from benchmarks.features.contenders.ours import main
from benchmarks.features.declared import features
from bleib.features.declaration import Feature
from bleib.stages import run


def daily_features() -> list[Feature]:
    """Those of the declared features that are aggregates of days."""
    names = {formula.name for formula in formulas(features())}
    return [feature for feature in features() if feature.name in names]


if __name__ == "__main__":
    run(lambda: main(Path(sys.argv[1]), Path(sys.argv[2]), daily_features()))
