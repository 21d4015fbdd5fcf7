"""The demo company's ceiling: the true hazard, and our learner given the true drivers without the frailty."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.quality.cases import Case
from benchmarks.quality.prepare import Prepared
from benchmarks.quality.raw import TRUTH
from benchmarks.quality.rivals import learn
from bleib import clock
from bleib.commands.way import RAW
from bleib.files import read_parquet
from bleib.model.baselines import Scores
from bleib.model.metrics import log_odds

NOT_KNOWN = ("customer_id", "week_start", "hazard", "gives_notice", "frailty")
DAYS_A_WEEK = 7
YEAR_DAYS = 365  # between two renewals


def true_hazard(case: Case) -> Scores:
    """The probability of a notice in the outcome window if the hazard of the week at *t* stayed as it is."""
    weeks = case.company.settings.churn.horizon_days / DAYS_A_WEEK
    hazard = _rows(case.company, ["hazard"]).set_index(["customer_id", "as_of_date"])["hazard"]
    at = hazard.reindex(pd.MultiIndex.from_frame(case.test.key)).to_numpy(dtype=np.float64)
    return Scores(log_odds(1 - (1 - at) ** weeks), is_probability=True)


def reachable(case: Case) -> Scores:
    """Our learner on the true values of every driver at *t* but the frailty."""
    return learn(*case.with_features(_rows(case.company, _drivers(case.company))), case.company.settings)


def reachable_ahead(case: Case) -> Scores:
    """The same, told also how long each customer is there and when the contract renews: what lies ahead for sure."""
    truth = _rows(case.company, _drivers(case.company))
    truth = truth.assign(**_calendar(case.company, truth)).astype({"tenure": np.float32, "to_renewal": np.float32})
    return learn(*case.with_features(truth), case.company.settings)


def _drivers(company: Prepared) -> list[str]:
    weeks = read_parquet(_truth(company) / "weeks.parquet")
    return [name for name in weeks if name not in NOT_KNOWN]


def _calendar(company: Prepared, snapshots: pd.DataFrame) -> dict[str, np.ndarray]:
    """Days since joining, and to the next of the yearly renewals, of each snapshot."""
    customers = read_parquet(_truth(company) / "customers.parquet").set_index("customer_id")
    joined = clock.day_numbers(customers["joined_at"], company.settings.company.time_zone)
    since = pd.Series(joined, index=customers.index).reindex(snapshots["customer_id"]).to_numpy()
    now = snapshots["as_of_date"].map(lambda day: clock.day_number(clock.to_date(day))).to_numpy()
    return {"tenure": now - since, "to_renewal": (since - now) % YEAR_DAYS}


def _rows(company: Prepared, columns: list[str]) -> pd.DataFrame:
    """Columns of the truth for every snapshot, of the week that begins at its as-of date."""
    weeks = read_parquet(_truth(company) / "weeks.parquet")
    days = clock.local_days(weeks["week_start"], company.settings.company.time_zone)
    truth = weeks.assign(as_of_date=days)[["customer_id", "as_of_date", *columns]]
    keys = company.snapshots[["customer_id", "as_of_date"]]
    found = keys.merge(truth, on=["customer_id", "as_of_date"], how="left", validate="1:1")
    return found.astype(dict.fromkeys(columns, np.float32))


def _truth(company: Prepared) -> Path:
    return (company.folder / RAW).parent / TRUTH
