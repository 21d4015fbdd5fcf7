"""The rivals: each takes a case and answers a score for every test row, higher = riskier."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.quality import relational
from benchmarks.quality.cases import Case, SkippedError, at_dates
from benchmarks.quality.histories import summaries
from bleib.errors import DataError
from bleib.model import bg_nbd
from bleib.model.baselines import DAYS_TO_RENEWAL, History, Scores, nearest_first, rfm_logistic
from bleib.model.metrics import log_odds
from bleib.model.rows import Rows
from bleib.model.scoring import score
from bleib.model.training import train_model
from bleib.settings import Settings

Rival = Callable[[Case], Scores]


def learn(train: Rows, test: Rows, settings: Settings) -> Scores:
    """The product's learner: the one place where it is trained here."""
    model = train_model(train, settings.train, settings.churn).model
    return Scores(log_odds(score(model, test)["churn_probability"].to_numpy()), is_probability=True)


def ours(case: Case) -> Scores:
    """The product: its features, its learner, all its training dates."""
    return learn(case.train, case.test, case.company.settings)


def one_date(case: Case) -> Scores:
    """The product trained on the newest training date only; where there is but one it would be compared with itself."""
    if len(case.train_dates) == 1:
        raise SkippedError("there is only one training date")
    return learn(at_dates(case.train, case.train_dates[-1:]), case.test, case.company.settings)


def recency(case: Case) -> Scores:
    """The longer the silence, the riskier."""
    return Scores(_history(case.test).since_last, is_probability=False)


def renewal(case: Case) -> Scores:
    """The nearer the next renewal of the contract, the riskier."""
    return Scores(nearest_first(case.test.X[DAYS_TO_RENEWAL]), is_probability=False)


def rfm(case: Case) -> Scores:
    """Logistic regression on the logarithms of recency, frequency and monetary value."""
    return Scores(rfm_logistic(_history(case.train), case.train.churned, _history(case.test)), is_probability=True)


def bg(case: Case) -> Scores:
    """BG/NBD."""
    return _buy_till_you_die(case, bg_nbd.BgNbd)


def mbg(case: Case) -> Scores:
    """MBG/NBD: a customer may also be lost after the very first purchase."""
    return _buy_till_you_die(case, bg_nbd.MbgNbd)


def hist_gradient_boosting(train: Rows, test: Rows) -> Scores:
    """scikit-learn's HistGradientBoosting, with settings like those of our boosters; it takes no constant columns."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=150,
        max_leaf_nodes=15,
        min_samples_leaf=40,
        l2_regularization=5.0,
        max_features=0.6,
        early_stopping=False,
        random_state=1,
    )
    spread = train.X.max() - train.X.min()
    names = list(spread.index[spread > 0])
    model.fit(train.X[names], train.churned)
    return Scores(log_odds(model.predict_proba(test.X[names])[:, 1]), is_probability=True)


def featuretools(case: Case) -> Scores:
    """Features of featuretools' deep feature synthesis, the same learner, the same training dates."""
    return learn(*case.with_features(relational.features(case.company)), case.company.settings)


RIVALS: dict[str, Rival] = {
    "recency": recency,
    "rfm_logistic": rfm,
    "bg_nbd": bg,
    "mbg_nbd": mbg,
    "one_date": one_date,
    "hist_gradient_boosting": lambda case: hist_gradient_boosting(case.train, case.test),
    "featuretools": featuretools,
}
OF_RENEWALS: dict[str, Rival] = {"renewal": renewal}  # where contracts renew on a known day


def _history(rows: Rows) -> History:
    try:
        return History.of(rows.X)
    except DataError as error:
        raise SkippedError("there are no repeated events of a main activity") from error


def _buy_till_you_die(case: Case, kind: type[bg_nbd.BgNbd]) -> Scores:
    """Fitted at each test date on the histories of all customers known then: the model needs no outcomes."""
    chance = np.full(len(case.test.churned), np.nan)
    for day in case.test_dates:
        known = summaries(case.company, day)
        if not (known.x > 0).any():
            raise SkippedError("nobody came twice")
        model = bg_nbd.fit(known.x, known.t_x, known.T, kind)
        at = np.flatnonzero((case.test.dates == day).to_numpy())
        row = known.customers.get_indexer(pd.Index(case.test.key["customer_id"].iloc[at]))
        asked = (known.x[row], known.t_x[row], known.T[row])
        chance[at] = model.probability_of_silence(*asked, case.company.settings.churn.horizon_days)
    is_probability = case.company.settings.churn.definition == "silence"
    return Scores(log_odds(chance), is_probability)
