"""The chance of silence from each customer's own rhythm, and what it is made of.

MBG/NBD (``model.bg_nbd``) needs no outcome, only when customers came: it is the model until outcomes are closed, and
afterwards a part of a candidate. Its chance depends on three features: days since the last and since the first event of
the main activity, and their number. Contributions are Shapley values of its log-odds (Shapley 1953, "A value for
n-person games") against the typical customer, exact over the eight coalitions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from math import factorial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from bleib.clock import days_until
from bleib.errors import DataError
from bleib.files import read_json, replacing, write_json
from bleib.model.baselines import History
from bleib.model.bg_nbd import BgNbd, MbgNbd, fit
from bleib.model.calibrator import Calibrator
from bleib.model.main_activity import main_columns
from bleib.model.metrics import best_intercept, log_odds
from bleib.model.rows import Rows
from bleib.settings import Churn

KIND = "mbg_nbd"


@dataclass(frozen=True)
class RhythmModel:
    """The chance of no event of the main activity in the outcome window; used as a ChurnClassifier is.

    ``process``: in days. ``names``: the features since last, since first, number; ``typical``: their medians at the
    newest as-of date, against which is explained. ``lead``, ``horizon``: of the outcome window, days. ``shift``: what
    is added to the log-odds.
    """

    process: BgNbd
    names: tuple[str, str, str]
    typical: tuple[float, float, float]
    lead: float
    horizon: float
    shift: float = 0.0

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
        return self.raw_score(X[list(self.names)].to_numpy(dtype=np.float64))

    def seed_scores(self, X: pd.DataFrame) -> np.ndarray:
        """The same, (n, 1): there is but one."""
        return self.decision_function(X)[:, None]

    def seed_contributions(self, X: pd.DataFrame) -> Iterator[np.ndarray]:
        """The ``contributions``, once."""
        yield self.contributions(X[list(self.names)].to_numpy(dtype=np.float64))

    def raw_score(self, values: np.ndarray) -> np.ndarray:
        """Log-odds of silence, (n,), for the values of ``names``, (n, 3)."""
        x, t_x, T = History.of(pd.DataFrame(values, columns=list(self.names))).summary()
        return log_odds(self.process.probability_of_silence(x, t_x, T, self.horizon, self.lead)) + self.shift

    def contributions(self, values: np.ndarray) -> np.ndarray:
        """What each of ``values`` (n, 3) adds to the log-odds of the typical customer, those of whom are last; (n, 4).

        The sum of a row is its ``raw_score``.
        """
        everyone = range(len(self.names))
        value = {
            members: self.raw_score(np.where(np.isin(everyone, members), values, self.typical))
            for size in range(len(self.names) + 1)
            for members in combinations(everyone, size)
        }
        return np.column_stack([*(_shapley(value, k, len(self.names)) for k in everyone), value[()]])

    def plain(self) -> dict[str, Any]:
        """For JSON; ``of_plain`` reads it back without loss."""
        parameters = vars(self.process) | {"lead": self.lead, "horizon": self.horizon, "shift": self.shift}
        return {"parameters": parameters, "typical": list(self.typical), "feature_names": list(self.names)}

    @classmethod
    def of_plain(cls, stored: dict[str, Any]) -> RhythmModel:
        """What ``plain`` gave."""
        parameters = dict(stored["parameters"])
        lead, horizon, shift = (parameters.pop(name) for name in ("lead", "horizon", "shift"))
        names, typical = tuple(stored["feature_names"]), tuple(stored["typical"])
        return cls(MbgNbd(**parameters), names, typical, lead, horizon, shift)

    def save(self, folder: Path, about: dict[str, Any] | None = None) -> None:
        """Write model.json with ``about``; same model, same bytes."""
        with replacing(folder) as fresh:
            fresh.mkdir()
            stored = {"kind": KIND, "n_features": self.n_features_in_, "about": about or {}}
            write_json(fresh / "model.json", self.plain() | stored)

    @classmethod
    def load(cls, folder: Path) -> RhythmModel:
        """The model that ``save`` wrote."""
        return cls.of_plain(read_json(folder / "model.json"))


def fit_rhythm(features: pd.DataFrame, churn: Churn) -> RhythmModel:
    """Fit on everybody who was in a cohort of the snapshots, as known at the newest as-of date.

    ``features``: all snapshots of one or more as-of dates. Who is no longer in the cohort has not come since the last
    snapshot, so that the history is known without looking at the events again. Missing are customers who were gone
    before the first as-of date that is given; without them the chances of silence come out too low. Who never had an
    event of the main activity has no rhythm and is left out. DataError where nobody came twice.
    """
    names = main_columns(list(features.columns))
    day = features["as_of_date"].max()
    came = features[features[list(names)].notna().all(axis=1)]
    newest = came.sort_values("as_of_date", kind="stable").drop_duplicates("customer_id", keep="last")
    grown = newest.assign(**{name: newest[name] + days_until(newest["as_of_date"], day) for name in names[:2]})
    x, t_x, T = History.of(grown).summary()
    if not (x > 0).any():
        raise DataError(
            f"train: none of {len(x):,} customers came twice, so that no rhythm can be told. Bring more history, or "
            "check churn.kinds and features.main_kinds."
        )
    typical = tuple(features.loc[features["as_of_date"] == day, list(names)].median().astype(float))
    return RhythmModel(fit(x, t_x, T, MbgNbd), names, typical, float(churn.lead_days), float(churn.horizon_days))


def rhythm_of(rows: Rows, churn: Churn) -> RhythmModel:
    """``fit_rhythm`` on labelled rows of several as-of dates, and then shifted to the share of them that left.

    The shift is all that is learnt from outcomes. Without it the level would depend on how many dates there are,
    because who was gone before the first is missing; a fold would prove a level that the final model does not have.
    """
    names = main_columns([str(name) for name in rows.X])
    model = fit_rhythm(rows.key.assign(**{name: rows.X[name].to_numpy() for name in names}), churn)
    return replace(model, shift=best_intercept(rows.churned, model.decision_function(rows.X), rows.weights))


def _shapley(value: dict[tuple[int, ...], np.ndarray], player: int, players: int) -> np.ndarray:
    """Mean gain of the coalition by the ``player``, over all orders in which the players may join."""
    share = np.zeros_like(value[()])
    for members, without in value.items():
        if player not in members:
            weight = factorial(len(members)) * factorial(players - len(members) - 1) / factorial(players)
            share = share + weight * (value[tuple(sorted((*members, player)))] - without)
    return share
