"""Until outcomes are closed: the chance of silence from each customer's own rhythm, and what it is made of.

MBG/NBD (``model.bg_nbd``) needs no outcome, only when customers came. Its chance depends on three features: days since
the last and since the first event of the main activity, and their number. Contributions are Shapley values of its
log-odds (Shapley 1953, "A value for n-person games") against the typical customer, exact over the eight coalitions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from bleib.clock import days_until
from bleib.errors import DataError
from bleib.files import read_json, replacing, write_json
from bleib.model.baselines import History, main_columns
from bleib.model.bg_nbd import BgNbd, MbgNbd, fit
from bleib.model.calibrator import Calibrator
from bleib.model.metrics import log_odds
from bleib.settings import Churn

KIND = "mbg_nbd"


@dataclass(frozen=True)
class RhythmModel:
    """The chance of no event of the main activity in the outcome window; used as a ChurnClassifier is.

    ``process``: in days. ``names``: the features since last, since first, number; ``typical`` (3,): their medians at
    the newest as-of date, against which is explained. ``lead``, ``horizon``: of the outcome window, days.
    """

    process: BgNbd
    names: tuple[str, str, str]
    typical: np.ndarray
    lead: float
    horizon: float

    calibrator: ClassVar[Calibrator] = Calibrator()

    @property
    def feature_names_in_(self) -> np.ndarray:
        """The features it looks at, (3,)."""
        return np.array(self.names, dtype=object)

    @property
    def n_features_in_(self) -> int:
        """Their number."""
        return len(self.names)

    def decision_function(self, X: pd.DataFrame) -> np.ndarray:
        """Log-odds of silence, (n,), for the columns ``names``."""
        return self._score(X[list(self.names)].to_numpy(dtype=np.float64))

    def seed_scores(self, X: pd.DataFrame) -> np.ndarray:
        """The same, (n, 1): there is but one."""
        return self.decision_function(X)[:, None]

    def seed_contributions(self, X: pd.DataFrame) -> Iterator[np.ndarray]:
        """Once (n, 4): what each feature adds to the log-odds of the typical customer, those of whom are last."""
        own = X[list(self.names)].to_numpy(dtype=np.float64)
        everyone = range(len(self.names))
        value = {
            members: self._score(np.where(np.isin(everyone, members), own, self.typical))
            for size in range(len(self.names) + 1)
            for members in combinations(everyone, size)
        }
        yield np.column_stack([*(_shapley(value, k, len(self.names)) for k in everyone), value[()]])

    def save(self, folder: Path, about: dict[str, Any] | None = None) -> None:
        """Write model.json with ``about``; same model, same bytes."""
        parameters = vars(self.process) | {"lead": self.lead, "horizon": self.horizon}
        stored = {"kind": KIND, "parameters": parameters, "typical": self.typical.tolist(), "about": about or {}}
        with replacing(folder) as fresh:
            fresh.mkdir()
            write_json(
                fresh / "model.json", stored | {"feature_names": list(self.names), "n_features": self.n_features_in_}
            )

    @classmethod
    def load(cls, folder: Path) -> RhythmModel:
        """The model that ``save`` wrote."""
        stored = read_json(folder / "model.json")
        parameters = dict(stored["parameters"])
        lead, horizon = parameters.pop("lead"), parameters.pop("horizon")
        return cls(MbgNbd(**parameters), tuple(stored["feature_names"]), np.array(stored["typical"]), lead, horizon)

    def _score(self, values: np.ndarray) -> np.ndarray:
        x, t_x, T = History.of(pd.DataFrame(values, columns=list(self.names))).summary()
        return log_odds(self.process.probability_of_silence(x, t_x, T, self.horizon, self.lead))


def fit_rhythm(features: pd.DataFrame, churn: Churn) -> RhythmModel:
    """Fit on everybody who was ever in a cohort, as known at the newest as-of date.

    ``features``: all snapshots. Who is no longer in the cohort has not come since the last snapshot, so that the
    history is known without looking at the events again. Missing are customers who were gone before the first as-of
    date, which is nobody where ``churn.active_days`` is not shorter than ``clock.min_history_days``; without them the
    chances of silence come out too low. DataError where nobody came twice.
    """
    names = main_columns(list(features.columns))
    day = features["as_of_date"].max()
    newest = features.sort_values("as_of_date", kind="stable").drop_duplicates("customer_id", keep="last")
    grown = newest.assign(**{name: newest[name] + days_until(newest["as_of_date"], day) for name in names[:2]})
    x, t_x, T = History.of(grown).summary()
    if not (x > 0).any():
        raise DataError(
            f"train: no outcome is closed early enough to train on, and none of {len(x):,} customers came twice, so "
            "that no rhythm can be told either. Bring more history, or check churn.kinds and features.main_kinds."
        )
    typical = features.loc[features["as_of_date"] == day, list(names)].median().to_numpy(dtype=np.float64)
    return RhythmModel(fit(x, t_x, T, MbgNbd), names, typical, float(churn.lead_days), float(churn.horizon_days))


def _shapley(value: dict[tuple[int, ...], np.ndarray], player: int, players: int) -> np.ndarray:
    """Mean gain of the coalition by the ``player``, over all orders in which the players may join."""
    share = np.zeros_like(value[()])
    for members, without in value.items():
        if player not in members:
            weight = factorial(len(members)) * factorial(players - len(members) - 1) / factorial(players)
            share = share + weight * (value[tuple(sorted((*members, player)))] - without)
    return share
