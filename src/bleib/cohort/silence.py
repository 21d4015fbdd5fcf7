"""Silence churn: the customer was active and then no qualifying event came."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from bleib import clock
from bleib.cohort.contract import ContractChurn
from bleib.settings import Churn

NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Stream:
    """Events as arrays: customer code, time, time of arrival (microseconds UTC), each of shape (events,)."""

    code: np.ndarray
    occurred: np.ndarray
    known: np.ndarray

    def seen_at(self, t: int, since: int | None = None) -> Stream:
        """Events that happened in [since, t) and were known before t."""
        mask = (self.occurred < t) & (self.known < t)
        return self._where(mask if since is None else mask & (self.occurred >= since))

    def told_by(self, t: int) -> Stream:
        """Events that were known before t, also those that are announced for later."""
        return self._where(self.known < t)

    def within(self, start: int, end: int) -> Stream:
        """Events that happened in [start, end), whenever they became known."""
        return self._where((self.occurred >= start) & (self.occurred < end))

    def has(self, size: int) -> np.ndarray:
        """Which customers have an event, bool of shape (size,)."""
        out = np.zeros(size, dtype=bool)
        out[self.code] = True
        return out

    def newest(self, size: int) -> np.ndarray:
        """Time of each customer's newest event, int64 of shape (size,); the smallest integer where there is none."""
        out = np.full(size, np.iinfo(np.int64).min)
        np.maximum.at(out, self.code, self.occurred)
        return out

    def _where(self, mask: np.ndarray) -> Stream:
        return Stream(self.code[mask], self.occurred[mask], self.known[mask])


def qualifying_kinds(churn: Churn, kinds: Collection[str]) -> list[str]:
    """Those of the ``kinds`` of interactions that count as being there: churn.kinds, else all but endings, sorted."""
    ending = {*churn.leave_kinds, *churn.competing_kinds}
    return sorted(set(kinds) & set(churn.kinds) if churn.kinds else set(kinds) - ending)


class SilenceChurn:
    """Cohort and outcome by silence, over the interactions.

    ``contracts``, where there are any: who has given notice for the last of them, or whose last one ended for a
    competing reason, is no longer in the cohort, unless there was activity after it had run out. Whoever falls silent
    by a competing end in the outcome window, or after a notice during the lead, has not churned.
    """

    def __init__(
        self, interactions: pd.DataFrame, churn: Churn, time_zone: str, contracts: pd.DataFrame | None = None
    ) -> None:
        self.churn, self.time_zone = churn, time_zone
        codes, customers = pd.factorize(interactions["customer_id"], sort=True)
        self.customers = np.asarray(customers, dtype=object)
        occurred = clock.microseconds(interactions["occurred_at"], NEVER)
        known = clock.microseconds(interactions["known_at"], NEVER)
        kinds = interactions["kind"]
        self.kinds = frozenset(kinds.unique())

        def of(names: list[str]) -> Stream:
            mask = kinds.isin(names).to_numpy() if names else np.zeros(len(kinds), dtype=bool)
            return Stream(codes[mask], occurred[mask], known[mask])

        self.qualifying = of(qualifying_kinds(churn, set(kinds)))
        self.leaving, self.competing = of(churn.leave_kinds), of(churn.competing_kinds)
        self.contracts = None if contracts is None or contracts.empty else ContractChurn(contracts, churn, time_zone)
        self.end_reasons = frozenset() if self.contracts is None else self.contracts.end_reasons

    def cohort(self, day: date) -> np.ndarray:
        """Which customers can still be lost at ``day``, bool of shape (customers,)."""
        size, t = len(self.customers), clock.instant(day, self.time_zone)
        since = clock.instant(clock.activity_window(day, self.churn.active_days).start, self.time_zone)
        active = self.qualifying.seen_at(t, since)
        gone = np.maximum(self.leaving.told_by(t).newest(size), self.competing.seen_at(t).newest(size))
        if self.contracts is not None:
            gone = np.maximum(gone, self._of_customers(self.contracts.run_out(day), np.iinfo(np.int64).min))
        return active.has(size) & (active.newest(size) > gone)

    def outcome(self, day: date) -> np.ndarray:
        """churned, stayed, competing or left_in_lead for every customer, object array of shape (customers,)."""
        size, t = len(self.customers), clock.instant(day, self.time_zone)
        window = clock.outcome_window(day, self.churn.lead_days, self.churn.horizon_days)
        start, end = (clock.instant(d, self.time_zone) for d in (window.start, window.end))
        out = np.where(self.qualifying.within(start, end).has(size), "stayed", "churned").astype(object)
        silent = out == "churned"
        out[silent & self.leaving.within(t, start).has(size)] = "left_in_lead"
        out[silent & self.competing.within(t, end).has(size)] = "competing"
        if self.contracts is not None:
            out[silent & self._of_customers(self.contracts.notice_within(t, start), False)] = "left_in_lead"
            out[silent & self._of_customers(self.contracts.competing_within(t, end), False)] = "competing"
        return out

    def _of_customers(self, values: np.ndarray, missing: int) -> np.ndarray:
        """What the contracts tell of each of the ``customers``; ``missing`` of those who have none."""
        assert self.contracts is not None
        out = np.full(len(self.customers), missing, dtype=values.dtype)
        at = pd.Index(self.contracts.customers).get_indexer(self.customers)
        out[at >= 0] = values[at[at >= 0]]
        return out

    def back_after(self, day: date) -> np.ndarray:
        """Which customers have a qualifying event at or after ``day``, bool of shape (customers,)."""
        return self.qualifying.within(clock.instant(day, self.time_zone), NEVER).has(len(self.customers))

    def warning_days(self, day: date) -> np.ndarray:
        """Days until plain silence of ``active_days`` would have told the same, float of shape (customers,)."""
        t = clock.instant(day, self.time_zone)
        silent = (t - self.qualifying.seen_at(t).newest(len(self.customers))) / clock.US_PER_DAY
        return self.churn.active_days - silent
