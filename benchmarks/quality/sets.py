"""The data sets with their fixed as-of dates, settings and the strong figures known for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from benchmarks.quality import raw
from bleib.examples.catalogue import CDNOW, CDNOW_BASE, COMPLETE_JOURNEY
from bleib.examples.way import params_of
from bleib.settings import Settings, parse_settings

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Strong:
    """What a careful data scientist reached on the same date, horizon and cohort; None where it is not known."""

    auroc: float
    average_precision: float | None = None
    log_loss: float | None = None


@dataclass(frozen=True)
class Trial:
    """One trial: the newest test date, how many as-of dates are tested up to it, and what is known of them."""

    newest: date
    strong: Strong | None = None
    dates: int = 1


@dataclass(frozen=True)
class DataSet:
    """One company: how its raw files come to their place, its settings (text of a params.yaml and changes), its tests.

    ``lay_out(raw_folder, data_folder)`` writes the raw files; ``raw.AbsentError`` says why it cannot.
    """

    name: str
    title: str
    lay_out: Callable[[Path, Path | None], None]
    params: Callable[[], str]
    tests: tuple[Trial, ...]
    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def settings(self) -> Settings:
        """All sections, the changes laid over them."""
        values = yaml.safe_load(self.params())
        for section, change in self.changes.items():
            values[section] = {**values.get(section, {}), **change} if change else {}
        return parse_settings({name: values.get(name) for name in Settings.model_fields}, self.name)


def _file(path: str) -> Callable[[], str]:
    return lambda: (ROOT / path).read_text(encoding="utf-8")


# As many training dates as the product takes, and as long a grid as the tests need; else the sets' own settings.
FULL: dict[str, dict[str, Any]] = {"clock": {"dates": 60}, "split": {"max_train_dates": 20}, "train": {}}

SETS: tuple[DataSet, ...] = (
    DataSet(
        "completejourney",
        "Complete Journey: groceries; no basket in 28 days, of those with one in the last 56",
        raw.of_example(COMPLETE_JOURNEY),
        lambda: params_of(COMPLETE_JOURNEY),
        (Trial(date(2017, 12, 4), Strong(0.862, 0.484, 0.290)), Trial(date(2017, 11, 6), Strong(0.850, 0.421, 0.288))),
        FULL,
    ),
    DataSet(
        "cdnow",
        "CDNOW, active: a music shop; no order in 91 days, of those with one in the last 91",
        raw.of_example(CDNOW),
        lambda: params_of(CDNOW),
        (Trial(date(1998, 3, 31), Strong(0.731, 0.733, 0.602)), Trial(date(1997, 12, 30), Strong(0.708, 0.709, 0.618))),
        FULL,
    ),
    DataSet(
        "cdnow_base",
        "CDNOW, whole base (inflated: most customers left long ago); no order in 91 days, of all",
        raw.of_example(CDNOW_BASE),
        lambda: params_of(CDNOW_BASE),
        (Trial(date(1998, 3, 31), Strong(0.841, 0.961, 0.303)),),
        FULL,
    ),
    DataSet(
        "online_retail",
        "Online Retail II: a gift wholesaler; no order in 90 days, of those with one in the last 180",
        raw.of_folder("online_retail_ii"),
        _file("tests/real/online_retail.yaml"),
        (Trial(date(2011, 9, 10), Strong(0.773, 0.658, 0.606)), Trial(date(2011, 6, 12), Strong(0.784, 0.756, 0.566))),
        FULL,
    ),
    DataSet(
        "it_incidents",
        "IT incidents: callers of a service desk; no ticket in 28 days, of those with one in the last 60",
        raw.of_folder("it_incidents"),
        _file("benchmarks/quality/it_incidents.yaml"),
        (Trial(date(2016, 5, 2), Strong(0.704, 0.670, 0.649)),),
    ),
    DataSet(
        "insurance",
        "Insurance savings contracts: surrender within 12 months, of those in force (the regime flips)",
        raw.of_folder("insurance_savings"),
        _file("tests/real/insurance.yaml"),
        (Trial(date(2007, 1, 1), Strong(0.635)),),
        {"split": {"test_dates": 1, "max_train_dates": 20}, "train": {}},
    ),
    DataSet(
        "demo",
        "The demo company: notice in 56 days after a lead of 7, three test dates",
        raw.demo,
        _file("params.yaml"),
        (Trial(date(2026, 4, 6), dates=3),),
    ),
)
