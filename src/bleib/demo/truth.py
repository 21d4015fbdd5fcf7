"""The truth behind the exports, kept where the pipeline never looks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from bleib.demo import parameters as p
from bleib.demo.company import History
from bleib.demo.observation import FaultLog
from bleib.files import write_json, write_parquet


def write_truth(folder: Path, history: History, faults: FaultLog, contact_ids: pd.Series) -> None:
    """Write customers, weeks (every term of the hazard), contacts (both outcomes), faults and coefficients."""
    write_parquet(folder / "customers.parquet", customers(history))
    write_parquet(folder / "weeks.parquet", weeks(history))
    write_parquet(folder / "contacts.parquet", contacts(history, contact_ids))
    write_parquet(folder / "faults.parquet", faults.frame())
    write_json(folder / "coefficients.json", {"intercept": p.INTERCEPT, **p.coefficients()})


def customers(history: History) -> pd.DataFrame:
    """One row a customer: what is fixed for life, and when and why it ended (UTC; none: still there)."""
    people, ends, utc = history.people, history.ends, history.timeline.utc
    return pd.DataFrame(
        {
            "customer_id": people.number,
            "joined_at": utc(people.joined),
            "frailty": people.frailty,
            "own_gap_days": people.gap,
            "own_gap_shape": people.shape,
            "elasticity": people.elasticity,
            "response": np.take(p.RESPONSE, people.response),
            "region": np.take(p.REGIONS, people.region),
            "notice_at": utc(np.where(np.isfinite(ends.notice), ends.notice, np.nan)),
            "ended_at": utc(np.where(np.isfinite(ends.ended), ends.ended, np.nan)),
            "end_reason": ends.reason,
        }
    )


def weeks(history: History) -> pd.DataFrame:
    """One row a customer and week at risk: start of the week (UTC), hazard, notice in it, every term in log-odds."""
    starts = history.timeline.utc(7.0 * np.arange(history.timeline.weeks))
    frame = history.weeks
    keys = {
        "customer_id": history.people.number[frame["customer"].to_numpy()],
        "week_start": starts.array[frame["week"].to_numpy()],
    }
    return pd.DataFrame({**keys, **{name: frame[name] for name in frame.columns if name not in ("customer", "week")}})


def contacts(history: History, contact_ids: pd.Series) -> pd.DataFrame:
    """One randomised contact whose eight weeks are over: arm, both outcomes, type, true effect in log-odds."""
    frame = history.outcomes
    return pd.DataFrame(
        {
            "contact_id": contact_ids.reindex(frame["number"]).to_numpy(),
            "customer_id": history.people.number[frame["customer"].to_numpy()],
            "arm": np.where(frame["treated"], "treated", "held_out"),
            **{name: frame[name] for name in ("left_if_held_out", "left_if_treated", "type", "effect")},
        }
    )
