"""Forward folds: models of earlier dates judged on later ones, over and over, inside the training dates.

Where the dates allow none, folds over customers stand in for the choices that they can make.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from bleib import clock
from bleib.settings import Churn


@dataclass(frozen=True)
class Fold:
    """``later`` (m,): numbers of the rows that are judged, at ``day``; ``earlier`` (n,): of those that are learnt from.

    In forward folds the outcome of the earlier rows was known at ``day``; folds over customers say nothing of time.
    """

    day: date
    earlier: np.ndarray
    later: np.ndarray


def forward_folds(dates: pd.Series, churned: np.ndarray, churn: Churn, most: int) -> list[Fold]:
    """At most ``most`` folds, ascending by day; none where no date is closed before another.

    ``dates`` (n,) and ``churned`` (n,) of the training rows. A fold learns from all dates whose outcome window is
    closed before its day (purged). The days are spread evenly over the newest half of the dates, the newest among
    them; earlier ones join only where there are too few, because a model of one date says little about one of many.
    Folds that lack one of the outcomes, earlier or later, are left out.
    """
    days = sorted({clock.to_date(day) for day in dates.unique()})
    able = [day for day in days if clock.purged(days, churn.lead_days, churn.horizon_days, day)]
    late = able[-max(most, len(days) // 2) :]
    folds = [_fold(dates, days, day, churn) for day in _spread(late, most)]
    return [fold for fold in folds if _both(churned[fold.earlier]) and _both(churned[fold.later])]


def customer_folds(key: pd.DataFrame, churned: np.ndarray, most: int) -> list[Fold]:
    """Folds for dates of which none is closed before another: each customer is judged once, by models of the others.

    ``key`` (n, 2) and ``churned`` (n,) of the training rows; every ``day`` is that of the newest ones. Such folds show
    which of two models tells customers apart, but not how a model ages, nor where the level goes. None where ``most``
    is under two, or a fold would lack one of the outcomes.
    """
    if most < 2 or not len(key):
        return []
    codes, names = pd.factorize(key["customer_id"], sort=True)
    part = np.random.default_rng(0).permutation(len(names))[codes] % most
    day = clock.to_date(key["as_of_date"].max())
    folds = [Fold(day, np.flatnonzero(part != k), np.flatnonzero(part == k)) for k in range(most)]
    return folds if all(_both(churned[fold.earlier]) and _both(churned[fold.later]) for fold in folds) else []


def _spread(days: list[date], most: int) -> list[date]:
    if len(days) <= most:
        return days
    places = np.linspace(len(days) - 1, 0, most).round().astype(int)
    return [days[place] for place in sorted(places)]


def _fold(dates: pd.Series, days: list[date], day: date, churn: Churn) -> Fold:
    earlier = clock.purged(days, churn.lead_days, churn.horizon_days, day)
    return Fold(day, _rows_at(dates, earlier), _rows_at(dates, [day]))


def _rows_at(dates: pd.Series, days: list[date]) -> np.ndarray:
    return np.flatnonzero(dates.isin(pd.to_datetime(days)).to_numpy())


def _both(churned: np.ndarray) -> bool:
    return bool(churned.any() and not churned.all())
