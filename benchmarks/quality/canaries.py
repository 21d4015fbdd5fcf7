"""Leak canaries: rows that tell the outcome, dated before *t* but known only once the outcome window is over.

A pipeline that goes by the time of a row instead of the time it was known would be nearly perfect with them.
"""

from __future__ import annotations

import pandas as pd

from benchmarks.quality.cases import Case
from benchmarks.quality.rivals import learn
from bleib import clock
from bleib.features.featurize import featurize
from bleib.model.baselines import Scores
from bleib.settings import Churn, ExtraFeature
from bleib.tables import INTERACTIONS

KIND = "canary"
DAYS_BEFORE = 1
FEATURE = ExtraFeature(
    name="frequency_canaries",
    family="frequency",
    meaning="canaries of the last seven days",
    kinds=[KIND],
    aggregate="count",
    window_days=7,
)


def with_canaries(case: Case) -> Scores:
    """The product on data with a canary for everybody who is about to leave, and a feature that counts them."""
    company = case.company
    settings = company.settings
    snapshots = company.snapshots[company.snapshots["as_of_date"].isin([*case.train_dates, *case.test_dates])]
    planted = canaries(snapshots, settings.churn, settings.company.time_zone)
    events = pd.concat([company.tables["interactions"], planted], ignore_index=True)
    features = settings.features.model_copy(update={"extra": [*settings.features.extra, FEATURE]})
    table = featurize(
        {**company.tables, "interactions": events},
        snapshots[["customer_id", "as_of_date"]].reset_index(drop=True),
        settings.company,
        settings.churn,
        features,
    )
    return learn(*case.with_features(table.frame), settings)


def canaries(snapshots: pd.DataFrame, churn: Churn, time_zone: str) -> pd.DataFrame:
    """One interaction for each churned snapshot, the day before its date, known at the end of its outcome window."""
    left = snapshots[snapshots["outcome"] == "churned"]
    days = {day: clock.to_date(day) for day in left["as_of_date"].unique()}
    ends = {day: clock.outcome_window(at, churn.lead_days, churn.horizon_days).end for day, at in days.items()}
    seen = {day: clock.timestamp(clock.shift(at, -DAYS_BEFORE), time_zone) for day, at in days.items()}
    known = {day: clock.timestamp(end, time_zone) for day, end in ends.items()}
    rows = pd.DataFrame(
        {
            "event_id": [f"{KIND}-{k}" for k in range(len(left))],
            "customer_id": left["customer_id"].to_numpy(),
            "occurred_at": left["as_of_date"].map(seen).to_numpy(),
            "known_at": left["as_of_date"].map(known).to_numpy(),
            "kind": KIND,
        }
    )
    template = INTERACTIONS.empty()
    return rows.reindex(columns=template.columns).astype(template.dtypes.to_dict())
