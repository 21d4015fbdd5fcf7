"""Forward folds: models of earlier dates judged on later ones, over and over, inside the training dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from bleib import clock
from bleib.settings import Churn


@dataclass(frozen=True)
class Fold:
    """``later`` (m,): numbers of the rows at ``day``; ``earlier`` (n,): of those whose outcome was known by then."""

    day: date
    earlier: np.ndarray
    later: np.ndarray


def forward_folds(dates: pd.Series, churned: np.ndarray, churn: Churn, most: int) -> list[Fold]:
    """At most ``most`` folds, ascending by day; none where no outcome was known by a later date.

    ``dates`` (n,) and ``churned`` (n,) of the training rows. A fold learns from all dates whose outcome was known by
    its day (purged). The days are spread evenly over the newest half of the dates, the newest among
    them; earlier ones join only where there are too few, because a model of one date says little about one of many.
    Days on which a fold would lack one of the outcomes, earlier or later, are not taken.
    """
    rows = {clock.to_date(day): np.flatnonzero(dates == day) for day in sorted(dates.unique())}
    folds = [_fold(rows, day, churn) for day in rows]
    able = [fold for fold in folds if _both(churned[fold.earlier]) and _both(churned[fold.later])]
    return _spread(able[-max(most, len(rows) // 2) :], most)


def closed_before_newest(folds: list[Fold], churn: Churn) -> list[Fold]:
    """The folds whose outcome was known by the day of the newest."""
    if not folds:
        return []
    closed = clock.purged([fold.day for fold in folds], churn.wait_days, folds[-1].day)
    return [fold for fold in folds if fold.day in closed]


def customer_folds(key: pd.DataFrame, parts: int) -> list[Fold]:
    """Each customer is judged once, by models of the others; ``key`` (n, 2) of the rows, the day that of the newest.

    Such folds show what tells customers apart on the same dates, not what will hold on a later one.
    """
    codes, names = pd.factorize(key["customer_id"])  # in the order of the rows, which no id decides
    part = np.random.default_rng(0).permutation(len(names))[codes] % parts
    day = clock.to_date(key["as_of_date"].max())
    return [Fold(day, np.flatnonzero(part != k), np.flatnonzero(part == k)) for k in range(parts)]


def _spread(folds: list[Fold], most: int) -> list[Fold]:
    if len(folds) <= most:
        return folds
    places = np.linspace(len(folds) - 1, 0, most).round().astype(int)
    return [folds[place] for place in sorted(places)]


def _fold(rows: dict[date, np.ndarray], day: date, churn: Churn) -> Fold:
    closed = clock.purged(list(rows), churn.wait_days, day)
    earlier = [rows[one] for one in closed] or [np.zeros(0, dtype=np.int64)]
    return Fold(day, np.sort(np.concatenate(earlier)), rows[day])


def _both(churned: np.ndarray) -> bool:
    return bool(churned.any() and not churned.all())
