"""What a block is: features that are tried together, declared for the kernel or derived from its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from benchmarks.quality.prepare import Prepared
from bleib.features.declaration import Aggregate, Events, Feature
from bleib.features.inventory import Inventory

TRY, HELPER = "try_", "helper_"  # begin of the names of what is tried, and of what is only counted to derive it


@dataclass(frozen=True)
class Known:
    """What there is to declare features from: the inventory, and the topics of each kind, the most frequent first."""

    data: Inventory
    topics: Mapping[str, tuple[str, ...]]

    @property
    def main(self) -> Events:
        """The customer's main activity."""
        return Events(self.data.main)


@dataclass(frozen=True)
class Block:
    """``declare``: features for the kernel; those called ``HELPER`` + … are not tried themselves.

    ``derive``: columns (as many rows) from the frame of all features and the company.
    """

    name: str
    what: str
    declare: Callable[[Known], list[Feature]] = lambda _: []
    derive: Callable[[pd.DataFrame, Prepared], pd.DataFrame] | None = None


def feature(
    name: str,
    events: Events,
    aggregate: Aggregate,
    value: Literal["", "amount", "quantity"] = "",
    days: int = 0,
    offset: int = 0,
    nth: int = 1,
) -> Feature:
    """A feature for the kernel that nobody is told about."""
    return Feature(name, "frequency", name, "events", "either", events, aggregate, value, days, offset, nth)


def combined(name: str, combine: Literal["difference", "ratio", "rank"], of: str, than: str = "") -> Feature:
    """A feature made from others."""
    return Feature(name, "frequency", name, "events", "either", combine=combine, of=of, than=than)
