"""Compiles the feature kernel into numba's cache on disk, so that the first run does not wait for the compiler.

``python -m bleib.commands.warm``; ``make install`` does it. Without it the first run compiles (about half a minute).
"""

from __future__ import annotations

import time

import pandas as pd

from bleib.console import say
from bleib.features.catalogue import catalogue
from bleib.features.engine import compute
from bleib.features.inventory import everything
from bleib.features.streams import event_stream
from bleib.settings import Features


def warm() -> float:
    """Run the kernel once on no events; returns the seconds that it took."""
    began = time.perf_counter()
    snapshot = pd.DataFrame({"customer_id": ["1"], "as_of_date": pd.to_datetime(["2024-01-01"])})
    snapshot = snapshot.astype({"customer_id": "str", "as_of_date": "datetime64[us]"})
    compute(event_stream({}, Features()), snapshot, catalogue(everything(), Features()), "UTC")
    return time.perf_counter() - began


if __name__ == "__main__":
    say(f"feature kernel ready ({warm():.1f} s)")
