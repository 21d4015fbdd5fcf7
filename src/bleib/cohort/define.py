"""A table of possible churn definitions, so that a team chooses its own from its own data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import product

import numpy as np
import pandas as pd

from bleib import clock
from bleib.cohort.label import Calendar, Definition, as_of_dates, check_definition, definition, snapshots
from bleib.settings import Churn, ClockSettings


def definitions(
    tables: dict[str, pd.DataFrame],
    churn: Churn,
    clock_settings: ClockSettings,
    calendar: Calendar,
    time_zone: str,
    active: Sequence[int],
    horizon: Sequence[int],
    lead: Sequence[int],
) -> pd.DataFrame:
    """One row a definition: its three lengths, dates, snapshots, base_rate, come_back, warning_days.

    ``base_rate``: share of the labelled snapshots that churned. ``come_back``: share of the churned who were there
    again after the outcome window, among those who could be watched for another horizon. ``warning_days``: median
    days between the list and the moment when everybody would have noticed (contract: the notice; silence:
    ``active_days`` without an event). Contract churn knows no ``active_days``; its rows show 0.
    """
    days = as_of_dates(clock_settings, calendar)
    check_definition(churn, tables, definition(tables, churn, time_zone).kinds)
    activities = [0] if churn.definition == "contract" else list(active)
    rows = []
    for active_days, horizon_days, lead_days in product(activities, horizon, lead):
        choice = churn.model_copy(
            update={"active_days": max(active_days, 1), "horizon_days": horizon_days, "lead_days": lead_days}
        )
        rule = definition(tables, choice, time_zone)
        rows.append(
            {"active_days": active_days, "horizon_days": horizon_days, "lead_days": lead_days}
            | _row(rule, days, choice, calendar.data_end)
        )
    return pd.DataFrame(rows)


def _row(rule: Definition, days: Sequence[date], churn: Churn, data_end: date) -> dict[str, float | int]:
    mature = [d for d in days if clock.is_mature(d, churn.wait_days, data_end)]
    if not mature:
        return {"dates": 0, "snapshots": 0, "base_rate": np.nan, "come_back": np.nan, "warning_days": np.nan}
    frame = snapshots(rule, mature, churn, data_end)
    labelled = frame[frame["churned"].notna()]
    back, warning = _after(rule, labelled[labelled["churned"].astype(bool)], mature, churn, data_end)
    return {
        "dates": len(mature),
        "snapshots": len(labelled),
        "base_rate": float(labelled["churned"].mean()) if len(labelled) else np.nan,
        "come_back": float(np.mean(back)) if len(back) else np.nan,
        "warning_days": float(np.median(warning)) if len(warning) else np.nan,
    }


def _after(
    rule: Definition, lost: pd.DataFrame, days: Sequence[date], churn: Churn, data_end: date
) -> tuple[np.ndarray, np.ndarray]:
    back, warning = [np.empty(0, dtype=bool)], [np.empty(0)]
    for day in days:
        ids = lost.loc[lost["as_of_date"] == pd.Timestamp(day), "customer_id"]
        who = np.isin(rule.customers, ids.to_numpy(dtype=object))
        warning.append(rule.warning_days(day)[who])
        end = clock.outcome_window(day, churn.lead_days, churn.horizon_days).end
        if clock.shift(end, churn.horizon_days) <= data_end:
            back.append(rule.back_after(end)[who])
    return np.concatenate(back), np.concatenate(warning)
