"""Contract churn: notice was given, or the contract ended without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from bleib import clock
from bleib.settings import Churn
from bleib.versions import in_versions, never_ran

NEVER = np.iinfo(np.int64).max


class ContractChurn:
    """Cohort and outcome by contracts. A customer is lost with the last running contract, not with one of several.

    Who can be lost at a date is told by the versions known by then, how it ended by the newest of all: a notice that
    was withdrawn later stood until then.
    """

    def __init__(self, contracts: pd.DataFrame, churn: Churn, time_zone: str) -> None:
        self.churn, self.time_zone = churn, time_zone
        self.kinds: frozenset[str] = frozenset()
        codes, customers = pd.factorize(contracts["customer_id"], sort=True)
        self.customers = np.asarray(customers, dtype=object)
        self.end_reasons = frozenset(contracts["end_reason"].dropna())
        self.versions = _Contracts.of(contracts, codes, churn)
        self.final = self.versions.where(self.versions.superseded == NEVER)

    def cohort(self, day: date) -> np.ndarray:
        """Who has a running contract without a known notice at ``day``, bool of shape (customers,)."""
        t = clock.instant(day, self.time_zone)
        known = self.versions.at(t)
        return self._has(known, (known.started < t) & (known.exit >= t))

    def run_out(self, day: date) -> np.ndarray:
        """When the last contract ends for which notice was given, or that a competing end ended, before ``day``; int64
        of shape (customers,).

        Where the end is not known it is taken to be ``churn.active_days`` after the notice. The smallest integer where
        there is none such or another contract runs. Who let a contract merely end can still be lost.
        """
        t = clock.instant(day, self.time_zone)
        known = self.versions.at(t)
        gone = (known.noticed < t) | (known.competing & (known.ended < t))
        late = known.noticed[gone] + self.churn.active_days * clock.US_PER_DAY
        out = np.full(len(self.customers), np.iinfo(np.int64).min)
        np.maximum.at(out, known.code[gone], np.where(known.ended[gone] == NEVER, late, known.ended[gone]))
        return np.where(self.cohort(day), np.iinfo(np.int64).min, out)

    def notice_within(self, start: int, end: int) -> np.ndarray:
        """Who gave notice in [start, end) for the last contract, bool of shape (customers,)."""
        given = (self.final.noticed >= start) & (self.final.noticed < end)
        return self._last_of(~self.final.competing & given, end)

    def competing_within(self, start: int, end: int) -> np.ndarray:
        """Whose last contract came to a competing end in [start, end), bool of shape (customers,)."""
        came = (self.final.exit >= start) & (self.final.exit < end)
        return self._last_of(self.final.competing & came, end)

    def outcome(self, day: date) -> np.ndarray:
        """churned, stayed, competing or left_in_lead for every customer, object array of shape (customers,)."""
        window = clock.outcome_window(day, self.churn.lead_days, self.churn.horizon_days)
        start, end = (clock.instant(d, self.time_zone) for d in (window.start, window.end))
        stayed = self._runs(end)
        last = self._last_exit(end)
        out = np.where(last >= start, "churned", "left_in_lead").astype(object)
        out[self._has(self.final, self.final.competing & (self.final.exit == last[self.final.code]))] = "competing"
        out[stayed] = "stayed"
        return out

    def back_after(self, day: date) -> np.ndarray:
        """Who has a contract that runs at or starts after ``day``, bool of shape (customers,)."""
        return self._has(self.final, self.final.exit > clock.instant(day, self.time_zone))

    def warning_days(self, day: date) -> np.ndarray:
        """Days from ``day`` to the last notice, float of shape (customers,); infinite without notice."""
        left = self._last_exit(NEVER)
        days = (left - clock.instant(day, self.time_zone)) / clock.US_PER_DAY
        return np.where(left > np.iinfo(np.int64).min, days, np.inf)

    def _runs(self, t: int) -> np.ndarray:
        return self._has(self.final, (self.final.started < t) & (self.final.exit >= t))

    def _last_of(self, contracts: np.ndarray, t: int) -> np.ndarray:
        """Who has one of the ``contracts`` and none that runs at ``t``."""
        return self._has(self.final, contracts) & ~self._runs(t)

    def _has(self, among: _Contracts, chosen: np.ndarray) -> np.ndarray:
        """Who has one of the ``chosen`` contracts, bool of shape (customers,)."""
        out = np.zeros(len(self.customers), dtype=bool)
        out[among.code[chosen]] = True
        return out

    def _last_exit(self, before: int) -> np.ndarray:
        out = np.full(len(self.customers), np.iinfo(np.int64).min)
        gone = self.final.exit < before
        np.maximum.at(out, self.final.code[gone], self.final.exit[gone])
        return out


@dataclass(frozen=True)
class _Contracts:
    """Versions of contracts, arrays of shape (versions,): code of the customer, and instants in microseconds.

    ``arrived``: from when on the version is known; ``superseded``: when the next one of the same contract is.
    ``exit``: the notice or the end, whichever came first.
    """

    code: np.ndarray
    arrived: np.ndarray
    superseded: np.ndarray
    started: np.ndarray
    noticed: np.ndarray
    ended: np.ndarray
    exit: np.ndarray
    competing: np.ndarray

    @classmethod
    def of(cls, contracts: pd.DataFrame, codes: np.ndarray, churn: Churn) -> _Contracts:
        """From the canonical table; ``codes`` (rows,) of its customers. What was given up before it began never ran."""
        rows = in_versions(contracts)
        found = cls(
            codes,
            clock.microseconds(rows["arrived"], NEVER),
            clock.microseconds(rows["superseded"], NEVER),
            clock.microseconds(rows["started_at"], NEVER),
            clock.microseconds(rows["cancelled_at"], NEVER),
            clock.microseconds(rows["ended_at"], NEVER),
            clock.microseconds(rows[["cancelled_at", "ended_at"]].min(axis=1), NEVER),
            rows["end_reason"].isin(churn.competing_reasons).to_numpy(),
        )
        return found.where(~never_ran(rows).to_numpy())

    def at(self, t: int) -> _Contracts:
        """The newest version known before ``t`` of every contract."""
        return self.where((self.arrived < t) & (self.superseded >= t))

    def where(self, chosen: np.ndarray) -> _Contracts:
        """The ``chosen`` versions."""
        return _Contracts(*(values[chosen] for values in vars(self).values()))
