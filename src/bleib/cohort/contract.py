"""Contract churn: notice was given, or the contract ended without one."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from bleib import clock
from bleib.settings import Churn

NEVER = np.iinfo(np.int64).max


class ContractChurn:
    """Cohort and outcome by contracts. A customer is lost with the last running contract, not with one of several."""

    def __init__(self, contracts: pd.DataFrame, churn: Churn, time_zone: str) -> None:
        self.churn, self.time_zone = churn, time_zone
        self.kinds: frozenset[str] = frozenset()
        newest = contracts.sort_values(["contract_id", "valid_from"], na_position="first", kind="stable")
        newest = newest.drop_duplicates("contract_id", keep="last")  # a notice that was withdrawn stands no more
        codes, customers = pd.factorize(newest["customer_id"], sort=True)
        self.customers, self.code = np.asarray(customers, dtype=object), codes
        started = np.minimum.reduceat(*_firsts(contracts, "started_at"))
        known = np.minimum.reduceat(*_firsts(contracts, "known_at"))
        self.started, self.known = started, known
        self.exit = clock.microseconds(newest["cancelled_at"].fillna(newest["ended_at"]), NEVER)
        self.noticed = clock.microseconds(newest["cancelled_at"], NEVER)
        self.ended = clock.microseconds(newest["ended_at"], NEVER)
        self.competing = newest["end_reason"].isin(churn.competing_reasons).to_numpy()

    def cohort(self, day: date) -> np.ndarray:
        """Who has a running contract without a known notice at ``day``, bool of shape (customers,)."""
        t = clock.instant(day, self.time_zone)
        return self._any((self.started < t) & (self.known < t) & (self.exit >= t))

    def run_out(self, day: date) -> np.ndarray:
        """When the last contract ends for which notice was given, or that a competing end ended, before ``day``; int64
        of shape (customers,).

        Where the end is not known it is taken to be ``churn.active_days`` after the notice. The smallest integer where
        there is none such or another contract runs. Who let a contract merely end can still be lost.
        """
        t = clock.instant(day, self.time_zone)
        gone = (self.noticed < t) | (self.competing & (self.ended < t))
        over = (self.started < t) & (self.known < t) & gone
        out = np.full(len(self.customers), np.iinfo(np.int64).min)
        late = self.noticed[over] + self.churn.active_days * clock.US_PER_DAY
        np.maximum.at(out, self.code[over], np.where(self.ended[over] == NEVER, late, self.ended[over]))
        return np.where(self.cohort(day), np.iinfo(np.int64).min, out)

    def notice_within(self, start: int, end: int) -> np.ndarray:
        """Who gave notice in [start, end) for the last contract, bool of shape (customers,)."""
        return self._last_of(~self.competing & (self.noticed >= start) & (self.noticed < end), end)

    def competing_within(self, start: int, end: int) -> np.ndarray:
        """Whose last contract came to a competing end in [start, end), bool of shape (customers,)."""
        return self._last_of(self.competing & (self.exit >= start) & (self.exit < end), end)

    def outcome(self, day: date) -> np.ndarray:
        """churned, stayed, competing or left_in_lead for every customer, object array of shape (customers,)."""
        window = clock.outcome_window(day, self.churn.lead_days, self.churn.horizon_days)
        start, end = (clock.instant(d, self.time_zone) for d in (window.start, window.end))
        stayed = self._runs(end)
        last = self._last_exit(end)
        out = np.where(last >= start, "churned", "left_in_lead").astype(object)
        out[self._any(self.competing & (self.exit == last[self.code]))] = "competing"
        out[stayed] = "stayed"
        return out

    def back_after(self, day: date) -> np.ndarray:
        """Who has a contract that runs at or starts after ``day``, bool of shape (customers,)."""
        return self._any(self.exit > clock.instant(day, self.time_zone))

    def warning_days(self, day: date) -> np.ndarray:
        """Days from ``day`` to the last notice, float of shape (customers,); infinite without notice."""
        left = self._last_exit(NEVER)
        days = (left - clock.instant(day, self.time_zone)) / clock.US_PER_DAY
        return np.where(left > np.iinfo(np.int64).min, days, np.inf)

    def _runs(self, t: int) -> np.ndarray:
        return self._any((self.started < t) & (self.exit >= t))

    def _last_of(self, contracts: np.ndarray, t: int) -> np.ndarray:
        """Who has one of the ``contracts`` and none that runs at ``t``."""
        return self._any(contracts) & ~self._runs(t)

    def _any(self, contracts: np.ndarray) -> np.ndarray:
        out = np.zeros(len(self.customers), dtype=bool)
        out[self.code[contracts]] = True
        return out

    def _last_exit(self, before: int) -> np.ndarray:
        out = np.full(len(self.customers), np.iinfo(np.int64).min)
        gone = self.exit < before
        np.maximum.at(out, self.code[gone], self.exit[gone])
        return out


def _firsts(contracts: pd.DataFrame, column: str) -> tuple[np.ndarray, np.ndarray]:
    """Values sorted by contract_id and the position where each contract begins."""
    ordered = contracts.sort_values("contract_id", kind="stable")
    starts = np.flatnonzero(~ordered["contract_id"].duplicated().to_numpy())
    return clock.microseconds(ordered[column], NEVER), starts
