"""Renewals and price rises, invoices and failed collections, points that are used or forgotten."""

from __future__ import annotations

import numpy as np

from bleib.demo import parameters as p
from bleib.demo.hazard import decay
from bleib.demo.log import EventLog
from bleib.demo.population import Population
from bleib.demo.timeline import Timeline, daytime

RISES = np.array([4.0, 6.0, 8.0, 10.0, 12.0, 15.0])
RISE_SHARE = 0.6
METHODS = np.array(["sepa", "card", "paypal", "invoice"])
MONTH = 30.4375
YEAR = 365.0
BOOKING_DELAY = 0.01  # days between an order and its points

Purchases = tuple[np.ndarray, np.ndarray, np.ndarray]  # customers, times, amounts


class Money:
    """State of contract, invoices and points."""

    def __init__(self, rng: np.random.Generator, people: Population, timeline: Timeline, log: EventLog) -> None:
        self._rng, self._people, self._timeline, self._log = rng, people, timeline, log
        n = len(people)
        years = np.maximum(np.ceil(-people.joined / YEAR), 1)
        self.renewal = np.floor(people.joined) + YEAR * years
        self.fee = np.round(np.take(p.PLAN_FEES, people.plan) * np.where(people.joined < -YEAR, 1.0, 1.08), 2)
        self.auto_renew = rng.random(n) < 0.85
        self.rise = np.zeros(n)
        self._announced = np.full(n, np.inf)
        self._forgotten = np.full(n, -np.inf)
        self._due = np.floor(np.maximum(people.joined, 0)) + rng.integers(5, 33, n)
        self.failed = np.zeros(n)
        self._trouble = np.zeros(n)
        self._method = METHODS[rng.choice(4, n, p=[0.5, 0.25, 0.15, 0.1])]
        carried = (people.joined < 0) * rng.gamma(1.2, 350, n)
        self._old_points, self._points = np.round(carried), np.zeros(n)
        self._redeemed = np.maximum(people.joined, -YEAR * rng.random(n))
        self._open_accounts()

    def _open_accounts(self) -> None:
        old = np.flatnonzero(self._old_points > 0)
        start = np.full(len(old), 0.25)
        ends = self._timeline.year_end(0)
        self._log.add("loyalty", old, start, kind="earned", points=self._old_points[old], expires=ends)
        begins = np.where(self._people.joined < 0, self.renewal - YEAR, self._people.joined)
        self._write_contract(np.arange(len(self._people)), begins)

    def drivers(self, who: np.ndarray, now: float) -> dict[str, np.ndarray]:
        """Price rise, closeness of the renewal, failed payments and dormant points at the start of a week."""
        told = (self._announced[who] < now) & (now < self._forgotten[who])
        near = self.renewal[who] - now < p.RENEWAL_NEAR_DAYS
        balance = self._old_points[who] + self._points[who]
        asleep = np.clip((now - self._redeemed[who]) / YEAR, 0, 1)
        return {
            "price_rise": np.where(told, self.rise[who] / 10 * self._people.elasticity[who], 0.0),
            "renewal_near": near.astype(float),
            "failed_payments": np.minimum(self.failed[who], 3),
            "dormant_points": np.log1p(balance / 500) * asleep,
        }

    def live(self, who: np.ndarray, week: int, purchases: list[Purchases]) -> None:
        """One week of price rises, renewals, invoices and points."""
        end = 7.0 * (week + 1)
        self.failed[who] *= decay(p.FAILED_HALF_LIFE)
        self._announce(who[np.floor((self.renewal[who] - p.PRICE_NOTICE_DAYS) / 7) == week], end)
        self._renew(who[self.renewal[who] < end])
        self._bill(who[self._due[who] < end])
        for buyers, at, amount in purchases:
            self._earn(buyers, at, np.round(amount), week)
        self._redeem(who, end)
        if self._timeline.new_year(week):
            self._expire(who, week)

    def _announce(self, who: np.ndarray, end: float) -> None:
        rises = who[self._rng.random(len(who)) < RISE_SHARE]
        told = daytime(self._rng, self._rng.uniform(end - 7, end, len(rises)))
        self._announced[rises] = told
        self._forgotten[rises] = self.renewal[rises] + p.PRICE_MEMORY_DAYS
        self.rise[rises] = self._rng.choice(RISES, len(rises))
        applied = self.renewal[rises]
        self._log.add("price_changes", rises, applied, kind="Preiserhöhung", told=told, amount=self.rise[rises])

    def _renew(self, who: np.ndarray) -> None:
        rises = (self._announced[who] < self.renewal[who]) & (self._announced[who] > self.renewal[who] - 60)
        self.fee[who] = np.round(self.fee[who] * np.where(rises, 1 + self.rise[who] / 100, 1.0), 2)
        self.auto_renew[who] ^= self._rng.random(len(who)) < 0.05
        begins = self.renewal[who].copy()
        self.renewal[who] += YEAR
        self._write_contract(who, begins)

    def _write_contract(self, who: np.ndarray, valid_from: np.ndarray) -> None:
        self._log.add(
            "contracts",
            who,
            np.floor(valid_from),
            renewal=self.renewal[who],
            plan=np.take(p.PLANS, self._people.plan[who]),
            fee=self.fee[who],
            auto_renew=self.auto_renew[who],
        )

    def _bill(self, who: np.ndarray) -> None:
        rng, n = self._rng, len(who)
        due = np.floor(self._due[who])
        fails = rng.random(n) < np.clip(self._people.payment_risk[who] + 0.3 * self._trouble[who], 0, 0.8)
        later = np.where(rng.random(n) < 0.8, due + rng.integers(8, 22, n), np.nan)
        paid = np.where(fails, later, due + rng.integers(0, 4, n)) + rng.uniform(0.3, 0.8, n)
        failed = np.where(fails, due + 1.4, np.nan)
        self._log.add(
            "payments", who, due - 10, due=due, paid=paid, failed=failed, amount=self.fee[who],
            method=self._method[who], label="Mitgliedsbeitrag",
        )  # fmt: skip
        self.failed[who] += fails
        self._trouble[who] = fails
        self._due[who] += MONTH

    def _earn(self, who: np.ndarray, at: np.ndarray, points: np.ndarray, week: int) -> None:
        self._points[who] += points
        ends = self._timeline.year_end(self._timeline.year(week) + 1)
        self._log.add("loyalty", who, at + BOOKING_DELAY, kind="earned", points=points, expires=ends)

    def _redeem(self, who: np.ndarray, end: float) -> None:
        balance = self._old_points[who] + self._points[who]
        asks = self._people.redeems[who] & (balance >= 250) & (self._rng.random(len(who)) < 0.05)
        users = who[asks]
        used = np.round(balance[asks] * self._rng.uniform(0.5, 1.0, len(users)))
        from_old = np.minimum(used, self._old_points[users])
        self._old_points[users] -= from_old
        self._points[users] -= used - from_old
        at = daytime(self._rng, end - self._rng.uniform(0.5, 6.5, len(users)))
        self._redeemed[users] = at
        self._log.add("loyalty", users, at, kind="redeemed", points=-used, expires=np.nan)

    def _expire(self, who: np.ndarray, week: int) -> None:
        lapsed = who[self._old_points[who] > 0]
        at = np.full(len(lapsed), self._timeline.year_end(self._timeline.year(week)))
        self._log.add("loyalty", lapsed, at, kind="expired", points=-self._old_points[lapsed], expires=np.nan)
        self._old_points[who] = self._points[who]
        self._points[who] = 0.0
