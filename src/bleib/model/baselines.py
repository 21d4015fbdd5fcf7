"""Simple rules that the model must beat, on the same rows: longest silence or nearest renewal first, RFM logistic
regression, BG/NBD.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bleib.model import bg_nbd
from bleib.model.main_activity import SPEND, main_columns
from bleib.model.metrics import log_odds
from bleib.model.rows import Rows
from bleib.settings import Churn

NEVER = 3650.0  # days; a customer without any event is as silent as one whose last event is ten years old
DAYS_TO_RENEWAL = "contract_renewal_days"
SHORTEST = 0.01  # days; a customer whose first event is of this very moment


@dataclass(frozen=True)
class Scores:
    """Scores of one model, higher = riskier, shape (n,); log-odds where ``is_probability``."""

    values: np.ndarray
    is_probability: bool


@dataclass(frozen=True)
class History:
    """Recency, age, frequency and monetary value of each snapshot, shape (n,): days, days, events, currency."""

    since_last: np.ndarray
    since_first: np.ndarray
    events: np.ndarray
    spend: np.ndarray

    @classmethod
    def of(cls, X: pd.DataFrame) -> History:
        """From the feature columns; without a spend column (no amounts) spend is 0. DataError if another is missing."""
        last, first, count = main_columns(list(X.columns))
        return cls(
            _filled(X[last], NEVER),
            np.maximum(_filled(X[first], NEVER), SHORTEST),
            _filled(X[count], 0.0),
            _filled(X[SPEND], 0.0) if SPEND in X else np.zeros(len(X)),
        )

    def at(self, chosen: np.ndarray) -> History:
        """The snapshots where ``chosen`` (n,) is true."""
        return History(*(values[chosen] for values in vars(self).values()))

    def summary(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """x, t_x, T of BG/NBD in days."""
        x = np.maximum(self.events - 1, 0.0)
        age_at_last = np.clip(self.since_first - self.since_last, 0.0, self.since_first)
        return x, np.where(x > 0, age_at_last, 0.0), self.since_first

    def rfm(self) -> np.ndarray:
        """Logarithms of recency, frequency and monetary value, shape (n, 3)."""
        return np.log1p(np.column_stack([self.since_last, self.events, np.maximum(self.spend, 0.0)]))


def baseline_scores(train: Rows, test: Rows, churn: Churn) -> dict[str, Scores]:
    """Scores of every rule on the test rows; what has to be fitted is fitted on the training rows only.

    BG/NBD is left out where nobody came twice, the nearest renewal where no contract is known to renew.
    """
    known, asked = History.of(train.X), History.of(test.X)
    scores = {"recency": Scores(asked.since_last, is_probability=False)}
    if churn.definition == "contract" and DAYS_TO_RENEWAL in test.X and test.X[DAYS_TO_RENEWAL].notna().any():
        scores["renewal"] = Scores(nearest_first(test.X[DAYS_TO_RENEWAL]), is_probability=False)
    scores["rfm_logistic"] = Scores(rfm_logistic(known, train.churned, asked), is_probability=True)
    newest = known.at((train.dates == train.dates.max()).to_numpy())
    x, t_x, T = newest.summary()
    if (x > 0).any():
        silence = bg_nbd.fit(x, t_x, T).probability_of_silence(*asked.summary(), churn.horizon_days)
        scores["bg_nbd"] = Scores(log_odds(silence), is_probability=churn.definition == "silence")
    return scores


def rfm_logistic(known: History, churned: np.ndarray, asked: History) -> np.ndarray:
    """Log-odds of a logistic regression on log recency, frequency and monetary value."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression())
    return np.asarray(model.fit(known.rfm(), churned).decision_function(asked.rfm()))


def nearest_first(days: pd.Series) -> np.ndarray:
    """The fewer days, the higher; who has none comes last."""
    known = days.astype("float64")
    return -known.fillna(known.max() + 1).to_numpy()


def _filled(values: pd.Series, missing: float) -> np.ndarray:
    return values.fillna(missing).to_numpy(dtype=np.float64)
